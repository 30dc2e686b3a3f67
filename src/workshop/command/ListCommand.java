package workshop.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import workshop.lesson.Lesson;
import workshop.lesson.WorkshopFolder;
import workshop.task.Progress;
import workshop.task.Task;
import workshop.task.Tasks;
import workshop.task.Where;
import workshop.terminal.TaskText;
import workshop.text.Words;

/** {@code list}: the lessons and their tasks, and which are done. */
@Command(name = "list", description = "Lists the lessons and their tasks, and what is done.")
final class ListCommand implements Callable<Integer> {
  @Override
  public Integer call() throws IOException {
    Path folder = WorkshopFolder.find();
    Progress progress = Progress.load(folder, System.err::println);
    int done = 0;
    int all = 0;
    for (Lesson lesson : Lesson.in(folder)) {
      int minutes = lesson.tasks().minutes();
      Words.wrap(
              lesson.name() + "  ",
              lesson.description() + (minutes == 0 ? "" : " (" + minutes + " min)"),
              Words.WIDTH)
          .forEach(System.out::println);
      for (Task task : Tasks.of(lesson)) {
        boolean isDone = progress.done().contains(task.id());
        TaskText.task(task, Where.BY_HAND, isDone, Words.WIDTH).forEach(System.out::println);
        done += isDone ? 1 : 0;
        all++;
      }
    }
    System.out.printf("%n%d of %d tasks done.%n", done, all);
    return 0;
  }
}
