package workshop.text;

import java.util.List;

/** Shows progress in one line that is overwritten; nothing if the output is not a terminal. */
public final class ProgressLine {
  private static final int WIDTH = 78;

  private final Style style;
  private final boolean visible;
  private String shown = "";

  public ProgressLine(Style style) {
    this.style = style;
    // A console of Windows can overwrite a line, but may not support colour.
    this.visible = style.colour() || (Style.hasTerminal() && !"dumb".equals(System.getenv("TERM")));
  }

  public synchronized void show(String text) {
    if (visible) {
      System.out.print("\r" + style.quiet(Text.left("...   " + Text.safe(text, WIDTH - 6), WIDTH)));
      System.out.flush();
      shown = text;
    }
  }

  /** Prints lines where the progress is shown, which goes on below them. */
  public synchronized void print(List<String> lines) {
    String text = shown;
    clear();
    lines.forEach(System.out::println);
    if (!text.isEmpty()) {
      show(text);
    }
  }

  public synchronized void clear() {
    if (!shown.isEmpty()) {
      System.out.print("\r" + " ".repeat(WIDTH) + "\r");
      System.out.flush();
      shown = "";
    }
  }
}
