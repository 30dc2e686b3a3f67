package workshop.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.TimeoutException;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * One sender's connection: reads one request completely, and the next one only after the response.
 * Everything except {@link #answer} runs in the thread of the connection's event loop.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {
  /** A header of 4 bytes becomes objects of 150 bytes. */
  private static final int MEMORY_PER_HEAD_BYTE = 40;

  private static final String TLS =
      "TLS on a port for plain HTTP; the endpoint must begin with http://";

  private final ReceiverContext shared;
  private final HttpReceiver receiver;
  private SocketChannel channel;
  private int number;
  private Future<?> deadline;

  /** Of the head that is being read; null before its first byte, and once there is a call. */
  private Budget.Share share;

  /** The first bytes of the head that is being read, to show them if it is rejected. */
  private final StringBuilder begun = new StringBuilder();

  /** The request whose body is being read, or whose response is being prepared. */
  private HttpCall call;

  /** Whether more has arrived than the current request. */
  private boolean readAhead;

  private boolean ending;

  private HttpConnection(ReceiverContext shared, HttpReceiver receiver) {
    this.shared = shared;
    this.receiver = receiver;
  }

  /**
   * Serves a connection that was accepted.
   *
   * @param receiver hears of each request that begins, gets it when it is complete, and responds
   */
  static void serve(
      SocketChannel channel, Optional<Tls> tls, ReceiverContext shared, HttpReceiver receiver) {
    HttpConnection connection = new HttpConnection(shared, receiver);
    ChannelPipeline pipeline = channel.pipeline();
    tls.ifPresent(
        with ->
            TlsConnection.serve(
                channel, with.http(), shared, Protocol.HTTP_OTHER, connection::number));
    pipeline.addLast(new WriteTimeoutHandler(Limits.REQUEST_SECONDS));
    pipeline.addLast(connection.new Decoder());
    pipeline.addLast(new HttpResponseEncoder());
    pipeline.addLast(connection);
    connection.channel = channel;
  }

  /** Parses one request at a time: memory for the next ones would not be counted. */
  private final class Decoder extends HttpRequestDecoder {
    Decoder() {
      super(
          new HttpDecoderConfig()
              .setMaxInitialLineLength(Limits.HEAD_BYTES)
              .setMaxHeaderSize(Limits.HEAD_BYTES)
              .setTrailersFactory(new NoTrailers())
              .setMaxChunkSize(Limits.HTTP_READ_BYTES));
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
        throws Exception {
      if (!channel.config().isAutoRead()) {
        readAhead = true;
        return;
      }
      startDeadline();
      if (call != null) {
        super.decode(context, in, out);
        return;
      }
      int first = in.readerIndex();
      note(in);
      if (RejectedHead.isTls(begun)) { // otherwise it would wait for the end of a line
        end(HttpStatusException.invalid(TLS));
        return;
      }
      super.decode(context, in, out);
      takeForHead(in.readerIndex() - first);
    }
  }

  /** Keeps the first line of a head. Netty's decoder consumes it as a whole. */
  private void note(ByteBuf in) {
    if (begun.length() < RejectedHead.BYTES && begun.toString().stripLeading().indexOf('\n') < 0) {
      begun.setLength(0);
      int length = Math.min(in.readableBytes(), RejectedHead.BYTES);
      begun.append(in.toString(in.readerIndex(), length, ISO_8859_1));
    }
  }

  /** OTLP has no trailers; they are ignored. */
  private static final class NoTrailers extends DefaultHttpHeaders implements HttpHeadersFactory {
    @Override
    public HttpHeaders add(CharSequence name, Object value) {
      return this;
    }

    @Override
    public HttpHeaders add(String name, Object value) {
      return this;
    }

    @Override
    public HttpHeaders newHeaders() {
      return this;
    }

    @Override
    public HttpHeaders newEmptyHeaders() {
      return this;
    }
  }

  private void takeForHead(int bytes) {
    if (share == null) {
      share = shared.budget().share();
    }
    try {
      share.take((long) bytes * MEMORY_PER_HEAD_BYTE);
    } catch (Budget.Spent e) {
      end(HttpStatusException.busy(e.getMessage()));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof HttpRequest head && !ending) {
        begin(head);
      }
      if (message instanceof HttpContent content && call != null) {
        read(content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(HttpRequest head) {
    try {
      HttpHead.check(head);
    } catch (HttpStatusException e) {
      end(e);
      return;
    }
    begun.setLength(0);
    number();
    call = new HttpCall(this, head, share);
    receiver.begin(call);
    share = null;
    if (HttpUtil.is100ContinueExpected(head)) {
      channel.writeAndFlush(
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }
  }

  private void read(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      end(HttpStatusException.invalid("the chunks of the body are not valid"));
      return;
    }
    if (call.wireBytes() > Limits.HTTP_DISCARDED_BYTES) {
      end(
          HttpStatusException.tooLarge(
              "the body is too large: more than " + Limits.HTTP_DISCARDED_BYTES + " bytes"));
      return;
    }
    call.add(content.content());
    if (content instanceof LastHttpContent) {
      cancelDeadline();
      channel.config().setAutoRead(false);
      receiver.accept(call);
    }
  }

  private void startDeadline() {
    if (deadline == null) {
      String reason = "the request was not complete after " + Limits.REQUEST_SECONDS + " s";
      Runnable tooSlow = () -> end(new HttpStatusException(408, reason));
      deadline = channel.eventLoop().schedule(tooSlow, Limits.REQUEST_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  private void abandon() {
    if (share != null) {
      share.close();
      share = null;
    }
    if (call != null) {
      receiver.done(call);
      call = null;
    }
  }

  /** Responds to what is not a valid or not a complete request. */
  private void end(HttpStatusException reason) {
    if (ending) {
      return;
    }
    Exchange rejected =
        call == null
            ? RejectedHead.of(begun)
                .call(Protocol.HTTP_OTHER, share)
                .exchange(number(), List.of(), ByteString.EMPTY, reason.answer())
            : call.exchange(ByteString.EMPTY, reason.answer());
    FullHttpResponse response = HttpReceiver.refusal(rejected.protocol(), rejected.answer());
    HttpUtil.setKeepAlive(response, false);
    abandon();
    stopReading();
    shared.inbox().add(rejected);
    channel.writeAndFlush(response).addListener(written -> linger());
  }

  /** Discards what arrives from now on, and what was parsed. */
  private void stopReading() {
    ending = true;
    cancelDeadline();
    if (channel.pipeline().get(Decoder.class) != null) {
      channel.pipeline().remove(Decoder.class);
    }
  }

  /**
   * Closing a connection while the sender still writes resets it, and the sender may lose the
   * response. So the connection is closed in two steps.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9112#section-9.6">RFC 9112, 9.6</a>
   */
  private void linger() {
    stopReading();
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      channel.shutdownOutput();
    } else { // says first that this is the end
      tls.closeOutbound().addListener(said -> channel.shutdownOutput());
    }
    channel.config().setAutoRead(true);
    channel
        .eventLoop()
        .schedule(() -> channel.close(), Limits.HTTP_LINGER_SECONDS, TimeUnit.SECONDS);
  }

  /** Responds to the request that was read last, and reads the next one. Callable by any thread. */
  ChannelFuture answer(FullHttpResponse response) {
    return channel
        .writeAndFlush(response)
        .addListener(
            written -> {
              call = null;
              cancelDeadline();
              if (HttpUtil.isKeepAlive(response)) {
                channel.config().setAutoRead(true);
                goOn();
              } else {
                linger();
              }
            });
  }

  /** Including what was read ahead. */
  private void goOn() {
    if (readAhead) {
      readAhead = false;
      ChannelHandlerContext beforeDecoder = channel.pipeline().context(WriteTimeoutHandler.class);
      channel.eventLoop().execute(() -> beforeDecoder.fireChannelRead(Unpooled.EMPTY_BUFFER));
    }
  }

  /** Counts the backend's connections that sent a request, from 1. */
  int number() {
    if (number == 0) {
      number = shared.connections().incrementAndGet();
    }
    return number;
  }

  SocketChannel channel() {
    return channel;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    cancelDeadline();
    if (channel.config().isAutoRead()) { // otherwise another thread has it
      abandon();
    }
  }

  /** Ignores that the sender has gone, or does not read. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    channel.close();
    if (!(cause instanceof IOException || cause instanceof TimeoutException)) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, cause);
    }
  }
}
