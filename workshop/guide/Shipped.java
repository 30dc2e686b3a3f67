package workshop.guide;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import workshop.lesson.Lesson;

/**
 * The lessons as they were shipped. They are had from their solutions, by undoing the edits of the
 * tasks: so no third copy of a lesson is kept, and neither git nor an early start is needed.
 */
public final class Shipped {
  private Shipped() {}

  /** The file with all tasks of a lesson done. */
  public static Path solution(Path folder, String lesson) {
    return folder.resolve("solutions").resolve(lesson + ".java");
  }

  /**
   * The shipped text of a lesson.
   *
   * @throws IOException if its solution is missing or was changed; the message says what to do
   */
  public static String text(Path folder, String lesson) throws IOException {
    Path solution = solution(folder, lesson);
    if (!Files.exists(solution)) {
      throw new IOException(notDerivable(lesson, "is missing"));
    }
    String text = Files.readString(solution).replace("\r\n", "\n");
    for (Task task : Tasks.of(lesson)) {
      for (Task.Edit edit : task.edits()) {
        int at = text.indexOf(edit.solved());
        if (at < 0 || text.indexOf(edit.solved(), at + 1) >= 0) {
          throw new IOException(notDerivable(lesson, "was changed"));
        }
        text = text.substring(0, at) + edit.shipped() + text.substring(at + edit.solved().length());
      }
    }
    return text;
  }

  private static String notDerivable(String lesson, String what) {
    return "solutions/%s.java %s, and the shipped text is made from it. Bring it back (git checkout"
            .formatted(lesson, what)
        + " solutions, or the download) and type the same again.";
  }

  /**
   * Brings the shipped text of a lesson back.
   *
   * @return where the learner's text is kept; null if it was the shipped text, or the file was gone
   */
  public static Path reset(Path folder, Lesson lesson) throws IOException {
    String shipped = text(folder, lesson.name());
    Path file = folder.resolve(lesson.fileName());
    Path kept = null;
    if (Files.exists(file) && !Files.readString(file).replace("\r\n", "\n").equals(shipped)) {
      kept = keep(file, lesson.name());
    }
    Path whole = Files.createTempFile(folder, lesson.name(), ".tmp");
    Files.writeString(whole, shipped);
    Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
    return kept;
  }

  /** Copies to the first name that is free: {@code 02-grpc-export.mine-1.java}. */
  private static Path keep(Path file, String lesson) throws IOException {
    for (int i = 1; ; i++) {
      try {
        return Files.copy(file, file.resolveSibling(lesson + ".mine-" + i + ".java"));
      } catch (FileAlreadyExistsException e) {
        // An earlier text of the learner's: keep that, too.
      }
    }
  }
}
