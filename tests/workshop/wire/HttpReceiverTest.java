package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.rpc.Status;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import support.Orders;

/** OTLP/HTTP through the socket: what is answered, and what is kept of it. */
class HttpReceiverTest {
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Backend backend;

  @BeforeEach
  void start() throws IOException {
    backend = Backend.start(Backend.Options.onFreePorts());
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  @Test
  void acceptsProtobuf() throws Exception {
    ExportTraceServiceRequest order = Orders.request();

    HttpResponse<byte[]> response = post("/v1/traces", PROTOBUF, order.toByteArray());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains(PROTOBUF);
    assertThat(ExportTraceServiceResponse.parseFrom(response.body()))
        .isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
    Exchange exchange = only();
    assertThat(exchange.protocol()).isEqualTo(Protocol.HTTP_PROTOBUF);
    assertThat(exchange.method()).isEqualTo("POST");
    assertThat(exchange.path()).isEqualTo("/v1/traces");
    assertThat(exchange.wireBytes()).isEqualTo(order.getSerializedSize());
    assertThat(exchange.decodedBytes()).isEqualTo(order.getSerializedSize());
    assertThat(exchange.items()).isEqualTo(2);
    assertThat(exchange.request()).isEqualTo(order);
    assertThat(exchange.answer().accepted()).isTrue();
    assertThat(backend.inbox().received(Signal.TRACES)).isEqualTo(2);
  }

  @Test
  void acceptsGzipAndKeepsBothSizes() throws Exception {
    byte[] plain = Orders.request().toByteArray();
    byte[] wire = gzip(plain);

    HttpResponse<byte[]> response =
        send(request("/v1/traces", PROTOBUF, wire).header("Content-Encoding", "gzip"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(only().gzip()).isTrue();
    assertThat(only().wireBytes()).isEqualTo(wire.length);
    assertThat(only().decodedBytes()).isEqualTo(plain.length);
  }

  @Test
  void acceptsJsonAsTheProtocolHasIt() throws Exception {
    String json =
        """
        {"resourceSpans": [{
          "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]},
          "unknownField": true,
          "scopeSpans": [{"spans": [
            {"traceId": "5B8EFFF798038103D269B633813FC60C", "spanId": "eee19b7ec3c1b174",
             "name": "POST /orders", "kind": 2,
             "startTimeUnixNano": "1544712660000000000", "endTimeUnixNano": 1544712661000000000}
          ]}]
        }]}\
        """;

    HttpResponse<byte[]> response = post("/v1/traces", JSON + "; charset=utf-8", json.getBytes());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(new String(response.body(), UTF_8)).isEqualTo("{}");
    var span = only().traces().getResourceSpans(0).getScopeSpans(0).getSpans(0);
    assertThat(span.getTraceId().toByteArray()).hasSize(16).startsWith(0x5b, 0x8e, 0xff);
    assertThat(span.getSpanId().toByteArray()).hasSize(8).startsWith(0xee, 0xe1);
    assertThat(span.getStartTimeUnixNano()).isEqualTo(1544712660000000000L);
    assertThat(span.getEndTimeUnixNano()).isEqualTo(1544712661000000000L);
    assertThat(only().protocol()).isEqualTo(Protocol.HTTP_JSON);
  }

  @Test
  void acceptsMetricsAndLogs() throws Exception {
    var metrics = ExportMetricsServiceRequest.newBuilder();
    var metric = Metric.newBuilder().setName("orders");
    metric.getSumBuilder().addDataPointsBuilder().setAsInt(3);
    metrics.addResourceMetricsBuilder().addScopeMetricsBuilder().addMetrics(metric);
    var logs = ExportLogsServiceRequest.newBuilder();
    logs.addResourceLogsBuilder()
        .addScopeLogsBuilder()
        .addLogRecords(LogRecord.getDefaultInstance());

    assertThat(post("/v1/metrics", PROTOBUF, metrics.build().toByteArray()).statusCode())
        .isEqualTo(200);
    assertThat(post("/v1/logs", PROTOBUF, logs.build().toByteArray()).statusCode()).isEqualTo(200);

    assertThat(backend.inbox().received(Signal.METRICS)).isEqualTo(1);
    assertThat(backend.inbox().received(Signal.LOGS)).isEqualTo(1);
    assertThat(backend.inbox().received(Signal.TRACES)).isZero();
  }

  @ParameterizedTest
  @EnumSource(Signal.class)
  void knowsWhichRunARequestBelongsTo(Signal signal) throws Exception {
    var request = Orders.ofRuns(signal, Orders.text("04-baggage/17"), Orders.text("05/1"));
    byte[] protobuf = request.toByteArray();
    backend.faults().add(FaultScript.parse("503"));

    post(signal.path(), PROTOBUF, protobuf);
    post(signal.path(), JSON, OtlpJson.print(request).getBytes(UTF_8));
    send(request(signal.path(), PROTOBUF, gzip(protobuf)).header("Content-Encoding", "gzip"));

    assertThat(backend.inbox().exchanges())
        .extracting(exchange -> exchange.answer().code(), Exchange::run)
        .containsExactly(
            tuple(503, "04-baggage/17"), tuple(200, "04-baggage/17"), tuple(200, "04-baggage/17"));
    assertThat(backend.inbox().exchanges().get(1).request()).isEqualTo(request);
  }

  @Test
  void takesNothingElseForARun() throws Exception {
    AnyValue number = AnyValue.newBuilder().setIntValue(4).build();
    AnyValue tooLong = Orders.text("x".repeat(101));
    AnyValue longest = Orders.text("\u20ac".repeat(100));
    byte[] none = Orders.request().toByteArray();
    byte[] noRun = Orders.ofRuns(Signal.TRACES, number, tooLong, Orders.text("")).toByteArray();
    byte[] longestRun = Orders.ofRuns(Signal.TRACES, number, longest).toByteArray();
    byte[] notRead = Arrays.copyOf(longestRun, longestRun.length + 1);

    for (byte[] body : new byte[][] {none, noRun, longestRun, notRead}) {
      post("/v1/traces", PROTOBUF, body);
    }

    assertThat(backend.inbox().exchanges())
        .extracting(exchange -> exchange.answer().code(), Exchange::run)
        .containsExactly(
            tuple(200, ""), tuple(200, ""), tuple(200, longest.getStringValue()), tuple(400, ""));
  }

  @Test
  void answers404ToAnotherPath() throws Exception {
    HttpResponse<byte[]> response = post("/v1/spans", PROTOBUF, Orders.request().toByteArray());

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(Status.parseFrom(response.body()).getMessage())
        .contains("/v1/spans")
        .contains("/v1/traces");
    assertThat(only().answer().code()).isEqualTo(404);
    assertThat(only().items()).isZero();
    assertThat(backend.inbox().received(Signal.TRACES)).isZero();
  }

  @Test
  void answers405ToAnotherMethod() throws Exception {
    HttpResponse<byte[]> response = send(HttpRequest.newBuilder(uri("/v1/traces")).GET());

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).contains("POST");
  }

  @Test
  void answers415ToAnotherContentType() throws Exception {
    HttpResponse<byte[]> response = post("/v1/traces", "text/plain", "hello".getBytes());

    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
    assertThat(new String(response.body(), UTF_8)).contains(PROTOBUF).contains(JSON);
  }

  @Test
  void answers415ToAnotherEncoding() throws Exception {
    HttpResponse<byte[]> response =
        send(request("/v1/traces", PROTOBUF, new byte[1]).header("Content-Encoding", "zstd"));

    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(Status.parseFrom(response.body()).getMessage()).contains("zstd");
  }

  @Test
  void answers400WithAStatusToMalformedProtobuf() throws Exception {
    HttpResponse<byte[]> response = post("/v1/traces", PROTOBUF, "no protobuf".getBytes());

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("Content-Type")).contains(PROTOBUF);
    Status status = Status.parseFrom(response.body());
    assertThat(status.getCode()).isEqualTo(3);
    assertThat(status.getMessage()).startsWith("not an OTLP request: ");
    assertThat(only().answer().accepted()).isFalse();
  }

  @Test
  void answers400WithAStatusToMalformedJson() throws Exception {
    for (String json : new String[] {"{", "[]", "{\"resourceSpans\": 3}", badTraceId()}) {
      HttpResponse<byte[]> response = post("/v1/traces", JSON, json.getBytes());

      assertThat(response.statusCode()).as(json).isEqualTo(400);
      assertThat(new String(response.body(), UTF_8))
          .as(json)
          .contains("\"code\": 3")
          .contains("not an OTLP request: ");
    }
  }

  @Test
  void answers400ToGzipThatIsNone() throws Exception {
    HttpResponse<byte[]> response =
        send(request("/v1/traces", PROTOBUF, new byte[9]).header("Content-Encoding", "gzip"));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Status.parseFrom(response.body()).getMessage())
        .startsWith("the body is not valid gzip");
  }

