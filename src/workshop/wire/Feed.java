package workshop.wire;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import workshop.thread.Daemons;

/**
 * Hands exchanges to one listener, in a thread of its own, so that neither a sender nor another
 * listener waits for it. If the listener falls behind, the oldest exchanges that wait for it are
 * discarded, and it gets their number.
 */
final class Feed {
  /** A thread that woke for each request would use more CPU than the request. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Inbox.Listener listener;
  private final Thread thread;
  private final Deque<Exchange> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private long missed;
  private boolean idle;
  private boolean closed;

  Feed(Inbox.Listener listener) {
    this.listener = listener;
    this.thread = Daemons.start("feed", this::run);
  }

  /** Never blocks. */
  synchronized void add(Exchange exchange) {
    waiting.addLast(exchange);
    waitingBytes += exchange.memory();
    while (waitingBytes > Limits.WAITING_BYTES && waiting.size() > 1) {
      waitingBytes -= waiting.removeFirst().memory();
      missed++;
    }
    if (idle) {
      notifyAll();
    }
  }

  private void run() {
    try {
      while (handOver()) {
        pause();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for exchanges; false if there will not be any more. */
  private boolean handOver() throws InterruptedException {
    List<Exchange> exchanges;
    long before;
    synchronized (this) {
      idle = true;
      while (waiting.isEmpty() && !closed) {
        wait();
      }
      idle = false;
      if (waiting.isEmpty()) {
        return false;
      }
      exchanges = List.copyOf(waiting);
      before = missed;
      waiting.clear();
      waitingBytes = 0;
      missed = 0;
    }
    try {
      listener.arrived(exchanges, before);
    } catch (RuntimeException | StackOverflowError e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
    return true;
  }

  private synchronized void pause() throws InterruptedException {
    long deadline = System.nanoTime() + PAUSE_NANOS;
    for (long left = PAUSE_NANOS; left > 0 && !closed; left = deadline - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** From now on there will not be any more exchanges. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Waits until the listener has all exchanges of a closed feed, for a limited time. */
  void drain(long nanos) throws InterruptedException {
    TimeUnit.NANOSECONDS.timedJoin(thread, nanos);
  }
}
