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
 * purpose} or {@code 3 spans ended, 3 logged}.
 *
 * @param ended spans that ended
 * @param exported spans that a backend acknowledged or, if {@code logged}, that were logged
 * @param logged whether the lesson sends nothing and only logs
 * @param lostOnPurpose spans that the lesson loses to show how that happens
 */
public record Verdict(int ended, int exported, boolean logged, int lostOnPurpose) {
  private static final Pattern LINE =
      Pattern.compile(
          "(\\d+) spans? ended, (\\d+) (acknowledged|logged)(?:, (\\d+) lost on purpose)?\\b.*");

  /** The last line of the output that has the form of a verdict. */
  public static Optional<Verdict> find(List<String> output) {
    for (int i = output.size() - 1; i >= 0; i--) {
      Matcher line = LINE.matcher(output.get(i).strip());
      if (line.matches()) {
        return Optional.of(
            new Verdict(
                Integer.parseInt(line.group(1)),
                Integer.parseInt(line.group(2)),
                line.group(3).equals("logged"),
                line.group(4) == null ? 0 : Integer.parseInt(line.group(4))));
      }
    }
    return Optional.empty();
  }

  /** Whether each span that ended was exported, or lost on purpose. */
  boolean complete() {
    return ended > 0 && exported + lostOnPurpose == ended;
  }

  /** {@code acknowledged} or {@code logged}. */
  public String exportedWord() {
    return logged ? "logged" : "acknowledged";
  }

  /** The spans that a partial success rejected; the exporter counts them as acknowledged. */
  public static long rejected(Inbox inbox) {
    return inbox.exchanges().stream()
        .filter(each -> each.signal() == Signal.TRACES && each.answer().accepted())
        .mapToLong(each -> Math.min(each.items(), each.answer().rejected()))
        .sum();
  }

  /**
   * What is wrong with a lesson's run, a sentence each; nothing if all that should arrive arrived.
   *
   * @param inbox what the backend received from this run alone
   */
  public static List<String> problems(LessonProcess.Result result, Inbox inbox) {
    long arrived = inbox.received(Signal.TRACES);
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
    if (!said.complete()) {
      problems.add(
          "%d of %d spans were not %s"
              .formatted(said.ended - said.exported, said.ended, said.exportedWord()));
    }
    if (!said.logged && said.exported != arrived + rejected(inbox)) {
      problems.add("%d were acknowledged, but %d arrived".formatted(said.exported, arrived));
    }
    if (said.logged && arrived > 0) {
      problems.add("it says that it only logs, but %d arrived".formatted(arrived));
    }
    return problems;
  }
}
