package workshop.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import workshop.lesson.Launcher;
import workshop.thread.Daemons;

/** What git knows about a folder that is the top of its own work tree. */
final class Git {
  private static final int SECONDS = 10;
  private static final int MOST_BYTES = 1 << 20;

  private Git() {}

  /** Whether the folder is the top of a work tree, and git is on the PATH. */
  static boolean has(Path folder) {
    return Files.exists(folder.resolve(".git")) && program().isPresent();
  }

  /**
   * A file's text in the last commit.
   *
   * @return empty if git does not track the file, cannot be run or takes longer than 10 s
   */
  static Optional<String> committed(Path folder, String file) {
    Optional<Path> git = program();
    if (git.isEmpty()) {
      return Optional.empty();
    }
    ProcessBuilder builder =
        new ProcessBuilder(git.get().toString(), "show", "HEAD:" + file)
            .directory(folder.toFile())
            .redirectInput(Launcher.nullDevice())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    // Variables such as GIT_DIR would name another repository; the ceiling excludes one above.
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder.environment().put("GIT_CEILING_DIRECTORIES", String.valueOf(folder.getParent()));
    try {
      Process process = builder.start();
      Daemons.start("git limit", () -> endAfterLimit(process));
      try (InputStream out = process.getInputStream()) {
        byte[] text = out.readNBytes(MOST_BYTES);
        boolean good = process.waitFor() == 0;
        return good ? Optional.of(new String(text, UTF_8)) : Optional.empty();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static void endAfterLimit(Process process) {
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
  }

  private static Optional<Path> program() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator))
        .filter(each -> !each.isBlank())
        .flatMap(each -> Stream.of(Path.of(each, "git"), Path.of(each, "git.exe")))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
