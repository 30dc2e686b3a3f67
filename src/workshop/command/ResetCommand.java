package workshop.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import workshop.lesson.Lesson;
import workshop.lesson.WorkshopFolder;
import workshop.task.Progress;
import workshop.task.Shipped;

/** {@code reset}: brings the shipped text of a lesson back. */
@Command(
    name = "reset",
    description = {
      "Brings the shipped text of a lesson back, from git or from the copy that was made when the"
          + " tool first started. It keeps your text under another name, and opens the lesson's"
          + " tasks again.",
      "Exit code 0; 1: there is no shipped text; 2: there is no such lesson."
    })
final class ResetCommand implements Callable<Integer> {
  @Parameters(paramLabel = "LESSON", description = "A lesson's number, name or file.")
  private String typed;

  @Override
  public Integer call() throws IOException {
    Path folder = WorkshopFolder.find();
    Lesson lesson = Lesson.chosen(folder, List.of(typed)).get(0);
    Shipped.Reset reset = Shipped.reset(folder, lesson);
    Progress.update(folder, before -> before.without(lesson.name()), System.err::println);
    System.out.printf("%s is as shipped, from %s.%n", lesson.fileName(), reset.source());
    reset
        .kept()
        .ifPresent(kept -> System.out.printf("Your text is kept as %s.%n", kept.getFileName()));
    return 0;
  }
}
