package workshop.lesson;

import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CLIENT;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_INTERNAL;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_SERVER;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
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
import org.junit.jupiter.params.provider.ValueSource;
import support.Await;
import support.Checkout;
import support.LessonRun;
import support.LessonRun.Place;
import support.RealProcess;
import support.Slow;
import workshop.task.Expectation;
import workshop.task.Item;
import workshop.task.Tally;
import workshop.trace.Hex;
import workshop.trace.ReceivedSpan;
import workshop.wire.Backend;
import workshop.wire.Exchange;
import workshop.wire.FaultScript;
import workshop.wire.Header;
import workshop.wire.Protocol;
import workshop.wire.Signal;

/** Each lesson as a process against a backend that is there: what arrived, and what it printed. */
@Slow
public class LessonTest {
  @TempDir Path temp;
  private Backend backend;
  private String grpc;
  private String http;

  @BeforeEach
  void start() throws Exception {
    backend = Backend.start(Backend.Options.onFreePorts());
    grpc = "http://127.0.0.1:" + backend.grpcPort();
    http = "http://127.0.0.1:" + backend.httpPort();
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  @Test
  void setup() throws Exception {
    RealProcess.Ended ended = run("01-setup.java", Place.CHECKOUT);

    assertThat(ended.exitCode()).isZero();
    assertThat(backend.inbox().total()).isZero();
    // What the SDK's exporter logs has no parent, duration, status, event or resource ...
    assertThat(ended.err())
        .contains("INFO 'reserve stock' : ")
        .contains(" CLIENT [tracer: com.example.shop:] {}")
        .doesNotContain("declined", "stock.reserved", "shop'", "service.name", "ERROR");
    // ... and the lesson's own lines have.
    assertThat(ended.out().replaceAll("parent [0-9a-f]{16}, \\d+ ms", "parent ID, N ms"))
        .contains("charge card: parent ID, N ms\ncharge card: status ERROR\n")
        .contains("reserve stock: status UNSET\nreserve stock: event exception\n")
        .contains("POST /orders: parent none, ")
        .contains("resource: service.name = shop\n")
        .contains("5 started, 1 still running, 4 logged\nisRecording: false\n")
        .endsWith("\n4 spans ended, 4 logged\n");
  }

  @ParameterizedTest
  @EnumSource
  void grpcExport(Place place) throws Exception {
    RealProcess.Ended ended = run("02-grpc-export.java", place);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .isEqualTo(
            """
            Spans go to %1$s
            Acknowledged so far: 0
            3 spans ended, 3 acknowledged by %1$s
            """
                .formatted(grpc));
    Exchange exchange = backend.inbox().exchanges().get(0);
    assertThat(backend.inbox().exchanges()).hasSize(1);
    assertThat(exchange.protocol()).isEqualTo(Protocol.GRPC);
    assertThat(exchange.gzip()).isTrue();
    assertThat(exchange.run()).matches("02-grpc-export/\\d+");
    assertThat(exchange.headers()).contains(new Header("authorization", "Bearer ****"));
    assertAnOrder();
  }

  @ParameterizedTest
  @EnumSource
  void httpExport(Place place) throws Exception {
    RealProcess.Ended ended = run("03-http-export.java", place);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .isEqualTo(
            """
            Spans go to %1$s/v1/traces, proxy: none
            Errors so far: [404]
            Errors so far: [404, java.io.IOException]
            3 spans ended, 3 acknowledged by %1$s/v1/traces
            """
                .formatted(http));
    // The two mistakes: the log says the same for both, only the reason differs.
    assertThat(ended.err())
        .contains("WARNING Failed to export 1 spans. Server responded with HTTP status code 404.")
        .contains("SEVERE Failed to export 1 spans. The request could not be executed.");
    List<Exchange> exchanges = backend.inbox().exchanges();
    assertThat(exchanges).extracting(Exchange::path).containsExactly("/v1/traces", "/", "/");
    assertThat(exchanges.get(0).protocol()).isEqualTo(Protocol.HTTP_PROTOBUF);
    assertThat(exchanges.get(0).gzip()).isTrue();
    assertThat(exchanges.get(0).headers()).contains(new Header("authorization", "Bearer ****"));
    assertThat(exchanges.get(1).answer().code()).isEqualTo(404);
    assertThat(exchanges.get(2).protocol()).isEqualTo(Protocol.GRPC);
    assertThat(exchanges.get(2).answer().accepted()).isFalse();
    assertAnOrder();
  }

  @Test
  void httpExportGoesThroughAProxy() throws Exception {
    Map<String, String> environment = new LinkedHashMap<>(environment());
    environment.put("WORKSHOP_PROXY", http);
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://backend.invalid:4318");

    RealProcess.Ended ended =
        LessonRun.run("03-http-export.java", Place.CHECKOUT, temp, environment);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(backend.inbox().exchanges().get(0).headers())
        .contains(new Header("host", "backend.invalid:4318"));
    assertAnOrder();
  }

  /**
   * By the specification, a variable that is set but empty counts as unset. One lesson for each
   * piece of code that sees to it; {@code LessonLossTest} sees to 06.
   */
  @ParameterizedTest
  @ValueSource(strings = {"02-grpc-export.java", "05-errors-and-retry.java", "07-threads.java"})
  void anEmptyVariableCountsAsUnset(String lesson) throws Exception {
    Map<String, String> environment =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT", "",
            "WORKSHOP_TOKEN", "",
            "WORKSHOP_PROXY", "",
            "WORKSHOP_GRPC_ENDPOINT", "");

    // Whoever listens on the standard ports: it is there that the lesson sends to.
    RealProcess.Ended ended = LessonRun.run(lesson, Place.CHECKOUT, temp, environment);

    assertThat(ended.err()).doesNotContain("\tat ", "Exception in thread");
    assertThat(Verdict.find(ended.out().lines().toList())).isPresent();
  }

