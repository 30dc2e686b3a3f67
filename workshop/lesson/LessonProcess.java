package workshop.lesson;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import workshop.wire.Backend;

/** Runs a lesson as a learner would: {@code ./jbang LESSON}, in a process of its own, bounded. */
public final class LessonProcess {
  private static final int MOST_LINES = 2000;

  private LessonProcess() {}

  /**
   * How a lesson's process ended.
   *
   * @param exitCode the process's exit code; meaningless if it timed out
   * @param output its last lines on standard output and standard error together, as printed
   * @param took wall-clock time from start to end
   */
  public record Result(int exitCode, boolean timedOut, List<String> output, Duration took) {}

  /**
   * @param folder the workshop's folder
   * @param backend where the lesson is to send
   * @param limit after that the process and all it started are ended
   * @param progress is told each line as it is printed
   * @throws IOException if the process cannot be started
   */
  public static Result run(
      Path folder, Lesson lesson, Backend backend, Duration limit, Consumer<String> progress)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(launcher(folder), lesson.fileName())
            .directory(folder.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(nullDevice()))
            .redirectErrorStream(true);
    builder.environment().putAll(environment(lesson, backend));
    long start = System.nanoTime();
    Process process = builder.start();
    Thread killer = new Thread(() -> kill(process));
    Runtime.getRuntime().addShutdownHook(killer);
    try {
      Deque<String> lines = new ArrayDeque<>();
      Thread reader = new Thread(() -> read(process.getInputStream(), lines, progress));
      reader.start();
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        kill(process);
      }
      reader.join(TimeUnit.SECONDS.toMillis(5));
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      synchronized (lines) {
        return new Result(ended ? process.exitValue() : -1, !ended, new ArrayList<>(lines), took);
      }
    } finally {
      kill(process);
      removeHook(killer);
    }
  }

  /** The variables that make a lesson send to a backend. */
  public static Map<String, String> environment(Lesson lesson, Backend backend) {
    String grpc = "http://127.0.0.1:" + backend.grpcPort();
    String http = "http://127.0.0.1:" + backend.httpPort();
    return Map.of(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        lesson.speaksGrpc() ? grpc : http,
        "WORKSHOP_GRPC_ENDPOINT",
        grpc);
  }

  private static void read(InputStream in, Deque<String> lines, Consumer<String> progress) {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (lines) {
          lines.addLast(line);
          if (lines.size() > MOST_LINES) {
            lines.removeFirst();
          }
        }
        progress.accept(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is shutting down: the hook itself is at work.
    }
  }

  private static boolean onWindows() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
  }

  static File nullDevice() {
    return new File(onWindows() ? "NUL" : "/dev/null");
  }

  /** The launcher beside the lessons, else the JBang on the PATH. */
  static String launcher(Path folder) {
    Path own = folder.resolve(onWindows() ? "jbang.cmd" : "jbang");
    return Files.isExecutable(own) ? own.toString() : "jbang";
  }
}
