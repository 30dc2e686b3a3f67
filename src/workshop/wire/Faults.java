package workshop.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The faults that a backend still has to serve. A request that would be accepted gets the fault of
 * its own header {@code workshop-fault} ({@link RequestedFaults}), or else the first one here that
 * applies to it. Thread-safe.
 */
public final class Faults {
  private final RequestedFaults requested = new RequestedFaults();
  private final List<Waiting> waiting = new ArrayList<>();
  private final Semaphore free = new Semaphore(Limits.DELAYED);
  private final CountDownLatch closed = new CountDownLatch(1);

  Faults() {}

  private static final class Waiting {
    private final Fault fault;
    private int served;

    Waiting(Fault fault) {
      this.fault = fault;
    }

    int left() {
      return fault.times() - served;
    }

    String text() {
      return left() > 1 ? left() + "x " + fault.text() : fault.text();
    }
  }

  /**
   * A fault for one request.
   *
   * @param nth which occurrence of it, counted from 1
   * @param byRequest whether the request's own header set it
   */
  record Served(Fault fault, int nth, boolean byRequest) {
    /** For the wire log, for example {@code 503, 1 of 2, set by the request}. */
    String log() {
      String which = fault.times() > 1 ? ", " + nth + " of " + fault.times() : "";
      String who = byRequest ? ", set by the request" : "";
      String words = fault.message() == null ? "" : ": " + fault.message();
      return fault.name() + which + who + words;
    }

    Duration longestHang() {
      return byRequest ? Limits.REQUESTED_DELAY : Limits.DELAY;
    }

    /** For the sender. */
    String told() {
      return fault.message() == null ? "fault on demand: " + log() : fault.message();
    }
  }

  /**
   * Adds the faults of a script to the end of the queue.
   *
   * @throws IllegalStateException if these would be more than 200; then none is added
   */
  public synchronized void add(FaultScript script) {
    if (waiting.size() + script.faults().size() > Limits.QUEUED_FAULTS) {
      throw new IllegalStateException(
          "at most "
              + Limits.QUEUED_FAULTS
              + " faults can be queued; clear them, or wait until some are served");
    }
    script.faults().forEach(fault -> waiting.add(new Waiting(fault)));
  }

  /** Replaces the queued faults with those of a script, atomically. */
  public synchronized void replace(FaultScript script) {
    waiting.clear();
    add(script);
  }

  /** Deletes all queued faults: the backend works normally again. */
  public synchronized void clear() {
    waiting.clear();
  }

  /** What is still to be served, in order, each as a script has it; a token is masked. */
  public synchronized List<String> waiting() {
    return waiting.stream().map(Waiting::text).toList();
  }

  /** How often a fault is still to be served; one that applies until it is cleared counts once. */
  public synchronized int left() {
    return waiting.stream().mapToInt(each -> Math.max(1, each.left())).sum();
  }

  /**
   * Returns after a time, or as soon as the backend closes; immediately if 100 requests are delayed
   * already, so that others are still served.
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

  /** Ends all delays, now and from now on. */
  void close() {
    closed.countDown();
  }

  /**
   * The fault for a request, used up once; null for none. Pass one that {@link Fault#holds} to
   * {@link #end}.
   *
   * @throws RequestedFaults.InvalidHeader if the request's header is not a valid script
   * @throws Budget.Spent if too many requests are delayed by their own header
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

  /** Tells that a fault no longer delays its response. */
  void end(Served served) {
    requested.end(served);
  }
}
