package workshop.explain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import workshop.explain.Explanation.Message;
import workshop.lesson.WorkshopFolder;
import workshop.terminal.Text;

/** {@code explain}: what a line of log means. */
@Command(
    name = "explain",
    description = {
      "Says what lines of a log mean, and what to do. They come as an argument or on standard"
          + " input; a whole log with its stack traces will do.",
      "Exit code 0; 1: none of them is known."
    },
    footer = {
      "",
      "Examples:",
      "  ./jbang workshop explain \"Server responded with HTTP status code 401\"",
      "  ./jbang workshop explain < app.log"
    })
public final class ExplainCommand implements Callable<Integer> {
  private static final int MOST_BYTES = 4 << 20;
  private static final int MOST_OF_A_LINE = 2000;
  private static final int SHOWN_OF_A_LINE = 120;

  @Parameters(arity = "0..*", paramLabel = "LINE", description = "A line of a log, in quotes.")
  private List<String> words = List.of();

  @Override
  public Integer call() throws IOException {
    String document = Files.readString(WorkshopFolder.find().resolve("TROUBLESHOOTING.md"));
    List<Explanation> rows = Explanation.in(document);
    Map<Message, String> lines = linesOf(rows, read());
    List<Explanation> known =
        rows.stream().filter(row -> lines.keySet().containsAll(row.messages())).toList();
    if (known.isEmpty()) {
      // A cause without the line that it stood below.
      known = rows.stream().filter(row -> lines.containsKey(row.last())).toList();
    }
    if (known.isEmpty()) {
      System.err.println(
          lines.isEmpty()
              ? "TROUBLESHOOTING.md has no such line. If nothing is logged and spans are missing,"
                  + " read\n\"Nothing is said\" there. ./jbang workshop doctor looks at this machine."
              : "An export failed. The cause stands in the line below, and none is known that you"
                  + " gave:\ngive the first line of the stack trace, too.");
      return 1;
    }
    // Of rows for the same lines the first is the most exact.
    Map<String, Explanation> told = new LinkedHashMap<>();
    for (Explanation row : known) {
      String shown =
          row.messages().stream()
              .map(lines::get)
              .filter(Objects::nonNull)
              .distinct()
              .map(line -> Text.safe(line, SHOWN_OF_A_LINE) + "\n")
              .collect(Collectors.joining());
      told.putIfAbsent(shown, row);
    }
    System.out.print(
        told.entrySet().stream()
            .map(
                each ->
                    "%s  why:  %s%n  do:   %s%n"
                        .formatted(each.getKey(), each.getValue().why(), each.getValue().what()))
            .collect(Collectors.joining("\n")));
    return 0;
  }

  /** For each message that the log has, the first line with it. */
  private static Map<Message, String> linesOf(List<Explanation> rows, String log) {
    List<String> lines =
        log.lines()
            .map(line -> line.substring(0, Math.min(line.length(), MOST_OF_A_LINE)).strip())
            .toList();
    Map<Message, String> found = new HashMap<>();
    for (Explanation row : rows) {
      for (Message message : row.messages()) {
        Pattern pattern = message.pattern();
        lines.stream()
            .filter(line -> pattern.matcher(line).find() || message.hasPiece(line))
            .findFirst()
            .ifPresent(line -> found.put(message, line));
      }
    }
    return found;
  }

  private String read() throws IOException {
    if (!words.isEmpty()) {
      return String.join(" ", words);
    }
    if (System.console() != null) {
      System.err.println("Paste the lines, then press Ctrl-D; on Windows Ctrl-Z and Enter.");
    }
    return new String(System.in.readNBytes(MOST_BYTES), UTF_8);
  }
}
