package workshop.lesson;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import support.LessonRun;
import support.LessonRun.Place;
import support.Ports;
import support.RealProcess;
import support.Slow;
import workshop.wire.Backend;

/** Each lesson against a backend that fails: it says so in plain words, and exits 1. */
@Slow
public class LessonLossTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  /** For the exporters that read it: 02 and 03 show that they retry. */
  private static final Map<String, String> NO_RETRY =
      Map.of("OTEL_JAVA_EXPORTER_OTLP_RETRY_DISABLED", "true");

  private static final String START_IT = "In another terminal, type ./jbang backend";

  private static final String EXPLAIN_IT = "In another terminal, type ./jbang workshop explain";

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"02-grpc-export.java", "03-http-export.java"})
  void nothingListens(String lesson) throws Exception {
    int port = Ports.unused();

    RealProcess.Ended ended = run(lesson, port);

    assertLoss(ended, port);
    assertThat(ended.err()).contains("[java.net.ConnectException]. No backend running?", START_IT);
  }

  /** A backend that rejects a request is running: the lesson asks for the cause. */
  @ParameterizedTest
  @CsvSource({
    "02-grpc-export.java, [8], gRPC status code 8",
    "03-http-export.java, [431], HTTP status code 431"
  })
  void aTokenOf17KB(String lesson, String error, String logged) throws Exception {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      int port = lesson.startsWith("02") ? backend.grpcPort() : backend.httpPort();

      RealProcess.Ended ended = run(lesson, port, Map.of("WORKSHOP_TOKEN", "x".repeat(17_000)));

      assertLoss(ended, port);
      assertThat(ended.err())
          .contains(logged, "Lost because of " + error + ". See the log above.", EXPLAIN_IT)
          .doesNotContain("No backend running?");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"04-baggage.java", "11-sampling.java", "14-testing.java"})
  void nothingListensBehindALessonWithoutATable(String lesson) throws Exception {
    RealProcess.Ended ended = run(lesson, Ports.unused(), NO_RETRY);

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out()).containsPattern("\n\\d+ spans ended, 0 acknowledged\n");
    assertThat(ended.err())
        .contains("see the log above. If no backend is running:", START_IT)
        .doesNotContain("\tat ");
  }

  @Test
  void nothingListensForMetrics() throws Exception {
    RealProcess.Ended ended = run("09-metrics.java", Ports.unused());

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out()).contains("13 data points sent, 0 acknowledged");
    assertThat(ended.err()).contains("see the log above. If no backend is running:", START_IT);
  }

  @ParameterizedTest
  @CsvSource({"05-errors-and-retry.java, 21", "06-shutdown.java, 30", "08-batching.java, 338"})
  void nothingListensBehindALessonThatLosesOnPurpose(String lesson, int spans) throws Exception {
    Map<String, String> more = new HashMap<>(NO_RETRY);
    if (lesson.startsWith("06")) { // in whose children each empty variable counts as unset
      more.put("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "");
    }

    RealProcess.Ended ended = run(lesson, Ports.unused(), more);

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out())
        .containsPattern("\n" + spans + " spans ended, 0 acknowledged, \\d+ lost");
    assertThat(ended.err())
        .containsPattern("\\d+ spans are missing")
        .contains(lesson.startsWith("05") ? "[java.net.ConnectException]" : "If no backend is")
        .contains(START_IT)
        .doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"02-grpc-export.java", "03-http-export.java"})
  void theBackendIsKilledInTheMiddleOfAnExport(String lesson) throws Exception {
    ServerSocket server = new ServerSocket(0, 50, LOOPBACK);
    CompletableFuture<Void> killed =
        CompletableFuture.runAsync(
            () -> {
              // Once something of a request has come, this end and the port are gone.
              try (server;
                  Socket sender = server.accept()) {
                assertThat(sender.getInputStream().read()).isNotNegative();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });

    RealProcess.Ended ended = run(lesson, server.getLocalPort());

    killed.join();
    assertLoss(ended, server.getLocalPort());
  }

  @Test
  void httpAnswers503EachTime() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
    server.createContext(
        "/v1/traces",
        exchange -> {
          attempts.incrementAndGet();
          exchange.sendResponseHeaders(503, -1);
          exchange.close();
        });
    server.start();
    try {
      RealProcess.Ended ended = run("03-http-export.java", server.getAddress().getPort());

      assertLoss(ended, server.getAddress().getPort());
      assertThat(ended.err()).contains("[503]");
      assertThat(attempts).hasValueGreaterThanOrEqualTo(3);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void grpcAnswersUnavailableEachTime() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(LOOPBACK, 0))
            .addService(
                new TraceServiceGrpc.TraceServiceImplBase() {
                  @Override
                  public void export(
                      ExportTraceServiceRequest request,
                      StreamObserver<ExportTraceServiceResponse> response) {
                    attempts.incrementAndGet();
                    response.onError(Status.UNAVAILABLE.asRuntimeException());
                  }
                })
            .build()
            .start();
    try {
      RealProcess.Ended ended = run("02-grpc-export.java", server.getPort());

      assertLoss(ended, server.getPort());
      assertThat(ended.err()).contains("[14]");
      assertThat(attempts).hasValue(3);
    } finally {
      server.shutdownNow().awaitTermination();
    }
  }

  private static void assertLoss(RealProcess.Ended ended, int port) {
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out())
        .containsPattern("3 spans ended, 0 acknowledged by http://127.0.0.1:" + port);
    assertThat(ended.err()).contains("Lost because of [").doesNotContain("\tat ");
  }

  private RealProcess.Ended run(String lesson, int port) throws Exception {
    return run(lesson, port, Map.of());
  }

  private RealProcess.Ended run(String lesson, int port, Map<String, String> more)
      throws Exception {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + port);
    environment.put("WORKSHOP_GRPC_ENDPOINT", "http://127.0.0.1:" + port);
    return LessonRun.run(lesson, Place.CHECKOUT, temp, environment);
  }
}
