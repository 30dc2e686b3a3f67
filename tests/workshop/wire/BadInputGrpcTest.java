package workshop.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.RetryInfo;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.Await;
import support.Orders;
import support.RealProcess;
import support.Slow;
import support.Tool;

/**
 * What no exporter sends, to the gRPC port: it gets the status that gRPC or OTLP names, or the end
 * of the connection, what came before is kept, and the next good request is served.
 */
class BadInputGrpcTest {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int ENHANCE_YOUR_CALM = 11;

  @TempDir Path temp;
  private Backend backend;
  private ManagedChannel channel;
  private int good;

  @BeforeEach
  void start() throws IOException {
    backend = Backend.start(Backend.Options.onFreePorts());
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", backend.grpcPort()).usePlaintext().build();
    sendGood();
  }

  /** Whatever a test has sent: the good ones before and after it are there, each once. */
  @AfterEach
  void nothingIsLost() throws InterruptedException {
    try (Backend closed = backend) {
      sendGood();
      assertThat(closed.inbox().exchanges())
          .filteredOn(exchange -> exchange.traces().equals(Orders.request()))
          .hasSize(good);
    } finally {
      channel.shutdownNow();
      assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void answersInvalidArgumentToWhatIsNoProtobufOfOtlp() {
    BadBodies.malformed()
        .forEach(
            (name, body) -> {
              Status status = refusal(new ByteArrayInputStream(body));

              assertThat(status.getCode()).as(name).isEqualTo(Status.Code.INVALID_ARGUMENT);
              assertThat(status.getDescription()).as(name).startsWith("not an OTLP request: ");
            });
  }

  @Test
  void answersResourceExhaustedToFewBytesThatBecomeMillionsOfObjects() {
    Status status = refusal(new ByteArrayInputStream(BadBodies.emptySpans()));

    assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(status.getDescription()).contains("send fewer items");
  }

  @Test
  void answersResourceExhaustedToAGzipBomb() {
    InputStream zeros = new ByteArrayInputStream(new byte[100 << 20]);

    Status status = refusal(zeros, CallOptions.DEFAULT.withCompression("gzip"));

    assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  /** In a process, since sender and backend together need more than the one's heap. */
  @Slow
  @Test
  void answersResourceExhaustedWithADelayWhenTooMuchIsUnderWay() throws Exception {
    List<String> command =
        Tool.command("backend", "--grpc-port=0", "--http-port=0", "--page-port=0");
    try (RealProcess process = RealProcess.start("backend", temp, Map.of(), command)) {
      Await.until("the backend is ready", () -> process.printed().contains("In another terminal"));
      String port = process.printed().replaceAll("(?s).*gRPC  http://[a-z0-9.]+:(\\d+).*", "$1");
      ManagedChannel other =
          NettyChannelBuilder.forTarget("127.0.0.1:" + port).usePlaintext().build();
      try {
        byte[] large = BadBodies.unknown(12 << 20);
        List<ClientCall<InputStream, byte[]>> half = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          ClientCall<InputStream, byte[]> call = call(other);
          half.add(call);
          call.start(new ClientCall.Listener<>() {}, new Metadata());
          call.sendMessage(new ByteArrayInputStream(large));
        }
        Await.until("36 MB are sent", () -> half.stream().allMatch(ClientCall::isReady));
        assertAskedToWait(
            ClientCalls.futureUnaryCall(call(other), new ByteArrayInputStream(large)));
        half.forEach(call -> call.cancel("enough", null));
        assertThat(ClientCalls.futureUnaryCall(call(other), new ByteArrayInputStream(large)))
            .succeedsWithin(30, TimeUnit.SECONDS);
      } finally {
        other.shutdownNow();
      }
      process.terminate();
      RealProcess.Ended ended = process.end(Duration.ofSeconds(20));
      assertThat(ended.err()).isEmpty();
      assertThat(ended.out()).endsWith("Received 0 spans in 5 requests.\n");
    }
  }

  private static ClientCall<InputStream, byte[]> call(ManagedChannel channel) {
    return channel.newCall(EXPORT, CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS));
  }

  private static void assertAskedToWait(Future<byte[]> call) throws Exception {
    ExecutionException refused = catchThrowableOfType(ExecutionException.class, call::get);
    com.google.rpc.Status status = StatusProto.fromThrowable(refused.getCause());
    assertThat(status.getCode())
        .as(status.getMessage())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED.value());
    assertThat(status.getMessage()).contains("server busy; retry in 1 s");
    assertThat(status.getDetails(0).unpack(RetryInfo.class).getRetryDelay().getSeconds())
        .isEqualTo(1);
  }

