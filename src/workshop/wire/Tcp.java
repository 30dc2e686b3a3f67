package workshop.wire;

import io.netty.buffer.Unpooled;
import io.netty.channel.socket.SocketChannel;

/** Ends connections in ways that HTTP and gRPC do not offer. */
final class Tcp {
  private Tcp() {}

  /** Ends a connection with a TCP reset, and with it all unfinished requests on it. */
  static void reset(SocketChannel channel) {
    channel
        .eventLoop()
        .execute(
            () -> {
              channel.config().setSoLinger(0);
              channel.unsafe().close(channel.voidPromise());
            });
  }

  /** Writes raw bytes, if any, and closes the connection. */
  static void end(SocketChannel channel, byte[] bytes) {
    channel
        .eventLoop()
        .execute(
            () ->
                TlsConnection.plainEnd(channel.pipeline())
                    .writeAndFlush(Unpooled.wrappedBuffer(bytes))
                    .addListener(written -> channel.unsafe().close(channel.voidPromise())));
  }
}
