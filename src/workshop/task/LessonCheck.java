package workshop.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import workshop.lesson.LessonProcess;

/**
 * Judges the tasks of a lesson by one run. A run that met a fault of the backend is only about the
 * tasks that need one, if the lesson has such tasks.
 */
public final class LessonCheck {
  private static final Pattern COMPILER =
      Pattern.compile("(?:.*[/\\\\])?([^/\\\\]+\\.java:\\d+): error: (.*)");
  private static final Pattern EXCEPTION =
      Pattern.compile("Exception in thread \"[^\"]*\" (?:[\\w$]+\\.)*(.*)");

  /** Lines from the compiler's message to its caret; some messages have several. */
  private static final int FURTHEST_CARET = 8;

  private LessonCheck() {}

  /** The finding of each task that the run is about, by what arrived and was printed. */
  public static Map<Task, Finding> judge(List<Task> tasks, Arrived arrived) {
    List<Task> withFault = Tasks.withFault(tasks);
    Map<Task, Finding> findings = new LinkedHashMap<>();
    (arrived.metFault() && !withFault.isEmpty() ? withFault : tasks)
        .forEach(task -> findings.put(task, task.check().judge(arrived)));
    return findings;
  }

  /** The same for a run of the tool; if it failed and sent nothing, the findings say why. */
  public static Map<Task, Finding> judge(
      List<Task> tasks, Arrived arrived, LessonProcess.Result result) {
    Map<Task, Finding> findings = judge(tasks, arrived);
    Optional<String> problem = problem(result);
    if (problem.isPresent() && arrived.requests().isEmpty()) {
      findings.replaceAll((task, finding) -> new Finding(false, problem.get()));
    }
    return findings;
  }

  /** Why a run failed, if it did: what the compiler said, or an exception, or the last line. */
  public static Optional<String> problem(LessonProcess.Result result) {
    if (result.timedOut()) {
      return Optional.of("The lesson timed out after %d s.".formatted(result.took().toSeconds()));
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
                      .filter(line -> !line.isBlank() && !line.contains("terminal, type "))
                      .toList();
              return "It ended with exit code %d%s"
                  .formatted(
                      result.exitCode(),
                      said.isEmpty() ? "." : ": " + said.get(said.size() - 1).strip());
            }));
  }

  /** The line that does not compile and the compiler's caret below it; empty if it compiles. */
  public static List<String> place(List<String> output) {
    for (int i = 0; i + 2 < output.size(); i++) {
      if (COMPILER.matcher(output.get(i)).matches()) {
        List<String> after = output.subList(i + 1, Math.min(output.size(), i + 1 + FURTHEST_CARET));
        for (int j = 1; j < after.size(); j++) {
          if (after.get(j).strip().equals("^")) {
            String both = after.get(j - 1) + "\n" + after.get(j);
            return both.stripIndent().lines().toList();
          }
        }
        return List.of();
      }
    }
    return List.of();
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
