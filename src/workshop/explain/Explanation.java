package workshop.explain;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A row of TROUBLESHOOTING.md that shows log messages.
 *
 * @param why what went wrong
 * @param what what to do
 */
public record Explanation(String why, String what) {
  private static final String HEAD = "| You see |";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /**
   * The rows of the document by their causes. The cause of a row is that of its own messages; if it
   * has several messages, the last one names the cause. If two rows have the same cause, the first
   * row counts.
   */
  public static Map<Cause, Explanation> in(String document) {
    Map<Cause, Explanation> rows = new EnumMap<>(Cause.class);
    boolean inTable = false;
    for (String line : document.lines().toList()) {
      inTable = line.startsWith(HEAD) || (inTable && line.startsWith("|"));
      if (inTable && line.startsWith("| `")) {
        String[] cells = line.substring(2, line.length() - 2).split("(?<!\\\\) \\| ");
        List<LogEvent> events = LogEvent.in(messages(cells[0]));
        Cause.of(events.get(events.size() - 1))
            .ifPresent(
                cause ->
                    rows.putIfAbsent(
                        cause,
                        new Explanation(cells[3].replace("`", ""), cells[4].replace("`", ""))));
      }
    }
    return rows;
  }

  /** The messages that a cell shows, a line each. */
  private static String messages(String cell) {
    return CODE.matcher(cell)
        .results()
        .map((MatchResult code) -> code.group(1).replace("\\|", "|"))
        .collect(Collectors.joining("\n"));
  }

  /** The same about another signal than traces, in whose words the document is written. */
  public Explanation about(String signal) {
    return new Explanation(about(why, signal), about(what, signal));
  }

  private static String about(String text, String signal) {
    String parts = signal.equals("logs") ? "log records" : signal;
    return text.replaceAll("\\bspans\\b", parts).replaceAll("\\btraces\\b", signal);
  }
}
