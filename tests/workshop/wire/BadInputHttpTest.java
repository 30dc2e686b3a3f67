package workshop.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.rpc.Code;
import com.google.rpc.Status;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.Await;
import support.Orders;
import support.RawHttp;
import support.RealProcess;
import support.Slow;
import support.Tool;
import workshop.trace.ReceivedSpan;
import workshop.trace.Trace;

/**
 * What no exporter sends, to the HTTP port: it gets the answer that HTTP or OTLP names, what came
 * before is kept, and the next good request is served.
 */
class BadInputHttpTest {
  private static final String TRACES = "/v1/traces";
  private static final byte[] ORDER = Orders.request().toByteArray();
  private static final List<ResourceSpans> ORDERS = Orders.request().getResourceSpansList();
  private static final int MB = 1 << 20;

  @TempDir Path temp;
  private Backend backend;
  private int good;

  @BeforeEach
  void start() throws IOException {
    backend = Backend.start(Backend.Options.onFreePorts());
    sendGood();
  }

  /** Whatever a test has sent: the good ones before and after it are there, each once. */
  @AfterEach
  void nothingIsLost() throws IOException {
    try (Backend closed = backend) {
      sendGood();
      assertThat(orders(closed)).isEqualTo(good);
    }
  }

  @Test
  void answers400ToWhatIsNoProtobufOfOtlp() throws IOException {
    BadBodies.malformed()
        .forEach(
            (name, body) -> {
              RawHttp.Reply reply = post(body);

              assertThat(reply.code()).as(name).isEqualTo(400);
              assertThat(status(reply).getCode()).as(name).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
              assertThat(status(reply).getMessage()).as(name).startsWith("not an OTLP request: ");
            });
  }

  @Test
  void answers400ToWhatIsNoJsonOfOtlp() throws IOException {
    for (String json :
        List.of(
            "",
            "null",
            "[]",
            "7",
            "{}{}",
            "{'resourceSpans':[]}",
            "{resourceSpans:[]}",
            "{/* no */}",
            "{\"resourceSpans\":[],}",
            "{\"resourceSpans\":{\"a\":1}}",
            span("\"name\":{}"),
            span("\"name\":[\"a\",\"b\"]"),
            span("\"kind\":\"x\",\"startTimeUnixNano\":\"yesterday\""),
            span("\"startTimeUnixNano\":1.5"),
            span("\"startTimeUnixNano\":-1"),
            span("\"startTimeUnixNano\":\"99999999999999999999\""),
            span("\"startTimeUnixNano\":true"),
            span("\"traceId\":\"not hexadecimal\""),
            span("\"traceId\":\"abc\""),
            span("\"traceId\":7"),
            span("\"spanId\":true"),
            span("\"attributes\":[{\"key\":\"k\",\"value\":{\"intValue\":\"x\"}}]"),
            span(
                "\"attributes\":[{\"value\":"
                    + "{\"arrayValue\":{\"values\":[".repeat(10_000)
                    + "]}}".repeat(10_000)
                    + "}]"),
            "[".repeat(10_000),
            "\u00ff")) {
      RawHttp.Reply reply = postJson(json.getBytes(ISO_8859_1));

      String shown = json.substring(0, Math.min(80, json.length()));
      assertThat(reply.code()).as(shown).isEqualTo(400);
      assertThat(reply.text()).as(shown).contains("\"code\": 3", "not an OTLP request: ");
    }
  }

