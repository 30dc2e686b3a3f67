package workshop.wire;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The newest exchanges of a backend. It keeps a limited number of exchanges and of bytes; above
 * either limit it deletes the oldest and counts them. Thread-safe.
 */
public final class Inbox {
  /** The limit in bytes, however many exchanges that is: a quarter of the heap. */
  private static final long MAX_KEPT_BYTES = 64L << 20;

  /** The approximate memory that an exchange takes in addition to its text. */
  private static final int OBJECTS = 200;

  private final int keep;
  private final Deque<Exchange> kept = new ArrayDeque<>();
  private final Attempts attempts = new Attempts();
  private final Map<Signal, Long> received = new EnumMap<>(Signal.class);
  private final List<Consumer<Exchange>> listeners = new CopyOnWriteArrayList<>();
  private long keptBytes;
  private long total;
  private long dropped;

  /**
   * @param keep how many exchanges to keep, at least 1
   */
  public Inbox(int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("keep must be at least 1, not " + keep);
    }
    this.keep = keep;
  }

  /** Adds an exchange, numbers it and calls the listeners, in the caller's thread. */
  void add(Exchange incoming) {
    Exchange exchange;
    synchronized (this) {
      exchange = attempts.number(incoming, ++total);
      kept.addLast(exchange);
      keptBytes += bytes(exchange);
      if (exchange.answer().accepted()) {
        long rejected = Math.min(exchange.items(), exchange.answer().rejected());
        received.merge(exchange.signal(), exchange.items() - rejected, Long::sum);
      }
      while (kept.size() > keep || (keptBytes > MAX_KEPT_BYTES && kept.size() > 1)) {
        keptBytes -= bytes(kept.removeFirst());
        dropped++;
      }
      notifyAll();
    }
    listeners.forEach(listener -> tell(listener, exchange));
  }

  /** A view that fails must not change the response. */
  private static void tell(Consumer<Exchange> listener, Exchange exchange) {
    try {
      listener.accept(exchange);
    } catch (RuntimeException | StackOverflowError e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }

  private static long bytes(Exchange exchange) {
    long bytes = OBJECTS + exchange.body().size();
    bytes += exchange.path().length() + exchange.run().length();
    for (Header header : exchange.headers()) {
      bytes += header.memory();
    }
    return bytes;
  }

  /** Calls the listener for each exchange from now on, in the thread that received it. */
  public void onExchange(Consumer<Exchange> listener) {
    listeners.add(listener);
  }

  /** The exchanges kept, oldest first. */
  public synchronized List<Exchange> exchanges() {
    return List.copyOf(kept);
  }

  /** The attempts at a batch that are kept, oldest first. */
  public synchronized List<Exchange> attempts(long batch) {
    return kept.stream().filter(exchange -> exchange.batch() == batch).toList();
  }

  /** How many exchanges there were in all. */
  public synchronized long total() {
    return total;
  }

  /** How many exchanges were deleted. */
  public synchronized long dropped() {
    return dropped;
  }

  /** Spans, data points or log records accepted so far, kept or not. */
  public synchronized long received(Signal signal) {
    return received.getOrDefault(signal, 0L);
  }
}
