package workshop.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A row of TROUBLESHOOTING.md that shows messages.
 *
 * @param messages all of them, from above; the last one is the most telling
 * @param why what went wrong
 * @param what what to do about it
 */
record Explanation(List<Message> messages, String why, String what) {
  private static final String HEAD = "| You see |";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** The rows of a document, in its order. */
  static List<Explanation> in(String document) {
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

  Message last() {
    return messages.get(messages.size() - 1);
  }

  /**
   * A message as the document has it: {@code N}, {@code HOST} and {@code PORT} stand for what
   * differs, and {@code ...} at its end for words of others.
   */
  record Message(String text) {
    private static final Pattern DIFFERS = Pattern.compile("\\bHOST:PORT\\b|\\bHOST\\b|\\bN\\b");

    /** Shorter pieces of a message are too common. */
    private static final int SHORTEST_PIECE = 12;

    private Message(MatchResult code) {
      // Not the level, which each logging framework has in words of its own.
      this(
          code.group(1)
              .replace("\\|", "|")
              .replaceFirst("^[A-Z]+: ", "")
              .replaceFirst(" ?\\.\\.\\.$", ""));
    }

    /** Finds the message in a line of log, whatever stands before and after it. */
    Pattern pattern() {
      StringBuilder pattern = new StringBuilder();
      int end = 0;
      for (MatchResult match : DIFFERS.matcher(text).results().toList()) {
        pattern.append(quoted(text.substring(end, match.start())));
        pattern.append(match.group().equals("HOST:PORT") ? "\\S+:\\d+" : "\\S+");
        end = match.end();
      }
      return Pattern.compile(pattern + quoted(text.substring(end)));
    }

    /** The exporters for metrics and logs say the same of theirs. */
    private static String quoted(String text) {
      return Pattern.quote(text).replace(" spans", " \\E(?:spans|metrics|logs)\\Q");
    }

    /** Whether a line is a piece of this message, more than a word. */
    boolean hasPiece(String line) {
      return line.length() >= SHORTEST_PIECE && line.contains(" ") && text.contains(line);
    }
  }
}
