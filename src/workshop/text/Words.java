package workshop.text;

import java.util.ArrayList;
import java.util.List;

/** Sentences in lines of a width; control characters in received text are escaped. */
public final class Words {
  /** The columns of what the commands print. */
  public static final int WIDTH = 78;

  /** How much deeper the rest of a long line of code is. */
  private static final int HANGING = 4;

  private static final int MOST = 700;

  private Words() {}

  /** Wraps; the lines after the first are indented as deep as the text of the first. */
  public static List<String> wrap(String start, String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(start);
    String indent = " ".repeat(start.length());
    int room = Math.max(10, width - indent.length());
    boolean empty = true;
    for (String word : Text.safe(text, MOST).split(" ")) {
      for (String rest = word; !rest.isEmpty() || word.isEmpty(); ) {
        String piece = rest.substring(0, Math.min(room, rest.length()));
        rest = rest.substring(piece.length());
        if (!empty && line.length() + 1 + piece.length() > indent.length() + room) {
          lines.add(line.toString());
          line = new StringBuilder(indent);
          empty = true;
        }
        line.append(empty ? "" : " ").append(piece);
        empty = false;
        if (word.isEmpty()) {
          break;
        }
      }
    }
    lines.add(line.toString());
    return lines;
  }

  /**
   * Wraps a line of code at spaces and keeps its own spaces; what follows its first line is
   * indented deeper than the code, so that nobody takes it for a line of its own.
   */
  public static List<String> code(String start, String code, int width) {
    List<String> lines = new ArrayList<>();
    String rest = start + Text.safe(code, MOST);
    int depth =
        rest.length() - rest.substring(start.length()).replaceFirst("^[-+]? *", "").length();
    String indent = " ".repeat(Math.min(depth + HANGING, width / 2));
    int from = depth;
    while (rest.length() > width) {
      int space = rest.lastIndexOf(' ', width);
      int cut = space > from ? space : width;
      lines.add(rest.substring(0, cut));
      rest = indent + rest.substring(cut).stripLeading();
      from = indent.length();
    }
    lines.add(rest);
    return lines;
  }
}
