package workshop.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import workshop.lesson.Launcher;
import workshop.lesson.Lesson;
import workshop.lesson.WorkshopFolder;
import workshop.task.Answers;
import workshop.task.Progress;
import workshop.task.Task;
import workshop.task.Tasks;
import workshop.text.Words;

/** {@code hint}: the next hint for the first open task of a lesson. */
@Command(
    name = "hint",
    description = {
      "Shows the next hint for the first open task of a lesson; the last hint is the change"
          + " itself.",
      "Exit code 0; 2: there is no such lesson."
    })
public final class HintCommand implements Callable<Integer> {
  private static final String INDENT = " ".repeat(11);

  @Parameters(paramLabel = "LESSON", description = "A lesson's number, name or file.")
  private String typed;

  @Override
  public Integer call() throws IOException {
    Path folder = WorkshopFolder.find();
    Lesson lesson = Lesson.chosen(folder, List.of(typed)).get(0);
    List<Task> tasks = Tasks.of(lesson);
    Optional<Task> open = next(folder, tasks, System.err::println);
    if (open.isEmpty()) {
      System.out.println(
          tasks.isEmpty()
              ? lesson.name() + " has no tasks."
              : "All tasks of "
                  + lesson.name()
                  + Launcher.typed(
                      " are done. To see the solution, type ./jbang workshop solution ")
                  + lesson.name().substring(0, 2));
      return 0;
    }
    Task task = open.get();
    int number = Progress.load(folder, System.err::println).hints().get(task.id());
    List<String> lines = new ArrayList<>(Words.task(task, false, Words.WIDTH));
    lines.addAll(lines(task, number, new Answers(folder), Words.WIDTH));
    lines.forEach(System.out::println);
    return 0;
  }

  /**
   * Counts one more hint in the progress, for the first open task; returns that task, or nothing if
   * all tasks are done.
   */
  public static Optional<Task> next(Path folder, List<Task> tasks, Consumer<String> warn)
      throws IOException {
    Progress before = Progress.load(folder, warn);
    Optional<Task> open =
        tasks.stream().filter(task -> !before.done().contains(task.id())).findFirst();
    if (open.isPresent()) {
      Task task = open.get();
      Progress.update(
          folder,
          progress ->
              progress.withHint(
                  task.id(),
                  Math.min(task.allHints(), progress.hints().getOrDefault(task.id(), 0) + 1)),
          warn);
    }
    return open;
  }

  /** A hint by its number from 1; the last one is the change itself. */
  public static List<String> lines(Task task, int number, Answers answers, int width) {
    boolean last = number >= task.allHints();
    String start =
        "%shint %d of %d: ".formatted(INDENT, last ? task.allHints() : number, task.allHints());
    if (!last) {
      return Words.wrap(start, task.hints().get(number - 1), width);
    }
    List<String> answer = answers.of(task);
    List<String> lines = new ArrayList<>(Words.wrap(start, answer.get(0), width));
    answer.stream().skip(1).forEach(line -> lines.add(INDENT + line));
    return lines;
  }
}