  @Test
  void takesJsonInEachFormThatTheProtocolAllows() throws IOException {
    String json =
        span(
            "\"traceId\":\"0aF7651916CD43dd8448eb211c80319C\",\"trace_id\":\"ff\",\"spanId\":null,"
                + "\"startTimeUnixNano\":\"18446744073709551615\",\"endTimeUnixNano\":7,"
                + "\"newField\":{\"traceId\":\"abcd\"},\"droppedEventsCount\":\"3\",\"attributes\":"
                + "[{\"key\":\"a\",\"value\":{\"intValue\":\"-9223372036854775808\"}},"
                + "{\"key\":\"b\",\"value\":{\"intValue\":5}},"
                + "{\"key\":\"c\",\"value\":{\"doubleValue\":\"NaN\"}},"
                + "{\"key\":\"traceId\",\"value\":{\"stringValue\":\"no id\"}}]");

    assertThat(postJson(json.getBytes(UTF_8)).code()).isEqualTo(200);

    Span span = spanOfLast();
    assertThat(span.getTraceId()).isEqualTo(Orders.TRACE);
    assertThat(span.getSpanId()).isEmpty();
    assertThat(span.getStartTimeUnixNano()).isEqualTo(-1);
    assertThat(span.getEndTimeUnixNano()).isEqualTo(7);
    assertThat(span.getDroppedEventsCount()).isEqualTo(3);
    assertThat(span.getAttributes(0).getValue().getIntValue()).isEqualTo(Long.MIN_VALUE);
    assertThat(span.getAttributes(1).getValue().getIntValue()).isEqualTo(5);
    assertThat(span.getAttributes(2).getValue().getDoubleValue()).isNaN();
    assertThat(span.getAttributes(3).getValue().getStringValue()).isEqualTo("no id");
    assertThat(postJson("{}".getBytes(UTF_8)).code()).isEqualTo(200);
  }

  @Test
  void keepsIdsAndTimesAsTheyAreSent() throws IOException {
    ExportTraceServiceRequest request = strange();

    assertThat(post(request.toByteArray()).code()).isEqualTo(200);

    Exchange last = last();
    assertThat(last.request()).isEqualTo(request);
    assertThat(OtlpJson.print(last.request())).contains("twice the same id");
    assertThat(Trace.of(ReceivedSpan.in(List.of(last)).toList())).flatMap(Trace::rows).hasSize(11);
  }

  @Slow
  @Test
  void theTerminalShowsIdsAndTimesAsTheyAreSent() throws Exception {
    List<String> command =
        Tool.command("backend", "--grpc-port", "0", "--http-port", "0", "--page-port", "0");
    try (RealProcess process = RealProcess.start("backend", temp, Map.of(), command)) {
      Await.until("the backend is ready", () -> process.printed().contains("In another terminal"));
      String port = process.printed().replaceAll("(?s).*HTTP  http://[a-z0-9.]+:(\\d+)/.*", "$1");
      for (ExportTraceServiceRequest request : List.of(strange(), Orders.request())) {
        try (RawHttp http = new RawHttp(Integer.parseInt(port))) {
          http.send(RawHttp.post(TRACES, request.toByteArray()));
          assertThat(http.reply().code()).isEqualTo(200);
        }
      }
      Await.until("the last is shown", () -> process.printed().contains("reserve stock"));
      process.terminate();
      RealProcess.Ended ended = process.end(Duration.ofSeconds(20));

      assertThat(ended.err()).isEmpty();
      assertThat(ended.out())
          .contains("twice the same id")
          .contains("Received 13 spans in 2 requests.");
    }
  }

  @Test
  void keepsFewerRequestsWhenTheirHeadersAreLarge() throws IOException {
    try (Backend other =
        Backend.start(new Backend.Options(InetAddress.getLoopbackAddress(), 0, 0, 9000))) {
      byte[] request = RawHttp.post(TRACES, ORDER, "X-Large: " + "y".repeat(15_000));
      try (RawHttp http = new RawHttp(other.httpPort())) {
        assertThat(http.send(request).reply().code()).isEqualTo(200);
      }
      Exchange large = other.inbox().exchanges().get(0);
      for (int i = 1; i < 6000; i++) {
        other.inbox().add(large);
      }
      assertThat(other.inbox().total()).isEqualTo(6000);
      assertThat(other.inbox().dropped()).isPositive();
    }
  }

