package workshop.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import workshop.lesson.Launcher;
import workshop.lesson.Lesson;
import workshop.lesson.WorkshopFolder;
import workshop.task.Answers;
import workshop.task.Progress;
import workshop.task.Task;
import workshop.task.Tasks;
import workshop.task.Where;
import workshop.terminal.TaskText;
import workshop.text.Words;

/** {@code hint}: the next hint for the first open task of a lesson. */
@Command(
    name = "hint",
    description = {
      "Shows the next hint for the first open task of a lesson; the last hint is the change"
          + " itself.",
      "Exit code 0; 2: there is no such lesson."
    })
final class HintCommand implements Callable<Integer> {
  @Parameters(paramLabel = "LESSON", description = "A lesson's number, name or file.")
  private String typed;

  @Override
  public Integer call() throws IOException {
    Path folder = WorkshopFolder.find();
    Lesson lesson = Lesson.chosen(folder, List.of(typed)).get(0);
    List<Task> tasks = Tasks.of(lesson);
    Optional<Task> open = Progress.nextHint(folder, tasks, System.err::println);
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
    List<String> lines = new ArrayList<>(TaskText.task(task, Where.BY_HAND, false, Words.WIDTH));
    lines.addAll(TaskText.hint(task, number, new Answers(folder), Words.WIDTH));
    lines.forEach(System.out::println);
    return 0;
  }
}
