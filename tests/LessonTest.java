package tests;

import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CLIENT;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_INTERNAL;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
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
import workshop.wire.Signal;

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

  @ParameterizedTest
  @EnumSource
  void baggage(Place place) throws Exception {
    RealProcess.Ended ended = run("04-baggage.java", place);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .containsPattern("\n  traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-03\n")
        .contains("\n  baggage: customer.city=New%20York%2C%20NY,customer.name=john\n")
        .contains("\n  customer.city = New York, NY\n  customer.name = john\n")
        .endsWith("\n6 spans ended, 6 acknowledged by %s\n".formatted(grpc()));
    Map<String, ReceivedSpan> spans = spans();
    assertThat(spans.keySet())
        .containsExactlyInAnyOrder(
            "POST /orders",
            "reserve stock",
            "charge card",
            "POST /charges",
            "receipt, lost",
            "receipt, kept");
    ReceivedSpan charges = spans.get("POST /charges");
    assertThat(charges.service()).isEqualTo("payment");
    assertThat(charges.span().getKind()).isEqualTo(SPAN_KIND_SERVER);
    Span order = spans.get("POST /orders").span();
    Span card = spans.get("charge card").span();
    Span kept = spans.get("receipt, kept").span();
    Span lost = spans.get("receipt, lost").span();
    assertThat(card.getKind()).isEqualTo(SPAN_KIND_CLIENT);
    assertThat(charges.span().getParentSpanId()).isEqualTo(card.getSpanId());
    assertThat(charges.span().getTraceId()).isEqualTo(order.getTraceId());
    assertThat(kept.getParentSpanId()).isEqualTo(order.getSpanId());
    assertThat(kept.getTraceId()).isEqualTo(order.getTraceId());
    assertThat(lost.getParentSpanId().isEmpty()).isTrue();
    assertThat(lost.getTraceId()).isNotEqualTo(order.getTraceId());
    // The header that crossed names the span that the callee has as its parent.
    assertThat(ended.out())
        .contains("-" + HexFormat.of().formatHex(card.getSpanId().toByteArray()) + "-03\n");
    // Copied on purpose, and on no other span; the city is on none.
    assertThat(attributes(charges.span())).containsEntry("customer.name", "john");
    spans.forEach(
        (name, received) -> {
          assertThat(attributes(received.span())).doesNotContainKey("customer.city");
          if (!name.equals("POST /charges")) {
            assertThat(attributes(received.span())).doesNotContainKey("customer.name");
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void errorsAndRetry(Place place) throws Exception {
    RealProcess.Ended ended = run("05-errors-and-retry.java", place);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    String out =
        ended
            .out()
            .replace(http(), "BACKEND")
            .replaceAll(" +\\d+ ms  ", " at N ms  ")
            .replaceAll("after \\d+ ms", "after N ms");
    String said = "  the SDK says: forceFlush() succeeded after N ms\n";
    String accepted = " at N ms  307 Location: BACKEND/v1/traces\n";
    String all = said + "  true:         3 of 3 spans arrived (predicted: 3)\n";
    String none = said + "  true:         0 of 3 spans arrived (predicted: 0)\n";
    String because = "  because:      ";
    assertThat(out)
        .contains("\nretried\n at N ms  503\n at N ms  503\n" + accepted + all)
        .contains("\nown-policy\n at N ms  503\n at N ms  503\n" + accepted + all)
        .contains("\nretry-after\n at N ms  503 Retry-After: 1\n" + accepted + all)
        .contains("\nbad-request\n at N ms  400\n" + none + because + "HTTP 400\n")
        .contains("\nbad-token\n at N ms  401\n" + none + because + "HTTP 401\n")
        .contains("\nrefused\n" + none + because + "java.net.ConnectException: Failed to connect")
        .contains("\nhang\n at N ms  hang\n" + none + because)
        .contains("java.io.InterruptedIOException: timeout\n")
        .contains("16 of 28 spans arrived (predicted: 16)\n" + because + "dropped, never sent\n")
        .contains("\npartial-success\n at N ms  200\n" + none)
        .contains("3 spans rejected, in an answer with HTTP 200\n  our count:    3 acknowledged\n")
        .endsWith("\n52 spans ended, 25 acknowledged, 27 lost on purpose\n");
    assertThat(ended.err()).contains("dropped 12 span(s) since the last export");
    // The waits are never shorter than the SDK's backoff less its jitter, and the server's word.
    assertThat(attempts(ended.out(), "retried").get(1)).isGreaterThanOrEqualTo(800);
    assertThat(attempts(ended.out(), "retried").get(2)).isGreaterThanOrEqualTo(800 + 1200);
    assertThat(attempts(ended.out(), "retry-after").get(1)).isGreaterThanOrEqualTo(1000);
    // What arrived is what was said to have arrived.
    Map<String, Long> arrived =
        ReceivedSpan.in(backend.inbox().exchanges())
            .map(received -> attributes(received.span()).get("lesson.case"))
            .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    assertThat(arrived)
        .isEqualTo(Map.of("retried", 3L, "own-policy", 3L, "retry-after", 3L, "queue-full", 16L));
  }

  @ParameterizedTest
  @EnumSource
  void shutdown(Place place) throws Exception {
    RealProcess.Ended ended = run("06-shutdown.java", place);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .isEqualTo(
            """
            way                       ended  predicted  acknowledged  exit code
            main returns                  3          0             0          0
            shutdown()                    3          0             0          0
            try (sdk)                     3          3             3          0
            try (sdk), exception          3          3             3          1
            try (sdk), System.exit        3          0             0          0
            SIGTERM                       3          0             0        143
            SIGTERM, hook                 3          3             3        143

            21 spans ended, 9 acknowledged, 12 lost on purpose
            """);
    Map<String, Long> arrived =
        ReceivedSpan.in(backend.inbox().exchanges())
            .filter(received -> received.span().getName().equals("POST /orders"))
            .map(received -> attributes(received.span()).get("lesson.case"))
            .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    assertThat(arrived)
        .isEqualTo(Map.of("try (sdk)", 1L, "try (sdk), exception", 1L, "SIGTERM, hook", 1L));
    assertThat(backend.inbox().received(Signal.TRACES)).isEqualTo(9);
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

  /** When the attempts of a case were made, in milliseconds after the first. */
  private static List<Integer> attempts(String printed, String name) {
    String block = printed.split("(?m)^" + name + "$")[1].split("  the SDK says")[0];
    return Pattern.compile("(\\d+) ms  ")
        .matcher(block)
        .results()
        .map(match -> Integer.valueOf(match.group(1)))
        .toList();
  }

  private static String normalise(String printed) {
    return printed
        .replaceAll("\\b[0-9a-f]{32}\\b", "TRACE-ID")
        .replaceAll("\\b[0-9a-f]{16}\\b", "SPAN-ID");
  }
}
