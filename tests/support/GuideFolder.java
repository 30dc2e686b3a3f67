package support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import workshop.lesson.Lesson;

/** A copy of what a learner has: the lessons, their tasks and solutions, and a launcher. */
public final class GuideFolder {
  public static final List<Lesson> LESSONS = Lesson.in(Checkout.FOLDER);

  private GuideFolder() {}

  /** A folder whose path has a space. */
  public static Path in(Path temp) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("a folder"));
    Files.createDirectory(folder.resolve("tasks"));
    Files.createDirectory(folder.resolve("solutions"));
    for (Lesson lesson : LESSONS) {
      String tasks = "tasks/" + lesson.name() + ".json";
      for (String file : List.of(lesson.fileName(), tasks, lesson.solutionFile())) {
        Files.copy(Checkout.FOLDER.resolve(file), folder.resolve(file));
      }
    }
    Path launcher = folder.resolve("jbang");
    String checkout = Checkout.FOLDER.resolve("jbang").toString();
    Files.writeString(launcher, "#!/bin/sh\nexec '" + checkout + "' \"$@\"\n");
    if (!launcher.toFile().setExecutable(true)) {
      throw new IOException(launcher + " cannot be made executable");
    }
    return folder;
  }

  /** Replaces a piece of a file that stands there once. */
  public static void edit(Path file, String before, String after) throws IOException {
    String text = Files.readString(file);
    int at = text.indexOf(before);
    if (at < 0 || text.indexOf(before, at + 1) >= 0) {
      throw new AssertionError(file.getFileName() + " has not once: " + before);
    }
    Files.writeString(file, text.replace(before, after));
  }
}
