package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import support.Await;
import support.Orders;
import support.RawHttp;
import support.Slow;

/** Both protocols over TLS, and what the log says when a handshake fails. */
@Slow
class TlsTest {
  @TempDir private static Path temporary;
  private static ThrowawayCertificates files;
  private Backend backend;

  @BeforeAll
  static void make() throws IOException {
    files = ThrowawayCertificates.in(temporary.resolve("tls"));
  }

  @AfterEach
  void stop() {
    backend.close();
  }

  private void start(String certificate, Optional<Path> clientCa) throws IOException {
    start(Optional.of(files.tls(certificate, clientCa)), Optional.empty());
  }

  private void start(Optional<Tls> tls, Optional<String> token) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    backend = Backend.start(new Backend.Options(loopback, 0, 0, 100, tls, token));
  }

  @ParameterizedTest
  @CsvSource({"TLSv1.2, true", "TLSv1.3, true", "TLSv1.2, false", "TLSv1.3, false"})
  void bothPortsNegotiateTheirProtocol(String version, boolean grpc) throws Exception {
    start("server", Optional.empty());
    int port = grpc ? backend.grpcPort() : backend.httpPort();
    try (SSLSocket socket =
        (SSLSocket) trusting().getSocketFactory().createSocket("localhost", port)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[] {version});
      parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      assertThat(socket.getApplicationProtocol()).isEqualTo(grpc ? "h2" : "http/1.1");
    }
  }

  @Test
  void requestsOverHttpArriveOnOneConnection() throws Exception {
    start("server", Optional.empty());
    HttpClient client = HttpClient.newBuilder().sslContext(trusting()).build();
    assertThat(post(client, "https://localhost:" + backend.httpPort()).statusCode()).isEqualTo(200);
    assertThat(post(client, "https://localhost:" + backend.httpPort()).statusCode()).isEqualTo(200);
    assertThat(backend.inbox().exchanges()).extracting(Exchange::connection).containsExactly(1, 1);
  }

  @Test
  void requestsReadAheadGetTheirResponses() throws Exception {
    start("server", Optional.empty());
    byte[] one = RawHttp.post("/v1/traces", Orders.request().toByteArray());
    try (SSLSocket socket = socket(trusting())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(one);
      socket.getOutputStream().write(one);
      socket.getOutputStream().flush();
      Await.until("both requests", () -> backend.inbox().total() == 2);
    }
  }

  @Test
  void senderWithTheRightCertificateIsLetIn() throws Exception {
    start("server", Optional.of(files.ca()));
    assertThat(export("localhost", true).isOk()).isTrue();
    assertThat(backend.inbox().exchanges().get(0).answer().accepted()).isTrue();
  }

  @Test
  void senderWithoutCertificateIsNot() throws Exception {
    start("server", Optional.of(files.ca()));
    assertThat(export("localhost", false).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertFailed(Protocol.GRPC, TlsFailure.NO_CERTIFICATE);
  }

  @Test
  void unknownCaIsNamed() throws Exception {
    start("server", Optional.empty());
    try (SSLSocket socket = socket(SSLContext.getDefault())) {
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
    }
    assertFailed(Protocol.HTTP_OTHER, TlsFailure.REJECTED);
  }

  @Test
  void expiredCertificateIsRejected() throws Exception {
    start("expired", Optional.empty());
    try (SSLSocket socket = socket(trusting())) {
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
    }
    assertFailed(Protocol.HTTP_OTHER, TlsFailure.REJECTED);
  }

  @Test
  void certificateOfAnotherHostIsRejected() throws Exception {
    start("wrong-host", Optional.empty());
    HttpClient client = HttpClient.newBuilder().sslContext(trusting()).build();
    String endpoint = "https://localhost:" + backend.httpPort();
    assertThatThrownBy(() -> post(client, endpoint)).hasMessageContaining("localhost");
    assertThat(onlyExchange().answer().name()).isEqualTo("handshake failed");
  }

  @Test
  void connectionWithoutRequestAfterTheHandshakeIsShown() throws Exception {
    start("wrong-host", Optional.empty());
    try (SSLSocket socket = socket(trusting())) {
      socket.startHandshake(); // a socket does not look at the host
    }
    assertFailed(Protocol.HTTP_OTHER, TlsFailure.CLOSED_AFTER_HANDSHAKE);
  }

  @Test
  void plainTextGetsAReason() throws Exception {
    start("server", Optional.empty());
    HttpClient client = HttpClient.newHttpClient();
    HttpResponse<String> response = post(client, "http://localhost:" + backend.httpPort());
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("the endpoint must begin with https://");
    Exchange shown = onlyExchange();
    assertThat(shown.path()).isEqualTo("/v1/traces");
    assertThat(shown.answer().message()).contains("plain text on a TLS port");
  }

  @Test
  void plainTextOnTheGrpcPortIsShown() throws Exception {
    start("server", Optional.empty());
    HttpClient client = HttpClient.newHttpClient();
    assertThatThrownBy(() -> post(client, "http://localhost:" + backend.grpcPort()))
        .isInstanceOf(IOException.class);
    assertThat(onlyExchange().answer().message()).contains("plain text on a TLS port");
  }

  @Test
  void requestsNeedTheToken() throws Exception {
    start(Optional.empty(), Optional.of("abc"));
    String http = "http://localhost:" + backend.httpPort();
    HttpClient client = HttpClient.newHttpClient();
    HttpResponse<String> rejected = post(client, http);
    assertThat(rejected.statusCode()).isEqualTo(401);
    assertThat(rejected.headers().firstValue("www-authenticate")).contains("Bearer");
    assertThat(post(client, http, "authorization", "Bearer abd").statusCode()).isEqualTo(401);
    assertThat(post(client, http, "authorization", "Bearer abc").statusCode()).isEqualTo(200);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("localhost", backend.grpcPort()).usePlaintext().build();
    assertThat(export(channel).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void onlyTheOwnerCanReadTheFiles() throws Exception {
    start("server", Optional.empty());
    try (Stream<Path> all = Files.walk(files.folder())) {
      for (Path each : all.toList()) {
        assertThat(Files.getPosixFilePermissions(each))
            .as("%s", each)
            .noneMatch(may -> !may.name().startsWith("OWNER"));
      }
    }
    assertThat(ThrowawayCertificates.in(files.folder())).isEqualTo(files);
  }

  @Test
  void unusableFilesAreNamed() throws Exception {
    start("server", Optional.empty());
    Path certificate = files.certificate("server");
    assertThatThrownBy(() -> Tls.of(certificate, certificate, Optional.empty()))
        .hasMessageContaining(certificate + " is not a PEM file with a private key");
    assertThatThrownBy(() -> Tls.of(files.key("server"), files.key("server"), Optional.empty()))
        .hasMessageContaining("is not a PEM file with a certificate");
    assertThatThrownBy(() -> Tls.of(temporary.resolve("none"), certificate, Optional.empty()))
        .hasMessageContaining("cannot read the file");
  }

  private void assertFailed(Protocol protocol, String reason) throws Exception {
    Exchange shown = onlyExchange();
    assertThat(shown.protocol()).isEqualTo(protocol);
    assertThat(shown.method()).isEqualTo("TLS");
    assertThat(shown.answer().name()).isEqualTo("handshake failed");
    assertThat(shown.answer().message()).isEqualTo(reason);
  }

  private Exchange onlyExchange() throws Exception {
    Await.until("the exchange", () -> backend.inbox().total() > 0);
    assertThat(backend.inbox().exchanges()).hasSize(1);
    return backend.inbox().exchanges().get(0);
  }

  private SSLSocket socket(SSLContext context) throws IOException {
    return (SSLSocket) context.getSocketFactory().createSocket("localhost", backend.httpPort());
  }

  /** Trusts the throwaway CA. */
  private static SSLContext trusting() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream pem = Files.newInputStream(files.ca())) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  private static HttpResponse<String> post(HttpClient client, String base, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/v1/traces"))
            .version(HttpClient.Version.HTTP_1_1)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
  }

  private Status export(String host, boolean withCertificate) throws Exception {
    SslContextBuilder client =
        GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
            .trustManager(files.ca().toFile());
    if (withCertificate) {
      client.keyManager(files.certificate("client").toFile(), files.key("client").toFile());
    }
    return export(
        NettyChannelBuilder.forAddress(host, backend.grpcPort())
            .sslContext(client.build())
            .build());
  }

  private static Status export(ManagedChannel channel) throws InterruptedException {
    try {
      TraceServiceGrpc.newBlockingStub(channel)
          .withDeadlineAfter(30, TimeUnit.SECONDS)
          .export(Orders.request());
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }
}
