package workshop.wire;

import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What the receivers of a backend have in common.
 *
 * @param loops read and write all sockets, and never wait
 * @param workers read what a request says, and answer it
 * @param late for answers that a fault holds back: those must not take the threads of the others
 */
record Shared(
    Inbox inbox,
    Faults faults,
    Connections connections,
    Budget budget,
    EventLoopGroup loops,
    ExecutorService workers,
    ExecutorService late)
    implements AutoCloseable {
  static {
    // Without these, Netty's warnings about Unsafe and native access come first on JDK 24 and
    // newer.
    String netty = "io.grpc.netty.shaded.io.netty.";
    System.setProperty(netty + "noUnsafe", "true");
    System.setProperty(netty + "transport.noNative", "true");
  }

  /** Each may hold a message that was just decompressed, which no budget has seen yet. */
  private static final int WORKERS = 4;

  Shared(Inbox inbox, Faults faults) {
    this(
        inbox,
        faults,
        new Connections(),
        new Budget(),
        new MultiThreadIoEventLoopGroup(0, Shared::daemon, NioIoHandler.newFactory()),
        Executors.newFixedThreadPool(WORKERS, Shared::daemon),
        Executors.newCachedThreadPool(Shared::daemon));
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "otlp");
    thread.setDaemon(true);
    return thread;
  }

  /** After the receivers. */
  @Override
  public void close() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    workers.shutdown();
    late.shutdown();
  }
}
