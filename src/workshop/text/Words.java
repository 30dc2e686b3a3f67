package workshop.text;

import java.util.ArrayList;
import java.util.List;

/** Sentences in lines of a width; control characters in received text are escaped. */
public final class Words {
  /** The columns of what the commands print. */
  public static final int WIDTH = 78;

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
}
