package workshop.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import support.Checkout;
import support.RealProcess;
import support.Slow;
import workshop.trace.ReceivedSpan;
import workshop.trace.Times;
import workshop.trace.Trace;

/**
 * The workshop's backend receives whole what the exporters of Python and of JavaScript send. Go's
 * is in {@link TelemetrygenTest}.
 */
@Slow
class OtherLanguagesTest {
  private static final int NOT_INSTALLED = 69;
  private static final Duration INSTALL_LIMIT = Duration.ofMinutes(5);
  private static final Map<String, RealProcess.Ended> INSTALLED = new ConcurrentHashMap<>();

  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void folder() throws Exception {
    folder = Files.createDirectory(temp.resolve("a folder"));
  }

  @ParameterizedTest(name = "{0}, compression {1}", quoteTextArguments = false)
  @CsvSource({
    "grpc, none, GRPC",
    "grpc, gzip, GRPC",
    "http, none, HTTP_PROTOBUF",
    "http, gzip, HTTP_PROTOBUF"
  })
  void python(String transport, String compression, Protocol protocol) throws Exception {
    String python = installedOrSkip("python");
    arrivesWhole(
        List.of(python, script("send-otlp.py"), transport), Map.of(), compression, protocol);
  }

  @ParameterizedTest(name = "{0}, compression {1}", quoteTextArguments = false)
  @CsvSource({
    "grpc, none, GRPC",
    "grpc, gzip, GRPC",
    "proto, none, HTTP_PROTOBUF",
    "proto, gzip, HTTP_PROTOBUF",
    "http, none, HTTP_JSON",
    "http, gzip, HTTP_JSON"
  })
  void javascript(String transport, String compression, Protocol protocol) throws Exception {
    String packages = installedOrSkip("javascript");
    arrivesWhole(
        List.of("node", script("send-otlp.cjs"), transport),
        Map.of("NODE_PATH", packages),
        compression,
        protocol);
  }

  private void arrivesWhole(
      List<String> command, Map<String, String> more, String compression, Protocol protocol)
      throws Exception {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      int port = protocol == Protocol.GRPC ? backend.grpcPort() : backend.httpPort();
      Map<String, String> environment = new HashMap<>(more);
      environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + port);
      if (!compression.equals("none")) { // a word that Python's exporter refuses
        environment.put("OTEL_EXPORTER_OTLP_COMPRESSION", compression);
      }
      environment.put("OTEL_EXPORTER_OTLP_HEADERS", "x-greeting=hello");
      try (RealProcess sender = RealProcess.start("sender", folder, environment, command)) {
        RealProcess.Ended ended = sender.end(Duration.ofSeconds(60));
        assertThat(ended.exitCode()).as(ended.err()).isZero();
      }
      List<Exchange> exchanges = backend.inbox().exchanges();
      assertThat(exchanges)
          .allSatisfy(
              exchange -> {
                assertThat(exchange.answer().accepted()).isTrue();
                assertThat(exchange.protocol()).isEqualTo(protocol);
                assertThat(exchange.gzip()).isEqualTo(compression.equals("gzip"));
                assertThat(exchange.headers()).contains(new Header("x-greeting", "hello"));
              });
      hasBothSpans(exchanges);
      hasTheSum(exchanges);
      hasTheLogRecord(exchanges);
    }
  }

  private static void hasBothSpans(List<Exchange> exchanges) {
    List<Trace> traces = Trace.of(ReceivedSpan.in(exchanges).toList());
    assertThat(traces).hasSize(1);
    assertThat(traces.get(0).rows())
        .extracting(row -> row.received().span().getName())
        .containsExactly("POST /orders", "charge card");
    Trace.Row row = traces.get(0).rows().get(1);
    Span charge = row.received().span();
    assertThat(row.depth()).isEqualTo(1);
    assertThat(row.received().service()).isEqualTo("sender");
    assertThat(charge.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
    assertThat(charge.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(charge.getStatus().getMessage()).isEqualTo("card declined");
    assertThat(charge.getAttributes(0).getValue().getIntValue()).isEqualTo(3);
    assertThat(charge.getEvents(0).getAttributes(0).getValue().getStringValue())
        .isEqualTo("größer als das Limit");
    assertThat(Times.duration(row.received().span()).getAsLong()).isPositive();
  }

  private static void hasTheSum(List<Exchange> exchanges) {
    assertThat(of(Signal.METRICS, exchanges))
        .map(exchange -> (ExportMetricsServiceRequest) exchange.request())
        .flatMap(ExportMetricsServiceRequest::getResourceMetricsList)
        .flatMap(resource -> resource.getScopeMetricsList())
        .flatMap(scope -> scope.getMetricsList())
        .filteredOn(metric -> metric.getName().equals("orders"))
        .flatMap(metric -> metric.getSum().getDataPointsList())
        .isNotEmpty()
        .allMatch(point -> point.getAsInt() == 3 || point.getAsDouble() == 3);
  }

  private static void hasTheLogRecord(List<Exchange> exchanges) {
    assertThat(of(Signal.LOGS, exchanges))
        .map(exchange -> (ExportLogsServiceRequest) exchange.request())
        .flatMap(ExportLogsServiceRequest::getResourceLogsList)
        .flatMap(resource -> resource.getScopeLogsList())
        .flatMap(scope -> scope.getLogRecordsList())
        .extracting(record -> record.getBody().getStringValue() + ", " + record.getSeverityText())
        .containsExactly("out of stock, WARN");
  }

  private static Stream<Exchange> of(Signal signal, List<Exchange> exchanges) {
    return exchanges.stream().filter(exchange -> exchange.signal() == signal);
  }

  /** The one line that the script prints; the calling test is skipped without the language. */
  private String installedOrSkip(String language) throws Exception {
    RealProcess.Ended ended = INSTALLED.get(language);
    if (ended == null) {
      List<String> command = List.of("bash", script("other-languages.sh"), language);
      try (RealProcess process = RealProcess.start("install", folder, Map.of(), command)) {
        ended = process.end(INSTALL_LIMIT);
      }
      INSTALLED.put(language, ended);
    }
    assumeTrue(ended.exitCode() != NOT_INSTALLED, ended.err().strip());
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    return ended.out().strip();
  }

  private static String script(String name) {
    return Checkout.FOLDER.resolve("tests").resolve(name).toString();
  }
}
