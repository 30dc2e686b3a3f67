package workshop.wire;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One request over HTTP: its head, then its body piece by piece, then its result. It takes over the
 * share of the budget that its head took.
 */
final class HttpCall extends Call {
  static final String PROTOBUF = "application/x-protobuf";
  static final String JSON = "application/json";

  final HttpConnection connection;
  final HttpRequest head;

  /** Otherwise {@link Call#path} is not a path. */
  final boolean validTarget;

  /** Whether a closing backend waits for the response. */
  boolean counted;

  private final long announced;
  private HttpBody body;
  private HttpStatusException refused;

  HttpCall(HttpConnection connection, HttpRequest head, Budget.Share share) {
    this(connection, head, HttpHead.path(head.uri()), share);
  }

  private HttpCall(HttpConnection connection, HttpRequest head, String path, Budget.Share share) {
    super(
        protocol(head.headers().get(HttpHeaderNames.CONTENT_TYPE)),
        head.method().name(),
        HttpHead.shown(head.uri()),
        Signal.ofPath(path),
        share);
    this.connection = connection;
    this.head = head;
    this.validTarget = !path.isEmpty();
    this.announced = HttpUtil.getContentLength(head, -1L);
    this.body = new HttpBody(share);
  }

  /**
   * A rejected request is still read to its end: otherwise its sender would not see the response.
   */
  void add(ByteBuf piece) {
    arrived(piece.readableBytes());
    if (refused == null) {
      try {
        body.add(piece, announced);
      } catch (HttpStatusException e) {
        refused = e;
        body = null;
        share.close();
      }
    }
  }

  /** The approximate size of its body, as a measure of the time that reading it takes. */
  long bytesToRead() {
    boolean more = protocol == Protocol.HTTP_JSON || header("Content-Encoding") != null;
    return more ? 16 * wireBytes() : wireBytes();
  }

  /**
   * All of the body, as it was sent.
   *
   * @throws HttpStatusException if it was too long, or there was no memory for it
   */
  byte[] body() throws HttpStatusException {
    if (refused != null) {
      throw refused;
    }
    return body.bytes();
  }

  String header(String name) {
    return head.headers().get(name);
  }

  List<String> encodings() {
    return head.headers().getAll(HttpHeaderNames.CONTENT_ENCODING);
  }

  private List<Header> headers() {
    return head.headers().entries().stream()
        .map(header -> new Header(header.getKey(), header.getValue()))
        .toList();
  }

  /** Whether another request may follow on the connection; after one of HTTP/1.0 never. */
  boolean keepsAlive() {
    return isHttp1()
        && head.protocolVersion().isKeepAliveDefault()
        && validTarget
        && HttpUtil.isKeepAlive(head);
  }

  boolean isHttp1() {
    return head.protocolVersion().majorVersion() == 1;
  }

  boolean isAuthorized(Optional<String> token) {
    return isAuthorized(token, header("Authorization"));
  }

  Fault.Incoming incoming(RequestBody request) {
    return incoming(
        request,
        header("Authorization"),
        String.join(", ", head.headers().getAll(RequestedFaults.HEADER)));
  }

  Exchange exchange(ByteString body, Answer answer) {
    return exchange(connection.number(), headers(), body, answer);
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
