package workshop.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import workshop.explain.Cause;
import workshop.explain.Explanation;
import workshop.explain.LogEvent;
import workshop.lesson.Launcher;
import workshop.lesson.WorkshopFolder;
import workshop.text.Secrets;
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
  private static final int SHOWN_OF_A_LINE = 120;

  @Parameters(arity = "0..*", paramLabel = "LINE", description = "A log line, in quotes.")
  private List<String> words = List.of();

  @Override
  public Integer call() throws IOException {
    String document = Files.readString(WorkshopFolder.find().resolve("TROUBLESHOOTING.md"));
    Map<Cause, Explanation> rows = Explanation.in(document);
    List<LogEvent> events = LogEvent.in(read());
    Map<Cause, LogEvent> known = new LinkedHashMap<>();
    for (LogEvent event : events) {
      Cause.of(event).filter(rows::containsKey).ifPresent(cause -> known.putIfAbsent(cause, event));
    }
    if (known.isEmpty()) {
      System.err.println(
          events.stream().noneMatch(each -> each.isFailure() && Cause.of(each).isEmpty())
              ? Launcher.typed(
                  "TROUBLESHOOTING.md does not know these lines. If spans are missing and nothing"
                      + " is logged, read\n"
                      + "\"Nothing is logged\" there. To check this machine, run ./jbang workshop"
                      + " doctor.")
              : "These lines say that something failed, but not why. Add the line that follows in"
                  + " the log:\nthe first line of the stack trace names the cause.");
      return 1;
    }
    System.out.print(
        known.entrySet().stream()
            .map(each -> explained(each.getValue(), each.getKey(), rows.get(each.getKey())))
            .collect(Collectors.joining("\n")));
    return 0;
  }

  private static String explained(LogEvent event, Cause cause, Explanation row) {
    Explanation explanation = event.otherSignal().map(row::about).orElse(row);
    return event.shown(cause).stream()
        .map(line -> Text.safe(Secrets.inText(line), SHOWN_OF_A_LINE) + "\n")
        .collect(
            Collectors.joining(
                "",
                "",
                "  why:  %s%n  do:   %s%n".formatted(explanation.why(), explanation.what())));
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
