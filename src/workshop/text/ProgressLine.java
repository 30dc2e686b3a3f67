package workshop.text;

/** Shows progress in one line that is overwritten; nothing if the output is not a terminal. */
public final class ProgressLine {
  private static final int WIDTH = 78;

  private final Style style;
  private boolean shown;

  /** Shows it only on a terminal that supports colour: others cannot overwrite a line. */
  public ProgressLine(Style style) {
    this.style = style;
  }

  public synchronized void show(String text) {
    if (style.colour()) {
      System.out.print("\r" + style.quiet(Text.left("...   " + Text.safe(text, WIDTH - 6), WIDTH)));
      System.out.flush();
      shown = true;
    }
  }

  public synchronized void clear() {
    if (shown) {
      System.out.print("\r" + " ".repeat(WIDTH) + "\r");
      System.out.flush();
      shown = false;
    }
  }
}
