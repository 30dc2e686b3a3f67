package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One request from the arrival of its head on: what becomes its {@link Exchange}. */
class Call {
  static final String UNAUTHORIZED =
      "this backend requires a bearer token: the header authorization, as in --token";

  final Protocol protocol;

  /** The HTTP target as it came, or the path of gRPC. */
  final String path;

  /** Null if path and method are not those of an OTLP signal. */
  final Signal signal;

  final Budget.Share share;

  private final Instant at = Instant.now();
  private final long startNanos = System.nanoTime();
  private final String method;
  private volatile long wireBytes;
  private volatile long decodedBytes;
  private volatile long bodyHash;
  private volatile int items;
  private volatile String run = "";

  /**
   * @param method of HTTP
   */
  Call(Protocol protocol, String method, String path, Signal signal, Budget.Share share) {
    this.protocol = protocol;
    this.method = method;
    this.path = path;
    this.signal = signal;
    this.share = share;
  }

  /** A piece of the body has arrived; called by one thread at a time. */
  void arrived(long bytes) {
    wireBytes += bytes;
  }

  /** The size of the body so far, compressed or not. */
  long wireBytes() {
    return wireBytes;
  }

  /** The body is complete and decompressed. */
  void decompressed(byte[] body) {
    decodedBytes = body.length;
    bodyHash = Attempts.hash(body);
  }

  /** The body is a valid request. */
  void read(RequestBody body) {
    items = body.items();
    run = body.run();
  }

  /**
   * Whether the sender may send.
   *
   * @param token the one that it needs, if it needs one
   * @param authorization the header, or null
   */
  static boolean isAuthorized(Optional<String> token, String authorization) {
    return token.isEmpty()
        || authorization != null
            && MessageDigest.isEqual(
                ("Bearer " + token.get()).getBytes(UTF_8), authorization.getBytes(UTF_8));
  }

  /**
   * What decides about a fault.
   *
   * @param authorization the header, or null
   * @param script the header {@code workshop-fault}, or ""
   */
  Fault.Incoming incoming(RequestBody request, String authorization, String script) {
    return new Fault.Incoming(
        protocol,
        protocol == Protocol.GRPC ? path : signal.path(),
        new Services(request),
        decodedBytes,
        bodyHash,
        authorization,
        script);
  }

  /** Decodes the request once, if a fault is for one service only. */
  private final class Services implements Fault.Services {
    private final RequestBody request;
    private Set<String> names;

    Services(RequestBody request) {
      this.request = request;
    }

    @Override
    public Set<String> names() throws Budget.Spent {
      if (names == null) {
        share.take(request.decodedBytes());
        names = signal.services(request.protobuf());
        share.give(request.decodedBytes());
      }
      return names;
    }
  }

  /** The request with its response, which is sent now. */
  Exchange exchange(int connection, List<Header> headers, ByteString body, Answer answer) {
    return new Exchange(
        0,
        at,
        Duration.ofNanos(System.nanoTime() - startNanos),
        protocol,
        connection,
        method,
        path,
        headers,
        wireBytes,
        decodedBytes,
        signal,
        items,
        run,
        body,
        answer,
        bodyHash,
        0,
        1);
  }
}
