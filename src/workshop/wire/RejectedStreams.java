package workshop.wire;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.function.BiConsumer;

/**
 * Sees the heads of requests that are not gRPC calls. gRPC's server rejects them before they become
 * a call, and tells nobody, so this repeats what it looks at, in its order. What HTTP/2 itself does
 * not allow, such as a name in capitals, Netty rejects while it reads the head; nobody sees that.
 */
final class RejectedStreams extends Http2FrameListenerDecorator {
  private static final String GRPC_TYPE = "(?i)application/grpc([+;].*)?";

  private final BiConsumer<RejectedHead, Answer> recorder;

  /**
   * @param grpc the listener of gRPC's server
   * @param recorder gets what gRPC's server rejects, and its response
   */
  RejectedStreams(Http2FrameListener grpc, BiConsumer<RejectedHead, Answer> recorder) {
    super(grpc);
    this.recorder = recorder;
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int stream,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean ends)
      throws Http2Exception {
    Answer answer = rejection(headers);
    if (answer != null && headers.method() != null) { // trailers have none
      recorder.accept(RejectedHead.of(headers.method() + " " + text(headers.path())), answer);
    }
    super.onHeadersRead(context, stream, headers, dependency, weight, exclusive, padding, ends);
  }

  /** Null for a call. */
  private static Answer rejection(Http2Headers headers) {
    String path = text(headers.path());
    String type = text(headers.get(HttpHeaderNames.CONTENT_TYPE));
    if (headers.authority() == null && headers.getAll(HttpHeaderNames.HOST).size() > 1) {
      return http(400, "more than one header Host");
    } else if (!path.startsWith("/")) {
      return http(404, "the path must begin with /");
    } else if (!type.matches(GRPC_TYPE)) {
      String sent = type.isEmpty() ? "missing" : HttpStatusException.cut(type);
      return http(
          415, "Content-Type must be application/grpc, not %s; is this OTLP/HTTP?".formatted(sent));
    } else if (!text(headers.method()).equals("POST")) {
      return http(405, "a gRPC call is a POST");
    }
    return null;
  }

  private static Answer http(int code, String reason) {
    return Answer.ofHttp(code, StatusCodes.httpName(code), reason);
  }

  private static String text(CharSequence value) {
    return value == null ? "" : value.toString();
  }
}
