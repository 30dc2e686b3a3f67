package workshop.wire;

import io.grpc.netty.NettyServerBuilder;
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
import java.util.concurrent.atomic.AtomicInteger;

/** The TCP connections of the gRPC senders, which gRPC's server keeps to itself. */
final class GrpcConnections {
  private static final AttributeKey<Integer> NUMBER = AttributeKey.valueOf("number");

  private final Map<SocketAddress, SocketChannel> open = new ConcurrentHashMap<>();
  private final AtomicInteger connections;

  /**
   * @param connections the number of the last connection, over HTTP or gRPC, that sent a request
   */
  GrpcConnections(AtomicInteger connections) {
    this.connections = connections;
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
    if (channel == null) {
      return connections.incrementAndGet();
    }
    Attribute<Integer> number = channel.attr(NUMBER);
    if (number.get() == null) { // only the connection's own thread sets it
      number.set(connections.incrementAndGet());
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
          channel.pipeline().addLast(new EndsAnsweredCalls());
        }
      }
      return count;
    }
  }

  /**
   * If a call gets its response before its sender has ended it, gRPC's server keeps the call and
   * its headers until the sender does. This tells the sender to stop, and frees the call.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-8.1">RFC 9113, 8.1</a>
   */
  private static final class EndsAnsweredCalls extends ChannelInboundHandlerAdapter {
    @Override
    public void channelActive(ChannelHandlerContext context) {
      context.fireChannelActive(); // from then on HTTP/2 is spoken
      Http2ConnectionHandler http2 = context.pipeline().get(Http2ConnectionHandler.class);
      if (http2 == null) {
        return;
      }
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
              });
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
