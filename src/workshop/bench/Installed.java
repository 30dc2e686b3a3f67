package workshop.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** Other programs that a script in {@code tests/} builds or installs once. */
final class Installed {
  /** The exit code of such a script if something that it needs is missing. */
  private static final int NOT_HERE = 69;

  private Installed() {}

  /**
   * Runs the script, which takes some minutes the first time. Its messages go to standard error.
   *
   * @param folder the workshop's folder
   * @param script its path there
   * @return the paths that it prints; none if something is missing, as standard error then says
   * @throws IllegalStateException if it fails; the reason is on standard error
   */
  static List<String> by(Path folder, String script) throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder("bash", folder.resolve(script).toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      System.err.println(script + " needs bash, which is not installed.");
      return List.of();
    }
    List<String> printed;
    try (InputStream in = process.getInputStream()) {
      printed = new String(in.readAllBytes(), UTF_8).lines().toList();
    }
    int exitCode = process.waitFor();
    if (exitCode != 0 && exitCode != NOT_HERE) {
      throw new IllegalStateException(script + " failed with exit code " + exitCode + ".");
    }
    return exitCode == 0 ? printed : List.of();
  }
}
