package workshop.wire;

import com.google.common.base.Suppliers;
import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * One request over HTTP: its head, then its body piece by piece, then its result. It takes over the
 * share of the budget that its head took.
 */
final class HttpCall {
  static final String PROTOBUF = "application/x-protobuf";
  static final String JSON = "application/json";

  final Instant at = Instant.now();
  final long startNanos = System.nanoTime();
  final HttpConnection connection;
  final HttpRequest head;

  /** Empty if the request line has none. */
  final String path;

  /** Null if the path is not that of a signal. */
  final Signal signal;

  final Protocol protocol;
  final Budget.Share share;

  /** Whether a closing backend waits for the response. */
  boolean counted;

  long decodedBytes;
  long bodyHash;
  int items;
  String run = "";

  private final long announced;
  private HttpBody body;
  private long wireBytes;
  private Refused refused;

  HttpCall(HttpConnection connection, HttpRequest head, Budget.Share share) {
    this.connection = connection;
    this.head = head;
    this.path = path(head.uri());
    this.signal = Signal.ofPath(path);
    this.protocol = protocol(head.headers().get(HttpHeaderNames.CONTENT_TYPE));
    this.share = share;
    this.announced = HttpUtil.getContentLength(head, -1L);
    this.body = new HttpBody(share);
  }

  /**
   * A rejected request is still read to its end: otherwise its sender would not see the response.
   */
  void add(ByteBuf piece) {
    wireBytes += piece.readableBytes();
    if (refused == null) {
      try {
        body.add(piece, announced);
      } catch (Refused e) {
        refused = e;
        body = null;
        share.close();
      }
    }
  }

  /** So far, compressed or not. */
  long wireBytes() {
    return wireBytes;
  }

  /** The approximate size of its body, as a measure of the time that reading it takes. */
  long bytesToRead() {
    boolean more = protocol == Protocol.HTTP_JSON || header("Content-Encoding") != null;
    return more ? 16 * wireBytes : wireBytes;
  }

  /**
   * All of the body, as it was sent.
   *
   * @throws Refused if it was too long, or there was no memory for it
   */
  byte[] body() throws Refused {
    if (refused != null) {
      throw refused;
    }
    return body.bytes();
  }

  String header(String name) {
    return head.headers().get(name);
  }

  List<Header> headers() {
    return head.headers().entries().stream()
        .map(header -> new Header(header.getKey(), header.getValue()))
        .toList();
  }

  /** Whether another request may follow on the connection; after one of HTTP/1.0 never. */
  boolean keepsAlive() {
    return isHttp1()
        && head.protocolVersion().isKeepAliveDefault()
        && !path.isEmpty()
        && HttpUtil.isKeepAlive(head);
  }

  boolean isHttp1() {
    return head.protocolVersion().majorVersion() == 1;
  }

  Fault.Incoming incoming(ByteString request) {
    return new Fault.Incoming(
        protocol,
        path,
        Suppliers.memoize(() -> signal.services(request)),
        decodedBytes,
        bodyHash,
        header("Authorization"),
        String.join(", ", head.headers().getAll(RequestedFaults.HEADER)));
  }

  private static String path(String uri) {
    try {
      String path = new URI(uri).getPath();
      return path == null ? "" : path;
    } catch (URISyntaxException e) {
      return "";
    }
  }

  private static Protocol protocol(String type) {
    String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return switch (media) {
      case PROTOBUF -> Protocol.HTTP_PROTOBUF;
      case JSON -> Protocol.HTTP_JSON;
      default -> Protocol.HTTP_OTHER;
    };
  }
}