  @Test
  void refusesAFloodOfHeaders() {
    Metadata flood = new Metadata();
    flood.put(Metadata.Key.of("x", Metadata.ASCII_STRING_MARSHALLER), "y".repeat(1 << 16));
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                TraceServiceGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(flood))
                    .export(Orders.request()));

    assertThat(refused.getStatus().isOk()).isFalse();
  }

  @Test
  void endsAConnectionThatSpeaksNoHttp2() throws IOException {
    for (byte[] bytes :
        List.of(
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII),
            new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, -4, 3, 3},
            new byte[10_000],
            (PREFACE + "no frame at all, but text of some length").getBytes(US_ASCII),
            bytes(PREFACE.getBytes(US_ASCII), new byte[] {-1, -1, -1, DATA, 0, 0, 0, 0, 1}),
            bytes(PREFACE.getBytes(US_ASCII), frame(SETTINGS, 0, 0, new byte[5])),
            opened(frame(DATA, 0, 1, new byte[9])),
            opened(frame(HEADERS, END_HEADERS, 1, new byte[] {-1, -1, -1, -1, -1, -1, -1})))) {
      try (Socket socket = connect()) {
        socket.getOutputStream().write(bytes);

        assertThat(readToEnd(socket)).isNotNull();
      }
    }
  }

  @Test
  void endsAConnectionThatBeginsAndResetsCallsInRapidSuccession() throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(opened());
      try {
        for (int i = 0; i < 5000; i++) {
          int stream = 2 * i + 1;
          socket
              .getOutputStream()
              .write(
                  bytes(
                      frame(HEADERS, END_HEADERS, stream, exportHeaders()),
                      frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8})));
        }
      } catch (SocketException closedWhileSending) {
        // That is the end which the next line asks for.
      }
      List<Integer> errors = readToEnd(socket);
      assertThat(errors.isEmpty() || errors.contains(ENHANCE_YOUR_CALM)).isTrue();
    }
    assertThat(backend.inbox().total()).isLessThan(1000);
  }

  @Test
  void refusesAMessageThatIsNotWhatItsFrameSays() throws Exception {
    byte[] gzip = bytes(new byte[] {0}, text("grpc-encoding"), text("gzip"));
    byte[] none = {};
    Map<byte[], byte[]> messagesAndEncodings = new LinkedHashMap<>();
    messagesAndEncodings.put(bytes(new byte[] {0, 0, 0, 0, 100}, new byte[10]), none);
    messagesAndEncodings.put(bytes(new byte[] {1, 0, 0, 0, 3}, new byte[3]), none);
    messagesAndEncodings.put(bytes(new byte[] {1, 0, 0, 0, 3}, new byte[3]), gzip);
    messagesAndEncodings.put(new byte[] {9, 0, 0, 0, 0}, none);
    for (var entry : messagesAndEncodings.entrySet()) {
      long before = backend.inbox().total();
      try (Socket socket = connect()) {
        socket.setSoLinger(true, 0); // its end is a reset, of which nothing is recorded
        byte[] headers = bytes(exportHeaders(), entry.getValue());
        socket
            .getOutputStream()
            .write(
                bytes(
                    opened(frame(HEADERS, END_HEADERS, 1, headers)),
                    frame(DATA, END_STREAM, 1, entry.getKey())));
        Await.until("it is recorded", () -> backend.inbox().total() == before + 1);
      }
      List<Exchange> exchanges = backend.inbox().exchanges();
      assertThat(exchanges.get(exchanges.size() - 1).answer().name()).isEqualTo("INTERNAL");
    }
  }

  @Test
  void servesOthersBesideIdleConnectionsAndCallsThatNeverEnd() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        Socket socket = connect();
        sockets.add(socket);
        if (i % 2 == 0) {
          byte[] begun = bytes(new byte[] {0, 0, 0, 0, 100}, new byte[10]);
          socket
              .getOutputStream()
              .write(
                  bytes(
                      opened(frame(HEADERS, END_HEADERS, 1, exportHeaders())),
                      frame(DATA, 0, 1, begun)));
        }
      }
      sendGood();
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void asksForNoMoreOfACallThatItHasAnswered() throws IOException {
    byte[] announces2Gigabytes = {0, 0x7f, -1, -1, -1};
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write(
              bytes(
                  opened(frame(HEADERS, END_HEADERS, 1, exportHeaders())),
                  frame(DATA, 0, 1, announces2Gigabytes)));
      DataInputStream in = new DataInputStream(socket.getInputStream());
      int type;
      byte[] payload;
      do {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        type = in.readUnsignedByte();
        in.readNBytes(5);
        payload = in.readNBytes(length);
      } while (type != RST_STREAM);
      assertThat(payload).as("NO_ERROR").containsOnly(0);
    }
  }

  @Test
  void answersResourceExhaustedToAFloodOfCallsThatAreHeadersOnly() throws Exception {
    byte[] tiny = bytes(new byte[] {0}, text("a"), text(""));
    byte[] headers = exportHeaders();
    for (int i = 0; i < 200; i++) {
      headers = bytes(headers, tiny);
    }
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        Socket socket = connect();
        sockets.add(socket);
        socket.getOutputStream().write(opened());
        for (int stream = 1; stream < 200; stream += 2) {
          socket.getOutputStream().write(frame(HEADERS, END_HEADERS, stream, headers));
        }
      }
      Await.until(
          "the last are refused",
          () ->
              backend.inbox().exchanges().stream()
                  .anyMatch(exchange -> exchange.answer().name().equals("RESOURCE_EXHAUSTED")));
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    Await.until("there is room again", () -> refusal(InputStream.nullInputStream()).isOk());
    Await.until("the flood has pushed the first order out", () -> backend.inbox().dropped() > 0);
    good = 0;
  }

  private void sendGood() {
    TraceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .export(Orders.request());
    good++;
  }

  private Status refusal(InputStream message) {
    return refusal(message, CallOptions.DEFAULT);
  }

  /** The status of a call that sends any bytes as a message. */
  private Status refusal(InputStream message, CallOptions options) {
    try {
      ClientCalls.blockingUnaryCall(
          channel, EXPORT, options.withDeadlineAfter(30, TimeUnit.SECONDS), message);
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  private static final MethodDescriptor<InputStream, byte[]> EXPORT =
      TraceServiceGrpc.getExportMethod().toBuilder(new Streams(), new Ignored()).build();

  private static final class Streams implements MethodDescriptor.Marshaller<InputStream> {
    @Override
    public InputStream stream(InputStream value) {
      return value;
    }

    @Override
    public InputStream parse(InputStream stream) {
      return stream;
    }
  }

  private static final class Ignored implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      return new byte[0];
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), backend.grpcPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** What opens a connection of HTTP/2, and these bytes. */
  private static byte[] opened(byte[]... more) {
    return bytes(PREFACE.getBytes(US_ASCII), frame(SETTINGS, 0, 0, new byte[0]), bytes(more));
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** The head of a call of the traces' {@code Export}, in HPACK without any table of its own. */
  private static byte[] exportHeaders() {
    byte[] methodPostSchemeHttp = {(byte) 0x83, (byte) 0x86};
    return bytes(
        methodPostSchemeHttp,
        new byte[] {0x04},
        text("/" + TraceServiceGrpc.getExportMethod().getFullMethodName()),
        new byte[] {0x01},
        text("localhost"),
        new byte[] {0x00},
        text("content-type"),
        text("application/grpc"),
        new byte[] {0x00},
        text("te"),
        text("trailers"));
  }

  private static byte[] text(String text) {
    return bytes(new byte[] {(byte) text.length()}, text.getBytes(US_ASCII));
  }

  private static byte[] bytes(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** Reads until the server ends the connection; the error codes of its GOAWAY frames. */
  private static List<Integer> readToEnd(Socket socket) throws IOException {
    List<Integer> errors = new ArrayList<>();
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      for (int high = in.read(); high >= 0; high = in.read()) {
        int length = high << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        in.readNBytes(5);
        byte[] payload = in.readNBytes(length);
        if (type == GOAWAY && payload.length >= 8) {
          errors.add(ByteBuffer.wrap(payload).getInt(4));
        }
      }
    } catch (SocketException | EOFException ended) {
      return errors;
    }
    return errors;
  }
}
