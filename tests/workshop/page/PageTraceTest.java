package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import support.Await;
import support.Browser;
import support.LessonRun;
import support.Orders;
import support.RealProcess;
import support.Slow;
import workshop.trace.ReceivedSpan;
import workshop.trace.Trace;

/** The page in a real browser: the list of traces, a trace's waterfall, and a span opened. */
@Slow
class PageTraceTest {
  private static final ByteString THIRD = ByteString.fromHex("00f067aa0ba902b8");
  private static final ByteString ELSEWHERE = ByteString.fromHex("ffffffffffffffff");

  private static Browser browser;

  @TempDir Path temp;
  private PageUnderTest server;

  @BeforeEach
  void start() throws Exception {
    if (browser == null) {
      browser = Browser.openOrSkip();
    }
    server = PageUnderTest.start();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      browser.load("about:blank"); // else the page would go on asking a server that is gone
      server.close();
    }
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.close();
      browser = null;
    }
  }

  @Test
  void theWaterfallShowsAllThatASpanHas() throws Exception {
    server.sendGrpc(PageUnderTest.order("shop"));
    server.send(Orders.request("payment", failedCharge(), orphan()));
    open("traces");
    browser.untilRows("traces", 1);
    assertThat(browser.rows("traces").get(0))
        .isEqualTo(
            "2023-11-14 22:13:20 | shop POST /orders | payment | 4 | 1 error | 41.0 ms | 0af76519");

    browser.clickRow("traces", "POST /orders");
    browser.untilRows("waterfall", 4);
    assertThat(waterfall())
        .containsExactly(
            "1 shop POST /orders",
            "2 shop reserve stock",
            "2 payment charge card CLIENT ERROR 1 link",
            "1 payment lost child parent missing");
    assertThat(browser.text(".one-trace .warn"))
        .contains("1 span names a parent that did not arrive.");
    assertThat(browser.text(".trace-head")).contains("exchanges 1, 2").contains("41.0 ms");
    assertThat(bars())
        .containsExactly("0 73.2", "12.2 14.6", "24.4 48.8", "97.6 2.4")
        .as("left edge and width in percent of the trace's 41 ms");
    assertThat(events()).containsExactly("48.8");
    assertThat(
            browser.script(
                "return new Set([...document.querySelectorAll('.span-bar')]"
                    + ".map(bar => getComputedStyle(bar).backgroundColor)).size"))
        .as("colours of two services")
        .isEqualTo(2L);

    browser.clickRow("waterfall", "charge card");
    browser.untilText(".one-trace .panel .facts", "exchange 2");
    assertThat(facts())
        .contains(
            "Kind: CLIENT",
            "Status: ERROR: card declined",
            "Start: 2023-11-14 22:13:20, 10.0 ms into the trace",
            "Duration: 20.0 ms",
            "Span id: 00f067aa0ba902b7",
            "Parent: POST /orders",
            "Flags: 0x101: sampled, parent is local",
            "Trace state: vendor=1",
            "Received in: exchange 2");
    assertThat(attributes())
        .contains(
            "card.number string ***",
            "amount int 1152921504606846976",
            "rate double 0.5",
            "retried bool true",
            "tried string array [visa, debit]",
            "nothing empty",
            "exception.message string declined",
            "service.name string payment");
    assertThat(browser.text(".one-trace .panel"))
        .contains("exception after 10.0 ms")
        .contains("of trace " + PageUnderTest.hex(Orders.TRACE));

    browser.clickRow("waterfall", "lost child");
    browser.untilText(
        ".one-trace .panel .facts", PageUnderTest.hex(ELSEWHERE) + ", which did not arrive");
    assertThat(browser.complaints()).isEmpty();
  }

  @ParameterizedTest(name = "{0}", quoteTextArguments = false)
  @CsvSource({
    "02-grpc-export.java, 1",
    "03-http-export.java, 1",
    "04-baggage.java, 2",
    "05-errors-and-retry.java, 1"
  })
  void aLessonsTraceIsDrawnAsItArrived(String lesson, int services) throws Exception {
    String grpc = "http://127.0.0.1:" + server.backend.grpcPort();
    String http = "http://127.0.0.1:" + server.backend.httpPort();
    boolean speaksGrpc = lesson.startsWith("02") || lesson.startsWith("04");
    RealProcess.Ended ended =
        LessonRun.run(
            lesson,
            LessonRun.Place.CHECKOUT,
            temp,
            Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                speaksGrpc ? grpc : http,
                "WORKSHOP_GRPC_ENDPOINT",
                grpc));
    assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();

    List<Trace> traces = Trace.of(ReceivedSpan.in(server.backend.inbox().exchanges()).toList());
    Trace trace =
        traces.stream()
            .max((a, b) -> Integer.compare(a.rows().size(), b.rows().size()))
            .orElseThrow();
    assertThat(trace.rows()).extracting(row -> row.received().service()).contains("shop");
    assertThat(trace.rows().stream().map(row -> row.received().service()).distinct())
        .hasSize(services);
    open("traces/" + trace.hexId());
    browser.untilRows("waterfall", trace.rows().size());

    assertThat(waterfall())
        .containsExactlyElementsOf(trace.rows().stream().map(PageTraceTest::expectedRow).toList());
    for (Trace.Row row : trace.rows()) {
      Span span = row.received().span();
      browser.clickRow("waterfall", span.getName());
      browser.untilText(".one-trace .panel .facts", PageUnderTest.hex(span.getSpanId()));
      assertThat(attributes())
          .containsAll(
              span.getAttributesList().stream().map(PageTraceTest::expectedAttribute).toList())
          .contains("service.name string " + row.received().service());
      assertThat(facts()).contains("Received in: exchange " + row.received().exchange());
    }
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aTraceOpenedGrowsAsItsSpansArrive() throws Exception {
    server.send(
        Orders.request(
            "shop", Orders.span("reserve stock", Orders.CHILD, Orders.ROOT, 5, 11).build()));
    open("traces/" + PageUnderTest.hex(Orders.TRACE));
    browser.untilRows("waterfall", 1);
    assertThat(waterfall()).containsExactly("1 shop reserve stock parent missing");

    server.send(
        Orders.request(
            "shop", Orders.span("POST /orders", Orders.ROOT, ByteString.EMPTY, 0, 30).build()));
    browser.untilRows("waterfall", 2);
    assertThat(waterfall()).containsExactly("1 shop POST /orders", "2 shop reserve stock");
    assertThat(browser.text(".one-trace .warn")).isEmpty();
  }

  @Test
  void aSpanShowsItsLogRecordsAndTheyLeadBackToIt() throws Exception {
    server.send(Orders.request());
    String record =
        "{\"timeUnixNano\":\"1700000000007000000\",\"severityNumber\":13,\"eventName\":\"stock.low\","
            + "\"body\":{\"kvlistValue\":{\"values\":[{\"key\":\"left\",\"value\":{\"intValue\":\"2\"}}]}},"
            + "\"traceId\":\"%s\",\"spanId\":\"%s\"}";
    String trace = PageUnderTest.hex(Orders.TRACE);
    String logs =
        record.formatted(trace, PageUnderTest.hex(Orders.CHILD))
            + ","
            + record.formatted(trace, PageUnderTest.hex(ELSEWHERE))
            + ","
            + record.formatted(PageUnderTest.hex(traceId(1)), PageUnderTest.hex(Orders.CHILD));
    String request = "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[" + logs + "]}]}]}";
    assertThat(server.post("/v1/logs", PageUnderTest.JSON, request.getBytes(UTF_8))).isEqualTo(200);

    open("traces/" + trace);
    browser.untilText(".trace-head", "2 log records");
    browser.untilText(".trace-head .warn", "1 log record of no span that arrived");
    assertThat(waterfall())
        .containsExactly("1 shop POST /orders SERVER", "2 shop reserve stock 1 log");
    browser.clickRow("waterfall", "reserve stock");
    browser.untilText(".one-trace .panel", "Log records");
    assertThat(browser.text(".one-trace .part"))
        .isEqualTo("WARN stock.low after 2.0 ms\n\n{left=2}");
    assertThat(facts()).contains("Self time: 6.0 ms, without its children");

    browser.click(".one-trace .part a");
    browser.untilText("[aria-label=Logs] .panel .bar", "stock.low");
    browser.untilText("[aria-label=Logs] .panel .json", "\"intValue\": \"2\"");
    browser.click("[aria-label=Logs] .panel a[href^='#traces/']");
    browser.untilText(".one-trace .panel .bar", "reserve stock");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void spansOfATraceAreFoundByNameAttributeErrorAndId() throws Exception {
    server.sendGrpc(PageUnderTest.order("shop"));
    server.send(Orders.request("payment", failedCharge(), orphan()));
    open("traces/" + PageUnderTest.hex(Orders.TRACE));
    browser.untilRows("waterfall", 4);
    String charge = "2 payment charge card CLIENT ERROR 1 link";
    for (String words : List.of("CHARGE", "retried=true", "error", PageUnderTest.hex(THIRD))) {
      find(words);
      browser.untilText(".find", "1 of 4 spans");
      assertThat(waterfall()).as(words).containsExactly("1 shop POST /orders", charge);
    }
    find("nowhere");
    browser.untilText(".find", "0 of 4 spans");
    browser.untilRows("waterfall", 0);
    find("");
    browser.untilRows("waterfall", 4);
    assertThat(browser.complaints()).isEmpty();
  }

  private static void find(String words) {
    browser.script(
        "const find = document.querySelector('.find input'); find.value = arguments[0];"
            + "find.dispatchEvent(new Event('input'))",
        words);
  }

  @Test
  void tracesAreFoundByServiceNameAttributeAndId() throws Exception {
    for (int i = 0; i < 3; i++) {
      Span span =
          Orders.span("order " + i, Orders.ROOT, ByteString.EMPTY, 0, 1)
              .setTraceId(traceId(i))
              .addAttributes(attribute("order.id", AnyValue.newBuilder().setIntValue(1000 + i)))
              .build();
      server.send(Orders.request("service-" + i, span));
    }
    open("traces");
    browser.untilRows("traces", 3);
    String id = PageUnderTest.hex(traceId(1));
    for (String words : List.of("service-1", "ORDER 1", "order.id=1001", id, id.substring(20))) {
      search(words);
      browser.untilText(".view .summary", "1 trace found");
      assertThat(browser.rows("traces")).singleElement().asString().contains("order 1");
    }
    search("service-1 order.id=1002");
    browser.untilText(".empty", "No trace contains all these words");
    search("");
    browser.untilRows("traces", 3);
  }

  @Test
  void hostileTextIsShownAndDoesNothing() throws Exception {
    String markup = "<img src=x onerror=\"document.title='owned'\">";
    String escapes = "\u001b[2J\u001b]0;title\u0007";
    String turned = "\u202egnp.exe\u2066";
    String longName = "N".repeat(1 << 20);
    String rightToLeft = "\u05e9\u05dc\u05d5\u05dd";
    String emoji = "\ud83d\udc69\u200d\ud83d\udc67";
    ByteString event = ByteString.fromHex("00f067aa0ba902b9");
    Span root =
        Orders.span(markup, Orders.ROOT, ByteString.EMPTY, 0, 30)
            .addAttributes(attribute(markup, AnyValue.newBuilder().setStringValue(markup)))
            .addAttributes(attribute("big", AnyValue.newBuilder().setStringValue(longName)))
            .addAttributes(attribute(escapes, AnyValue.newBuilder().setStringValue(turned)))
            .addEvents(Span.Event.newBuilder().setName(markup))
            .setStatus(Status.newBuilder().setCode(StatusCode.STATUS_CODE_ERROR).setMessage(markup))
            .build();
    server.send(
        Orders.request(
            markup,
            root,
            Orders.span(escapes + turned, Orders.CHILD, Orders.ROOT, 1, 2).build(),
            Orders.span(rightToLeft + emoji, THIRD, Orders.ROOT, 2, 3).build(),
            Orders.span(longName.substring(1 << 19), event, Orders.ROOT, 3, 4).build()));
    open("");
    browser.clickRow("wire", "4 spans");
    browser.untilText(".panel .json", "onerror");
    assertThat(browser.text(".panel .json"))
        .contains("\\u001b[2J")
        .contains("\\u202egnp.exe\\u2066")
        .contains("(1,048,576 characters)")
        .doesNotContain("\u001b", "\u202e", "\u2066");

    browser.fragment("traces");
    browser.untilRows("traces", 1);
    assertThat(browser.rows("traces").get(0)).contains(markup);
    browser.clickRow("traces", "onerror");
    browser.untilRows("waterfall", 4);
    assertThat(String.join("\n", browser.rows("waterfall")))
        .contains(markup)
        .contains("\\u001b[2J\\u001b]0;title\\u0007\\u202egnp.exe\\u2066")
        .contains(rightToLeft + emoji)
        .contains("NNNN")
        .doesNotContain("\u001b", "\u202e", "\u2066");
    browser.clickRow("waterfall", "ERROR");
    browser.untilText(".one-trace .panel", "Show all 1,048,576 characters");
    assertThat(browser.text(".one-trace .panel .facts")).contains("ERROR: " + markup);
    assertThat(attributes())
        .contains(markup + " string " + markup)
        .contains("\\u001b[2J\\u001b]0;title\\u0007 string \\u202egnp.exe\\u2066");
    browser.click(".one-trace .panel .content button");
    Await.until(
        "the value is shown whole", () -> browser.text(".one-trace .panel").contains(longName));

    for (String word : List.of("onerror", "gnp", "owned")) {
      search(word);
      browser.untilRows("traces", 1);
    }
    assertThat(browser.script("return document.title")).isEqualTo("OTLP workshop");
    assertThat(browser.script("return document.querySelectorAll('img, svg, b').length"))
        .isEqualTo(0L);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aTraceDownloadedIsAcceptedAgain() throws Exception {
    server.sendGrpc(Orders.request());
    Span other =
        Orders.span("another", Orders.ROOT, ByteString.EMPTY, 0, 1).setTraceId(traceId(9)).build();
    server.send(Orders.request("payment", orphan(), other));
    open("traces/" + PageUnderTest.hex(Orders.TRACE));
    browser.untilRows("waterfall", 3);
    browser.downloadsTo(temp);
    browser.script(
        "[...document.querySelectorAll('.trace-head button')]"
            + ".find(b => b.innerText === 'Download as OTLP JSON').click()");
    Path file = temp.resolve("trace-0af7651916cd43dd8448eb211c80319c.json");
    Await.until("the file is there", () -> Files.exists(file));
    assertThat(browser.complaints()).isEmpty();

    assertThat(server.post("/v1/traces", PageUnderTest.JSON, Files.readAllBytes(file)))
        .isEqualTo(200);
    ExportTraceServiceRequest again = server.backend.inbox().exchanges().get(2).traces();
    assertThat(again)
        .isEqualTo(
            ExportTraceServiceRequest.newBuilder()
                .mergeFrom(Orders.request())
                .mergeFrom(Orders.request("payment", orphan()))
                .build());
  }

  private void open(String fragment) throws Exception {
    browser.complaints();
    browser.load(PageAddress.of(server.page).at(fragment));
    browser.untilText("#ports", "gRPC " + server.backend.grpcPort());
  }

  private void search(String words) {
    browser.script(
        "const input = document.getElementById('search'); input.value = arguments[0];"
            + "input.dispatchEvent(new Event('input'))",
        words);
  }

  /** The waterfall's rows: the level, then what stands in the first column. */
  @SuppressWarnings("unchecked")
  private static List<String> waterfall() {
    return (List<String>)
        browser.script(
            """
            return [...document.querySelectorAll('.list.waterfall .row')]
              .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)
              .map(row => row.ariaLevel + ' ' + row.querySelector('.name').innerText
                .replace(/[▾▸]/, '').replace(/\\s+/g, ' ').trim())
            """);
  }

  @SuppressWarnings("unchecked")
  private static List<String> bars() {
    return (List<String>)
        browser.script(
            """
            const percent = (text) => Number(parseFloat(text).toFixed(1));
            return [...document.querySelectorAll('.list.waterfall .row')]
              .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)
              .map(row => row.querySelector('.span-bar').style)
              .map(style => percent(style.left) + ' ' + percent(style.width))
            """);
  }

  @SuppressWarnings("unchecked")
  private static List<String> events() {
    return (List<String>)
        browser.script(
            "return [...document.querySelectorAll('.list.waterfall .event')]"
                + ".map(mark => parseFloat(mark.style.left).toFixed(1))");
  }

  @SuppressWarnings("unchecked")
  private static List<String> facts() {
    return (List<String>)
        browser.script(
            "return [...document.querySelectorAll('.one-trace .panel .fact')]"
                + ".map(fact => fact.children[0].innerText + ': ' + fact.children[1].innerText)");
  }

  @SuppressWarnings("unchecked")
  private static List<String> attributes() {
    return (List<String>)
        browser.script(
            "return [...document.querySelectorAll('.attributes tbody tr')].map(row =>"
                + " [...row.children].map(cell => cell.innerText).join(' ').trim())");
  }

  private static String expectedRow(Trace.Row row) {
    Span span = row.received().span();
    String kind = span.getKind().name().replace("SPAN_KIND_", "");
    return row.depth()
        + 1
        + " "
        + row.received().service()
        + " "
        + span.getName()
        + (kind.equals("INTERNAL") ? "" : " " + kind)
        + (span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR ? " ERROR" : "");
  }

  private static String expectedAttribute(KeyValue attribute) {
    AnyValue value = attribute.getValue();
    return attribute.getKey()
        + (value.hasIntValue()
            ? " int " + value.getIntValue()
            : " string " + value.getStringValue());
  }

  /** A span with something of everything that a span can have. */
  static Span failedCharge() {
    return Orders.span("charge card", Orders.CHILD, Orders.ROOT, 10, 30)
        .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
        .setFlags(0x101)
        .setTraceState("vendor=1")
        .setStatus(
            Status.newBuilder().setCode(StatusCode.STATUS_CODE_ERROR).setMessage("card declined"))
        .addAttributes(attribute("card.number", AnyValue.newBuilder().setStringValue("***")))
        .addAttributes(attribute("amount", AnyValue.newBuilder().setIntValue(1L << 60)))
        .addAttributes(attribute("rate", AnyValue.newBuilder().setDoubleValue(0.5)))
        .addAttributes(attribute("retried", AnyValue.newBuilder().setBoolValue(true)))
        .addAttributes(attribute("tried", AnyValue.newBuilder().setArrayValue(array())))
        .addAttributes(attribute("nothing", AnyValue.newBuilder()))
        .addEvents(
            Span.Event.newBuilder()
                .setName("exception")
                .setTimeUnixNano(1_700_000_000_000_000_000L + 20_000_000)
                .addAttributes(
                    attribute(
                        "exception.message", AnyValue.newBuilder().setStringValue("declined"))))
        .addLinks(Span.Link.newBuilder().setTraceId(Orders.TRACE).setSpanId(Orders.ROOT))
        .build();
  }

  private static Span orphan() {
    return Orders.span("lost child", THIRD, ELSEWHERE, 40, 41).build();
  }

  private static KeyValue attribute(String key, AnyValue.Builder value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }

  private static ArrayValue array() {
    return ArrayValue.newBuilder()
        .addValues(AnyValue.newBuilder().setStringValue("visa"))
        .addValues(AnyValue.newBuilder().setStringValue("debit"))
        .build();
  }

  private static ByteString traceId(int number) {
    return ByteString.copyFrom(ByteBuffer.allocate(16).putInt(1).putInt(12, number).array());
  }
}
