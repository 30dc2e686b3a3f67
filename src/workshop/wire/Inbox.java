package workshop.wire;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The newest exchanges of a backend. It keeps a limited number of exchanges and of bytes; above
 * either limit it deletes the oldest and counts them. Thread-safe.
 */
public final class Inbox {
  private final int keep;
  private final Object decoding = new Object();
  private final Deque<Exchange> kept = new ArrayDeque<>();
  private final Attempts attempts = new Attempts();
  private final Map<Signal, Long> received = new EnumMap<>(Signal.class);
  private final List<Feed> feeds = new CopyOnWriteArrayList<>();
  private long keptBytes;
  private long total;
  private long loaded;
  private long dropped;

  /** Shows exchanges, or reacts to them. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called in the listener's own thread. It may block: senders do not wait for it.
     *
     * @param exchanges at least one, oldest first, in the order of their numbers
     * @param missed how many exchanges directly before these it did not get, because it was too
     *     slow; the inbox has counted them, and keeps them like all others
     */
    void arrived(List<Exchange> exchanges, long missed);
  }

  /**
   * @param keep how many exchanges to keep, at least 1
   */
  public Inbox(int keep) {
    if (keep < 1) {
      throw new IllegalArgumentException("keep must be at least 1, not " + keep);
    }
    this.keep = keep;
  }

  /** Numbers an exchange and counts it; the listeners get it later. Never blocks. */
  synchronized void add(Exchange incoming) {
    Exchange exchange = attempts.number(incoming, ++total);
    kept.addLast(exchange);
    keptBytes += exchange.memory();
    if (exchange.protocol() == Protocol.FILE) {
      loaded++;
    } else if (exchange.answer().accepted()) {
      long rejected = Math.min(exchange.items(), exchange.answer().rejected());
      received.merge(exchange.signal(), exchange.items() - rejected, Long::sum);
    }
    while (kept.size() > keep || (keptBytes > Limits.KEPT_BYTES && kept.size() > 1)) {
      keptBytes -= kept.removeFirst().memory();
      dropped++;
    }
    feeds.forEach(feed -> feed.add(exchange));
  }

  /** The listener gets each exchange from now on. */
  public void onArrival(Listener listener) {
    feeds.add(new Feed(listener));
  }

  /**
   * After the receivers. Waits until the listeners have all exchanges, or until the time is over.
   */
  void close(long seconds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    feeds.forEach(Feed::close);
    try {
      for (Feed feed : feeds) {
        feed.drain(deadline - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * A lock under which views decode requests: one view at a time, because a decoded request can
   * take many times the memory of its bytes. Nothing under it may wait for a reader.
   */
  public Object decoding() {
    return decoding;
  }

  /** The exchanges kept, oldest first. */
  public synchronized List<Exchange> exchanges() {
    return List.copyOf(kept);
  }

  /** The exchanges kept that came after the one with this number, oldest first. */
  public synchronized List<Exchange> after(long number) {
    return kept.stream().filter(exchange -> exchange.number() > number).toList();
  }

  /** The attempts at a batch that are kept, oldest first. */
  public synchronized List<Exchange> attempts(long batch) {
    return kept.stream().filter(exchange -> exchange.batch() == batch).toList();
  }

  /** How many exchanges there were in all. */
  public synchronized long total() {
    return total;
  }

  /** How many of them were loaded from a file. */
  public synchronized long loaded() {
    return loaded;
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
