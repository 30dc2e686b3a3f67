package workshop.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** An OTLP backend inside this process: receives over gRPC and over HTTP into one inbox. */
public final class Backend implements AutoCloseable {
  /** With TLS on this HTTP port, the further ports are these, so that a lesson finds them. */
  private static final int STANDARD = 4318;

  private static final int FIRST = 4321;

  private final InetAddress bind;
  private final boolean tls;
  private final ReceiverContext shared;
  private final GrpcReceiver grpc;
  private final HttpReceiver http;
  private final List<HttpReceiver> more = new CopyOnWriteArrayList<>();
  private TlsPorts tlsPorts;

  private Backend(Options options, ReceiverContext shared, GrpcReceiver grpc, HttpReceiver http) {
    this.bind = options.bind();
    this.tls = options.tls().isPresent();
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
          options,
          shared,
          GrpcReceiver.start(bind, options.grpcPort(), options.tls(), shared),
          http);
    } catch (IOException | RuntimeException e) {
      if (http != null) {
        http.close();
      }
      shared.close();
      throw e;
    }
  }

  /**
   * Ports for OTLP/HTTP over TLS, opened by the first call. Beside plain ports they are free ones;
   * a backend whose own port 4318 speaks TLS has the others from 4321 on.
   *
   * @throws IOException if the certificates cannot be made, or a port is in use
   */
  public synchronized TlsPorts tlsPorts() throws IOException {
    if (tlsPorts == null) {
      ThrowawayCertificates certificates = ThrowawayCertificates.find();
      tlsPorts =
          tls
              ? TlsPorts.open(this, certificates, httpPort(), httpPort() == STANDARD ? FIRST : 0)
              : TlsPorts.open(
                  this, certificates, listen(0, certificates.tls("server", Optional.empty())), 0);
    }
    return tlsPorts;
  }

  /** Receives into the same inbox on one more port; 0 is a free one. */
  int listen(int port, Tls tls) throws IOException {
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
