package workshop.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import workshop.thread.Daemons;

/**
 * Reports which of some files changed. It reads them ten times a second, because some systems
 * report a change only seconds later.
 */
public final class FileWatch implements AutoCloseable {
  private static final long EVERY_MILLIS = 100;

  private final Map<Path, OptionalInt> seen = new HashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("file watch"));

  /** Calls back for each later change of one of these files, in its own thread. */
  public void start(List<Path> files, Consumer<Path> changed) {
    files.forEach(file -> seen.put(file, content(file)));
    clock.scheduleWithFixedDelay(
        () -> files.forEach(file -> look(file, changed)),
        EVERY_MILLIS,
        EVERY_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  private void look(Path file, Consumer<Path> changed) {
    OptionalInt now = content(file);
    if (now.isPresent() && !now.equals(seen.put(file, now))) {
      changed.accept(file);
    }
  }

  /** Nothing for a file that is gone or empty: some editors write in two steps. */
  private static OptionalInt content(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      return bytes.length == 0 ? OptionalInt.empty() : OptionalInt.of(Arrays.hashCode(bytes));
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
