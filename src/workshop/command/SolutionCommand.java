package workshop.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import workshop.lesson.Launcher;
import workshop.lesson.Lesson;
import workshop.lesson.WorkshopFolder;
import workshop.task.Answers;
import workshop.task.Task;
import workshop.task.Tasks;
import workshop.text.Words;

/** {@code solution}: what to change in a lesson for each task. */
@Command(
    name = "solution",
    description = {
      "Shows what to change in a lesson for each task, and the file with all changes made.",
      "Exit code 0; 2: there is no such lesson."
    })
public final class SolutionCommand implements Callable<Integer> {
  @Parameters(paramLabel = "LESSON", description = "A lesson's number, name or file.")
  private String typed;

  @Override
  public Integer call() {
    Path folder = WorkshopFolder.find();
    Lesson lesson = Lesson.chosen(folder, List.of(typed)).get(0);
    lines(lesson, Tasks.of(lesson), new Answers(folder)).forEach(System.out::println);
    return 0;
  }

  public static List<String> lines(Lesson lesson, List<Task> tasks, Answers answers) {
    if (tasks.isEmpty()) {
      return List.of(lesson.name() + " has no tasks.");
    }
    List<String> lines = new ArrayList<>();
    for (Task task : tasks) {
      lines.addAll(Words.wrap(task.number() + ". ", task.text(), Words.WIDTH));
      answers.of(task).forEach(line -> lines.add("   " + line));
    }
    lines.add("");
    lines.add(Launcher.typed("To run the solution, type ./jbang " + lesson.solutionFile()));
    return lines;
  }
}
