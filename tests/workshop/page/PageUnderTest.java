package workshop.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import support.Orders;
import support.Ports;
import workshop.wire.Backend;

/** A backend with its page, and a sender for both protocols. */
final class PageUnderTest implements AutoCloseable {
  static final String PROTOBUF = "application/x-protobuf";
  static final String JSON = "application/json";

  final Backend backend;
  final Page page;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private PageUnderTest(Backend backend, Page page) {
    this.backend = backend;
    this.page = page;
  }

  /** The order of {@link Orders#request()} in another service. */
  static ExportTraceServiceRequest order(String service) {
    return Orders.request(
        service,
        Orders.span("POST /orders", Orders.ROOT, ByteString.EMPTY, 0, 30).build(),
        Orders.span("reserve stock", Orders.CHILD, Orders.ROOT, 5, 11).build());
  }

  static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  /** On ports that are still free when it starts again, without a guide. */
  static PageUnderTest start() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    Backend.Options options = new Backend.Options(loopback, Ports.unused(), Ports.unused(), 1000);
    return start(options, Ports.unused(), null);
  }

  static PageUnderTest start(Backend.Options options, int port, Lessons guide) throws IOException {
    Backend backend = Backend.start(options);
    try {
      return new PageUnderTest(backend, Page.start(options.bind(), port, backend, guide, null));
    } catch (IOException | RuntimeException e) {
      backend.close();
      throw e;
    }
  }

  /** The same ports again, for a backend that starts a second time. */
  Backend.Options samePorts() {
    return new Backend.Options(
        InetAddress.getLoopbackAddress(), backend.grpcPort(), backend.httpPort(), 1000);
  }

  /** Asks the page's server, with the token. */
  HttpResponse<String> get(String path) throws Exception {
    return client.send(PageAddress.of(page).request(path).build(), BodyHandlers.ofString());
  }

  /** Sends over gRPC with gzip and an authorization header. */
  void sendGrpc(ExportTraceServiceRequest request) throws InterruptedException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", backend.grpcPort()).usePlaintext().build();
    try {
      Metadata headers = new Metadata();
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer hunter2");
      TraceServiceGrpc.newBlockingStub(channel)
          .withCompression("gzip")
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
          .export(request);
    } finally {
      channel.shutdownNow();
      assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Sends over HTTP, not compressed. */
  void send(ExportTraceServiceRequest request) throws Exception {
    assertThat(post("/v1/traces", PROTOBUF, request.toByteArray())).isEqualTo(200);
  }

  void sendGzip(ExportTraceServiceRequest request) throws Exception {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(wire)) {
      request.writeTo(gzip);
    }
    assertThat(
            send(
                request("/v1/traces", PROTOBUF, wire.toByteArray())
                    .header("Content-Encoding", "gzip")))
        .isEqualTo(200);
  }

  /** Returns the status that was answered. */
  int post(String path, String type, byte[] body) throws Exception {
    return send(request(path, type, body));
  }

  private int send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  private HttpRequest.Builder request(String path, String type, byte[] body) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + backend.httpPort() + path))
        .header("Content-Type", type)
        .POST(BodyPublishers.ofByteArray(body));
  }

  @Override
  public void close() {
    page.close();
    backend.close();
  }
}
