package workshop.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The faults that a backend still has to serve. A request that would be accepted gets the one that
 * its own header {@code workshop-fault} asks for ({@link RequestedFaults}), or else the first one
 * here that is for it. Safe for use by several threads.
 */
public final class Faults {
  private static final Duration LONGEST_HANG = Duration.ofSeconds(60);

  private static final int MOST_WAITING = 200;

  /** Exchanges that are held back at once, each with a thread. */
  private static final int MOST_HELD = 100;

  private final RequestedFaults requested = new RequestedFaults();
  private final List<Waiting> waiting = new ArrayList<>();
  private final Semaphore free = new Semaphore(MOST_HELD);
  private final CountDownLatch closed = new CountDownLatch(1);

  Faults() {}

  private static final class Waiting {
    private final Fault fault;
    private int served;

    Waiting(Fault fault) {
      this.fault = fault;
    }

    String text() {
      int left = fault.times() - served;
      return left > 1 ? left + "x " + fault.text() : fault.text();
    }
  }

  /**
   * A fault for one exchange.
   *
   * @param nth which occurrence of it, counted from 1
   * @param byRequest whether the request asked for it
   */
  record Served(Fault fault, int nth, boolean byRequest) {
    /** For the wire log, for example {@code 503, 1 of 2, asked for by the request}. */
    String log() {
      String which = fault.times() > 1 ? ", " + nth + " of " + fault.times() : "";
      String who = byRequest ? ", asked for by the request" : "";
      String words = fault.message() == null ? "" : ": " + fault.message();
      return fault.name() + which + who + words;
    }

    Duration longestHang() {
      return byRequest ? RequestedFaults.LONGEST_HANG : LONGEST_HANG;
    }

    /** For the sender. */
    String told() {
      return fault.message() == null ? "fault on demand: " + log() : fault.message();
    }
  }

  /**
   * Puts the faults of a script behind those that wait.
   *
   * @throws IllegalStateException if these would be more than 200; then none is added
   */
  public synchronized void add(FaultScript script) {
    if (waiting.size() + script.faults().size() > MOST_WAITING) {
      throw new IllegalStateException("no more than " + MOST_WAITING + " faults can wait");
    }
    script.faults().forEach(fault -> waiting.add(new Waiting(fault)));
  }

  /** Puts the faults of a script in place of those that wait, in one step. */
  public synchronized void replace(FaultScript script) {
    waiting.clear();
    add(script);
  }

  /** From here on all is served as ever. */
  public synchronized void clear() {
    waiting.clear();
  }

  /** What is still to be served, in order, each as a script has it; a token is masked. */
  public synchronized List<String> waiting() {
    return waiting.stream().map(Waiting::text).toList();
  }

  /**
   * Comes back after a time, or as soon as the backend closes; at once if 100 are held already, so
   * that the others are served.
   */
  void hold(Duration time) {
    if (time.isZero() || !free.tryAcquire()) {
      return;
    }
    try {
      closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      free.release();
    }
  }

  /** Lets go all that is held back, now and from here on. */
  void close() {
    closed.countDown();
  }

  /**
   * The fault for a request, used up once; null for none. One that {@link Fault#holds} is to be
   * given to {@link #end}.
   *
   * @throws RequestedFaults.InvalidHeader if the request asks for something that is not a fault
   * @throws Budget.Spent if too many requests are held back as they asked
   */
  synchronized Served next(Fault.Incoming incoming)
      throws RequestedFaults.InvalidHeader, Budget.Spent {
    Served asked = requested.next(incoming);
    if (asked != null) {
      return asked;
    }
    for (Waiting each : waiting) {
      if (each.fault.appliesTo(incoming)) {
        each.served++;
        if (each.served == each.fault.times()) {
          waiting.remove(each);
        }
        return new Served(each.fault, each.served, false);
      }
    }
    requested.forget(incoming);
    return null;
  }

  /** A fault that held a response back does so no longer. */
  void end(Served served) {
    requested.end(served);
  }
}
