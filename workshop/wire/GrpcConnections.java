package workshop.wire;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.SocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The TCP connections of the gRPC senders, for faults below gRPC: its server has no way to break a
 * connection or to write what is no HTTP/2.
 */
final class GrpcConnections {
  private final Map<SocketAddress, SocketChannel> open = new ConcurrentHashMap<>();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(0, GrpcReceiver::daemon, NioIoHandler.newFactory());

  /** Makes a server use these. */
  void serve(NettyServerBuilder builder) {
    builder.bossEventLoopGroup(loops).workerEventLoopGroup(loops).channelFactory(Listener::new);
  }

  /** After the server has ended. */
  void close() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** Ends a connection with a TCP reset, and with it all calls on it. */
  void reset(SocketAddress remote) {
    onLoop(
        remote,
        channel -> {
          channel.config().setSoLinger(0);
          channel.unsafe().close(channel.voidPromise());
        });
  }

  /** Writes bytes past HTTP/2, if any, and ends the connection. */
  void end(SocketAddress remote, byte[] bytes) {
    onLoop(
        remote,
        channel ->
            channel
                .pipeline()
                .firstContext()
                .writeAndFlush(Unpooled.wrappedBuffer(bytes))
                .addListener(written -> channel.unsafe().close(channel.voidPromise())));
  }

  private void onLoop(SocketAddress remote, Consumer<SocketChannel> action) {
    SocketChannel channel = open.get(remote);
    if (channel != null) { // else the sender has gone
      channel.eventLoop().execute(() -> action.accept(channel));
    }
  }

  private final class Listener extends NioServerSocketChannel {
    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
      int count = super.doReadMessages(accepted);
      for (Object each : accepted) {
        SocketChannel channel = (SocketChannel) each;
        SocketAddress remote = channel.remoteAddress();
        if (remote != null && open.put(remote, channel) != channel) {
          channel.closeFuture().addListener(closed -> open.remove(remote, channel));
        }
      }
      return count;
    }
  }
}
