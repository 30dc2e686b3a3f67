package workshop.guide;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import workshop.lesson.Lesson;
import workshop.lesson.WorkshopFolder;

/** {@code solution}: what to change in a lesson for each task. */
@Command(
    name = "solution",
    description = {
      "Shows what to change in a lesson for each task, and the file that has it done.",
      "Exit code 0; 2: there is no such lesson."
    })
public final class SolutionCommand implements Callable<Integer> {
  @Parameters(paramLabel = "LESSON", description = "A lesson's number, name or file.")
  private String typed;

  @Override
  public Integer call() {
    Path folder = WorkshopFolder.find();
    Lesson lesson = Lesson.chosen(folder, List.of(typed)).get(0);
    lines(lesson).forEach(System.out::println);
    return 0;
  }

  static List<String> lines(Lesson lesson) {
    List<String> lines = new ArrayList<>();
    for (Task task : Tasks.of(lesson.name())) {
      lines.addAll(Words.wrap(task.number() + ". ", task.text(), Words.WIDTH));
      task.answerLines().forEach(line -> lines.add("   " + line));
    }
    lines.add("");
    lines.add("The whole file, to run as it is: ./jbang solutions/" + lesson.fileName());
    return lines;
  }
}
