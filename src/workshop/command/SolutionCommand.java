package workshop.command;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import workshop.lesson.Lesson;
import workshop.lesson.WorkshopFolder;
import workshop.task.Answers;
import workshop.task.Tasks;
import workshop.task.Where;
import workshop.terminal.TaskText;
import workshop.text.Words;

/** {@code solution}: what to change in a lesson for each task. */
@Command(
    name = "solution",
    description = {
      "Shows what to change in a lesson for each task, and the file with all changes made.",
      "Exit code 0; 2: there is no such lesson."
    })
final class SolutionCommand implements Callable<Integer> {
  @Parameters(paramLabel = "LESSON", description = "A lesson's number, name or file.")
  private String typed;

  @Override
  public Integer call() {
    Path folder = WorkshopFolder.find();
    Lesson lesson = Lesson.chosen(folder, List.of(typed)).get(0);
    TaskText.solution(lesson, Tasks.of(lesson), Where.BY_HAND, new Answers(folder), Words.WIDTH)
        .forEach(System.out::println);
    return 0;
  }
}
