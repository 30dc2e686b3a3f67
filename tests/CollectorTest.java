package tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Collector does with otel-collector.yaml what its comments say. */
class CollectorTest {
  @TempDir Path temp;
  private Path folder;
  private RealPrograms programs;
  private CollectorAndJaeger real;

  @BeforeEach
  void start() throws Exception {
    folder = Files.createDirectory(temp.resolve("a folder"));
    programs = RealPrograms.orSkip(folder);
    real = CollectorAndJaeger.start(programs, folder);
  }

  @AfterEach
  void stop() {
    if (real != null) {
      real.close();
    }
  }

  @Test
  void findsNothingOutdatedInItsConfiguration() throws Exception {
    assertThat(real.collectorPrinted().lines())
        .anyMatch(line -> line.contains("Everything is ready"))
        .noneMatch(line -> line.contains("\twarn\t") || line.contains("deprecated"));
  }

  @Test
  void acceptsMetricsAndLogsAndPrintsThem() throws Exception {
    programs.send(
        folder,
        real.grpcPort(),
        true,
        Map.of(),
        "metrics",
        "--metrics=1",
        "--otlp-metric-name=orders");
    programs.send(
        folder, real.httpPort(), false, Map.of(), "logs", "--logs=1", "--body=out of stock");
    real.awaitCollectorPrinted("-> Name: orders");
    real.awaitCollectorPrinted("Body: Str(out of stock)");
  }

  @Test
  void passesTracesOnAndPrintsThem() throws Exception {
    programs.send(folder, real.httpPort(), false, Map.of(), "traces", "--traces=1");
    assertThat(JaegerSpan.trees(real.spans("gopher", 2)))
        .isEqualTo(
            """
            gopher: lets-go CLIENT
              gopher: okey-dokey-0 SERVER
            """);
    real.awaitCollectorPrinted("Name           : lets-go");
  }
}
