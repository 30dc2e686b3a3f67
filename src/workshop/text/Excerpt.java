package workshop.text;

/**
 * A place in a line that somebody typed, with what stands around it: at most what fits into 80
 * columns.
 */
public record Excerpt(String before, String after) {
  private static final int BEFORE = 50;
  private static final int ALL = 76;

  /**
   * @param where the place, from 0 to the length of the line
   */
  public static Excerpt of(String line, int where) {
    int from = Math.max(0, where - BEFORE);
    return new Excerpt(
        line.substring(from, where),
        line.substring(where, Math.min(line.length(), from + ALL)).stripTrailing());
  }

  /** Two lines, indented: the text, and a caret below the place. */
  public String withCaret() {
    return "  " + before + after + "\n  " + " ".repeat(before.length()) + "^";
  }
}
