package workshop.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import workshop.lesson.Launcher;
import workshop.lesson.Lesson;
import workshop.lesson.WorkshopFolder;
import workshop.task.Checks;
import workshop.task.Finding;
import workshop.task.LessonRuns;
import workshop.task.Progress;
import workshop.task.Task;
import workshop.task.Tasks;
import workshop.task.Where;
import workshop.terminal.TaskText;
import workshop.text.Style;
import workshop.text.Words;

/** {@code check}: runs lessons as they are, and checks their tasks by what arrived. */
@Command(
    name = "check",
    description = {
      "Runs lessons and checks their tasks by what arrived. A task that needs a fault is checked by"
          + " a second run that meets it.",
      "Exit code 0: all tasks are done; 1: a task is open; 2: there is no such lesson."
    },
    footer = {
      "",
      "Examples:",
      "  ./jbang workshop check            all lessons",
      "  ./jbang workshop check 02 04      two of them"
    })
final class CheckCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "LESSON",
      description = "A lesson's number, name or file; all lessons if none is given.")
  private List<String> typed = List.of();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "180",
      description = "Stop a lesson that takes longer than this (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  private final Style style = Style.detect();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = WorkshopFolder.find();
    int open = 0;
    int all = 0;
    for (Lesson lesson : Lesson.chosen(folder, typed)) {
      System.out.println(style.strong(lesson.name()));
      List<Task> tasks = Tasks.of(lesson);
      if (tasks.isEmpty()) {
        continue;
      }
      LessonRuns runs = new LessonRuns(folder, lesson, Duration.ofSeconds(timeoutSeconds));
      Map<Task, Finding> findings = runs.judge(lesson.fileName(), tasks);
      findings.forEach(this::print);
      all += findings.size();
      open += (int) findings.values().stream().filter(finding -> !finding.done()).count();
      Progress.update(folder, before -> before.withDone(findings), System.err::println);
    }
    System.out.println();
    System.out.println(
        open == 0
            ? style.good("All done") + ": " + Checks.count(all, "task") + "."
            : style.bad(open + " of " + Checks.count(all, "task") + " open.")
                + Launcher.typed(" For a hint, type ./jbang workshop hint LESSON"));
    return open == 0 ? 0 : 1;
  }

  private void print(Task task, Finding finding) {
    boolean done = finding.done();
    TaskText.task(task, Where.BY_HAND, done, Words.WIDTH)
        .forEach(line -> System.out.println(done ? style.good(line) : line));
    TaskText.below(finding.text(Where.BY_HAND), Words.WIDTH)
        .forEach(line -> System.out.println(done ? line : style.bad(line)));
    if (done) {
      TaskText.below(task.about(), Words.WIDTH)
          .forEach(line -> System.out.println(style.quiet(line)));
    }
  }
}
