package workshop.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import support.RealPrograms;
import support.Slow;
import workshop.trace.ReceivedSpan;
import workshop.trace.Trace;

/** The workshop's backend receives whole what an exporter of another language, Go, sends. */
@Slow
class TelemetrygenTest {
  @TempDir Path temp;
  private RealPrograms programs;
  private Path folder;

  @BeforeEach
  void programs() throws Exception {
    folder = Files.createDirectory(temp.resolve("a folder"));
    programs = RealPrograms.orSkip(folder);
  }

  @ParameterizedTest(name = "over {0}, compression {1}", quoteTextArguments = false)
  @CsvSource({"GRPC, none", "GRPC, gzip", "HTTP_PROTOBUF, none", "HTTP_PROTOBUF, gzip"})
  void traces(Protocol protocol, String compression) throws Exception {
    List<Exchange> exchanges =
        sent(protocol, compression, "traces", "--traces=2", "--status-code=Error");

    List<ReceivedSpan> spans = ReceivedSpan.in(exchanges).toList();
    assertThat(spans).hasSize(4).extracting(ReceivedSpan::service).containsOnly("gopher");
    assertThat(spans)
        .extracting(span -> span.span().getStatus().getCode())
        .containsOnly(StatusCode.STATUS_CODE_ERROR);
    assertThat(Trace.of(spans))
        .hasSize(2)
        .allSatisfy(
            trace ->
                assertThat(trace.rows())
                    .extracting(
                        Trace.Row::depth,
                        row -> row.received().span().getName(),
                        row -> row.received().span().getKind())
                    .containsExactly(
                        tuple(0, "lets-go", Span.SpanKind.SPAN_KIND_CLIENT),
                        tuple(1, "okey-dokey-0", Span.SpanKind.SPAN_KIND_SERVER)));
  }

  @ParameterizedTest(name = "over {0}, compression {1}", quoteTextArguments = false)
  @CsvSource({"GRPC, none", "GRPC, gzip", "HTTP_PROTOBUF, none", "HTTP_PROTOBUF, gzip"})
  void metrics(Protocol protocol, String compression) throws Exception {
    List<Exchange> exchanges =
        sent(protocol, compression, "metrics", "--metrics=3", "--metric-type=Sum");

    assertThat(exchanges)
        .flatMap(
            exchange -> ((ExportMetricsServiceRequest) exchange.request()).getResourceMetricsList())
        .flatMap(resource -> resource.getScopeMetricsList())
        .flatMap(scope -> scope.getMetricsList())
        .flatMap(metric -> metric.getSum().getDataPointsList())
        .extracting(point -> point.getAsInt())
        .containsExactly(0L, 1L, 2L);
  }

  @ParameterizedTest(name = "over {0}, compression {1}", quoteTextArguments = false)
  @CsvSource({"GRPC, none", "GRPC, gzip", "HTTP_PROTOBUF, none", "HTTP_PROTOBUF, gzip"})
  void logs(Protocol protocol, String compression) throws Exception {
    List<Exchange> exchanges =
        sent(protocol, compression, "logs", "--logs=3", "--body=out of stock");

    assertThat(exchanges)
        .flatMap(exchange -> ((ExportLogsServiceRequest) exchange.request()).getResourceLogsList())
        .flatMap(resource -> resource.getScopeLogsList())
        .flatMap(scope -> scope.getLogRecordsList())
        .extracting(log -> log.getBody().getStringValue(), log -> log.getSeverityText())
        .hasSize(3)
        .containsOnly(tuple("out of stock", "Info"));
  }

  /** Runs telemetrygen to its end against a backend of its own; returns what that received. */
  private List<Exchange> sent(
      Protocol protocol, String compression, String signal, String... options) throws Exception {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      boolean grpc = protocol == Protocol.GRPC;
      programs.send(
          folder,
          grpc ? backend.grpcPort() : backend.httpPort(),
          grpc,
          Map.of("OTEL_EXPORTER_OTLP_COMPRESSION", compression),
          signal,
          options);
      List<Exchange> exchanges = backend.inbox().exchanges();
      assertThat(exchanges)
          .isNotEmpty()
          .allSatisfy(
              exchange -> {
                assertThat(exchange.answer().accepted()).isTrue();
                assertThat(exchange.protocol()).isEqualTo(protocol);
                assertThat(exchange.gzip()).isEqualTo(compression.equals("gzip"));
                assertThat(exchange.headers()).contains(new Header("x-greeting", "hello"));
              });
      return exchanges;
    }
  }
}
