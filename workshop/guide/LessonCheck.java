package workshop.guide;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import workshop.lesson.Lesson;
import workshop.lesson.LessonProcess;

/**
 * Judges the tasks of a lesson by one run. A run that a fault on demand refused tells only of the
 * task that asks for faults, if the lesson has one.
 */
public final class LessonCheck {
  private static final Pattern COMPILER =
      Pattern.compile("(?:.*[/\\\\])?([^/\\\\]+\\.java:\\d+): error: (.*)");
  private static final Pattern EXCEPTION =
      Pattern.compile("Exception in thread \"[^\"]*\" (?:[\\w$]+\\.)*(.*)");

  private LessonCheck() {}

  /** The finding of each task, by what arrived alone: for a run that was started by hand. */
  public static Map<Task, Finding> judge(Lesson lesson, Arrived arrived) {
    Map<Task, Finding> findings = new LinkedHashMap<>();
    Optional<Task> withFault = Tasks.withFault(lesson.name());
    List<Task> tasks =
        withFault.isPresent() && !arrived.refused().isEmpty()
            ? List.of(withFault.get())
            : Tasks.of(lesson.name());
    tasks.forEach(task -> findings.put(task, task.check().judge(arrived)));
    return findings;
  }

  /** The finding of each task. A run that sent nothing and failed says why instead. */
  public static Map<Task, Finding> judge(
      Lesson lesson, Arrived arrived, LessonProcess.Result result) {
    Map<Task, Finding> findings = judge(lesson, arrived);
    Optional<String> problem = problem(result);
    if (problem.isPresent() && arrived.requests().isEmpty()) {
      findings.replaceAll((task, finding) -> new Finding(false, problem.get()));
    }
    return findings;
  }

  /** Why a run did not come to its end, if it did not: the compiler's words, or an exception's. */
  static Optional<String> problem(LessonProcess.Result result) {
    if (result.timedOut()) {
      return Optional.of(
          "The lesson was ended after %d s: it did not end by itself."
              .formatted(result.took().toSeconds()));
    }
    if (result.exitCode() == 0) {
      return Optional.empty();
    }
    Optional<String> words =
        Stream.of(
                first(result.output(), COMPILER, "It does not compile, %s: %s"),
                first(result.output(), EXCEPTION, "It ended with an exception: %s"))
            .flatMap(Optional::stream)
            .findFirst();
    return Optional.of(
        words.orElseGet(
            () -> {
              List<String> said =
                  result.output().stream()
                      .filter(line -> !line.isBlank() && !line.startsWith("Type ./jbang"))
                      .toList();
              return "It ended with exit code %d%s"
                  .formatted(
                      result.exitCode(),
                      said.isEmpty() ? "." : ": " + said.get(said.size() - 1).strip());
            }));
  }

  private static Optional<String> first(List<String> lines, Pattern pattern, String format) {
    return lines.stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(
            match ->
                match.groupCount() == 2
                    ? format.formatted(match.group(1), match.group(2))
                    : format.formatted(match.group(1)))
        .findFirst();
  }
}
