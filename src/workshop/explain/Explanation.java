package workshop.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A row of TROUBLESHOOTING.md that shows log messages.
 *
 * @param messages all messages of the row, in order; the last one names the cause
 * @param why what went wrong
 * @param what what to do
 */
public record Explanation(List<Message> messages, String why, String what) {
  private static final String HEAD = "| You see |";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** The rows of the document, in order. */
  public static List<Explanation> in(String document) {
    List<Explanation> rows = new ArrayList<>();
    boolean inTable = false;
    for (String line : document.lines().toList()) {
      inTable = line.startsWith(HEAD) || (inTable && line.startsWith("|"));
      if (inTable && line.startsWith("| `")) {
        String[] cells = line.substring(2, line.length() - 2).split("(?<!\\\\) \\| ");
        rows.add(
            new Explanation(
                CODE.matcher(cells[0]).results().map(Message::new).toList(),
                cells[3].replace("`", ""),
                cells[4].replace("`", "")));
      }
    }
    return rows;
  }

  public Message last() {
    return messages.get(messages.size() - 1);
  }

  /**
   * A message as the document shows it: {@code N}, {@code HOST} and {@code PORT} stand for values
   * that differ, and {@code ...} at the end for any text. If the message ends in a space, nothing
   * follows it in its line.
   */
  public record Message(String text) {
    private static final Pattern DIFFERS = Pattern.compile("\\bHOST:PORT\\b|\\bHOST\\b|\\bN\\b");

    /** Shorter pieces of a message occur in too many other lines. */
    private static final int SHORTEST_PIECE = 12;

    private Message(MatchResult code) {
      // Without the level, because every logging framework writes it differently.
      this(
          code.group(1)
              .replace("\\|", "|")
              .replaceFirst("^[A-Z]+: ", "")
              .replaceFirst(" ?\\.\\.\\.$", ""));
    }

    /** Finds the message in a stripped log line, with any text before and after it. */
    public Pattern pattern() {
      StringBuilder pattern = new StringBuilder();
      int end = 0;
      for (MatchResult match : DIFFERS.matcher(text).results().toList()) {
        pattern.append(quoted(text.substring(end, match.start())));
        pattern.append(match.group().equals("HOST:PORT") ? "\\S+:\\d+" : "\\S+");
        end = match.end();
      }
      pattern.append(quoted(text.substring(end).stripTrailing()));
      return Pattern.compile(pattern + (text.endsWith(" ") ? "$" : ""));
    }

    /** The exporters for metrics and logs print the same messages. */
    private static String quoted(String text) {
      return Pattern.quote(text).replace(" spans", " \\E(?:spans|metrics|logs)\\Q");
    }

    /** Whether the line is a piece of this message that is longer than a word. */
    public boolean hasPiece(String line) {
      return line.length() >= SHORTEST_PIECE && line.contains(" ") && text.contains(line);
    }
  }
}