  /** So those need no run without variables. */
  @Test
  void otherLessonsReadTheirVariablesWithTheSameCode() throws Exception {
    String helper =
        """
            return value == null || value.isBlank() ? standard : value;
        """;
    String property = "if (\"\".equals(System.getenv(\"OTEL_EXPORTER_OTLP_ENDPOINT\"))) {";
    for (String lesson : List.of("02-grpc-export.java", "03-http-export.java")) {
      assertThat(Files.readString(Checkout.FOLDER.resolve(lesson))).containsOnlyOnce(helper);
    }
    for (String lesson :
        List.of(
            "04-baggage.java",
            "07-threads.java",
            "08-batching.java",
            "09-metrics.java",
            "11-sampling.java",
            "14-testing.java")) {
      assertThat(Files.readString(Checkout.FOLDER.resolve(lesson))).containsOnlyOnce(property);
    }
  }

  /** So a copy of any of them runs, as those do that are copied here. */
  @Test
  void noLessonNeedsAnotherFile() {
    assertThat(Lesson.in(Checkout.FOLDER))
        .isNotEmpty()
        .allSatisfy(
            lesson ->
                assertThat(Checkout.FOLDER.resolve(lesson.fileName()))
                    .content()
                    .doesNotContain("//SOURCES", "//FILES"));
  }

