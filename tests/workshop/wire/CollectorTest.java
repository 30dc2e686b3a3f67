package workshop.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.CollectorAndJaeger;
import support.JaegerSpan;
import support.Orders;
import support.RealPrograms;
import support.Slow;
import workshop.page.Page;
import workshop.page.PageAddress;

/** A real Collector does with otel-collector.yaml what its comments say. */
@Slow
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

  @Test
  void acceptsATraceThatWasDownloadedFromThePage() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (Backend backend = Backend.start(Backend.Options.onFreePorts());
        Page page = Page.start(loopback, 0, backend, null, null)) {
      URI receiver = URI.create("http://127.0.0.1:" + backend.httpPort() + "/v1/traces");
      HttpRequest send =
          HttpRequest.newBuilder(receiver)
              .header("Content-Type", "application/x-protobuf")
              .POST(BodyPublishers.ofByteArray(Orders.request().toByteArray()))
              .build();
      assertThat(client.send(send, BodyHandlers.discarding()).statusCode()).isEqualTo(200);

      String trace = "/api/traces/0af7651916cd43dd8448eb211c80319c/otlp.json";
      HttpRequest download = PageAddress.of(page).request(trace).build();
      byte[] json = client.send(download, BodyHandlers.ofByteArray()).body();
      HttpRequest again =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + real.httpPort() + "/v1/traces"))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofByteArray(json))
              .build();

      assertThat(client.send(again, BodyHandlers.discarding()).statusCode()).isEqualTo(200);
      real.awaitCollectorPrinted("Trace ID       : 0af7651916cd43dd8448eb211c80319c");
      real.awaitCollectorPrinted("Name           : reserve stock");
    }
  }
}
