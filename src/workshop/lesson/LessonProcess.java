package workshop.lesson;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import workshop.wire.Backend;
import workshop.wire.TlsPorts;

/** Runs a lesson in its own process and within a limit. */
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
   * Runs a lesson to its end as a learner would: {@code ./jbang LESSON}.
   *
   * @param folder the workshop's folder
   * @param backend where the lesson sends
   * @param limit when it is over, the process and all that it started are killed
   * @param progress gets each line as it is printed
   * @throws IOException if the process cannot be started
   */
  public static Result run(
      Path folder, Lesson lesson, Backend backend, Duration limit, Consumer<String> progress)
      throws IOException, InterruptedException {
    return run(folder, lesson, lesson.fileName(), backend, limit, progress);
  }

  /**
   * The same with another file for the lesson, for example its solution.
   *
   * @param file from the workshop's folder
   */
  public static Result run(
      Path folder,
      Lesson lesson,
      String file,
      Backend backend,
      Duration limit,
      Consumer<String> progress)
      throws IOException, InterruptedException {
    return run(List.of(Launcher.path(folder), file), folder, lesson, backend, limit, progress);
  }

  /** The same with another command for the lesson. */
  static Result run(
      List<String> command,
      Path folder,
      Lesson lesson,
      Backend backend,
      Duration limit,
      Consumer<String> progress)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Launcher.nullDevice()))
            .redirectErrorStream(true);
    builder.environment().putAll(environment(lesson, backend));
    long start = System.nanoTime();
    try (OwnProcess own = new OwnProcess(builder, Duration.ZERO)) {
      Process process = own.process();
      Deque<String> lines = new ArrayDeque<>();
      Thread reader = new Thread(() -> read(process.getInputStream(), lines, progress));
      reader.start();
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      if (!ended) {
        own.end();
      }
      reader.join(TimeUnit.SECONDS.toMillis(5));
      synchronized (lines) {
        return new Result(ended ? process.exitValue() : -1, !ended, new ArrayList<>(lines), took);
      }
    }
  }

  /**
   * The variables that make a lesson send to a backend.
   *
   * @throws IOException if the lesson needs TLS, and the certificates for it cannot be made
   */
  public static Map<String, String> environment(Lesson lesson, Backend backend) throws IOException {
    String grpc = "http://127.0.0.1:" + backend.grpcPort();
    String http = "http://127.0.0.1:" + backend.httpPort();
    return switch (lesson.tasks().protocol()) {
      case GRPC -> Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", grpc);
      case HTTP -> Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", http, "WORKSHOP_GRPC_ENDPOINT", grpc);
      case TLS -> environment(backend.tlsPorts());
      case NONE -> Map.of();
    };
  }

  private static Map<String, String> environment(TlsPorts ports) {
    return Map.of(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "https://localhost:" + ports.server(),
        "WORKSHOP_CLIENT_TLS_ENDPOINT",
        "https://localhost:" + ports.client(),
        "WORKSHOP_TLS",
        ports.certificates().folder().toString());
  }

  private static void read(InputStream in, Deque<String> lines, Consumer<String> progress) {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, Launcher.ENCODING))) {
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
}
