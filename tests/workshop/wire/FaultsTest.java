package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import support.Await;
import support.LessonRun;
import support.Orders;
import support.RawHttp;
import support.RealExporters;
import support.RealProcess;
import support.Slow;
import support.Tool;

/**
 * Faults on demand: what OpenTelemetry's own exporters make of each, with either protocol, and what
 * stands in the wire log.
 */
class FaultsTest {
  private static final byte[] ORDER = Orders.request().toByteArray();

  @TempDir static Path classes;
  private static RealExporters exporters; // null until a test needs them

  @TempDir Path temp;
  private Backend backend;

  private static RealExporters exporters() throws Exception {
    if (exporters == null) {
      exporters = RealExporters.load(classes);
    }
    return exporters;
  }

  @AfterAll
  static void unload() throws Exception {
    if (exporters != null) {
      exporters.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    backend = Backend.start(Backend.Options.onFreePorts());
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  /** The answers are those of one export, in order; the exporter makes three attempts at most. */
  @Slow
  @ParameterizedTest(name = "{0} over {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "",
      textBlock =
          """
          2x 503               | http | success | 503 Service Unavailable, 503 Service Unavailable, 200 OK
          2x 503               | grpc | success | 14 UNAVAILABLE, 14 UNAVAILABLE, 0 OK
          UNAVAILABLE          | http | success | 503 Service Unavailable, 200 OK
          8                    | http | success | 429 Too Many Requests, 200 OK
          RESOURCE_EXHAUSTED   | grpc | success | 8 RESOURCE_EXHAUSTED, 0 OK
          429                  | grpc | success | 14 UNAVAILABLE, 0 OK
          401                  | http | HttpExportException | 401 Unauthorized
          401                  | grpc | GrpcExportException | 16 UNAUTHENTICATED
          UNAUTHENTICATED      | http | HttpExportException | 401 Unauthorized
          418                  | http | HttpExportException | 418 Client Error
          418                  | grpc | GrpcExportException | 2 UNKNOWN
          304                  | http | HttpExportException | 304 Not Modified
          delay=50ms           | http | success | 200 OK
          delay=50ms           | grpc | success | 0 OK
          503 delay=50ms       | grpc | success | 14 UNAVAILABLE, 0 OK
          hang                 | http | InterruptedIOException: timeout | hang
          hang                 | grpc | InterruptedIOException: timeout | hang
          close                | http | unexpected end of stream | close
          close                | grpc | StreamResetException | close
          reset                | http | success | reset, 200 OK
          reset                | grpc | success | reset, 0 OK
          garbage              | http | ProtocolException: Unexpected status line | garbage
          garbage              | grpc | FRAME_SIZE_ERROR | garbage
          half                 | http | success | half
          half                 | grpc | StreamResetException | half
          partial=1            | http | success | 200 OK
          partial=1            | grpc | success | 0 OK
          token=abc            | http | success | 200 OK
          token=abc            | grpc | success | 0 OK
          token=other          | http | HttpExportException | 401 Unauthorized
          token=other          | grpc | GrpcExportException | 16 UNAUTHENTICATED
          limit=100            | http | HttpExportException | 413 Content Too Large
          limit=100            | grpc | GrpcExportException | 8 RESOURCE_EXHAUSTED, 8 RESOURCE_EXHAUSTED, 8 RESOURCE_EXHAUSTED
          limit=1kB            | grpc | success | 0 OK
          """)
  void isWhatTheRealExporterMeets(String fault, String protocol, String says, String answers)
      throws Exception {
    backend.faults().add(FaultScript.parse(fault));

    Map<String, String> token = Map.of("authorization", "Bearer abc");
    assertThat(exporters().export(endpoint(protocol), "none", token)).contains(says);

    List<Exchange> exchanges = backend.inbox().exchanges();
    assertThat(exchanges)
        .extracting(exchange -> exchange.answer().text())
        .containsExactly(answers.split(", "));
    boolean met = fault.equals("token=abc") || fault.equals("limit=1kB");
    assertThat(exchanges.get(0).answer().onDemand()).isEqualTo(!met);
    assertThat(exchanges).allMatch(exchange -> exchange.items() == 1 && exchange.batch() == 1);
    assertThat(exchanges.get(exchanges.size() - 1).attempt()).isEqualTo(exchanges.size());
  }

  /** As above, but the exporter asks for the faults itself. */
  @Slow
  @ParameterizedTest(name = "{0} over {1}, {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2x 503           | http | none | success | 503 Service Unavailable, 503 Service Unavailable, 200 OK
          2x 503           | http | gzip | success | 503 Service Unavailable, 503 Service Unavailable, 200 OK
          2x 503           | grpc | none | success | 14 UNAVAILABLE, 14 UNAVAILABLE, 0 OK
          2x 503           | grpc | gzip | success | 14 UNAVAILABLE, 14 UNAVAILABLE, 0 OK
          reset, 429       | http | gzip | success | reset, 429 Too Many Requests, 200 OK
          delay=50ms       | grpc | gzip | success | 0 OK
          partial=1        | http | none | success | 200 OK
          400              | http | gzip | HttpExportException | 400 Bad Request
          INVALID_ARGUMENT | grpc | none | GrpcExportException | 3 INVALID_ARGUMENT
          hang             | http | gzip | InterruptedIOException: timeout | hang
          hang             | grpc | gzip | InterruptedIOException: timeout | hang
          """)
  void isWhatTheRealExporterAsksFor(
      String script, String protocol, String compression, String says, String answers)
      throws Exception {
    Map<String, String> header = Map.of("workshop-fault", script);
    assertThat(exporters().export(endpoint(protocol), compression, header)).contains(says);

    List<Exchange> exchanges = backend.inbox().exchanges();
    assertThat(exchanges)
        .extracting(exchange -> exchange.answer().text())
        .containsExactly(answers.split(", "));
    assertThat(exchanges.get(0).answer().onDemand()).isTrue();
    assertThat(exchanges.get(0).answer().message()).contains(", set by the request");
    assertThat(exchanges).allMatch(exchange -> exchange.items() == 1 && exchange.batch() == 1);
    assertThat(exchanges).allMatch(exchange -> exchange.gzip() == compression.equals("gzip"));
    assertThat(exchanges.get(exchanges.size() - 1).attempt()).isEqualTo(exchanges.size());
    boolean accepted = says.equals("success") && !script.equals("partial=1");
    assertThat(backend.inbox().received(Signal.TRACES)).isEqualTo(accepted ? 1 : 0);
  }

  @Test
  void servesWhatTheRequestAsksForBeforeTheOthers() throws Exception {
    backend.faults().add(FaultScript.parse("418"));
    String script = "workshop-fault: 2x 503, delay=1ms";
    assertThat(post(script)).isEqualTo(503);
    assertThat(post(script)).isEqualTo(503);
    assertThat(post(script)).isEqualTo(200);
    assertThat(backend.faults().waiting()).containsExactly("418");
    assertThat(post(script)).isEqualTo(418);
    assertThat(post(script)).isEqualTo(200);
    assertThat(post(script)).isEqualTo(503);

    assertThat(backend.inbox().exchanges())
        .extracting(exchange -> exchange.answer().message(), Exchange::attempt)
        .containsExactly(
            tuple("fault on demand: 503, 1 of 2, set by the request", 1),
            tuple("fault on demand: 503, 2 of 2, set by the request", 2),
            tuple("fault on demand: delay, set by the request", 3),
            tuple("fault on demand: 418", 4),
            tuple("", 5),
            tuple("fault on demand: 503, 1 of 2, set by the request", 1));
  }

  @Test
  void countsTheAttemptsAtEachBatchThatAsksForItsOwn() throws Exception {
    String script = "workshop-fault: 503";
    byte[] other = Orders.request("other").toByteArray();
    byte[] json = OtlpJson.print(Orders.request()).getBytes(UTF_8);
    String[] asJson = {"Content-Type: application/json", script};
    String jsonHead = RawHttp.head("POST /v1/traces HTTP/1.1", json.length, asJson);
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      for (int code : new int[] {503, 200}) {
        assertThat(http.send(RawHttp.post("/v1/traces", ORDER, script)).reply().code())
            .isEqualTo(code);
        assertThat(http.send(RawHttp.post("/v1/traces", other, script)).reply().code())
            .isEqualTo(code);
        assertThat(http.send(RawHttp.post("/v1/traces", ORDER, script + ",504")).reply().code())
            .isEqualTo(code == 503 ? 503 : 504);
        assertThat(http.send(RawHttp.post("/v1/logs", new byte[0], script)).reply().code())
            .isEqualTo(code);
        assertThat(http.send(RawHttp.post("/v1/metrics", new byte[0], script)).reply().code())
            .isEqualTo(code);
        assertThat(http.send(jsonHead).send(json).reply().code()).isEqualTo(code);
        if (code == 503) {
          assertThat(refusal(Orders.request(), "503").getCode()).isEqualTo(14);
        }
      }
    }
  }

  @Test
  void takesHeaderLinesOfOneNameAsOneScript() throws Exception {
    String[] lines = {"workshop-fault: 503", "Workshop-Fault: 429"};
    assertThat(post(lines)).isEqualTo(503);
    assertThat(post(lines)).isEqualTo(429);
    assertThat(post(lines)).isEqualTo(200);
    assertThat(refusal(Orders.request(), "14", "8").getCode()).isEqualTo(14);
    assertThat(refusal(Orders.request(), "14", "8").getCode()).isEqualTo(8);
    assertThat(post("workshop-fault: ")).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          503 429         | http | 503 ^429 | a comma: each fault has one action
          503, oops       | http | 503, ^oops | a status such as 503, or hang, close, reset, garbage, half, delay= or partial=
          503 for grpc    | http | 503 ^for grpc | no "for": a header applies to its own request
          token=abc       | http | ^token=abc | delay=, retry-after=, retry-info=, message= or partial=
          limit=1kB       | grpc | ^limit=1kB | delay=, retry-after=, retry-info=, message= or partial=
          delay=11s       | http | delay=^11s | a time up to 10s, such as 200ms, 1.5s or 2
          hang message=no | http | hang ^message=no | message= only together with a status or partial=
          503, close      | grpc | 503, ^close | over gRPC a status such as UNAVAILABLE, or hang, delay= or partial=
          reset           | grpc | ^reset | over gRPC a status such as UNAVAILABLE, or hang, delay= or partial=
          garbage         | grpc | ^garbage | over gRPC a status such as UNAVAILABLE, or hang, delay= or partial=
          half            | grpc | ^half | over gRPC a status such as UNAVAILABLE, or hang, delay= or partial=
          """)
  void saysInOneLineWhatIsWrongWithAHeader(
      String script, String protocol, String marked, String expected) throws Exception {
    backend.faults().add(FaultScript.parse("418"));
    String message =
        ("invalid header workshop-fault at the ^ in \"" + marked + "\": expected " + expected)
            .replace("=abc", "=****");
    com.google.rpc.Status status;
    if (protocol.equals("http")) {
      try (RawHttp http = new RawHttp(backend.httpPort())) {
        http.send(RawHttp.post("/v1/traces", ORDER, "workshop-fault: " + script));
        RawHttp.Reply reply = http.reply();
        assertThat(reply.code()).isEqualTo(400);
        status = com.google.rpc.Status.parseFrom(reply.body());
      }
    } else {
      status = refusal(Orders.request(), script);
    }

    assertThat(status.getCode()).isEqualTo(3);
    assertThat(status.getMessage()).isEqualTo(message);
    Exchange exchange = backend.inbox().exchanges().get(0);
    assertThat(exchange.answer().message()).isEqualTo(message);
    assertThat(exchange.answer().onDemand()).isFalse();
    assertThat(exchange.items()).isEqualTo(2);
    assertThat(backend.faults().waiting()).containsExactly("418");
  }

  @Test
  void boundsAHeader() throws Exception {
    assertThat(post("workshop-fault: 503" + " ".repeat(200) + ", 503")).isEqualTo(400);
    assertThat(backend.inbox().exchanges().get(0).answer().message())
        .endsWith("expected at most 200 characters");
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      http.send(RawHttp.post("/v1/traces", new byte[] {1}, "workshop-fault: oops"));
      assertThat(com.google.rpc.Status.parseFrom(http.reply().body()).getMessage())
          .startsWith("not an OTLP request");
    }
  }

  @Test
  void holdsBackFewRequestsThatAskForItAndBreaksNoConnectionOfGrpc() throws Exception {
    ManagedChannel channel = channel(backend.grpcPort());
    List<RawHttp> hanging = new ArrayList<>();
    try {
      var export = TraceServiceGrpc.newFutureStub(channel).withInterceptors(asking("hang"));
      List<ListenableFuture<ExportTraceServiceResponse>> calls = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        calls.add(export.export(Orders.request("grpc " + i)));
        RawHttp http = new RawHttp(backend.httpPort());
        hanging.add(http);
        byte[] order = Orders.request("http " + i).toByteArray();
        http.send(RawHttp.post("/v1/traces", order, "workshop-fault: hang"));
      }
      Await.until("all hang", () -> backend.inbox().total() == 20);

      assertThat(post()).isEqualTo(200);
      assertThat(post("workshop-fault: 503")).isEqualTo(503);
      try (RawHttp http = new RawHttp(backend.httpPort())) {
        http.send(RawHttp.post("/v1/traces", ORDER, "workshop-fault: delay=1ms"));
        RawHttp.Reply reply = http.reply();
        assertThat(reply.code()).isEqualTo(503);
        assertThat(reply.headers()).containsEntry("retry-after", "1");
        assertThat(com.google.rpc.Status.parseFrom(reply.body()).getMessage())
            .isEqualTo("20 requests are already delayed by their own header; retry in 1 s");
      }
      com.google.rpc.Status busy = refusal(Orders.request(), "hang");
      assertThat(busy.getCode()).isEqualTo(8);
      assertThat(busy.getDetails(0).is(RetryInfo.class)).isTrue();

      backend.faults().close(); // instead of ten seconds
      for (var call : calls) {
        assertThatThrownBy(() -> call.get(30, TimeUnit.SECONDS))
            .hasMessageContaining("UNAVAILABLE: fault on demand: hang, set by the request");
      }
      for (RawHttp http : hanging) {
        assertThat(http.ended()).isTrue();
      }
      TraceServiceGrpc.newBlockingStub(channel).export(Orders.request("after"));
      List<Exchange> exchanges = backend.inbox().exchanges();
      Exchange after = exchanges.get(exchanges.size() - 1);
      assertThat(exchanges)
          .filteredOn(exchange -> exchange.connection() == after.connection())
          .hasSize(11);
      Await.until("one can be held back", () -> post("workshop-fault: delay=1ms") == 200);
      Fault hang = FaultScript.parse("hang").faults().get(0);
      assertThat(new Faults.Served(hang, 1, true).longestHang()).hasSeconds(10);
    } finally {
      for (RawHttp http : hanging) {
        http.close();
      }
      channel.shutdownNow();
    }
  }

