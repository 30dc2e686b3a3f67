package workshop.page;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import workshop.thread.Daemons;
import workshop.wire.Addresses;

/**
 * The page's HTTP server. One event loop reads and writes all connections and waits for none of
 * them; responses are prepared elsewhere.
 */
final class PageServer implements AutoCloseable {
  /** A browser opens up to six. */
  private static final int MOST_CONNECTIONS = 128;

  /** The memory of all responses that are not sent yet. */
  private static final int MOST_UNSENT_BYTES = 64 << 20;

  private static final int SEND_BUFFER_BYTES = 256 << 10;

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, Daemons.named("page"), NioIoHandler.newFactory());
  private final Handler handler;
  private final Channel listener;

  /** How many connections are open. Used in the event loop only, as is all that follows. */
  private int open;

  private int unsentBytes;

  /** Connections without a request that has the token, the longest waiting first. */
  private final Set<PageConnection> waiting = new LinkedHashSet<>();

  /** Connections that send such a request's response, the one that got on least recently first. */
  private final Set<PageConnection> sending = new LinkedHashSet<>();

  /** What the server is for. Both methods are called in the event loop, and must not wait. */
  interface Handler {
    /**
     * Decides by its head whether a request may be served, before its body is read.
     *
     * @return whether it has the token; without it only the page's own files are served
     * @throws HttpError if it may not be served
     */
    boolean check(Request request) throws HttpError;

    CompletableFuture<Response> serve(Request request);
  }

  /**
   * Starts to listen.
   *
   * @throws IOException if the address cannot be bound
   */
  PageServer(InetAddress bind, int port, Handler handler) throws IOException {
    this.handler = handler;
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channelFactory(Addresses.channels(bind))
            // By default the system keeps several megabytes for a browser that does not read.
            .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    accepted(channel);
                  }
                })
            .bind(bind, port)
            .awaitUninterruptibly();
    listener = bound.channel();
    if (!bound.isSuccess()) {
      close();
      throw bound.cause() instanceof IOException e ? e : new IOException(bound.cause());
    }
  }

  int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** If there are too many, one that only waits ends, or else one whose browser does not read. */
  private void accepted(SocketChannel channel) {
    if (open == MOST_CONNECTIONS) {
      Stream.of(waiting, sending)
          .flatMap(Set::stream)
          .findFirst()
          .ifPresentOrElse(PageConnection::end, channel::close);
    }
    open++;
    channel.closeFuture().addListener(closed -> open--);
    new PageConnection(channel, this, handler).serve();
  }

  /** Says whether a connection waits for a request that has the token. */
  void waits(PageConnection connection, boolean waits) {
    waiting.remove(connection);
    if (waits) {
      waiting.add(connection);
    }
  }

  /**
   * Takes memory for a part of a response. If there is too little, those end whose browser does not
   * read. Returns whether there is enough.
   */
  boolean keep(PageConnection connection, int bytes) {
    while (unsentBytes + bytes > MOST_UNSENT_BYTES && !sending.isEmpty()) {
      sending.iterator().next().end();
    }
    if (unsentBytes + bytes > MOST_UNSENT_BYTES) {
      return false;
    }
    unsentBytes += bytes;
    sending.add(connection);
    return true;
  }

  /** A browser has read something. */
  void gotOn(PageConnection connection) {
    if (sending.remove(connection)) {
      sending.add(connection);
    }
  }

  void release(PageConnection connection, int bytes) {
    unsentBytes -= bytes;
    sending.remove(connection);
  }

  /** Calls it again and again, as long as the server runs. */
  void every(int seconds, Runnable task) {
    loop.scheduleAtFixedRate(task, seconds, seconds, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