  @Test
  void aViewThatFailsDoesNotChangeTheAnswer() throws Exception {
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> failures.add(failure));
    try {
      backend
          .inbox()
          .onArrival(
              (exchanges, missed) -> {
                throw new IllegalStateException("a view's fault");
              });
      sendGood();
      Await.until("the view fails", () -> !failures.isEmpty());
      sendGood();
      Await.until("the view fails again", () -> failures.size() > 1);
      assertThat(failures).extracting(Throwable::getMessage).containsOnly("a view's fault");
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(null);
    }
  }

  @Test
  void takesAndPrintsTheDeepestValueThatProtobufReads() throws IOException {
    int deepest = 10_000;
    while (post(BadBodies.nested(deepest)).code() != 200) {
      deepest = deepest > 100 ? 100 : deepest - 1;
    }

    assertThat(deepest).isBetween(40, 100);
    assertThat(OtlpJson.print(last().request())).contains("arrayValue");
  }

  @Test
  void takesUnknownFields() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(ORDER);
    body.write(new byte[] {(byte) 0xfa, 0x7f, 3, 1, 2, 3});

    assertThat(post(body.toByteArray()).code()).isEqualTo(200);

    good++;
  }

  @Test
  void answers400ToGzipThatIsNoneOrEndsEarly() throws IOException {
    byte[] gzip = gzip(ORDER, 1);
    for (byte[] body :
        List.of(new byte[0], ORDER, Arrays.copyOf(gzip, gzip.length - 12), wrongChecksum(gzip))) {
      RawHttp.Reply reply = post(body, "Content-Encoding: gzip");

      assertThat(reply.code()).isEqualTo(400);
      assertThat(status(reply).getMessage()).startsWith("the body is not valid gzip");
    }
  }

  @Test
  void answers413ToAGzipBomb() throws IOException {
    byte[] part = gzip(new byte[MB], 64);
    byte[] bomb = new byte[part.length * 16];
    for (int i = 0; i < 16; i++) {
      System.arraycopy(part, 0, bomb, i * part.length, part.length);
    }
    assertThat(bomb).hasSizeLessThan(MB + MB / 16); // and a gigabyte when it is decompressed

    assertThat(post(bomb, "Content-Encoding: gzip").code()).isEqualTo(413);
  }

  @Test
  void answers413ToFewBytesThatBecomeMillionsOfObjects() throws IOException {
    byte[] empty = BadBodies.emptySpans();

    assertThat(post(empty).code()).isEqualTo(413);
    assertThat(post(BadBodies.unknownFields()).code()).isEqualTo(413);
    assertThat(post(BadBodies.listedText()).code()).isEqualTo(413);
    assertThat(post(BadBodies.behindAGroup()).code()).isEqualTo(413);
    assertThat(post(BadBodies.wrongType(5 * MB)).code()).isEqualTo(413);
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      byte[] metrics = RawHttp.post("/v1/metrics", BadBodies.packedNumbers(15 * MB));
      assertThat(http.send(metrics).reply().code()).isEqualTo(413);
    }
    assertThat(post(gzip(empty, 1), "Content-Encoding: gzip").code()).isEqualTo(413);
    assertThat(postJson(span("\"links\":[" + "{},".repeat(2 * MB) + "{}]").getBytes()).code())
        .isEqualTo(413);
  }

  @Test
  void takesJsonOf8MegabytesButNoStringOf7() throws IOException {
    String order = OtlpJson.print(Orders.request());
    String spans = order.substring(order.indexOf('[') + 1, order.lastIndexOf(']'));
    int times = 8 * MB / spans.length();
    byte[] json =
        ("{\"resourceSpans\":[" + (spans + ",").repeat(times) + spans + "]}").getBytes(UTF_8);

    assertThat(postJson(json).code()).isEqualTo(200);
    assertThat(last().items()).isEqualTo(2 * (times + 1));
    RawHttp.Reply reply = postJson(span("\"name\":\"" + "x".repeat(7 * MB) + "\"").getBytes(UTF_8));
    assertThat(reply.code()).isEqualTo(413);
    assertThat(postJson(span("\"name\":\"" + "x".repeat(3 * MB) + "\"").getBytes(UTF_8)).code())
        .isEqualTo(200);
  }

  @Test
  void answers413ToABodyOf100MegabytesThatIsSentWhole() throws IOException {
    byte[] piece = new byte[MB];
    try (RawHttp http = connect()) {
      http.send(RawHttp.head("POST /v1/traces HTTP/1.1", 100L * MB));
      for (int i = 0; i < 100; i++) {
        http.send(piece);
      }
      assertThat(http.reply().code()).isEqualTo(413);
    }
    try (RawHttp http = connect()) {
      http.send("POST /v1/traces HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 100; i++) {
        http.send("100000\r\n").send(piece).send("\r\n");
      }
      http.send("0\r\n\r\n");
      assertThat(http.reply().code()).isEqualTo(413);
    }
  }

  @Test
  void answers415ToAMissingOrWrongContentType() throws IOException {
    for (String header :
        List.of("X: y", "Content-Type: text/plain", "Content-Type: ;", "Content-Type:")) {
      try (RawHttp http = connect()) {
        http.send(RawHttp.head("POST /v1/traces HTTP/1.1", ORDER.length, header)).send(ORDER);

        assertThat(http.reply().code()).as(header).isEqualTo(415);
      }
    }
  }

  @Test
  void endsAConnectionOnWhichTwoLengthsHideARequest() throws IOException {
    byte[] hidden = RawHttp.post("/hidden", ORDER);
    for (String lengths :
        List.of(
            "Content-Length: 0\r\nContent-Length: " + hidden.length,
            "Content-Length: " + hidden.length + "\r\nContent-Length: 0",
            "Content-Length: " + hidden.length + "\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 0",
            "Transfer-Encoding: gzip",
            "Transfer-Encoding: identity, chunked\r\nContent-Length: 0",
            "Content-Length: -1",
            "Content-Length: 0, 5",
            "Content-Length: x")) {
      try (RawHttp http = connect()) {
        http.send("POST /v1/traces HTTP/1.1\r\nHost: a\r\n" + lengths + "\r\n\r\n").send(hidden);

        assertThat(http.reply().code()).as(lengths).isIn(400, 501);
        assertThat(http.ended()).as(lengths).isTrue();
      }
    }
    assertThat(backend.inbox().exchanges()).extracting(Exchange::path).doesNotContain("/hidden");
  }

  @Test
  void endsAConnectionThatSpeaksNoHttpOrSendsALargeHead() throws IOException {
    Map<String, Integer> answers = new LinkedHashMap<>();
    answers.put("hello\r\n\r\n", 400);
    answers.put("\u0016\u0003\u0001\u0002\u0000\u0001\u00fc\u0003\u0003\r\n\r\n", 400);
    answers.put("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505);
    answers.put("POST http://[ HTTP/1.1\r\n\r\n", 400);
    answers.put("CONNECT localhost:4318 HTTP/1.1\r\n\r\n", 400);
    answers.put("POST /v1/traces HTTP/1.1\r\n" + "A: b\r\n".repeat(3) + "no colon\r\n\r\n", 400);
    answers.put("POST /v1/traces HTTP/1.1\r\n" + headers(10_000) + "\r\n", 431);
    answers.put("POST /v1/traces HTTP/1.1\r\nA: " + "x".repeat(MB) + "\r\n\r\n", 431);
    answers.put("POST /" + "x".repeat(MB) + " HTTP/1.1\r\n\r\n", 414);
    for (Map.Entry<String, Integer> entry : answers.entrySet()) {
      try (RawHttp http = connect()) {
        String shown = entry.getKey().substring(0, Math.min(60, entry.getKey().length()));
        RawHttp.Reply reply = http.send(entry.getKey()).reply();

        assertThat(reply.code()).as(shown).isEqualTo(entry.getValue());
        assertThat(http.ended()).as(shown).isTrue();
      }
    }
  }

  /** Each header of four bytes becomes an object in the memory of all who receive. */
  @Test
  void answers503ToAFloodOfUnfinishedHeads() throws Exception {
    String unfinished = "POST /v1/traces HTTP/1.1\r\n" + "a:\r\n".repeat(4000);
    List<RawHttp> flood = new ArrayList<>();
    ExecutorService readers = Executors.newCachedThreadPool();
    ExecutorCompletionService<RawHttp.Reply> replies = new ExecutorCompletionService<>(readers);
    try {
      Future<RawHttp.Reply> refused = null;
      for (int i = 0; refused == null && i < 150; i++) {
        RawHttp http = connect();
        flood.add(http);
        http.send(unfinished);
        replies.submit(http::reply);
        refused = replies.poll(10, TimeUnit.MILLISECONDS);
      }
      if (refused == null) {
        refused = replies.poll(20, TimeUnit.SECONDS);
      }
      assertThat(refused).isNotNull();
      assertThat(refused.get().code()).isEqualTo(503);
      assertThat(refused.get().headers()).containsEntry("retry-after", "1");
    } finally {
      for (RawHttp http : flood) {
        http.close();
      }
      readers.shutdown();
    }
    Await.until("there is room again", () -> post(new byte[0]).code() == 200);
  }

  @Test
  void servesHttp10AndPipelinedRequests() throws IOException {
    try (RawHttp http = connect()) {
      String post = new String(RawHttp.post(TRACES, ORDER), ISO_8859_1);
      http.send(post.replace("HTTP/1.1\r\n", "HTTP/1.0\r\nConnection: keep-alive\r\n"));

      assertThat(http.reply().code()).isEqualTo(200);
      assertThat(http.ended()).isTrue();
    }
    try (RawHttp http = connect()) {
      ByteArrayOutputStream pipelined = new ByteArrayOutputStream();
      pipelined.write(RawHttp.post(TRACES, ORDER));
      pipelined.write(RawHttp.post("/v1/none", ORDER));
      pipelined.write(RawHttp.post(TRACES, ORDER));
      byte[] another = RawHttp.post(TRACES, ORDER);
      pipelined.write(another, 0, another.length - 5);
      http.send(pipelined.toByteArray());

      assertThat(List.of(http.reply().code(), http.reply().code(), http.reply().code()))
          .containsExactly(200, 404, 200);
      http.send(Arrays.copyOfRange(another, another.length - 5, another.length));
      assertThat(http.reply().code()).isEqualTo(200);
    }
    good += 4;
  }

  @Test
  void dropsTrailersHoweverManyComeUnfinished() throws IOException {
    String type = "Content-Type: application/x-protobuf\r\n";
    String chunked =
        "POST /v1/traces HTTP/1.1\r\nHost: a\r\n" + type + "Transfer-Encoding: chunked\r\n\r\n";
    String chunk = Integer.toHexString(ORDER.length) + "\r\n";
    String trailers = "\r\n0\r\n" + "a:\r\n".repeat(4000);
    List<RawHttp> unfinished = new ArrayList<>();
    try {
      for (int i = 0; i < 600; i++) { // which would be 400 MB of objects
        RawHttp http = connect();
        unfinished.add(http);
        http.send(chunked).send(chunk).send(ORDER).send(trailers);
      }
      sendGood();
      assertThat(unfinished.get(0).send("\r\n").reply().code()).isEqualTo(200);
      good++;
    } finally {
      for (RawHttp http : unfinished) {
        http.close();
      }
    }
  }

  @Test
  void servesHeadAndASenderThatAsksBeforeItSends() throws IOException {
    try (RawHttp http = connect()) {
      http.send("HEAD /v1/traces HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(http.line()).startsWith("HTTP/1.1 405 ");
      for (String line = http.line(); !line.isEmpty(); line = http.line()) {
        assertThat(line).doesNotContain("Connection");
      }
      String type = "Content-Type: application/x-protobuf";
      String expect = "Expect: 100-continue";
      http.send(RawHttp.head("POST /v1/traces HTTP/1.1", ORDER.length, type, expect));
      assertThat(http.reply().code()).isEqualTo(100);
      assertThat(http.send(ORDER).reply().code()).isEqualTo(200);
      http.send(RawHttp.post(TRACES, ORDER, "Connection: close"));
      assertThat(http.reply().code()).isEqualTo(200);
      assertThat(http.ended()).isTrue();
    }
    good += 2;
  }

  @Test
  void saysInTheLogThatGrpcCameToTheWrongPort() throws IOException {
    try (RawHttp http = connect()) {
      assertThat(http.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").reply().code()).isEqualTo(505);
    }
    assertThat(last().method()).isEqualTo("PRI");
    assertThat(last().answer().text()).isEqualTo("505 HTTP Version Not Supported");
    assertThat(last().answer().message()).contains("OTLP/gRPC");
  }

  @Test
  void servesOthersWhileSlowSendersSendAByteNowAndThen() throws IOException {
    List<RawHttp> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        RawHttp http = connect();
        slow.add(http);
        byte[] request = RawHttp.post(TRACES, ORDER);
        http.send(Arrays.copyOf(request, i % 2 == 0 ? 5 : request.length - 5));
      }
      sendGood();
      byte[] rest = Arrays.copyOfRange(ORDER, ORDER.length - 5, ORDER.length);
      slow.get(1).send(rest);
      assertThat(slow.get(1).reply().code()).isEqualTo(200);
      good++;
    } finally {
      for (RawHttp http : slow) {
        http.close();
      }
    }
  }

  @Test
  void servesOthersBeside2000IdleConnections() throws IOException {
    List<RawHttp> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 2000; i++) {
        idle.add(connect());
      }
      sendGood();
      idle.get(0).send(RawHttp.post(TRACES, ORDER));
      assertThat(idle.get(0).reply().code()).isEqualTo(200);
      good++;
    } finally {
      for (RawHttp http : idle) {
        http.close();
      }
    }
  }

  @Test
  void answers503WithRetryAfterWhenTooMuchIsUnderWay() throws Exception {
    byte[] unknown = BadBodies.unknown(7 * MB);
    List<RawHttp> half = new ArrayList<>();
    try {
      List<RawHttp.Reply> replies = new ArrayList<>();
      Await.until(
          "the senders are refused",
          () -> {
            for (int i = 0; i < 6; i++) {
              RawHttp http = connect();
              half.add(http);
              http.send(Arrays.copyOf(RawHttp.post(TRACES, unknown), unknown.length - 100));
            }
            replies.add(post(unknown));
            return replies.get(replies.size() - 1).code() == 503;
          });
      RawHttp.Reply refusal = replies.get(replies.size() - 1);
      assertThat(refusal.headers()).containsEntry("retry-after", "1");
      assertThat(status(refusal).getCode()).isEqualTo(Code.UNAVAILABLE_VALUE);
      assertThat(status(refusal).getMessage()).contains("server busy; retry in 1 s");
    } finally {
      for (RawHttp http : half) {
        http.close();
      }
    }
    Await.until("there is room again", () -> post(unknown).code() == 200);
  }

  private void sendGood() throws IOException {
    assertThat(post(ORDER).code()).isEqualTo(200);
    good++;
  }

  private static long orders(Backend backend) {
    return backend.inbox().exchanges().stream()
        .filter(exchange -> exchange.traces().getResourceSpansList().equals(ORDERS))
        .count();
  }

  private Exchange last() {
    List<Exchange> exchanges = backend.inbox().exchanges();
    return exchanges.get(exchanges.size() - 1);
  }

  private Span spanOfLast() {
    return last().traces().getResourceSpans(0).getScopeSpans(0).getSpans(0);
  }

  private RawHttp connect() throws IOException {
    return new RawHttp(backend.httpPort());
  }

  private RawHttp.Reply post(byte[] body, String... headers) {
    try (RawHttp http = connect()) {
      return http.send(RawHttp.post(TRACES, body, headers)).reply();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RawHttp.Reply postJson(byte[] body) throws IOException {
    try (RawHttp http = connect()) {
      String type = "Content-Type: application/json";
      http.send(RawHttp.head("POST /v1/traces HTTP/1.1", body.length, type)).send(body);
      return http.reply();
    }
  }

  /** Eleven spans: ids of wrong lengths, all zero or twice the same, and times that cannot be. */
  private static ExportTraceServiceRequest strange() {
    List<Span> spans = new ArrayList<>();
    for (int length : new int[] {0, 1, 7, 8, 9, 16, 1000}) {
      ByteString id = ByteString.copyFrom(new byte[length]);
      spans.add(Span.newBuilder().setTraceId(id).setSpanId(id).setParentSpanId(id).build());
    }
    for (long[] times :
        new long[][] {
          {0, -1}, {-1, 0}, {Long.MAX_VALUE, Long.MIN_VALUE}, {Long.MIN_VALUE, Long.MAX_VALUE}
        }) {
      spans.add(
          Orders.span("twice the same id", Orders.ROOT, Orders.ROOT, 0, 0)
              .setStartTimeUnixNano(times[0])
              .setEndTimeUnixNano(times[1])
              .build());
    }
    return Orders.request("shop", spans.toArray(Span[]::new));
  }

  private static Status status(RawHttp.Reply reply) {
    try {
      return Status.parseFrom(reply.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String headers(int count) {
    StringBuilder headers = new StringBuilder();
    for (int i = 0; i < count; i++) {
      headers.append("X-").append(i).append(": y\r\n");
    }
    return headers.toString();
  }

  private static String span(String fields) {
    return "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{" + fields + "}]}]}]}";
  }

  private static byte[] gzip(byte[] plain, int times) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      for (int i = 0; i < times; i++) {
        gzip.write(plain);
      }
    }
    return out.toByteArray();
  }

  private static byte[] wrongChecksum(byte[] gzip) {
    byte[] wrong = gzip.clone();
    wrong[wrong.length - 8] ^= 1;
    return wrong;
  }
}
