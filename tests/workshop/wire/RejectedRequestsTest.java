package workshop.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.CompressorRegistry;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import support.Await;
import support.Orders;
import support.RawHttp;
import workshop.terminal.ExchangeLine;
import workshop.text.Style;

/** What is rejected before it is a request of OTLP: its sender gets a reason, and it is shown. */
class RejectedRequestsTest {
  private static final String LINE = "POST /v1/traces HTTP/1.1\r\n";
  private static final String HOST = "Host: localhost\r\n";
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String LENGTH = "Content-Length: 2\r\n";
  private static final String CHUNKS = "\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
  private static final String TLS = "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003";
  private static final Metadata.Key<String> ACCEPTED =
      Metadata.Key.of("grpc-accept-encoding", Metadata.ASCII_STRING_MARSHALLER);

  private static final String INVALID = "the head of the request is not valid HTTP/1.1";

  private Backend backend;

  @BeforeEach
  void start() throws IOException {
    backend = Backend.start(Backend.Options.onFreePorts());
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private record Rejected(String sent, int code, String shown, String reason) {
    @Override
    public String toString() {
      return code + " " + reason;
    }
  }

  static List<Rejected> heads() {
    String large = "x".repeat(20_000);
    String chunked = LINE + HOST + JSON + "Transfer-Encoding: ";
    return List.of(
        new Rejected(LINE + JSON + LENGTH, 400, "POST /v1/traces", "the header Host is missing"),
        host("a\r\nHost: a", "more than one header Host"),
        host("a\r\nHost: b", "more than one header Host"),
        host("a b", "not a valid header Host: a b"),
        host("a/b", "not a valid header Host: a/b"),
        host("user@a", "not a valid header Host: user@a"),
        host("[::1", "not a valid header Host: [::1"),
        host("a:b", "not a valid header Host: a:b"),
        coding("gzip", "gzip"),
        coding("identity", "identity"),
        coding("gzip, chunked", "gzip, chunked"),
        coding("chunked, chunked", "chunked, chunked"),
        coding("xchunked", "xchunked"),
        coding(",chunked", ",chunked"),
        coding("chunked\r\nTransfer-Encoding: chunked", "chunked, chunked"),
        new Rejected(
            chunked.replace("1.1", "1.0") + "chunked" + CHUNKS, 400, "POST /v1/traces", INVALID),
        new Rejected(
            chunked + "chunked\r\n\r\nx\r\n",
            400,
            "POST /v1/traces",
            "the chunks of the body are not valid"),
        new Rejected(
            LINE + HOST + "A: " + large + "\r\n",
            431,
            "POST /v1/traces",
            "the headers are too large: at most 16384 bytes together"),
        new Rejected(
            "POST /" + large + " HTTP/1.1\r\n" + HOST,
            414,
            "POST /xxxxx",
            "the request line is too long: at most 16384 bytes"),
        new Rejected("hello\r\n", 400, "hello", INVALID),
        new Rejected(LINE + HOST + "no colon\r\n", 400, "POST /v1/traces", INVALID),
        new Rejected(
            LINE + HOST + LENGTH + "Content-Length: 3\r\n", 400, "POST /v1/traces", INVALID),
        new Rejected(
            "POST /v1/traces?key=secret HTTP/1.1\r\n" + HOST + "no colon\r\n",
            400,
            "POST /v1/traces?****",
            INVALID),
        new Rejected(
            TLS, 400, "TLS", "TLS on a port for plain HTTP; the endpoint must begin with http://"));
  }

  private static Rejected host(String host, String reason) {
    return new Rejected(
        LINE + "Host: " + host + "\r\n" + JSON + LENGTH, 400, "POST /v1/traces", reason);
  }

  private static Rejected coding(String coding, String named) {
    return new Rejected(
        LINE + HOST + JSON + "Transfer-Encoding: " + coding + CHUNKS,
        501,
        "POST /v1/traces",
        "Transfer-Encoding must be chunked or absent, not " + named);
  }

  @ParameterizedTest
  @MethodSource("heads")
  void endsTheConnectionAndShowsAHeadThatIsNotValid(Rejected rejected) throws IOException {
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      RawHttp.Reply reply = http.send(rejected.sent()).send("\r\n").reply();

      assertThat(reply.code()).isEqualTo(rejected.code());
      assertThat(reply.text()).contains(rejected.reason());
      assertThat(http.ended()).isTrue();
    }
    Exchange exchange = only();
    assertThat((exchange.method() + " " + exchange.path()).strip()).startsWith(rejected.shown());
    assertThat(exchange.answer().code()).isEqualTo(rejected.code());
    assertThat(ExchangeLine.of(exchange, new Style(false)))
        .contains("conn 1", rejected.shown(), rejected.reason())
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "LOCALHOST:4318", "[::1]:4318", "", "a_b", "xn--bcher-kva.example:"})
  void acceptsEachValidHost(String host) throws IOException {
    assertThat(send(LINE + "Host: " + host + "\r\n" + JSON + LENGTH + "\r\n{}").code())
        .isEqualTo(200);
  }

  @Test
  void theStatusLineOfASuccessSaysOk() throws IOException {
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      http.send(LINE + HOST + JSON + LENGTH + "\r\n{}");

      assertThat(http.line()).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void showsTheTargetAsItCame() throws IOException {
    assertThat(target("//v1/traces").text())
        .contains("//v1/traces is not an OTLP/HTTP path; use /v1/traces (does the endpoint end");
    assertThat(target("/v1development/profiles").text())
        .contains("is an OTLP/HTTP path, but this backend does not receive profiles");
    assertThat(target("http://user:secret@localhost/v1/traces").code()).isEqualTo(400);
    assertThat(target("/v1/traces#x").code()).isEqualTo(400);
    assertThat(target("v1/traces").code()).isEqualTo(400);
    assertThat(target("http://localhost/v1/traces").code()).isEqualTo(200);
    assertThat(target("/v1/tr%61ces?key=secret").code()).isEqualTo(200);

    assertThat(backend.inbox().exchanges())
        .extracting(Exchange::path)
        .containsExactly(
            "//v1/traces",
            "/v1development/profiles",
            "http://****@localhost/v1/traces",
            "/v1/traces#x",
            "v1/traces",
            "http://localhost/v1/traces",
            "/v1/tr%61ces?****");
  }

  @Test
  void theSizeOfABodyThatWasNotDecompressedIsItsSizeOnTheWire() throws IOException {
    send("POST / HTTP/1.1\r\n" + HOST + "Content-Encoding: gzip\r\n" + LENGTH + "\r\n{}");

    assertThat(ExchangeLine.of(only(), new Style(false))).contains("  2 B  404 ");
  }

  @Test
  void aResponseToAnUnsupportedEncodingNamesTheSupportedOnes() throws IOException {
    RawHttp.Reply reply = encoded("zstd");

    assertThat(reply.code()).isEqualTo(415);
    assertThat(reply.headers()).containsEntry("accept-encoding", "gzip");
    assertThat(reply.text())
        .contains(
            "Content-Encoding zstd is not supported; use gzip, or send the body uncompressed");
    for (String none : List.of("", "identity", ",", "identity, identity")) {
      assertThat(encoded(none).code()).as(none).isEqualTo(200);
    }
    assertThat(encoded("gzip, gzip").code()).isEqualTo(415);
    assertThat(encoded("x-gzip").text()).contains("the body is not valid gzip");
  }

  @Test
  void acceptsMetadataOf16KilobytesAndSaysWhyNotMore() throws InterruptedException {
    assertThat(export("authorization", "Bearer " + "x".repeat(16_000))).isEqualTo("OK");
    assertThat(export("authorization", "Bearer " + "x".repeat(17_000)))
        .matches("RESOURCE_EXHAUSTED: the metadata is too large: 17[0-9]{3} bytes, at most 16384");
    assertThat(export("x", "y".repeat(100_000))).contains("the metadata is too large: 100");

    assertThat(backend.inbox().exchanges())
        .extracting(exchange -> exchange.answer().name())
        .containsExactly("OK", "RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED");
  }

  @Test
  void namesTheEncodingsThatGrpcSupports() throws InterruptedException {
    assertThat(export(encoding("zstd", true)))
        .isEqualTo(
            "UNIMPLEMENTED: grpc-encoding zstd is not supported; use gzip, or send messages"
                + " uncompressed [gzip,identity]");
    assertThat(only().headers()).contains(new Header("grpc-encoding", "zstd"));
  }

  @Test
  void anUncompressedMessageOfACallWithGzipIsNotShownAsGzip() throws InterruptedException {
    assertThat(export(encoding("gzip", false))).isEqualTo("OK");

    assertThat(only().headers()).contains(new Header("grpc-encoding", "gzip"));
    assertThat(ExchangeLine.of(only(), new Style(false))).doesNotContain("gzip");
  }

  @Test
  void showsOtherProtocolsOnTheGrpcPort() throws Exception {
    long numbers = 0;
    for (String sent : List.of(TLS, LINE + HOST + "\r\n", "hello\r\n")) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), backend.grpcPort())) {
        socket.getOutputStream().write(sent.getBytes(ISO_8859_1));
        long before = numbers++;
        Await.until("it is recorded", () -> backend.inbox().total() == before + 1);
      }
    }
    assertThat(backend.inbox().exchanges())
        .extracting(exchange -> ExchangeLine.of(exchange, new Style(false)).replaceAll("\\s+", " "))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .contains("gRPC conn 1 TLS", "connection closed", "must begin with http://"),
            line ->
                assertThat(line)
                    .contains("gRPC conn 2 POST /v1/traces", "send OTLP/HTTP to the HTTP port"),
            line -> assertThat(line).contains("gRPC conn 3 hello", "not HTTP/2"));
  }

  /** What gRPC's server responds itself, and what is shown, are the same. */
  @ParameterizedTest
  @CsvSource({
    "POST, /v1/traces?key=secret, application/json, 415, not application/json; is this OTLP/HTTP?",
    "POST, /v1/traces, '', 415, not missing; is this OTLP/HTTP?",
    "POST, /a/b, application/grpcx, 415, not application/grpcx",
    "GET, /a/b, application/grpc+proto, 405, a gRPC call is a POST",
    "POST, a/b, application/grpc, 404, the path must begin with /"
  })
  void showsRequestsOfHttp2ThatAreNotCalls(
      String method, String path, String type, String code, String reason) throws Exception {
    Http2Headers head = new DefaultHttp2Headers().method(method).path(path).scheme("http");
    head.authority("localhost");
    if (!type.isEmpty()) {
      head.add("content-type", type);
    }

    assertThat(http2(head)).isEqualTo(code);

    assertThat(ExchangeLine.of(only(), new Style(false)))
        .contains("gRPC", "conn 1", method + " " + path.replaceAll("key=.*", "****"))
        .contains(code + " ", reason)
        .doesNotContain("secret");
  }

  @Test
  void showsARequestOfHttp2WithTwoHosts() throws Exception {
    Http2Headers head = new DefaultHttp2Headers().method("POST").path("/a/b").scheme("http");
    head.add("content-type", "application/grpc").add("host", "a").add("host", "b");

    assertThat(http2(head)).isEqualTo("400");

    assertThat(only().answer().text()).isEqualTo("400 Bad Request");
    assertThat(only().answer().message()).isEqualTo("more than one header Host");
  }

  @Test
  void showsWhyAConnectionOfHttp2WasClosed() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), backend.grpcPort())) {
      ByteBuf data = Unpooled.buffer().writeBytes(PREFACE).writeBytes(NO_SETTINGS);
      data.writeMedium(1).writeByte(0).writeByte(0).writeInt(7).writeByte(0); // of no call
      socket.getOutputStream().write(ByteBufUtil.getBytes(data));
      Await.until("it is recorded", () -> backend.inbox().total() == 1);
    }
    assertThat(ExchangeLine.of(only(), new Style(false)))
        .contains("conn 1", "HTTP/2", "connection closed", "PROTOCOL_ERROR: ");
  }

  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1);
  private static final byte[] NO_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

  /** Sends a request without a body; the status of its response. */
  private String http2(Http2Headers head) throws Exception {
    ByteBuf block = Unpooled.buffer();
    new DefaultHttp2HeadersEncoder().encodeHeaders(1, head, block);
    ByteBuf sent = Unpooled.buffer().writeBytes(PREFACE).writeBytes(NO_SETTINGS);
    sent.writeMedium(block.readableBytes()).writeByte(Http2FrameTypes.HEADERS);
    sent.writeByte(new Http2Flags().endOfStream(true).endOfHeaders(true).value());
    sent.writeInt(1).writeBytes(block);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), backend.grpcPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(ByteBufUtil.getBytes(sent));
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        byte type = in.readByte();
        in.readNBytes(5);
        ByteBuf payload = Unpooled.wrappedBuffer(in.readNBytes(length));
        if (type == Http2FrameTypes.HEADERS) {
          return new DefaultHttp2HeadersDecoder().decodeHeaders(1, payload).status().toString();
        }
      }
    }
  }

  private String export(String name, String value) throws InterruptedException {
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
    return export(MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  /** The status of an export, and the encodings that the response names. */
  private String export(ClientInterceptor how) throws InterruptedException {
    CompressorRegistry compressors = CompressorRegistry.newEmptyInstance();
    compressors.register(new Codec.Gzip());
    compressors.register(new Zstd());
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", backend.grpcPort())
            .usePlaintext()
            .compressorRegistry(compressors)
            .intercept(how)
            .build();
    try {
      TraceServiceGrpc.newBlockingStub(channel).export(Orders.request());
      return "OK";
    } catch (StatusRuntimeException e) {
      String accepted = e.getTrailers().get(ACCEPTED);
      return e.getStatus().getCode()
          + ": "
          + e.getStatus().getDescription()
          + (accepted == null ? "" : " [" + accepted + "]");
    } finally {
      channel.shutdownNow();
      channel.awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  /** Only its name is of interest. */
  private static final class Zstd implements Compressor {
    @Override
    public String getMessageEncoding() {
      return "zstd";
    }

    @Override
    public OutputStream compress(OutputStream out) {
      return out;
    }
  }

  /** Names an encoding for the call, and compresses its message or does not. */
  private static ClientInterceptor encoding(String name, boolean compressed) {
    return new ClientInterceptor() {
      @Override
      public <Q, A> ClientCall<Q, A> interceptCall(
          MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(
            next.newCall(method, options.withCompression(name))) {
          @Override
          public void sendMessage(Q message) {
            setMessageCompression(compressed);
            super.sendMessage(message);
          }
        };
      }
    };
  }

  private RawHttp.Reply target(String target) throws IOException {
    return send("POST " + target + " HTTP/1.1\r\n" + HOST + JSON + LENGTH + "\r\n{}");
  }

  private RawHttp.Reply encoded(String encoding) throws IOException {
    return send(LINE + HOST + JSON + "Content-Encoding: " + encoding + "\r\n" + LENGTH + "\r\n{}");
  }

  private RawHttp.Reply send(String request) throws IOException {
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      return http.send(request).reply();
    }
  }

  private Exchange only() {
    List<Exchange> exchanges = backend.inbox().exchanges();
    assertThat(exchanges).hasSize(1);
    return exchanges.get(0);
  }
}
