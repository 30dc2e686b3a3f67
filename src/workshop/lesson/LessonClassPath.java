package workshop.lesson;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;

/** The libraries that a lesson names. */
public final class LessonClassPath {
  private LessonClassPath() {}

  /**
   * Asks JBang for the class path of a script's dependencies; it downloads what is missing.
   *
   * @param folder the workshop's folder
   * @throws IOException if JBang fails; the message says what to try
   */
  public static String dependencies(Path folder, Path file)
      throws IOException, InterruptedException {
    Process jbang =
        new ProcessBuilder(
                Launcher.path(folder), "info", "classpath", "--deps-only", file.toString())
            .redirectInput(ProcessBuilder.Redirect.from(Launcher.nullDevice()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(jbang.getInputStream().readAllBytes(), UTF_8).strip();
    if (jbang.waitFor() != 0 || printed.isEmpty()) {
      throw new IOException(
          Launcher.typed(
              "JBang could not find the libraries of %1$s. To see why, type ./jbang %1$s"
                  .formatted(file.getFileName())));
    }
    return printed;
  }
}
