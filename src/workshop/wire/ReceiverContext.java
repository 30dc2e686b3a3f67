package workshop.wire;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import workshop.thread.Daemons;

/**
 * What the receivers of a backend share.
 *
 * @param token the bearer token that requests need, if they need one
 * @param connections how many connections have sent a request
 * @param accepting accepts connections; stops first when the backend closes
 * @param loops read and write all sockets, and process what takes less time than waking a worker
 * @param workers process what takes longer
 * @param late for responses that a fault delays: these must not use up the workers
 */
record ReceiverContext(
    Inbox inbox,
    Faults faults,
    Optional<String> token,
    AtomicInteger connections,
    Budget budget,
    EventLoopGroup accepting,
    EventLoopGroup loops,
    ExecutorService workers,
    ExecutorService late)
    implements AutoCloseable {
  /** Without a network card, Netty logs two stack traces, and then works. */
  private static final Logger NETTY_LOG = Logger.getLogger("io.netty");

  static {
    // Without these, JDK 24 and newer print warnings about Netty's use of Unsafe and native access.
    System.setProperty("io.netty.noUnsafe", "true");
    System.setProperty("io.netty.transport.noNative", "true");
    NETTY_LOG.setLevel(Level.SEVERE);
  }

  ReceiverContext(Inbox inbox, Faults faults, Optional<String> token) {
    this(
        inbox,
        faults,
        token,
        new AtomicInteger(),
        new Budget(),
        loops(1),
        loops(Runtime.getRuntime().availableProcessors()),
        Executors.newFixedThreadPool(Limits.WORKERS, Daemons.named("otlp")),
        Executors.newCachedThreadPool(Daemons.named("otlp")));
  }

  private static EventLoopGroup loops(int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads, Daemons.named("otlp"), NioIoHandler.newFactory());
  }

  /** Calls {@code work} in the event loop's thread, or in a worker if there is much to read. */
  void read(long bytes, Runnable work) {
    if (bytes > Limits.EVENT_LOOP_BYTES) {
      workers.execute(work);
    } else {
      work.run();
    }
  }

  /** Serves a fault that delays a response. */
  void late(Faults.Served fault, Runnable serving) {
    late.execute(
        () -> {
          try {
            serving.run();
          } finally {
            faults.end(fault);
          }
        });
  }

  /** After the receivers. */
  @Override
  public void close() {
    accepting.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    workers.shutdown();
    late.shutdown();
  }
}