  @Test
  void namesEachInTheLogAndHowManyAreLeft() throws Exception {
    backend.faults().add(FaultScript.parse("2x 503, 404 message=\"not here\", token=abc"));
    assertThat(post()).isEqualTo(503);
    assertThat(backend.faults().waiting())
        .containsExactly("503", "404 message=\"not here\"", "token=****");
    post();
    assertThat(post()).isEqualTo(404);
    assertThat(post()).isEqualTo(401);
    assertThat(post("Authorization: Bearer abc")).isEqualTo(200);
    assertThat(backend.faults().waiting()).containsExactly("token=****");
    backend.faults().clear();
    assertThat(post()).isEqualTo(200);

    assertThat(backend.inbox().exchanges())
        .extracting(exchange -> exchange.answer().message())
        .containsExactly(
            "fault on demand: 503, 1 of 2",
            "fault on demand: 503, 2 of 2",
            "fault on demand: 404: not here",
            "fault on demand: token",
            "",
            "");
  }

  @Test
  void isForWhomItSays() throws Exception {
    backend
        .faults()
        .add(
            FaultScript.parse(
                "500 for grpc, 501 for service=web, 502 for path=/v1/logs, 504 for service=shop"));
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      assertThat(http.send(RawHttp.post("/v1/traces", ORDER)).reply().code()).isEqualTo(504);
      assertThat(http.send(RawHttp.post("/v1/traces", ORDER)).reply().code()).isEqualTo(200);
      assertThat(http.send(RawHttp.post("/v1/logs", new byte[0])).reply().code()).isEqualTo(502);
    }
    assertThat(backend.faults().waiting()).containsExactly("500 for grpc", "501 for service=web");
  }

  @Test
  void isNotUsedUpByARequestThatIsRefusedAnyway() throws Exception {
    backend.faults().add(FaultScript.parse("503"));
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      http.send(RawHttp.post("/v1/trace", ORDER));
      assertThat(http.reply().code()).isEqualTo(404);
      http.send(RawHttp.post("/v1/traces", new byte[] {1}));
      assertThat(http.reply().code()).isEqualTo(400);
    }
    assertThat(backend.faults().waiting()).containsExactly("503");
  }

  @Test
  void asksToWaitInTheWordsOfEachProtocol() throws Exception {
    backend.faults().add(FaultScript.parse("2x 503 retry-after=1.2s, 503, token=abc"));
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      http.send(RawHttp.post("/v1/traces", ORDER));
      assertThat(http.reply().headers()).containsEntry("retry-after", "2");
      RetryInfo.Builder wait = RetryInfo.newBuilder();
      wait.getRetryDelayBuilder().setSeconds(1).setNanos(200_000_000);
      assertThat(refusal(backend.grpcPort(), Orders.request()).getDetailsList())
          .containsExactly(Any.pack(wait.build()));
      http.send(RawHttp.post("/v1/traces", ORDER));
      assertThat(http.reply().headers()).doesNotContainKey("retry-after");
      http.send(RawHttp.post("/v1/traces", ORDER));
      RawHttp.Reply reply = http.reply();
      assertThat(reply.headers()).containsEntry("www-authenticate", "Bearer");
      var status = com.google.rpc.Status.parseFrom(reply.body());
      assertThat(status.getCode()).isEqualTo(16);
      assertThat(status.getMessage()).isEqualTo("fault on demand: token");
    }
  }

  @Test
  void takesAllButWhatAPartialSuccessRejects() throws Exception {
    backend.faults().add(FaultScript.parse("2x partial=1 message=\"over a quota\", partial=9"));
    ExportTraceServiceResponse expected =
        ExportTraceServiceResponse.newBuilder()
            .setPartialSuccess(
                ExportTracePartialSuccess.newBuilder()
                    .setRejectedSpans(1)
                    .setErrorMessage("over a quota"))
            .build();
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      http.send(RawHttp.post("/v1/traces", ORDER));
      assertThat(ExportTraceServiceResponse.parseFrom(http.reply().body())).isEqualTo(expected);
    }
    ManagedChannel channel = channel(backend.grpcPort());
    try {
      assertThat(TraceServiceGrpc.newBlockingStub(channel).export(Orders.request()))
          .isEqualTo(expected);
    } finally {
      channel.shutdownNow();
    }
    post();

    assertThat(backend.inbox().received(Signal.TRACES)).isEqualTo(2);
    assertThat(backend.inbox().exchanges().get(0).request()).isEqualTo(Orders.request());
  }

  /** The rest of a broken answer, byte by byte, where a client library would hide it. */
  @Test
  void breaksAnHttpAnswer() throws Exception {
    backend.faults().add(FaultScript.parse("garbage, half, close"));
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      http.send(RawHttp.post("/v1/traces", ORDER));
      assertThat(http.line()).doesNotStartWith("HTTP/").isNotEmpty();
      assertThat(http.ended()).isTrue();
    }
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      RawHttp.Reply half = http.send(RawHttp.post("/v1/traces", ORDER)).reply();
      assertThat(half.code()).isEqualTo(200);
      assertThat(half.headers()).containsEntry("content-length", "30");
      assertThat(half.text()).isEqualTo("half a response");
      assertThat(http.ended()).isTrue();
    }
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      http.send(RawHttp.post("/v1/traces", ORDER));
      assertThat(http.ended()).isTrue();
    }
  }

  @Test
  void breaksAllCallsOfAGrpcConnection() throws Exception {
    backend.faults().add(FaultScript.parse("hang, close"));
    ManagedChannel channel = channel(backend.grpcPort());
    try {
      var hanging = TraceServiceGrpc.newFutureStub(channel).export(Orders.request());
      Await.until("it hangs", () -> backend.inbox().total() == 1);
      assertThat(hanging.isDone()).isFalse();
      TraceServiceGrpc.newFutureStub(channel).export(Orders.request());

      assertThatThrownBy(() -> hanging.get(20, TimeUnit.SECONDS)).hasMessageContaining("UNAVAIL");
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void servesOthersWhileManyHang() throws Exception {
    backend.faults().add(FaultScript.parse("20x hang"));
    ManagedChannel channel = channel(backend.grpcPort());
    List<RawHttp> hanging = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        TraceServiceGrpc.newFutureStub(channel).export(Orders.request());
        RawHttp http = new RawHttp(backend.httpPort());
        hanging.add(http);
        http.send(RawHttp.post("/v1/traces", ORDER));
      }
      Await.until("all hang", () -> backend.inbox().total() == 20);

      assertThat(post()).isEqualTo(200);
      TraceServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .export(Orders.request());
      assertThat(backend.inbox().received(Signal.TRACES)).isEqualTo(4);
      backend.close(); // within the test's own limit: it does not wait for them
      assertThat(hanging).allSatisfy(http -> assertThat(http.ended()).isTrue());
    } finally {
      for (RawHttp http : hanging) {
        http.close();
      }
      channel.shutdownNow();
    }
  }

  @Test
  void anAttemptAfterASuccessIsNone() throws Exception {
    backend.faults().add(FaultScript.parse("503"));
    for (int i = 0; i < 4; i++) {
      post();
    }
    assertThat(backend.inbox().exchanges())
        .extracting(Exchange::attempt)
        .containsExactly(1, 2, 1, 1);
    assertThat(backend.inbox().exchanges())
        .extracting(Exchange::batch)
        .containsExactly(1L, 1L, 3L, 4L);
    assertThat(backend.inbox().attempts(1)).hasSize(2);
  }

  @Slow
  @Test
  void theTerminalShowsTheAttemptsOfALessonAsOneTimeline() throws Exception {
    List<String> command =
        Tool.command(
            "backend",
            "--fault=503 for service=before, 2x 503",
            "--grpc-port=0",
            "--http-port=0",
            "--page-port=0");
    try (RealProcess shown = RealProcess.start("backend", temp, Map.of(), command)) {
      Await.until("the backend is ready", () -> shown.printed().contains("In another terminal"));
      String endpoint = shown.printed().replaceAll("(?s).*gRPC  (http://\\S+).*", "$1");
      // So that the lesson's 5 s are not spent on loading the backend's classes.
      refusal(Integer.parseInt(endpoint.replaceAll(".*:", "")), Orders.request("before"));
      RealProcess.Ended lesson =
          LessonRun.run(
              "02-grpc-export.java",
              LessonRun.Place.CHECKOUT,
              temp,
              Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint));
      assertThat(lesson.exitCode()).as(lesson.err()).isZero();
      assertThat(lesson.out()).endsWith("3 spans ended, 3 acknowledged by " + endpoint + "\n");
      Await.until("the trace is shown", () -> shown.printed().contains("charge card"));
      shown.terminate();

      assertThat(shown.end(Duration.ofSeconds(30)).out())
          .contains("  14 UNAVAILABLE  ", "              fault on demand: 503, 2 of 2\n")
          .containsPattern(
              "\n  3 attempts at the same 3 spans\n"
                  + "    1   \\d\\d:\\d\\d:\\d\\d\\.\\d{3}   14 UNAVAILABLE {18}fault on demand\n"
                  + "    2   \\+\\d\\.\\d\\d s        14 UNAVAILABLE {18}fault on demand\n"
                  + "    3   \\+\\d\\.\\d\\d s        OK\n\n")
          .endsWith("Received 3 spans in 4 requests.\n");
    }
  }

  private String endpoint(String protocol) {
    return protocol.equals("grpc")
        ? "http://localhost:" + backend.grpcPort()
        : "http://localhost:" + backend.httpPort() + "/v1/traces";
  }

  private static ManagedChannel channel(int port) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  private int post(String... headers) throws Exception {
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      return http.send(RawHttp.post("/v1/traces", ORDER, headers)).reply().code();
    }
  }

  /** The headers {@code workshop-fault} of a call. */
  private static ClientInterceptor asking(String... scripts) {
    Metadata headers = new Metadata();
    for (String script : scripts) {
      headers.put(Metadata.Key.of("workshop-fault", Metadata.ASCII_STRING_MARSHALLER), script);
    }
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  /** What gRPC rejects a request with that asks for faults. */
  private com.google.rpc.Status refusal(ExportTraceServiceRequest request, String... scripts) {
    return refusal(backend.grpcPort(), request, scripts);
  }

  /** What gRPC rejects a request with. */
  private static com.google.rpc.Status refusal(
      int port, ExportTraceServiceRequest request, String... scripts) {
    ManagedChannel channel = channel(port);
    try {
      TraceServiceGrpc.newBlockingStub(channel).withInterceptors(asking(scripts)).export(request);
      throw new AssertionError("not rejected");
    } catch (StatusRuntimeException e) {
      return StatusProto.fromThrowable(e);
    } finally {
      channel.shutdownNow();
    }
  }
}
