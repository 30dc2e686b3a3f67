package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import support.Await;
import support.Browser;
import support.Orders;
import support.Slow;
import workshop.wire.Backend;
import workshop.wire.Signal;

/** The page in a real browser: the wire, what is opened of it, and what stands around it. */
@Slow
class PageTest {
  private static Browser browser;

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
  void anEmptyPageTellsWhatToType() throws Exception {
    server.close();
    server = PageUnderTest.start(Backend.Options.onFreePorts(), 0, () -> guide("false", ""));
    open("");
    String endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:" + server.backend.grpcPort();
    for (String view : List.of("wire", "traces")) {
      browser.fragment(view);
      browser.untilText(".empty", endpoint + " ./jbang 02-send.java");
    }
    browser.fragment("metrics");
    browser.untilText(".empty", "http://localhost:" + server.backend.httpPort() + "/v1/metrics");
    browser.fragment("logs");
    browser.untilText(".empty", "http://localhost:" + server.backend.grpcPort());
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void anExchangeAppearsAsItHappens() throws Exception {
    open("");
    browser.script("window.loadedOnce = true");
    server.sendGrpc(Orders.request());
    browser.untilRows("wire", 1);
    server.send(Orders.request());
    server.post("/v1/trace", PageUnderTest.PROTOBUF, new byte[] {1, 2, 3});
    browser.untilRows("wire", 3);

    String size = Orders.request().getSerializedSize() + " B";
    assertThat(browser.rows("wire"))
        .satisfiesExactly(
            row ->
                assertThat(row)
                    .contains(" | HTTP | 2 | POST /v1/trace | | 3 B | | 404 Not Found | "),
            row ->
                assertThat(row)
                    .contains(" | HTTP | 2 | POST /v1/traces | 2 spans | " + size + " | " + size)
                    .contains(" | 200 OK | "),
            row ->
                assertThat(row)
                    .matches(
                        "1 \\| \\d\\d:\\d\\d:\\d\\d\\.\\d{3} \\| gRPC \\| 1 \\|"
                            + " POST …TraceService/Export \\| 2 spans \\| \\d+ B gzip \\| "
                            + size
                            + " \\d\\.\\d× \\| 0 OK \\| [0-9.]+ ms"));
    assertThat(browser.text(".wire-view .summary")).isEqualTo("3 exchanges, 1 rejected");
    browser.untilText("nav", "Wire\n3\nTraces\n1\n");
    assertThat(browser.script("return window.loadedOnce")).isEqualTo(true);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void anExchangeOpenedShowsHeadersRequestAndAnswer() throws Exception {
    server.sendGrpc(Orders.request());
    server.post("/v1/trace", PageUnderTest.PROTOBUF, new byte[] {1, 2, 3});
    open("");
    browser.clickRow("wire", "gRPC");

    browser.untilText(".panel .json", "POST /orders");
    assertThat(browser.text(".panel .bar")).contains("Exchange 1");
    assertThat(browser.text(".panel .facts"))
        .contains("POST /opentelemetry.proto.collector.trace.v1.TraceService/Export")
        .contains(" gzip, " + Orders.request().getSerializedSize() + " B decoded (")
        .contains("2 spans")
        .contains("0 OK");
    assertThat(browser.text(".panel .headers"))
        .contains("authorization\nBearer ****")
        .contains("grpc-encoding\ngzip")
        .doesNotContain("hunter2");
    assertThat(browser.text(".panel .json"))
        .contains("{\"key\": \"service.name\", \"value\": {\"stringValue\": \"shop\"}}")
        .contains("\"traceId\": \"" + PageUnderTest.hex(Orders.TRACE) + "\"")
        .contains("\"parentSpanId\": \"" + PageUnderTest.hex(Orders.ROOT) + "\"")
        .contains("\"kind\": 2 SERVER")
        .contains("\"startTimeUnixNano\": \"1700000000000000000\"");

    browser.clickRow("wire", "404");
    browser.untilText(".panel", "Exchange 2");
    browser.untilText(".panel .facts", "404 Not Found");
    assertThat(browser.text(".panel"))
        .contains("/v1/trace is not an OTLP/HTTP path; use /v1/traces, /v1/metrics or /v1/logs")
        .contains("The body of a rejected request is not kept.");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aRequestTooLargeToShowSaysSo() throws Exception {
    server.send(
        Orders.request(
            "shop", Orders.span("x".repeat(9 << 20), Orders.ROOT, ByteString.EMPTY, 0, 1).build()));
    open("");
    browser.clickRow("wire", "9.4 MB");
    browser.untilText(".panel", "Not shown: as JSON this is larger than 8 MB: too large to show.");
    browser.fragment("traces");
    browser.clickRow("traces", "xxxx");
    browser.untilRows("waterfall", 1);
  }

  @Test
  void twoExchangesStandSideBySide() throws Exception {
    server.sendGrpc(Orders.request());
    server.send(Orders.request());
    open("");
    browser.clickRow("wire", "gRPC");
    browser.untilText(".panel .bar", "Exchange 1");
    browser.click(".panel .bar button");
    browser.untilText(".wire-view .summary", "Pick the exchange to compare with 1");
    browser.clickRow("wire", "200 OK");

    browser.untilText(".panel .bar", "Exchanges 1 and 2");
    browser.untilText(".panel", "Both requests are identical in every field.");
    String size = Orders.request().getSerializedSize() + " B";
    assertThat(compared())
        .contains("Protocol | gRPC | HTTP | differs")
        .contains("Contains | 2 spans | 2 spans | ")
        .contains("Response | 0 OK | 200 OK | differs")
        .contains("authorization | Bearer **** | none | differs")
        .contains("content-type | application/grpc | application/x-protobuf | differs")
        .anyMatch(
            row ->
                row.matches(
                    "Body \\| \\d+ B gzip, "
                        + size
                        + " decoded .* \\| "
                        + size
                        + ", not compressed \\| differs"));

    server.sendGzip(PageUnderTest.order("store"));
    browser.load(PageAddress.of(server.page).at("wire/2/3"));
    browser.untilText(".panel .bar", "Exchanges 2 and 3");
    browser.untilText(".panel", "Lines that are only in one of the two requests are marked.");
    assertThat(compared())
        .contains("Protocol | HTTP | HTTP | ")
        .contains("content-encoding | none | gzip | differs");
    assertThat(browser.text(".panel .line.differs"))
        .contains("\"shop\"")
        .contains("\"store\"")
        .doesNotContain("reserve stock");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void metricsStandAsStreamsAndLogsAsATable() throws Exception {
    open("metrics");
    long now = System.currentTimeMillis() * 1_000_000;
    String resource =
        "'resource':{'attributes':[{'key':'service.name','value':{'stringValue':'shop'}}]}";
    json(
        "/v1/metrics",
        "{'resourceMetrics':[{"
            + resource
            + ",'scopeMetrics':[{'metrics':["
            + "{'name':'orders','unit':'{order}','sum':{'isMonotonic':true,"
            + "'aggregationTemporality':2,'dataPoints':[{'timeUnixNano':'"
            + now
            + "','asInt':'42','attributes':[{'key':'card','value':{'boolValue':true}}]}]}},"
            + "{'name':'queue','gauge':{'dataPoints':[{'timeUnixNano':'"
            + now
            + "','asDouble':1.5}]}},"
            + "{'name':'duration','unit':'s','histogram':{'aggregationTemporality':1,"
            + "'dataPoints':[{'timeUnixNano':'"
            + now
            + "','count':'3','sum':0.7,'explicitBounds':[0.5],'bucketCounts':['2','1']}]}}"
            + "]}]}]}");
    browser.untilRows("metrics", 3);
    assertThat(browser.rows("metrics"))
        .satisfiesExactly(
            row ->
                assertThat(row)
                    .contains("| shop | duration | histogram, delta | count 3, sum 0.7 | s |")
                    .endsWith(" | 1"),
            row -> assertThat(row).contains("| shop | queue | gauge | 1.5 | |"),
            row ->
                assertThat(row)
                    .contains("| shop | orders | sum, monotonic, cumulative | 42 | {order} |")
                    .endsWith("| card=true | 1"));

    browser.clickRow("metrics", "duration");
    browser.untilText("[aria-label=Metrics] .panel", "Buckets of the newest point");
    assertThat(browser.text(".points tbody tr").replaceAll("\\n?\\t", " "))
        .contains("up to 0.5 2", "above 0.5 1", "count 3, sum 0.7 gap 1");
    assertThat(browser.text("[aria-label=Metrics] .facts"))
        .contains("delta: each point is what was added since the one before");
    browser.type(Keys.ESCAPE);

    browser.fragment("logs");
    json(
        "/v1/logs",
        "{'resourceLogs':[{"
            + resource
            + ",'scopeLogs':[{'logRecords':[{'timeUnixNano':'"
            + now
            + "','severityNumber':17,'body':{'stringValue':'card declined'},'traceId':'"
            + PageUnderTest.hex(Orders.TRACE)
            + "','attributes':[{'key':'order.id','value':{'intValue':'7'}}]}]}]}]}");
    browser.untilRows("logs", 1);
    assertThat(browser.rows("logs").get(0))
        .endsWith("| shop | ERROR | card declined | order.id=7 | 0af76519 | 2");
    assertThat(browser.text("nav")).contains("Metrics\n3\nLogs\n1");

    browser.clickRow("logs", "card declined");
    browser.untilText("[aria-label=Logs] .panel .content", "card declined");
    filter("Severity", "21");
    browser.untilText("[aria-label=Logs] .empty", "No log record fits the search.");
    filter("Severity", "17");
    filter("Service", "shop");
    browser.untilText("[aria-label=Logs] .summary", "1 log record, 1 found");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aStreamHasAChartAndItsExemplarLeadsToTheSpan() throws Exception {
    server.send(Orders.request());
    long now = System.currentTimeMillis() * 1_000_000;
    for (int second = 0; second < 3; second++) {
      String point =
          "{'startTimeUnixNano':'%d','timeUnixNano':'%d','asInt':'%d','exemplars':[{"
              + "'timeUnixNano':'%d','asInt':'1','traceId':'%s','spanId':'%s'}]}";
      long at = now + second * 1_000_000_000L;
      String ids = PageUnderTest.hex(Orders.TRACE);
      String span = PageUnderTest.hex(Orders.CHILD);
      json(
          "/v1/metrics",
          "{'resourceMetrics':[{'scopeMetrics':[{'metrics':[{'name':'orders','sum':{"
              + "'isMonotonic':true,'aggregationTemporality':2,'dataPoints':["
              + point.formatted(now - 1_000_000_000L, at, 5 * (second + 1), at, ids, span)
              + "]}}]}]}]}");
    }
    open("metrics");
    browser.untilRows("metrics", 1);
    assertThat(browser.rows("metrics").get(0)).contains("orders");
    browser.clickRow("metrics", "orders");
    browser.untilText(".charted", "rate per second, 0 to 5");
    assertThat(
            browser.script(
                "return document.querySelector('.charted polyline')"
                    + ".getAttribute('points').split(' ').length"))
        .isEqualTo(3L);
    for (int width : List.of(390, 768, 1600)) {
      browser.size(width, 900);
      assertThat(
              browser.script(
                  "const list = document.querySelector('.list.metrics');"
                      + "return list.scrollWidth - list.clientWidth"))
          .as("%d px", width)
          .isEqualTo(0L);
      PageAccessibilityTest.assertAccessible(browser, "a stream at " + width + " px");
    }
    browser.size(1440, 900);

    browser.click(".points a[href^='#traces/']");
    browser.untilText(".one-trace .panel .bar", "reserve stock");
    browser.fragment("traces/" + PageUnderTest.hex(Orders.TRACE) + "/ffffffffffffffff");
    browser.untilText(".one-trace .panel", "This span did not arrive.");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void exchangesAreFoundByHeaderAttributeAndId() throws Exception {
    server.send(Orders.request());
    server.sendGrpc(PageUnderTest.order("store"));
    open("");
    browser.untilRows("wire", 2);
    for (String words :
        List.of("grpc-encoding: gzip", "authorization", "service.name=store", "POST store gRPC")) {
      search(words);
      browser.untilText(".wire-view .summary", "2 exchanges, 1 found");
      assertThat(browser.rows("wire")).as(words).singleElement().asString().startsWith("2 |");
    }
    search(PageUnderTest.hex(Orders.CHILD));
    browser.untilText(".wire-view .summary", "2 exchanges, 2 found");
    search("hunter2");
    browser.untilText(".wire-view .summary", "2 exchanges, 0 found");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatWasClearedIsHiddenAndCanBeShownAgain() throws Exception {
    server.send(Orders.request());
    open("");
    browser.untilRows("wire", 1);
    browser.click("#clear");
    browser.untilRows("wire", 0);
    browser.untilText("#since", "The lists start after exchange 1.");
    browser.fragment("traces");
    browser.untilRows("traces", 0);
    server.send(PageUnderTest.order("store"));
    browser.untilRows("traces", 1);
    assertThat(browser.rows("traces").get(0)).contains("store");
    browser.fragment("wire");
    browser.untilRows("wire", 1);

    server.send(
        (ExportTraceServiceRequest)
            Orders.ofRuns(Signal.TRACES, Orders.text("02-grpc-export/first")));
    for (int i = 0; i < 2; i++) {
      server.send(
          (ExportTraceServiceRequest)
              Orders.ofRuns(Signal.TRACES, Orders.text("02-grpc-export/second")));
    }
    browser.untilRows("wire", 4);
    browser.click("#since-run");
    browser.untilRows("wire", 2);
    browser.untilText("#since", "The lists start after exchange 3.");
    browser.click("#show-all");
    browser.untilRows("wire", 5);
    assertThat(browser.text("#since")).isEmpty();
    assertThat(browser.complaints()).isEmpty();
  }

  private static void search(String words) {
    browser.script(
        "const search = document.getElementById('search'); search.value = arguments[0];"
            + "search.dispatchEvent(new Event('input'))",
        words);
  }

  private static void filter(String name, String value) {
    browser.script(
        "const filter = document.querySelector(`select[aria-label=${arguments[0]}]`);"
            + "filter.value = arguments[1]; filter.dispatchEvent(new Event('change'))",
        name,
        value);
  }

  @Test
  void everythingCanBeReachedByKeys() throws Exception {
    server.sendGrpc(Orders.request());
    server.send(Orders.request());
    server.post("/elsewhere", PageUnderTest.PROTOBUF, new byte[0]);
    open("");
    browser.untilRows("wire", 3);

    browser.type(Keys.ARROW_DOWN);
    browser.type(Keys.ENTER);
    browser.untilText(".panel .bar", "Exchange 3");
    browser.type(Keys.ESCAPE);
    browser.type("/");
    browser.type("elsewhere");
    browser.untilRows("wire", 1);
    browser.type(Keys.ESCAPE);
    browser.untilRows("wire", 3);
    browser.type(Keys.ESCAPE);
    browser.type(Keys.HOME, Keys.ARROW_DOWN, Keys.ENTER);
    browser.untilText(".panel .bar", "Exchange 2");
    assertThat(browser.script("return document.activeElement.parentElement.className"))
        .as("the focus is in what was opened")
        .isEqualTo("panel");
    browser.script("document.querySelector('.list.wire').focus()");
    browser.type(Keys.ARROW_DOWN);
    browser.untilText(".panel .bar", "Exchange 1");
    assertThat(browser.script("return document.activeElement.getAttribute('aria-label')"))
        .isEqualTo("Exchanges");
    assertThat(
            browser.script(
                "return document.getElementById(document.activeElement.getAttribute("
                    + "'aria-activedescendant')).innerText"))
        .asString()
        .contains("gRPC");
    browser.type(Keys.ESCAPE);
    Await.until("the panel is closed", () -> browser.text(".panel").isEmpty());

    browser.type("2");
    browser.untilRows("traces", 1);
    Await.until(
        "the list has the focus",
        () ->
            "Traces"
                .equals(
                    browser.script("return document.activeElement.getAttribute('aria-label')")));
    browser.type(Keys.HOME, Keys.ENTER);
    browser.untilRows("waterfall", 4);
    browser.script("document.querySelector('.list.waterfall').focus()");
    browser.type(Keys.HOME, Keys.ARROW_LEFT);
    browser.untilRows("waterfall", 2);
    browser.type(Keys.ARROW_RIGHT);
    browser.untilRows("waterfall", 4);
    browser.type(Keys.ARROW_DOWN, Keys.ENTER);
    browser.untilText(".one-trace .panel .bar", "reserve stock");
    browser.type(Keys.ESCAPE);
    Await.until("the span is closed", () -> browser.text(".one-trace .panel").isEmpty());
    browser.type(Keys.ESCAPE);
    browser.untilRows("traces", 1);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aLostConnectionShowsAndHealsByItself() throws Exception {
    server.send(PageUnderTest.order("before"));
    open("");
    browser.untilRows("wire", 1);
    browser.script("window.loadedOnce = true");
    assertThat(browser.text("#lost")).isEmpty();

    Backend.Options samePorts = server.samePorts();
    int port = server.page.port();
    server.close();
    browser.untilText("#lost", "The backend does not respond.");
    assertThat(browser.rows("wire")).hasSize(1);

    server = PageUnderTest.start(samePorts, port, null);
    browser.untilText("body", "Invalid or expired token");
    browser.fragment("token=" + PageAddress.of(server.page).token());
    Await.until("the connection is back", () -> browser.text("#lost").isEmpty());
    browser.untilRows("wire", 0);
    server.send(PageUnderTest.order("after"));
    server.send(PageUnderTest.order("after"));
    browser.untilRows("wire", 2);
    browser.fragment("traces");
    browser.untilRows("traces", 1);
    assertThat(browser.rows("traces").get(0)).contains("after");
    assertThat(browser.script("return window.loadedOnce")).isEqualTo(true);
  }

  @Test
  void aPageOutOfSightCatchesUpWhenItIsLookedAt() throws Exception {
    open("");
    browser.untilText(".empty", "Nothing has arrived yet.");
    browser.inAnotherTab(() -> server.send(Orders.request()));
    browser.untilRows("wire", 1);
    browser.fragment("traces");
    browser.untilRows("traces", 1);
    assertThat(browser.text("#lost")).isEmpty();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatTheBackendDroppedGoesFromThePage() throws Exception {
    Backend.Options free = Backend.Options.onFreePorts();
    server.close();
    server = PageUnderTest.start(new Backend.Options(free.bind(), 0, 0, 2), 0, null);
    open("");
    browser.untilText(".empty", "Nothing has arrived yet.");
    for (int i = 0; i < 5; i++) {
      server.send(Orders.request());
    }
    browser.untilText("#kept", "3 older exchanges deleted; --keep sets how many are kept.");
    browser.untilRows("wire", 2);
    assertThat(browser.rows("wire").get(0)).startsWith("5 |");
  }

  @Test
  void theLessonsStandBesideTheWire() throws Exception {
    AtomicReference<String> guide =
        new AtomicReference<>(
            guide("false", "2 spans arrived from shop; none has the attribute order.id"));
    server.close();
    server = PageUnderTest.start(Backend.Options.onFreePorts(), 0, guide::get);
    open("");
    browser.untilText("#lessons", "Set order.id on each span.");
    assertThat(browser.text("#lessons"))
        .contains("01-setup")
        .contains("02-send\n0/1")
        .contains("Send an order's spans")
        .contains("none has the attribute order.id")
        .doesNotContain("Add an event");

    guide.set(guide("true", "order.id is on all 3 spans"));
    server.page.guideChanged();
    browser.untilText("#lessons", "order.id is on all 3 spans");
    assertThat(browser.text("#lessons")).contains("02-send\ndone");

    browser.click("#toggle-lessons");
    Await.until("the column is closed", () -> browser.text("#lessons").isEmpty());
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void withoutAGuideThereIsNoColumnForIt() throws Exception {
    open("");
    browser.untilText(".empty", "Nothing has arrived yet.");
    assertThat(browser.text("#lessons")).isEmpty();
    assertThat(browser.text("#toggle-lessons")).isEmpty();
    assertThat(server.get("/api/guide").statusCode()).isEqualTo(404);
  }

  private void open(String fragment) throws Exception {
    browser.complaints();
    browser.load(PageAddress.of(server.page).at(fragment));
    browser.untilText("#ports", "gRPC " + server.backend.grpcPort());
  }

  private List<String> compared() {
    @SuppressWarnings("unchecked")
    List<String> rows =
        (List<String>)
            browser.script(
                "return [...document.querySelectorAll('.compared tbody tr')].map(row =>"
                    + " [...row.children].map(cell => cell.innerText.trim()).join(' | '))");
    return rows;
  }

  private void json(String path, String body) throws Exception {
    byte[] bytes = body.replace('\'', '"').getBytes(UTF_8);
    assertThat(server.post(path, PageUnderTest.JSON, bytes)).isEqualTo(200);
  }

  private static String guide(String done, String finding) {
    return """
    {"lessons": [
      {"name": "01-setup", "description": "Build a trace", "protocol": "none", "tasks":
        [{"number": 1, "text": "Add an event.", "done": false, "finding": ""}]},
      {"name": "02-send", "description": "Send an order's spans", "protocol": "grpc", "tasks":
        [{"number": 1, "text": "Set order.id on each span.", "done": %s, "finding": "%s"}]}
    ], "current": "02-send"}
    """
        .formatted(done, finding);
  }
}
