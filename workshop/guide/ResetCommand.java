package workshop.guide;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import workshop.lesson.Lesson;
import workshop.lesson.WorkshopFolder;

/** {@code reset}: brings the shipped text of a lesson back. */
@Command(
    name = "reset",
    description = {
      "Brings the shipped text of a lesson back, keeps yours under another name, and opens the"
          + " lesson's tasks again.",
      "Exit code 0; 1: the shipped text cannot be had; 2: there is no such lesson."
    })
public final class ResetCommand implements Callable<Integer> {
  @Parameters(paramLabel = "LESSON", description = "A lesson's number, name or file.")
  private String typed;

  @Override
  public Integer call() throws IOException {
    Path folder = WorkshopFolder.find();
    Lesson lesson = Lesson.chosen(folder, List.of(typed)).get(0);
    Path kept = Shipped.reset(folder, lesson);
    Progress.update(folder, before -> before.without(lesson.name()), System.err::println);
    System.out.println(
        lesson.fileName()
            + (kept == null
                ? " is as it was shipped."
                : " is as it was shipped; your text is kept as " + kept.getFileName() + "."));
    return 0;
  }
}
