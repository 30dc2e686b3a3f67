package workshop.lesson;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The folder with the lessons. */
public final class WorkshopFolder {
  /** Where {@code bench protocol} keeps its last result in the folder, for the page. */
  public static final String PROTOCOL_RESULT = ".jbang/bench-protocol.json";

  private static final String FIRST_LESSON = "01-setup.java";

  private WorkshopFolder() {}

  /**
   * The launcher's own folder, as its variable {@code WORKSHOP_DIR} names it; started in another
   * way, the current folder or the nearest one above it that holds the lessons.
   *
   * @throws IllegalStateException if there is none; the message says what to do
   */
  public static Path find() {
    return ifAny()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "No lessons in "
                        + here()
                        + " or above it. Go to the workshop's folder and try again."));
  }

  /** The same; empty if there is none. */
  public static Optional<Path> ifAny() {
    for (Path folder = here(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(FIRST_LESSON))) {
        return Optional.of(folder);
      }
    }
    return Optional.empty();
  }

  private static Path here() {
    String launcher = System.getenv("WORKSHOP_DIR");
    return Path.of(launcher == null ? "" : launcher).toAbsolutePath();
  }
}