  @Test
  void answers413ToABodyThatIsTooLargePlainOrDecompressed() throws Exception {
    byte[] large = new byte[(16 << 20) + 1];

    assertThat(post("/v1/traces", PROTOBUF, large).statusCode()).isEqualTo(413);
    assertThat(
            send(request("/v1/traces", PROTOBUF, gzip(large)).header("Content-Encoding", "gzip"))
                .statusCode())
        .isEqualTo(413);
    assertThat(post("/v1/traces", PROTOBUF, Orders.request().toByteArray()).statusCode())
        .isEqualTo(200);
  }

  @Test
  void masksATokenAndKeepsOtherHeaders() throws Exception {
    send(
        request("/v1/traces", PROTOBUF, new byte[0])
            .header("Authorization", "Bearer s3cret-token")
            .header("Api-Key", "s3cret-key")
            .header("X-Honeycomb-Team", "s3cret team")
            .header("X-Class", "room 5"));

    assertThat(only().headers())
        .contains(
            new Header("authorization", "Bearer ****"),
            new Header("api-key", "****"),
            new Header("x-honeycomb-team", "****"),
            new Header("x-class", "room 5"));
    assertThat(only().toString()).doesNotContain("s3cret");
  }

  @Test
  void masksACredentialInTheTargetOfARequest() throws Exception {
    post(
        "/receiver/ZaVnC4dhaV1qkX8bWc2LmN0pQrStUv==/v1/traces?token=s3cret", PROTOBUF, new byte[0]);

    assertThat(only().path()).startsWith("/receiver/****/v1/traces");
    assertThat(only().toString()).doesNotContain("ZaVnC4", "s3cret");
  }

  @Test
  void numbersConnections() throws Exception {
    post("/v1/traces", PROTOBUF, new byte[0]);
    post("/v1/traces", PROTOBUF, new byte[0]);
    HttpClient other = HttpClient.newHttpClient();
    other.send(request("/v1/traces", PROTOBUF, new byte[0]).build(), BodyHandlers.discarding());

    assertThat(backend.inbox().exchanges())
        .extracting(Exchange::connection)
        .containsExactly(1, 1, 2);
    assertThat(backend.inbox().exchanges())
        .extracting(Exchange::number)
        .containsExactly(1L, 2L, 3L);
  }

  private Exchange only() {
    assertThat(backend.inbox().exchanges()).hasSize(1);
    return backend.inbox().exchanges().get(0);
  }

  private HttpResponse<byte[]> post(String path, String type, byte[] body) throws Exception {
    return send(request(path, type, body));
  }

  private HttpRequest.Builder request(String path, String type, byte[] body) {
    return HttpRequest.newBuilder(uri(path))
        .header("Content-Type", type)
        .POST(BodyPublishers.ofByteArray(body));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + backend.httpPort() + path);
  }

  private static String badTraceId() {
    return "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"xyz\"}]}]}]}";
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }
}
