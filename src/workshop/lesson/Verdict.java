package workshop.lesson;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.wire.Inbox;
import workshop.wire.Signal;

/**
 * What a lesson counts in the last line it prints: {@code 4 spans ended, 3 acknowledged, 1 lost on
 * purpose}, {@code 3 spans ended, 3 logged} or {@code 5 data points sent, 5 acknowledged}.
 *
 * @param signal what it counts: spans, data points or log records
 * @param ended spans that ended, or what else was sent
 * @param exported what a backend acknowledged or, if {@code logged}, what was logged
 * @param logged whether the lesson sends nothing and only logs
 * @param lostOnPurpose what the lesson loses to show how that happens
 */
public record Verdict(Signal signal, int ended, int exported, boolean logged, int lostOnPurpose) {
  private static final Pattern LINE =
      Pattern.compile(
          "(?<ended>\\d+) (?<what>span|data point|log record)s? (?:ended|sent),"
              + " (?<exported>\\d+) (?<how>acknowledged|logged)"
              + "(?:, (?<lost>\\d+) lost on purpose)?\\b.*");

  /** The last line of the output that has the form of a verdict. */
  public static Optional<Verdict> find(List<String> output) {
    for (int i = output.size() - 1; i >= 0; i--) {
      Matcher line = LINE.matcher(output.get(i).strip());
      if (line.matches()) {
        return Optional.of(
            new Verdict(
                signal(line.group("what")),
                Integer.parseInt(line.group("ended")),
                Integer.parseInt(line.group("exported")),
                line.group("how").equals("logged"),
                line.group("lost") == null ? 0 : Integer.parseInt(line.group("lost"))));
      }
    }
    return Optional.empty();
  }

  private static Signal signal(String what) {
    return switch (what) {
      case "data point" -> Signal.METRICS;
      case "log record" -> Signal.LOGS;
      default -> Signal.TRACES;
    };
  }

  /** Whether each span that ended was exported, or lost on purpose. */
  boolean complete() {
    return ended > 0 && exported + lostOnPurpose == ended;
  }

  /** {@code acknowledged} or {@code logged}. */
  public String exportedWord() {
    return logged ? "logged" : "acknowledged";
  }

  /** {@code ended} or {@code sent}. */
  public String endedWord() {
    return signal == Signal.TRACES ? "ended" : "sent";
  }

  /** What a partial success rejected; the exporter counts it as acknowledged. */
  public static long rejected(Signal signal, Inbox inbox) {
    return inbox.exchanges().stream()
        .filter(each -> each.signal() == signal && each.answer().accepted())
        .mapToLong(each -> Math.min(each.items(), each.answer().rejected()))
        .sum();
  }

  /**
   * What is wrong with a lesson's run, a sentence each; nothing if all that should arrive arrived.
   *
   * @param inbox what the backend received from this run alone
   */
  public static List<String> problems(LessonProcess.Result result, Inbox inbox) {
    if (result.timedOut()) {
      return List.of("timed out after " + result.took().toSeconds() + " s");
    }
    List<String> problems = new ArrayList<>();
    if (result.exitCode() != 0) {
      problems.add("exit code " + result.exitCode());
    }
    Optional<Verdict> verdict = find(result.output());
    if (verdict.isEmpty()) {
      problems.add("it printed no line such as \"3 spans ended, 3 acknowledged\"");
      return problems;
    }
    Verdict said = verdict.get();
    long arrived = inbox.received(said.signal);
    if (!said.complete()) {
      problems.add(
          "%d of %s were not %s"
              .formatted(
                  said.ended - said.exported, said.signal.items(said.ended), said.exportedWord()));
    }
    if (!said.logged && said.exported != arrived + rejected(said.signal, inbox)) {
      problems.add("%d were acknowledged, but %d arrived".formatted(said.exported, arrived));
    }
    if (said.logged && arrived > 0) {
      problems.add("it says that it only logs, but %d arrived".formatted(arrived));
    }
    return problems;
  }
}
