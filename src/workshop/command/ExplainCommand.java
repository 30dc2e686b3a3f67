package workshop.command;

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
import workshop.explain.Explanation;
import workshop.explain.Explanation.Message;
import workshop.lesson.Launcher;
import workshop.lesson.WorkshopFolder;
import workshop.text.Text;

/** {@code explain}: finds what the lines of a log mean. */
@Command(
    name = "explain",
    description = {
      "Explains log lines: why they appear, and what to do. Give one line as an argument, or a"
          + " whole log with its stack traces on standard input.",
      "Exit code 0: at least one line is known. Exit code 1: no line is known."
    },
    footer = {
      "",
      "Examples:",
      "  ./jbang workshop explain \"Server responded with HTTP status code 401\"",
      "  ./jbang workshop explain < app.log"
    })
final class ExplainCommand implements Callable<Integer> {
  private static final int MOST_BYTES = 4 << 20;
  private static final int MOST_OF_A_LINE = 2000;
  private static final int SHOWN_OF_A_LINE = 120;

  @Parameters(arity = "0..*", paramLabel = "LINE", description = "A log line, in quotes.")
  private List<String> words = List.of();

  @Override
  public Integer call() throws IOException {
    String document = Files.readString(WorkshopFolder.find().resolve("TROUBLESHOOTING.md"));
    List<Explanation> rows = Explanation.in(document);
    Map<Message, String> lines = linesOf(rows, read());
    List<Explanation> known =
        rows.stream().filter(row -> lines.keySet().containsAll(row.messages())).toList();
    if (known.isEmpty()) {
      // The user gave a cause without the line above it.
      known = rows.stream().filter(row -> lines.containsKey(row.last())).toList();
    }
    if (known.isEmpty()) {
      System.err.println(
          lines.isEmpty()
              ? Launcher.typed(
                  "TROUBLESHOOTING.md does not know these lines. If spans are missing and nothing"
                      + " is logged, read\n"
                      + "\"Nothing is logged\" there. To check this machine, run ./jbang workshop"
                      + " doctor.")
              : "These lines say that something failed, but not why. Add the line that follows in"
                  + " the log:\nthe first line of the stack trace names the cause.");
      return 1;
    }
    // If several rows match the same lines, the first row is the most exact.
    Map<String, Explanation> explained = new LinkedHashMap<>();
    for (Explanation row : known) {
      String shown =
          row.messages().stream()
              .map(lines::get)
              .filter(Objects::nonNull)
              .distinct()
              .map(line -> Text.safe(line, SHOWN_OF_A_LINE) + "\n")
              .collect(Collectors.joining());
      explained.putIfAbsent(shown, row);
    }
    System.out.print(
        explained.entrySet().stream()
            .map(
                each ->
                    "%s  why:  %s%n  do:   %s%n"
                        .formatted(each.getKey(), each.getValue().why(), each.getValue().what()))
            .collect(Collectors.joining("\n")));
    return 0;
  }

  /** Each message that occurs in the log, with the first line where it occurs. */
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
      System.err.println("Paste the log, then press Ctrl-D (on Windows: Ctrl-Z, then Enter).");
    }
    return new String(System.in.readNBytes(MOST_BYTES), UTF_8);
  }
}
