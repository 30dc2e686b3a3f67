package workshop.lesson;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that is gone when what needs it ends, also on Ctrl-C. */
public final class TemporaryFolder implements AutoCloseable {
  private final Path path;
  private final Thread cleaner = new Thread(this::delete);

  /**
   * @param name what it is for; a part of the folder's name
   */
  public TemporaryFolder(String name) throws IOException {
    path = Files.createTempDirectory("otlp-workshop-" + name + "-").toRealPath();
    Runtime.getRuntime().addShutdownHook(cleaner);
  }

  public Path path() {
    return path;
  }

  /** A folder in it with nothing in it; what was there is deleted. */
  public Path empty(String name) throws IOException {
    Path folder = path.resolve(name);
    delete(folder);
    return Files.createDirectory(folder);
  }

  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(cleaner);
    } catch (IllegalStateException e) {
      // The JVM is shutting down: the hook itself is at work.
    }
  }

  private void delete() {
    try {
      delete(path);
    } catch (IOException e) {
      System.err.println("This folder is left: " + path + " (" + e.getMessage() + ")");
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
