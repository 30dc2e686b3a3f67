package workshop.page;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.TimeoutException;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import workshop.wire.Limits;

/**
 * One browser's connection: reads a request completely, then writes its response piece by piece, as
 * fast as the browser reads. A browser that stops in the middle of either is disconnected, and
 * occupies no thread until then. Runs in the event loop.
 */
final class PageConnection extends ChannelInboundHandlerAdapter {
  /** How long a connection may wait for the end of a request's head. */
  private static final int HEAD_SECONDS = 10;

  private static final int MOST_BODY_BYTES = 1 << 20;

  private static final int PIECE_BYTES = 64 << 10;

  private static final Map<String, String> SECURITY =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
              + " connect-src 'self'; base-uri 'none'; form-action 'none';"
              + " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cache-Control",
          "no-store");

  private enum State {
    HEAD,
    BODY,
    RESPONSE,
    /** What still arrives is ignored. */
    END
  }

  private final SocketChannel channel;
  private final PageServer server;
  private final PageServer.Handler handler;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private State state;
  private Future<?> deadline;
  private Request request;

  /** Whether the request may be served, and has the token. */
  private boolean trusted;

  private HttpError refusal;
  private boolean headOnly;
  private boolean keepsAlive;

  /** What follows the part of the response that is being sent; null if nothing does. */
  private Parts rest;

  /** How much of the server's memory that part takes. */
  private int kept;

  PageConnection(SocketChannel channel, PageServer server, PageServer.Handler handler) {
    this.channel = channel;
    this.server = server;
    this.handler = handler;
  }

  void serve() {
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addLast(new WriteTimeoutHandler(Limits.REQUEST_SECONDS));
    pipeline.addLast(
        new HttpRequestDecoder(
            new HttpDecoderConfig()
                .setMaxInitialLineLength(Limits.HEAD_BYTES)
                .setMaxHeaderSize(Limits.HEAD_BYTES)));
    pipeline.addLast(new HttpResponseEncoder());
    pipeline.addLast(this);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    awaitHead();
  }

  private void awaitHead() {
    state = State.HEAD;
    refusal = null;
    body.reset();
    channel.config().setAutoRead(true);
    server.waits(this, true);
    closeIn(HEAD_SECONDS);
  }

  private void closeIn(int seconds) {
    cancelDeadline();
    deadline = channel.eventLoop().schedule(this::end, seconds, TimeUnit.SECONDS);
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (!channel.isActive()) {
        return; // half a request, which the decoder hands over when the connection has ended
      }
      if (state == State.RESPONSE) {
        keepsAlive = false; // it came with the request before it, and is not kept
      }
      if (message instanceof HttpRequest head && state == State.HEAD) {
        begin(head);
      }
      if (message instanceof HttpContent content && state == State.BODY) {
        read(content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(HttpRequest head) {
    state = State.BODY;
    closeIn(Limits.REQUEST_SECONDS);
    headOnly = head.method().equals(HttpMethod.HEAD);
    keepsAlive = HttpUtil.isKeepAlive(head);
    if (head.decoderResult().isFailure()) {
      malformed(head.decoderResult().cause());
      return;
    }
    try {
      request =
          Request.of(
              head, channel.remoteAddress().getAddress(), channel.localAddress().getAddress());
      trusted = handler.check(request);
    } catch (HttpError e) {
      refuse(e);
    }
    if (refusal == null && HttpUtil.is100ContinueExpected(head)) {
      channel.writeAndFlush(
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }
  }

  /** The request is still read to its end: otherwise its sender would not see the response. */
  private void refuse(HttpError error) {
    refusal = error;
    trusted = false;
  }

  private void read(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      malformed(content.decoderResult().cause());
      return;
    }
    if (trusted && body.size() + content.content().readableBytes() > MOST_BODY_BYTES) {
      refuse(new HttpError(413, "the request is too long: at most " + MOST_BODY_BYTES + " bytes"));
    } else if (trusted) {
      body.writeBytes(ByteBufUtil.getBytes(content.content()));
    }
    if (content instanceof LastHttpContent) {
      respond();
    }
  }

  /** Nobody knows where the next request begins. */
  private void malformed(Throwable cause) {
    keepsAlive = false;
    refuse(new HttpError(400, "invalid HTTP: " + cause.getMessage()));
    respond();
  }

  private void respond() {
    channel.config().setAutoRead(false);
    cancelDeadline();
    state = State.RESPONSE;
    if (refusal != null) {
      send(Response.of(refusal));
      return;
    }
    server.waits(this, !trusted);
    handler
        .serve(request.with(body.toByteArray()))
        .thenAccept(response -> channel.eventLoop().execute(() -> send(response)));
  }

  private void send(Response response) {
    rest = response.rest();
    if (!keep(response.body())) {
      closeRest();
      refuse(new HttpError(413, "the response is too large for the page"));
      send(Response.of(refusal));
      return;
    }
    HttpResponse start =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.code()));
    HttpHeaders headers = start.headers();
    SECURITY.forEach(headers::set);
    response.headers().forEach(headers::set);
    headers.set(HttpHeaderNames.CONTENT_TYPE, response.type());
    headers.set(HttpHeaderNames.DATE, DateFormatter.format(new Date()));
    if (rest == null) {
      HttpUtil.setContentLength(start, response.body().length);
    } else {
      HttpUtil.setTransferEncodingChunked(start, true);
      keepsAlive = false;
      channel.config().setAutoRead(true); // so that the end of the connection is noticed
    }
    HttpUtil.setKeepAlive(start, keepsAlive);
    channel.write(start);
    write(response.body(), headOnly ? response.body().length : 0);
  }

  /** The page's own files are in memory anyway. */
  private boolean keep(byte[] part) {
    if (trusted && !server.keep(this, part.length)) {
      return false;
    }
    kept = trusted ? part.length : 0;
    return true;
  }

  /** Netty gets one piece at a time, because it copies what it gets. */
  private void write(byte[] part, int from) {
    int length = Math.min(PIECE_BYTES, part.length - from);
    if (length == 0) {
      release();
      goOn();
      return;
    }
    channel
        .writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(part, from, length)))
        .addListener(
            written -> {
              if (written.isSuccess()) {
                server.gotOn(this);
                write(part, from + length);
              } else {
                end();
              }
            });
  }

  private void release() {
    server.release(this, kept);
    kept = 0;
  }

  private void goOn() {
    if (rest == null) {
      complete();
    } else {
      rest.next()
          .whenComplete((part, failure) -> channel.eventLoop().execute(() -> add(part, failure)));
    }
  }

  private void add(byte[] part, Throwable failure) {
    if (failure != null || (part != null && !keep(part))) {
      end();
    } else if (part != null) {
      write(part, 0);
    } else {
      closeRest();
      complete();
    }
  }

  private void complete() {
    channel
        .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
        .addListener(
            written -> {
              if (!written.isSuccess()) {
                end();
              } else if (keepsAlive) {
                awaitHead();
              } else {
                linger();
              }
            });
  }

  /** Closing at once could reset the connection before the browser has read the response. */
  private void linger() {
    state = State.END;
    channel.shutdownOutput();
    channel.config().setAutoRead(true);
    closeIn(Limits.HTTP_LINGER_SECONDS);
  }

  private void closeRest() {
    if (rest != null) {
      rest.close();
      rest = null;
    }
  }

  /** Closes the connection, whatever it does. */
  void end() {
    cancelDeadline();
    server.waits(this, false);
    release();
    closeRest();
    channel.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end();
  }

  /** Ignores that the browser has gone, or does not read. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    end();
    if (!(cause instanceof IOException || cause instanceof TimeoutException)) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, cause);
    }
  }
}
