package workshop.lesson;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import workshop.thread.Daemons;

/**
 * What JBang makes of a script's directives; the names are those of {@code jbang info tools}.
 *
 * @param resolvedDependencies the jars of its libraries
 * @param compileOptions for javac, without the class path
 * @param runtimeOptions for java, without the class path
 * @param availableJdkPath the JDK that it runs on; null if none is installed that is new enough
 */
public record JBangInfo(
    List<String> resolvedDependencies,
    List<String> compileOptions,
    List<String> runtimeOptions,
    String availableJdkPath) {

  public JBangInfo {
    // JBang leaves out what is empty.
    resolvedDependencies = resolvedDependencies == null ? List.of() : resolvedDependencies;
    compileOptions = compileOptions == null ? List.of() : compileOptions;
    runtimeOptions = runtimeOptions == null ? List.of() : runtimeOptions;
  }

  /** Libraries of a lesson are a few megabytes; a dead network must not keep anyone waiting. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /**
   * Asks JBang about a script; it downloads the libraries that are missing.
   *
   * @param folder the workshop's folder
   * @param messages where JBang's messages go
   * @throws IOException if JBang fails, or has not ended after 5 minutes; the message says what to
   *     try
   */
  public static JBangInfo ask(Path folder, Path file, ProcessBuilder.Redirect messages)
      throws IOException, InterruptedException {
    return ask(folder, file, messages, LIMIT);
  }

  static JBangInfo ask(Path folder, Path file, ProcessBuilder.Redirect messages, Duration limit)
      throws IOException, InterruptedException {
    Process jbang =
        new ProcessBuilder(Launcher.path(folder), "info", "tools", file.toString())
            .redirectInput(ProcessBuilder.Redirect.from(Launcher.nullDevice()))
            .redirectError(messages)
            .start();
    // What it prints ends with its processes. Nothing interrupts a thread that reads it.
    CompletableFuture<String> printed =
        CompletableFuture.supplyAsync(
            () -> printed(jbang), task -> Daemons.start("output of JBang", task));
    String text;
    try {
      text = printed.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          Launcher.typed(
              "JBang did not find the libraries of %1$s in %2$d s. To see why, type ./jbang %1$s"
                  .formatted(file.getFileName(), limit.toSeconds())));
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } finally {
      // The launcher is a script: JBang itself is below it.
      if (!printed.isDone()) {
        jbang.descendants().forEach(ProcessHandle::destroyForcibly);
        jbang.destroyForcibly();
      }
    }
    JBangInfo info = null;
    if (jbang.waitFor() == 0) {
      info = parse(text);
    }
    if (info == null) {
      throw new IOException(
          Launcher.typed(
              "JBang could not find the libraries of %1$s. To see why, type ./jbang %1$s"
                  .formatted(file.getFileName())));
    }
    return info;
  }

  private static String printed(Process jbang) {
    try {
      return new String(jbang.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What JBang printed; null if that is something else. */
  static JBangInfo parse(String printed) {
    try {
      return new Gson().fromJson(printed, JBangInfo.class);
    } catch (JsonParseException e) {
      return null;
    }
  }

  /**
   * The class path of a script's libraries. JBang's messages go to standard error.
   *
   * @throws IOException as {@link #ask}
   */
  public static String classPath(Path folder, Path file) throws IOException, InterruptedException {
    return ask(folder, file, ProcessBuilder.Redirect.INHERIT).classPath();
  }

  /** The class path of the libraries. */
  String classPath() {
    return String.join(File.pathSeparator, resolvedDependencies);
  }
}
