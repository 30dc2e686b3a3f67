package workshop.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.grpc.netty.NettyServerBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The TCP connections of the gRPC senders, which gRPC's server keeps to itself. */
final class GrpcConnections {
  /** How a connection of HTTP/2 begins (RFC 9113, 3.4). */
  private static final String HTTP_2 = "PRI * HTTP/2.0";

  private static final AttributeKey<Integer> NUMBER = AttributeKey.valueOf("number");

  private static final AttributeKey<Boolean> OTHER_PROTOCOL = AttributeKey.valueOf("other");

  private final Map<SocketAddress, SocketChannel> open = new ConcurrentHashMap<>();
  private final ReceiverContext shared;
  private final Optional<Tls> tls;

  /**
   * @param tls empty for plain gRPC
   */
  GrpcConnections(ReceiverContext shared, Optional<Tls> tls) {
    this.shared = shared;
    this.tls = tls;
  }

  /** Makes a server use these. */
  void serve(NettyServerBuilder builder, InetAddress bind) {
    builder.channelFactory(() -> new Listener(Addresses.family(bind)));
  }

  /** The connection from there, unless it has ended. */
  Optional<SocketChannel> from(SocketAddress remote) {
    return Optional.ofNullable(open.get(remote));
  }

  /** The number of the connection from there: by address alone, one over HTTP could be the same. */
  int number(SocketAddress remote) {
    SocketChannel channel = open.get(remote);
    return channel == null ? shared.connections().incrementAndGet() : number(channel);
  }

  private int number(SocketChannel channel) {
    Attribute<Integer> number = channel.attr(NUMBER);
    if (number.get() == null) { // only the connection's own thread sets it
      number.set(shared.connections().incrementAndGet());
    }
    return number.get();
  }

  private final class Listener extends NioServerSocketChannel {
    Listener(SocketProtocolFamily family) {
      super(SelectorProvider.provider(), family);
    }

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
      int count = super.doReadMessages(accepted);
      for (Object each : accepted) {
        SocketChannel channel = (SocketChannel) each;
        SocketAddress remote = channel.remoteAddress();
        if (remote != null && open.put(remote, channel) != channel) {
          channel.closeFuture().addListener(closed -> open.remove(remote, channel));
          tls.ifPresent(
              with ->
                  TlsConnection.serve(
                      channel, with.grpc(), shared, Protocol.GRPC, () -> number(channel)));
          channel.pipeline().addLast(new RecordsOtherProtocols(channel), new WatchesCalls(channel));
        }
      }
      return count;
    }
  }

  /** Records what is not HTTP/2; gRPC's server closes such a connection, and tells nobody. */
  private final class RecordsOtherProtocols extends ChannelInboundHandlerAdapter {
    private final SocketChannel channel;

    RecordsOtherProtocols(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof ByteBuf first) {
        int length = Math.min(first.readableBytes(), RejectedHead.BYTES);
        String begun = first.toString(first.readerIndex(), length, ISO_8859_1);
        if (!begun.startsWith(HTTP_2.substring(0, Math.min(length, HTTP_2.length())))) {
          record(begun);
        }
      }
      context.pipeline().remove(this); // only a connection's first bytes tell
      context.fireChannelRead(message);
    }

    private void record(String begun) {
      RejectedHead head = RejectedHead.of(begun);
      String reason =
          head.tls()
              ? "TLS on a port for plain gRPC; the endpoint must begin with http://"
              : "not HTTP/2; send OTLP/HTTP to the HTTP port";
      channel.attr(OTHER_PROTOCOL).set(true);
      GrpcConnections.this.record(channel, head, closed(reason));
    }
  }

  private static Answer closed(String reason) {
    return new Answer(false, -1, "connection closed", reason, 0);
  }

  private void record(SocketChannel channel, RejectedHead head, Answer answer) {
    Call call = head.call(Protocol.GRPC, shared.budget().share());
    shared.inbox().add(call.exchange(number(channel), List.of(), ByteString.EMPTY, answer));
  }

  /**
   * Records what gRPC's server rejects and ends calls that have their response: if a call gets it
   * before its sender has ended it, gRPC's server keeps the call and its headers until the sender
   * does. This tells the sender to stop, and frees the call.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.1">RFC 9113, 8.1</a>
   */
  private final class WatchesCalls extends ChannelInboundHandlerAdapter {
    private final SocketChannel channel;

    WatchesCalls(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      context.fireChannelActive(); // from then on HTTP/2 is spoken
      Http2ConnectionHandler http2 = context.pipeline().get(Http2ConnectionHandler.class);
      if (http2 == null) {
        return;
      }
      http2
          .decoder()
          .frameListener(
              new RejectedStreams(
                  http2.decoder().frameListener(),
                  (head, answer) -> GrpcConnections.this.record(channel, head, answer)));
      http2
          .connection()
          .addListener(
              new Http2ConnectionAdapter() {
                @Override
                public void onStreamHalfClosed(Http2Stream call) {
                  if (call.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
                    context.executor().execute(() -> end(context.pipeline(), call));
                  }
                }

                @Override
                public void onGoAwaySent(int lastStream, long code, ByteBuf reason) {
                  if (isOfTheSender(code) && !channel.hasAttr(OTHER_PROTOCOL)) {
                    GrpcConnections.this.record(
                        channel,
                        new RejectedHead("HTTP/2", "", false),
                        closed(Http2Error.valueOf(code) + ": " + reason.toString(UTF_8)));
                  }
                }
              });
    }

    /** An internal error is none of the sender: its connection was reset, say. */
    private static boolean isOfTheSender(long code) {
      return code != Http2Error.NO_ERROR.code() && code != Http2Error.INTERNAL_ERROR.code();
    }

    private static void end(ChannelPipeline pipeline, Http2Stream call) {
      Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
      if (http2 != null && call.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
        ChannelHandlerContext context = pipeline.context(http2);
        http2.resetStream(context, call.id(), Http2Error.NO_ERROR.code(), context.newPromise());
        context.flush();
      }
    }
  }
}