  @Test
  void aPathInTheVariableGivesA404ThatTheLessonNames() throws Exception {
    Map<String, String> environment = new LinkedHashMap<>(environment());
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", http + "/v1/traces");

    RealProcess.Ended ended =
        LessonRun.run("03-http-export.java", Place.CHECKOUT, temp, environment);

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err())
        .contains("Lost because of [404]. See the log above.", "type ./jbang workshop explain")
        .doesNotContain("No backend running?");
  }

  /** The hook alone closes: a signal that comes during an export loses nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"02-grpc-export.java", "03-http-export.java"})
  void aSignalDuringAnExportLosesNothing(String lesson) throws Exception {
    backend.faults().add(FaultScript.parse("503 delay=1s"));

    try (RealProcess process = LessonRun.start(lesson, Place.CHECKOUT, temp, environment(lesson))) {
      Await.until("the first attempt is rejected", () -> backend.inbox().total() > 0);
      process.terminate();
      assertThat(process.end(LessonRun.LIMIT).exitCode()).isEqualTo(143);
    }

    assertThat(backend.inbox().received(Signal.TRACES)).isEqualTo(3);
    assertAnOrder();
  }

  @Test
  void baggage() throws Exception {
    RealProcess.Ended ended = run("04-baggage.java", Place.CHECKOUT);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .containsPattern("\ntraceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-03\n")
        .contains("\nbaggage: checkout.variant=a%2Cb,tenant.id=acme\n")
        .contains("\nPOST /charges: parent charge card, {tenant.id=acme}\n")
        .contains("\ncharge card: parent none, {}\n");
    assertThat(Verdict.find(ended.out().lines().toList()))
        .contains(new Verdict(Signal.TRACES, 2, 2, false, 0));
    Map<String, ReceivedSpan> spans = spans();
    assertThat(spans.keySet()).containsExactlyInAnyOrder("charge card", "POST /charges");
    assertThat(spans.get("charge card").service()).isEqualTo("shop");
    assertThat(spans.get("POST /charges").service()).isEqualTo("payment");
    Span charges = spans.get("POST /charges").span();
    Span card = spans.get("charge card").span();
    assertThat(charges.getKind()).isEqualTo(SPAN_KIND_SERVER);
    assertThat(card.getKind()).isEqualTo(SPAN_KIND_CLIENT);
    assertThat(charges.getParentSpanId()).isEqualTo(card.getSpanId());
    assertThat(charges.getTraceId()).isEqualTo(card.getTraceId());
    // The header that crossed names the span that the callee has as its parent.
    assertThat(ended.out())
        .contains("-" + HexFormat.of().formatHex(card.getSpanId().toByteArray()) + "-03\n");
    // Copied on purpose, and on no other span; the other entry is on none.
    assertThat(attributes(charges)).isEqualTo(Map.of("tenant.id", "acme"));
    assertThat(attributes(card)).isEmpty();
    // Both SDKs are one run.
    assertThat(backend.inbox().exchanges()).extracting(Exchange::run).hasSize(2);
    assertThat(backend.inbox().exchanges().stream().map(Exchange::run).distinct()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void errorsAndRetry(Place place) throws Exception {
    RealProcess.Ended ended = run("05-errors-and-retry.java", place);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    String none = ": forceFlush() succeeds, 0 of 3 spans acknowledged, error ";
    assertThat(ended.out().replaceAll("  after \\d+\\.\\d s\n", ""))
        .isEqualTo(
            """
            retried: forceFlush() succeeds, 3 of 3 spans acknowledged
            own-policy: forceFlush() succeeds, 3 of 3 spans acknowledged
            retry-after: forceFlush() succeeds, 3 of 3 spans acknowledged
            It waited for 1 s: true
            """
                + ("bad-request" + none + "400\n")
                + ("bad-token" + none + "401\n")
                + ("refused" + none + "java.net.ConnectException\n")
                + ("hang" + none + "java.io.InterruptedIOException\n")
                + "21 spans ended, 9 acknowledged, 12 lost on purpose\n");
    // The waits are never shorter than the SDK's backoff less its jitter, and the server's word.
    assertThat(attempts("retried"))
        .extracting(each -> each.answer().code())
        .containsExactly(503, 503, 200);
    assertThat(waits("retried").get(0)).isGreaterThanOrEqualTo(Duration.ofMillis(800));
    assertThat(waits("retried").get(1)).isGreaterThanOrEqualTo(Duration.ofMillis(1200));
    assertThat(waits("retry-after").get(0)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    assertThat(arrivedByCase())
        .isEqualTo(Map.of("retried", 3L, "own-policy", 3L, "retry-after", 3L));
  }

  @Test
  void shutdown() throws Exception {
    RealProcess.Ended ended = run("06-shutdown.java", Place.CHECKOUT);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .isEqualTo(
            """
            way                           ended  acknowledged  exit code
            main-returns                      3             0          0
            shutdown                          3             0          0
            shutdown-join                     3             3          0
            exception                         3             3          1
            exit                              3             0          0
            exit-hook                         3             3          0
            sigterm                           3             0        143
            sigterm-hook                      3             3        143
            sigterm-in-flight-hook            3             3        143
            sigterm-in-flight-hook-close      3             0        143
            30 spans ended, 15 acknowledged, 15 lost on purpose
            """);
    assertThat(arrivedByCase())
        .isEqualTo(
            Map.of(
                "shutdown-join", 3L,
                "exception", 3L,
                "exit-hook", 3L,
                "sigterm-hook", 3L,
                "sigterm-in-flight-hook", 3L));
    assertThat(backend.inbox().exchanges().stream().map(Exchange::run).distinct()).hasSize(1);
  }

  private static final String THREADS =
      """
      POST /orders: parent none
      reserve stock: parent POST /orders
      receipt: parent none
      wrapped receipt: parent POST /orders
      email: parent none
      wrapped email: parent POST /orders
      GET /cart: parent none
      GET /health: parent GET /cart
      8 spans ended, 8 acknowledged
      """;

  @Test
  void threads() throws Exception {
    RealProcess.Ended ended = run("07-threads.java", Place.CHECKOUT);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).isEqualTo(THREADS);
    Map<String, ReceivedSpan> spans = spans();
    assertThat(spans.get("wrapped email").span().getParentSpanId())
        .isEqualTo(spans.get("POST /orders").span().getSpanId());
    assertThat(spans.get("GET /health").span().getTraceId())
        .isEqualTo(spans.get("GET /cart").span().getTraceId());
  }

  /** The lesson says so; it cannot use them itself, as it runs on JDK 17, too. */
  @Test
  void virtualThreadsBehaveAsThoseOfAPool() throws Exception {
    LessonRun.jdk25OrSkip();
    String source = Files.readString(Checkout.FOLDER.resolve("07-threads.java"));
    String virtual = source.replace("newCachedThreadPool()", "newVirtualThreadPerTaskExecutor()");
    assertThat(virtual).isNotEqualTo(source);
    Path folder = Files.createDirectory(temp.resolve("a folder"));
    Files.writeString(folder.resolve("07-threads.java"), virtual);

    RealProcess.Ended ended = run("07-threads.java", Place.COPY);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out()).isEqualTo(THREADS);
  }

  @Test
  void batching() throws Exception {
    RealProcess.Ended ended = run("08-batching.java", Place.CHECKOUT);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .isEqualTo(
            """
            batches: 100 spans ended, 0 dropped, 100 acknowledged, 3 request(s)
            one-batch: 100 spans ended, 0 dropped, 100 acknowledged, 1 request(s)
            gzip: 100 spans ended, 0 dropped, 100 acknowledged, 1 request(s)
            queue-full: 28 spans ended, 12 dropped, 16 acknowledged, 2 request(s)
            partial: 10 spans ended, 0 dropped, 10 acknowledged, 1 request(s)
            338 spans ended, 326 acknowledged, 12 lost on purpose
            """);
    assertThat(ended.err()).contains("dropped 12 span(s) since the last export");
    // The exporter does not know that a partial success rejected three of its spans.
    assertThat(backend.inbox().received(Signal.TRACES)).isEqualTo(326 - 3);
  }

  @ParameterizedTest
  @EnumSource
  void metrics(Place place) throws Exception {
    RealProcess.Ended ended = run("09-metrics.java", place);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .isEqualTo(
            """
            instruments: orders{payment="card"} 3
            instruments: orders{payment="invoice"} 1
            instruments: queue.size{} 7
            cumulative: orders{} 5
            cumulative: orders{} 10
            cumulative: orders{} 15
            cumulative, added up: 30
            delta: orders{} 5
            delta: orders{} 5
            delta: orders{} 5
            delta, added up: 15
            buckets: advised{} [1, 1, 1]
            buckets: standard{} [0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            exemplar: checkout.duration{} [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], with an exemplar
            exemplar: delivery.duration{} [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            13 data points sent, 13 acknowledged
            """);
    assertThat(backend.inbox().received(Signal.METRICS)).isEqualTo(13);
    // What it prints is what arrived, and the exemplar leads to the only trace.
    assertThat(arrived("metric workshop.case=cumulative temporality=cumulative value=15"))
        .isEqualTo(1);
    assertThat(arrived("metric workshop.case=cumulative value=10")).isEqualTo(1);
    assertThat(arrived("metric workshop.case=delta temporality=delta value=5")).isEqualTo(1);
    assertThat(arrived("metric workshop.case=delta value>5")).isZero();
    String trace = Hex.of(spans().get("POST /orders").span().getTraceId());
    assertThat(arrived("metric name=checkout.duration trace_id=" + trace)).isEqualTo(1);
    assertThat(arrived("metric name=delivery.duration trace_id")).isZero();
  }

  /** How many arrived, in the words of {@code --expect}. */
  private int arrived(String what) {
    for (int count = 0; count < 5; count++) {
      Tally tally = new Tally(Expectation.parse(count + " " + what));
      backend.inbox().exchanges().forEach(exchange -> Item.each(exchange, tally::add));
      if (tally.finding().done()) {
        return count;
      }
    }
    throw new AssertionError("more than 4 of: " + what);
  }

  @ParameterizedTest
  @EnumSource
  void sampling(Place place) throws Exception {
    RealProcess.Ended ended = run("11-sampling.java", place);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    Map<String, Long> arrived =
        ReceivedSpan.in(backend.inbox().exchanges())
            .collect(Collectors.groupingBy(each -> each.span().getName(), Collectors.counting()));
    long orders = arrived.get("POST /orders");
    assertThat(ended.out())
        .isEqualTo(
            """
            Orders counted: 200
            Sampled: %d
            GET /cart: recorded true
            GET /health: recorded false
            GET /ready: recorded true
            %d spans ended, %d acknowledged
            """
                .formatted(orders, orders + 2, orders + 2));
    assertThat(orders).as("about a quarter of 200").isBetween(15L, 100L);
    assertThat(arrived)
        .as("what must not arrive did not")
        .isEqualTo(Map.of("POST /orders", orders, "GET /cart", 1L, "GET /ready", 1L));
  }

  @Test
  void tls() throws Exception {
    Lesson lesson = Lesson.chosen(Checkout.FOLDER, List.of("13")).get(0);
    Map<String, String> environment = LessonProcess.environment(lesson, backend);
    RealProcess.Ended ended = LessonRun.run("13-tls.java", Place.COPY, temp, environment);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .isEqualTo(
            """
            unknown-ca: lost, javax.net.ssl.SSLHandshakeException
            own-ca: acknowledged
            wrong-host: lost, javax.net.ssl.SSLPeerUnverifiedException
            plain-text: lost, 400
            client-tls: lost, javax.net.ssl.SSLHandshakeException
            first-token: acknowledged
            renewed-token: acknowledged
            7 spans ended, 3 acknowledged, 4 lost on purpose
            """);
    assertThat(backend.inbox().received(Signal.TRACES)).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource
  void testing(Place place) throws Exception {
    RealProcess.Ended ended = run("14-testing.java", place);

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .isEqualTo(
            """
            Expected span [charge card] to have status \
            <ImmutableStatusData{statusCode=ERROR, description=}> but was \
            <ImmutableStatusData{statusCode=UNSET, description=}>
            1 passed, 0 failed
            2 spans ended, 2 acknowledged
            """);
    // What the test in memory did not see: the service has no name.
    Map<String, ReceivedSpan> spans = spans();
    assertThat(spans.keySet()).containsExactlyInAnyOrder("POST /orders", "charge card");
    assertThat(spans.values())
        .extracting(ReceivedSpan::service)
        .containsOnly("unknown_service:java");
  }

  /** All spans arrive, and yet a script sees that a test failed, and a person sees which. */
  @Test
  void aFailedTestEndsWith1() throws Exception {
    String source = Files.readString(Checkout.FOLDER.resolve("14-testing.java"));
    String wrong = source.replace("\"POST /orders\").hasNoParent()", "\"POST /order\")");
    assertThat(wrong).isNotEqualTo(source);
    Path folder = Files.createDirectory(temp.resolve("a folder"));
    Files.writeString(folder.resolve("14-testing.java"), wrong);

    RealProcess.Ended ended = run("14-testing.java", Place.COPY);

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out()).contains("0 passed, 1 failed\n2 spans ended, 2 acknowledged\n");
    assertThat(ended.err())
        .contains("theChargeIsAChildOfTheOrder", "Expected span to have name <POST /order>");
  }

  private void assertAnOrder() {
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
  }

  /**
   * A copy gets an endpoint that ends with a slash: it is a base, to which a lesson over HTTP adds
   * the path.
   */
  private RealProcess.Ended run(String lesson, Place place) throws Exception {
    if (place == Place.COPY) {
      Map<String, String> environment = new LinkedHashMap<>(environment(lesson));
      environment.computeIfPresent(
          "OTEL_EXPORTER_OTLP_ENDPOINT", (name, base) -> base.equals(http) ? base + "/" : base);
      return LessonRun.run(lesson, place, temp, environment);
    }
    backend.close();
    LessonRun.Shipped shipped =
        LessonRun.shipped(Lesson.chosen(Checkout.FOLDER, List.of(lesson)).get(0));
    backend = shipped.backend();
    grpc = shipped.endpoint(); // a lesson uses one of the two
    http = shipped.endpoint();
    return shipped.ended();
  }

  private Map<String, String> environment(String lesson) {
    String endpoint = lesson.matches("(0[2479]|11|14).*") ? grpc : http;
    return Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint, "WORKSHOP_GRPC_ENDPOINT", grpc);
  }

  private Map<String, String> environment() {
    return environment("03");
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

  private Map<String, Long> arrivedByCase() {
    return ReceivedSpan.in(backend.inbox().exchanges())
        .collect(Collectors.groupingBy(LessonTest::lessonCase, Collectors.counting()));
  }

  private static String lessonCase(ReceivedSpan received) {
    return received.resource().getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals("workshop.case"))
        .map(LessonTest::text)
        .collect(Collectors.joining());
  }

  /** The attempts at the batch of a case that arrived, oldest first. */
  private List<Exchange> attempts(String lessonCase) {
    Exchange accepted =
        backend.inbox().exchanges().stream()
            .filter(each -> each.answer().accepted())
            .filter(
                each ->
                    ReceivedSpan.in(List.of(each)).anyMatch(s -> lessonCase(s).equals(lessonCase)))
            .findFirst()
            .orElseThrow();
    return backend.inbox().attempts(accepted.batch());
  }

  private List<Duration> waits(String lessonCase) {
    List<Exchange> attempts = attempts(lessonCase);
    List<Duration> waits = new ArrayList<>();
    for (int i = 1; i < attempts.size(); i++) {
      waits.add(Duration.between(attempts.get(i - 1).at(), attempts.get(i).at()));
    }
    return waits;
  }
}
