package workshop.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs another program for a short output, and kills it if it takes too long. */
final class Bounded {
  private Bounded() {}

  /**
   * The result.
   *
   * @param inTime whether it ended within the limit
   * @param exitCode undefined if it did not
   * @param out what it printed on standard output, stripped
   */
  record Answer(boolean inTime, int exitCode, String out) {
    boolean good() {
      return inTime && exitCode == 0;
    }
  }

  /**
   * @param in its standard input
   * @return empty if there is no such program
   */
  static Optional<Answer> ask(Path folder, File in, Duration limit, List<String> command)
      throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectInput(in)
              .redirectError(Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return Optional.empty();
    }
    try (InputStream out = process.getInputStream()) {
      boolean inTime = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      // Only what is available: a child that still runs could keep the stream open.
      String printed = inTime ? new String(out.readNBytes(out.available()), UTF_8).strip() : "";
      return Optional.of(new Answer(inTime, inTime ? process.exitValue() : -1, printed));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  static File nothing() {
    return new File(Os.detect() == Os.WINDOWS ? "NUL" : "/dev/null");
  }
}
