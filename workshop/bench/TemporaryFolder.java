package workshop.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that is gone when the measurement ends, also on Ctrl-C. */
final class TemporaryFolder implements AutoCloseable {
  private final Path path = Files.createTempDirectory("otlp-workshop-bench");
  private final Thread cleaner = new Thread(this::delete);

  TemporaryFolder() throws IOException {
    Runtime.getRuntime().addShutdownHook(cleaner);
  }

  Path path() {
    return path;
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
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
    } catch (IOException e) {
      System.err.println("Left behind: " + path);
    }
  }
}
