package workshop.wire;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.socket.SocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The TCP connections of the gRPC senders, which gRPC's server keeps to itself. */
final class GrpcConnections {
  private final Map<SocketAddress, SocketChannel> open = new ConcurrentHashMap<>();

  /** Makes a server use these. */
  void serve(NettyServerBuilder builder) {
    builder.channelFactory(Listener::new);
  }

  /** The connection from there, unless it has ended. */
  Optional<SocketChannel> from(SocketAddress remote) {
    return Optional.ofNullable(open.get(remote));
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
