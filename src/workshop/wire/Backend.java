package workshop.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** An OTLP backend inside this process: receives over gRPC and over HTTP into one inbox. */
public final class Backend implements AutoCloseable {
  private final InetAddress bind;
  private final ReceiverContext shared;
  private final GrpcReceiver grpc;
  private final HttpReceiver http;
  private final List<HttpReceiver> more = new CopyOnWriteArrayList<>();

  private Backend(InetAddress bind, ReceiverContext shared, GrpcReceiver grpc, HttpReceiver http) {
    this.bind = bind;
    this.shared = shared;
    this.grpc = grpc;
    this.http = http;
  }

  /**
   * @param bind the address to listen on, see {@link Addresses#parse}
   * @param grpcPort the port for OTLP/gRPC, 0 for a free one
   * @param httpPort the port for OTLP/HTTP, 0 for a free one
   * @param keep how many exchanges to keep
   * @param tls of both ports; without it, they receive plain text
   * @param token the bearer token that requests need; without it, they need none
   */
  public record Options(
      InetAddress bind,
      int grpcPort,
      int httpPort,
      int keep,
      Optional<Tls> tls,
      Optional<String> token) {
    /** Plain text, no token. */
    public Options(InetAddress bind, int grpcPort, int httpPort, int keep) {
      this(bind, grpcPort, httpPort, keep, Optional.empty(), Optional.empty());
    }

    /** Loopback, free ports, 1000 exchanges. */
    public static Options onFreePorts() {
      return new Options(InetAddress.getLoopbackAddress(), 0, 0, 1000);
    }
  }

  /**
   * Starts both receivers.
   *
   * @throws PortTakenException if a port is in use; nothing is left running
   * @throws IOException if the address cannot be bound for another reason
   */
  public static Backend start(Options options) throws IOException {
    InetAddress bind = options.bind();
    ReceiverContext shared =
        new ReceiverContext(new Inbox(options.keep()), new Faults(), options.token());
    HttpReceiver http = null;
    try {
      http = HttpReceiver.start(bind, options.httpPort(), options.tls(), shared);
      return new Backend(
          bind, shared, GrpcReceiver.start(bind, options.grpcPort(), options.tls(), shared), http);
    } catch (IOException | RuntimeException e) {
      if (http != null) {
        http.close();
      }
      shared.close();
      throw e;
    }
  }

  /**
   * Receives OTLP/HTTP over TLS on one more port, into the same inbox.
   *
   * @param port 0 for a free one
   * @return the port
   * @throws PortTakenException if it is in use
   */
  public int listen(int port, Tls tls) throws IOException {
    HttpReceiver receiver = HttpReceiver.start(bind, port, Optional.of(tls), shared);
    more.add(receiver);
    return receiver.port();
  }

  public Inbox inbox() {
    return shared.inbox();
  }

  /** The faults to serve on demand; none at the start. */
  public Faults faults() {
    return shared.faults();
  }

  public int grpcPort() {
    return grpc.port();
  }

  public int httpPort() {
    return http.port();
  }

  /**
   * Stops all receivers. Unfinished requests still get their responses, for at most 2 s with each
   * receiver, and after that the inbox's listeners what has arrived, for at most 2 s.
   */
  @Override
  public void close() {
    shared.faults().close();
    grpc.close();
    http.close();
    more.forEach(HttpReceiver::close);
    shared.close();
    shared.inbox().close(Limits.CLOSE_SECONDS);
  }
}
