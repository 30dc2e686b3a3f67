package workshop.guide;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import workshop.lesson.Lesson;
import workshop.lesson.WorkshopFolder;

/** {@code hint}: the next hint for the first open task of a lesson. */
@Command(
    name = "hint",
    description = {
      "Shows the next hint for the first open task of a lesson; the last one is the answer.",
      "Exit code 0; 2: there is no such lesson."
    })
public final class HintCommand implements Callable<Integer> {
  @Parameters(paramLabel = "LESSON", description = "A lesson's number, name or file.")
  private String typed;

  @Override
  public Integer call() throws IOException {
    Path folder = WorkshopFolder.find();
    Lesson lesson = Lesson.chosen(folder, List.of(typed)).get(0);
    Optional<List<String>> hint = next(folder, lesson, System.err::println);
    hint.orElse(
            List.of(
                "All tasks of " + lesson.name() + " are done.",
                "Its solution: ./jbang workshop solution " + lesson.name().substring(0, 2)))
        .forEach(System.out::println);
    return 0;
  }

  /** The next hint in lines, counted in the progress; empty if all tasks of the lesson are done. */
  static Optional<List<String>> next(Path folder, Lesson lesson, Consumer<String> warn)
      throws IOException {
    Progress before = Progress.load(folder, warn);
    Optional<Task> open =
        Tasks.of(lesson.name()).stream()
            .filter(task -> !before.done().contains(task.id()))
            .findFirst();
    if (open.isEmpty()) {
      return Optional.empty();
    }
    Task task = open.get();
    int all = task.hints().size();
    int number = Math.min(all, before.hints().getOrDefault(task.id(), 0) + 1);
    Progress.update(folder, progress -> progress.withHint(task.id(), number), warn);
    List<String> lines = new ArrayList<>(Words.task(task, false, Words.WIDTH));
    lines.addAll(lines(task, number, Words.WIDTH));
    return Optional.of(lines);
  }

  /** A hint by its number from 1. */
  static List<String> lines(Task task, int number, int width) {
    List<String> hint = task.hints().get(number - 1).lines().toList();
    String start = "           hint %d of %d: ".formatted(number, task.hints().size());
    List<String> lines = new ArrayList<>(Words.wrap(start, hint.get(0), width));
    hint.stream().skip(1).forEach(line -> lines.add("           " + line));
    return lines;
  }
}
