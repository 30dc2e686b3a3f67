package workshop.terminal;

/** What is going on, in one line that is overwritten; nothing where that would leave traces. */
public final class Progress {
  private static final int WIDTH = 78;

  private final Style style;
  private boolean shown;

  /** Shows something only on a terminal that can show colour: the others cannot go back. */
  public Progress(Style style) {
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
