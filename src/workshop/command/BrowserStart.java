package workshop.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import workshop.lesson.TemporaryFolder;

/**
 * Opens the page in the learner's browser. Every user of a machine sees the arguments of its
 * processes, so the browser is given a file that only its owner can read, which leads to the
 * address with the token.
 */
final class BrowserStart implements AutoCloseable {
  private final TemporaryFolder folder = new TemporaryFolder("open");

  /**
   * @param address of the page, with its token
   * @throws IOException if the file cannot be written
   */
  BrowserStart(String address) throws IOException {
    Path file = Files.createTempFile(folder.path(), "page", ".html"); // readable by its owner only
    Files.writeString(
        file,
        """
        <!doctype html>
        <meta charset="utf-8">
        <title>OTLP workshop</title>
        <meta http-equiv="refresh" content="0; url=%1$s">
        <a href="%1$s">Open the page</a>
        """
            .formatted(address));
    try {
      new ProcessBuilder(command(file.toUri().toString()))
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      System.err.println("No browser could be started. The page is " + address);
    }
  }

  private static List<String> command(String file) {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (os.startsWith("windows")) {
      return List.of("rundll32", "url.dll,FileProtocolHandler", file);
    }
    return List.of(os.startsWith("mac") ? "open" : "xdg-open", file);
  }

  /** Removes the file. */
  @Override
  public void close() {
    folder.close();
  }
}
