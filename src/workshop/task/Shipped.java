package workshop.task;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import workshop.lesson.Lesson;
import workshop.lesson.WholeFile;

/**
 * The lessons as they were shipped: from git if the workshop's folder is the top of a work tree,
 * else from a copy that is kept when the tool first starts.
 */
public final class Shipped {
  private static final String KEPT = ".workshop-shipped";

  private Shipped() {}

  /**
   * A shipped text.
   *
   * @param source where it comes from, for a sentence
   */
  record Text(String text, String source) {}

  /**
   * How a lesson was reset.
   *
   * @param source where the shipped text comes from, for a sentence
   * @param kept the file that keeps the learner's text; empty if that was the shipped text, or if
   *     there was none
   */
  public record Reset(String source, Optional<Path> kept) {}

  /** The shipped text of a lesson; empty for one that was not shipped. */
  static Optional<Text> text(Path folder, Lesson lesson) throws IOException {
    if (Git.has(folder)) {
      return Git.committed(folder, lesson.fileName())
          .map(text -> new Text(lines(text), "git's last commit"));
    }
    Path kept = folder.resolve(KEPT).resolve(lesson.fileName());
    return Files.exists(kept)
        ? Optional.of(new Text(lines(Files.readString(kept)), "the copy in " + KEPT))
        : Optional.empty();
  }

  /**
   * Keeps a copy of each lesson that has none yet, in a folder without git. In a folder that cannot
   * be written there is nothing to keep, because nobody can edit its lessons.
   */
  public static void keep(Path folder) {
    if (Git.has(folder) || !Files.isWritable(folder)) {
      return;
    }
    Path kept = folder.resolve(KEPT);
    try {
      Files.createDirectories(kept);
      for (String lesson : Lesson.names(folder)) {
        Path copy = kept.resolve(lesson + ".java");
        if (!Files.exists(copy)) {
          // Whole or not at all: a copy that exists is never written again.
          WholeFile.write(copy, Files.readString(folder.resolve(lesson + ".java")));
        }
      }
    } catch (IOException e) {
      System.err.println(
          "The lessons could not be copied to %s, so reset will not work: %s"
              .formatted(kept, e.getMessage()));
    }
  }

  /**
   * Brings the shipped text of a lesson back.
   *
   * @throws IOException if there is no shipped text; the message says why
   */
  public static Reset reset(Path folder, Lesson lesson) throws IOException {
    Text shipped =
        text(folder, lesson).orElseThrow(() -> new IOException(notShipped(folder, lesson)));
    Path file = folder.resolve(lesson.fileName());
    boolean changed = Files.exists(file) && !lines(Files.readString(file)).equals(shipped.text());
    Optional<Path> kept = changed ? Optional.of(copy(file, lesson.name())) : Optional.empty();
    WholeFile.write(file, shipped.text());
    return new Reset(shipped.source(), kept);
  }

  private static String notShipped(Path folder, Lesson lesson) {
    return Git.has(folder)
        ? "git has no %s in its last commit, so there is no shipped text to bring back. Nothing was"
                .formatted(lesson.fileName())
            + " changed."
        : "There is no copy of %s in %s, so there is no shipped text to bring back. Nothing was"
                .formatted(lesson.fileName(), KEPT)
            + " changed. Download the workshop again to get it.";
  }

  private static String lines(String text) {
    return text.replace("\r\n", "\n");
  }

  /** Copies to the first name that is free: {@code 02-grpc-export.mine-1.java}. */
  private static Path copy(Path file, String lesson) throws IOException {
    for (int i = 1; ; i++) {
      try {
        return Files.copy(file, file.resolveSibling(lesson + ".mine-" + i + ".java"));
      } catch (FileAlreadyExistsException e) {
        // An earlier text of the learner's, which is kept as well.
      }
    }
  }
}
