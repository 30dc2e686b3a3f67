package support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The programs that {@code tests/real-backends.sh} builds: two backends that others wrote, and a
 * sender that is not written in Java.
 */
public record RealPrograms(Path collector, Path jaeger, Path telemetrygen) {
  private static final int NO_GO = 69;
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(30);

  private static RealProcess.Ended script;

  /**
   * Builds what is not built yet. Where it cannot be, for want of Go, the calling test is skipped.
   *
   * @param folder takes the script's output
   */
  public static synchronized RealPrograms orSkip(Path folder)
      throws IOException, InterruptedException {
    if (script == null) {
      script = run(folder);
    }
    assumeTrue(script.exitCode() != NO_GO, script.err().strip());
    assertThat(script.exitCode()).as(script.err()).isZero();
    List<String> paths = script.out().lines().toList();
    return new RealPrograms(Path.of(paths.get(0)), Path.of(paths.get(1)), Path.of(paths.get(2)));
  }

  /**
   * Runs telemetrygen to its end, as the service {@code gopher} and with the header {@code
   * x-greeting: hello}; fails if it says that it failed.
   *
   * @param signal {@code traces}, {@code metrics} or {@code logs}
   * @param grpc whether the port speaks OTLP over gRPC, else over HTTP
   * @param environment is obeyed by Go's exporter: {@code OTEL_EXPORTER_OTLP_COMPRESSION}
   */
  public void send(
      Path folder,
      int port,
      boolean grpc,
      Map<String, String> environment,
      String signal,
      String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(telemetrygen.toString(), signal));
    command.addAll(List.of(options));
    command.add("--otlp-endpoint=127.0.0.1:" + port);
    command.addAll(List.of("--otlp-insecure", "--rate=0", "--service=gopher"));
    command.add("--otlp-header=x-greeting=\"hello\"");
    if (!grpc) {
      command.add("--otlp-http");
    }
    try (RealProcess sender = RealProcess.start("telemetrygen", folder, environment, command)) {
      RealProcess.Ended ended = sender.end(Duration.ofSeconds(30));
      assertThat(ended.exitCode()).as(ended.err()).isZero();
    }
  }

  private static RealProcess.Ended run(Path folder) throws IOException, InterruptedException {
    String path = Checkout.FOLDER.resolve("tests/real-backends.sh").toString();
    try (RealProcess process =
        RealProcess.start("real-backends", folder, Map.of(), List.of("bash", path))) {
      return process.end(BUILD_LIMIT);
    }
  }
}
