package workshop.wire;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * The faults that requests ask for themselves, in the header {@code workshop-fault}: a {@link
 * FaultScript}, for example {@code 2x 503 retry-after=1}. The n-th attempt at a batch gets the n-th
 * fault of its header; once the script is used up, the batch is served as any other. Attempts are
 * requests with the same header and the same decoded body, to the same path over the same protocol;
 * the first after a plain success begins the script again.
 *
 * <p>Whoever can send a request can ask for a fault, so a header may not disturb other senders: it
 * has no {@code for}, {@code token=} or {@code limit=}, and over gRPC, where requests share a
 * connection, nothing that breaks one. A response is held back for 10 s at most, and only 20 are at
 * once. Safe for use by several threads.
 */
final class RequestedFaults {
  static final String HEADER = "workshop-fault";
  static final Duration LONGEST_HANG = Duration.ofSeconds(10);

  private static final int MOST_HELD = 20;
  private static final int REMEMBERED = 1000;

  private final Map<Batch, Integer> attempts = new Recent<>(REMEMBERED);
  private final Semaphore free = new Semaphore(MOST_HELD);

  private record Batch(Protocol protocol, String path, long bodyHash, String script) {
    Batch(Fault.Incoming incoming) {
      this(incoming.protocol(), incoming.path(), incoming.bodyHash(), incoming.script());
    }
  }

  /** The header is not a fault script; what the sender is told. */
  static final class InvalidHeader extends Exception {
    private static final long serialVersionUID = 1;

    InvalidHeader(String message) {
      super(message);
    }
  }

  /**
   * The fault that a request asks for, which counts as an attempt; null if it asks for none, or its
   * script is used up. One that {@link Fault#holds} is to be given to {@link #end}.
   *
   * @throws Budget.Spent if it would be held back, and 20 others are; this is not an attempt
   */
  synchronized Faults.Served next(Fault.Incoming incoming) throws InvalidHeader, Budget.Spent {
    if (incoming.script().isBlank()) {
      return null;
    }
    FaultScript script;
    try {
      script = FaultScript.ofHeader(incoming.script(), incoming.protocol());
    } catch (IllegalArgumentException e) {
      throw new InvalidHeader("invalid header " + HEADER + e.getMessage());
    }
    Batch batch = new Batch(incoming);
    int before = attempts.getOrDefault(batch, 0);
    int nth = before + 1;
    for (Fault fault : script.faults()) {
      if (nth <= fault.times()) {
        if (fault.holds() && !free.tryAcquire()) {
          throw new Budget.Spent(MOST_HELD + " requests are held back as they asked");
        }
        attempts.put(batch, before + 1);
        return new Faults.Served(fault, nth, true);
      }
      nth -= fault.times();
    }
    return null;
  }

  /** The request is served without a fault. */
  synchronized void forget(Fault.Incoming incoming) {
    if (!incoming.script().isBlank()) {
      attempts.remove(new Batch(incoming));
    }
  }

  /** A fault that held a response back does so no longer. */
  void end(Faults.Served served) {
    if (served.byRequest()) {
      free.release();
    }
  }
}
