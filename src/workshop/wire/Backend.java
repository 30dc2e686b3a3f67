package workshop.wire;

import java.io.IOException;
import java.net.InetAddress;

/** An OTLP backend inside this process: receives over gRPC and over HTTP into one inbox. */
public final class Backend implements AutoCloseable {
  private final ReceiverContext shared;
  private final GrpcReceiver grpc;
  private final HttpReceiver http;

  private Backend(ReceiverContext shared, GrpcReceiver grpc, HttpReceiver http) {
    this.shared = shared;
    this.grpc = grpc;
    this.http = http;
  }

  /**
   * @param bind the address to listen on, see {@link Addresses#parse}
   * @param grpcPort the port for OTLP/gRPC, 0 for a free one
   * @param httpPort the port for OTLP/HTTP, 0 for a free one
   * @param keep how many exchanges to keep
   */
  public record Options(InetAddress bind, int grpcPort, int httpPort, int keep) {
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
    ReceiverContext shared = new ReceiverContext(new Inbox(options.keep()), new Faults());
    HttpReceiver http = null;
    try {
      http = HttpReceiver.start(options.bind(), options.httpPort(), shared);
      return new Backend(
          shared, GrpcReceiver.start(options.bind(), options.grpcPort(), shared), http);
    } catch (IOException | RuntimeException e) {
      if (http != null) {
        http.close();
      }
      shared.close();
      throw e;
    }
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
   * Stops both receivers. Unfinished requests still get their responses, for at most 2 s with each
   * protocol, and after that the inbox's listeners what has arrived, for at most 2 s.
   */
  @Override
  public void close() {
    shared.faults().close();
    grpc.close();
    http.close();
    shared.close();
    shared.inbox().close(Limits.CLOSE_SECONDS);
  }
}
