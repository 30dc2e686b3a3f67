package tests;

import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CLIENT;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_INTERNAL;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tests.LessonRun.Place;
import workshop.trace.ReceivedSpan;
import workshop.wire.Backend;
import workshop.wire.Exchange;
import workshop.wire.Header;
import workshop.wire.Protocol;

/** Each lesson as a process against a backend that is there: what arrived, and what it printed. */
class LessonTest {
  @TempDir Path temp;
  private Backend backend;

  @BeforeEach
  void start() throws Exception {
    backend = Backend.start(Backend.Options.onFreePorts());
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  @ParameterizedTest
  @EnumSource
  void setup(Place place) throws Exception {
    RealProcess.Ended ended = run("01-setup.java", place);

    assertThat(ended.exitCode()).isZero();
    assertThat(backend.inbox().total()).isZero();
    // What the SDK's exporter logs has no parent, duration, status, event or resource ...
    assertThat(ended.err())
        .contains("INFO 'reserve stock' : ")
        .contains(" CLIENT [tracer: workshop:] {}")
        .doesNotContain("declined", "stock.reserved", "shop'", "service.name", "ERROR");
    // ... and the lesson's own lines have.
    assertThat(normalise(ended.out()))
        .contains("charge card\n  parent                    SPAN-ID\n  duration")
        .contains("  status                    ERROR card declined\n")
        .contains("  event                     exception\n")
        .contains("    exception.message       card declined\n")
        .contains("  event                     stock.reserved\n")
        .contains("  parent                    none, this is the root\n")
        .contains("    service.name            shop\n")
        .contains("  isRecording()             true\n  spans exported            0\n")
        .contains("  isRecording()             false\n  trace id                  TRACE-ID\n")
        .endsWith("\n3 spans ended, 3 logged\n");
    assertThat(ended.out())
        .contains("trace id                  00000000000000000000000000000000\n");
  }

  @ParameterizedTest
  @EnumSource
  void grpcExport(Place place) throws Exception {
    RealProcess.Ended ended = run("02-grpc-export.java", place);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .isEqualTo(
            """
            before close(): 3 spans ended, 0 acknowledged
            close() sends the queue to %1$s, 5 s at most ...
            3 spans ended, 3 acknowledged by %1$s
            """
                .formatted(grpc()));
    Exchange exchange = backend.inbox().exchanges().get(0);
    assertThat(backend.inbox().exchanges()).hasSize(1);
    assertThat(exchange.protocol()).isEqualTo(Protocol.GRPC);
    assertThat(exchange.gzip()).isTrue();
    assertThat(exchange.headers()).contains(new Header("authorization", "Bearer ****"));
    assertAnOrder(1002);
  }

  @ParameterizedTest
  @EnumSource
  void httpExport(Place place) throws Exception {
    RealProcess.Ended ended = run("03-http-export.java", place);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .startsWith("proxy: none\n")
        .contains("\n3 acknowledged\n")
        .endsWith("\n3 spans ended, 3 acknowledged by %s/v1/traces\n".formatted(http()));
    // The two mistakes: the log says the same for both, only the reason differs.
    assertThat(ended.out()).contains("0 acknowledged: HTTP 404\n");
    assertThat(ended.out())
        .containsPattern("0 acknowledged: .*(unexpected end of stream|Connection reset)");
    assertThat(ended.err())
        .contains("WARNING Failed to export 1 spans. Server responded with HTTP status code 404.")
        .contains("SEVERE Failed to export 1 spans. The request could not be executed.");
    List<Exchange> exchanges = backend.inbox().exchanges();
    assertThat(exchanges).extracting(Exchange::path).containsExactly("/v1/traces", "/");
    assertThat(exchanges.get(0).protocol()).isEqualTo(Protocol.HTTP_PROTOBUF);
    assertThat(exchanges.get(0).gzip()).isTrue();
    assertThat(exchanges.get(0).headers()).contains(new Header("authorization", "Bearer ****"));
    assertThat(exchanges.get(1).answer().code()).isEqualTo(404);
    assertAnOrder(1003);
  }

  @Test
  void httpExportGoesThroughAProxy() throws Exception {
    Map<String, String> environment = new LinkedHashMap<>(environment());
    environment.put("WORKSHOP_PROXY", http());
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://backend.invalid:4318");

    RealProcess.Ended ended =
        LessonRun.run("03-http-export.java", Place.CHECKOUT, temp, environment);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(backend.inbox().exchanges().get(0).headers())
        .contains(new Header("host", "backend.invalid:4318"));
    assertAnOrder(1003);
  }

  private void assertAnOrder(long id) {
    Map<String, ReceivedSpan> spans = spans();
    assertThat(spans.keySet())
        .containsExactlyInAnyOrder("POST /orders", "reserve stock", "charge card");
    assertThat(spans.values()).extracting(ReceivedSpan::service).containsOnly("shop");
    Span order = spans.get("POST /orders").span();
    Span stock = spans.get("reserve stock").span();
    Span card = spans.get("charge card").span();
    assertThat(order.getKind()).isEqualTo(SPAN_KIND_SERVER);
    assertThat(stock.getKind()).isEqualTo(SPAN_KIND_INTERNAL);
    assertThat(card.getKind()).isEqualTo(SPAN_KIND_CLIENT);
    assertThat(order.getParentSpanId().isEmpty()).isTrue();
    assertThat(stock.getParentSpanId()).isEqualTo(order.getSpanId());
    assertThat(card.getParentSpanId()).isEqualTo(order.getSpanId());
    assertThat(List.of(stock.getTraceId(), card.getTraceId())).containsOnly(order.getTraceId());
    assertThat(attributes(order))
        .containsEntry("order.id", String.valueOf(id))
        .containsEntry("http.request.method", "POST")
        .containsEntry("http.response.status_code", "201");
  }

  private RealProcess.Ended run(String lesson, Place place) throws Exception {
    return LessonRun.run(lesson, place, temp, environment(lesson));
  }

  private Map<String, String> environment(String lesson) {
    String endpoint = lesson.matches("0[24].*") ? grpc() : http();
    return Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint, "WORKSHOP_GRPC_ENDPOINT", grpc());
  }

  private Map<String, String> environment() {
    return environment("03");
  }

  private String grpc() {
    return "http://127.0.0.1:" + backend.grpcPort();
  }

  private String http() {
    return "http://127.0.0.1:" + backend.httpPort();
  }

  private Map<String, ReceivedSpan> spans() {
    return ReceivedSpan.in(backend.inbox().exchanges())
        .collect(Collectors.toMap(received -> received.span().getName(), received -> received));
  }

  private static Map<String, String> attributes(Span span) {
    return span.getAttributesList().stream()
        .collect(Collectors.toMap(KeyValue::getKey, attribute -> text(attribute)));
  }

  private static String text(KeyValue attribute) {
    return attribute.getValue().hasIntValue()
        ? String.valueOf(attribute.getValue().getIntValue())
        : attribute.getValue().getStringValue();
  }

  private static String normalise(String printed) {
    return printed
        .replaceAll("\\b[0-9a-f]{32}\\b", "TRACE-ID")
        .replaceAll("\\b[0-9a-f]{16}\\b", "SPAN-ID");
  }
}
