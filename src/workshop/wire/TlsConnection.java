package workshop.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import javax.net.ssl.SSLException;

/**
 * Speaks TLS on a connection, and records why a handshake fails. What comes after the handshake is
 * the receiver's, which knows nothing of TLS.
 */
final class TlsConnection extends ChannelInboundHandlerAdapter {
  private static final String PLAIN_TEXT =
      "plain text on a TLS port; the endpoint must begin with https://";

  private final ReceiverContext shared;
  private final Protocol protocol;
  private final IntSupplier number;

  /** Whether the sender has begun a handshake. */
  private boolean begun;

  private boolean encrypted;

  /** What the sender said without encryption when it ended the handshake. */
  private Optional<String> alert = Optional.empty();

  /** Whether there is nothing more to say about the handshake. */
  private boolean over;

  private TlsConnection(ReceiverContext shared, Protocol protocol, IntSupplier number) {
    this.shared = shared;
    this.protocol = protocol;
    this.number = number;
  }

  /**
   * To be called before the receiver adds its own handlers.
   *
   * @param number of the connection
   */
  static void serve(
      SocketChannel channel,
      SslContext tls,
      ReceiverContext shared,
      Protocol protocol,
      IntSupplier number) {
    TlsConnection connection = new TlsConnection(shared, protocol, number);
    SslHandler handler = tls.newHandler(channel.alloc());
    handler.setHandshakeTimeout(Limits.TLS_HANDSHAKE_SECONDS, TimeUnit.SECONDS);
    channel.pipeline().addLast(connection.new FirstBytes(), handler, connection);
  }

  /** Behind which bytes are encrypted; the pipeline's start without TLS. */
  static ChannelHandlerContext plainEnd(ChannelPipeline pipeline) {
    ChannelHandlerContext inner = pipeline.context(TlsConnection.class);
    return inner == null ? pipeline.firstContext() : inner;
  }

  /** Answers what is not TLS, and reads alerts that the JDK does not. */
  private final class FirstBytes extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      int length = Math.min(bytes.readableBytes(), RejectedHead.BYTES);
      String text = bytes.toString(bytes.readerIndex(), length, ISO_8859_1);
      if (begun && !encrypted) {
        alert = TlsFailure.ofRecord(text);
      }
      if (begun || RejectedHead.isTls(text)) {
        begun = true;
        context.fireChannelRead(message);
        return;
      }
      ReferenceCountUtil.release(message);
      if (!over) {
        answer(context, RejectedHead.of(text));
      }
    }

    private void answer(ChannelHandlerContext context, RejectedHead head) {
      SocketChannel channel = (SocketChannel) context.channel();
      if (protocol == Protocol.GRPC) {
        record(head, new Answer(false, -1, "connection closed", PLAIN_TEXT, 0));
        context.close(); // not through the handler of TLS, which would wait
        return;
      }
      record(head, Answer.ofHttp(400, StatusCodes.httpName(400), PLAIN_TEXT));
      String response =
          "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n"
              + "Content-Length: %d\r\n\r\n%s\n".formatted(PLAIN_TEXT.length() + 1, PLAIN_TEXT);
      context
          .writeAndFlush(Unpooled.copiedBuffer(response, ISO_8859_1))
          .addListener(written -> channel.shutdownOutput());
      channel
          .eventLoop()
          .schedule(() -> context.close(), Limits.HTTP_LINGER_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent end) {
      encrypted = end.isSuccess();
      if (!encrypted && begun) {
        failed(alert.orElse(TlsFailure.of(end.cause())));
      }
    }
    context.fireUserEventTriggered(event);
  }

  /** The first request has begun. */
  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    over = true;
    context.fireChannelRead(message);
  }

  /** A sender that rejects the certificate may say so after the handshake, or just close. */
  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (encrypted) {
      failed(TlsFailure.CLOSED_AFTER_HANDSHAKE);
    }
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Throwable reason = cause.getCause() instanceof SSLException ? cause.getCause() : cause;
    if (!(reason instanceof SSLException)) {
      context.fireExceptionCaught(cause);
      return;
    }
    if (begun) {
      failed(alert.orElse(TlsFailure.of(reason)));
    }
    context.close();
  }

  private void failed(String reason) {
    record(RejectedHead.TLS, new Answer(false, -1, "handshake failed", reason, 0));
  }

  private void record(RejectedHead head, Answer answer) {
    if (over) {
      return;
    }
    over = true;
    Call call = head.call(protocol, shared.budget().share());
    shared.inbox().add(call.exchange(number.getAsInt(), List.of(), ByteString.EMPTY, answer));
  }
}
