package workshop.wire;

import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * The faults that requests set for themselves, in the header {@code workshop-fault}: a {@link
 * FaultScript}, for example {@code 2x 503 retry-after=1}. The n-th attempt at a batch gets the n-th
 * fault of its header; once the script is used up, the batch is processed normally. Attempts are
 * requests with the same header and the same decoded body, to the same path over the same protocol;
 * the first request after a plain success starts the script again.
 *
 * <p>Anyone who can send a request can set a fault, so a header must not disturb other senders: it
 * must not contain {@code for}, {@code token=} or {@code limit=}, and over gRPC, where requests
 * share a connection, nothing that breaks one. A response is delayed for at most 10 s, and at most
 * 20 at the same time. Thread-safe.
 */
final class RequestedFaults {
  static final String HEADER = "workshop-fault";
  private final Map<Batch, Integer> attempts = new Recent<>(Limits.BATCHES);
  private final Semaphore free = new Semaphore(Limits.REQUESTED_DELAYED);

  private record Batch(Protocol protocol, String path, long bodyHash, String script) {
    Batch(Fault.Incoming incoming) {
      this(incoming.protocol(), incoming.path(), incoming.bodyHash(), incoming.script());
    }
  }

  /** The header is not a valid fault script; the message is for the sender. */
  static final class InvalidHeader extends Exception {
    private static final long serialVersionUID = 1;

    InvalidHeader(String message) {
      super(message);
    }
  }

  /**
   * The fault that a request's header sets, which counts as an attempt; null if it sets none, or if
   * its script is used up. Pass one that {@link Fault#holds} to {@link #end}.
   *
   * @throws Budget.Spent if it would be delayed, and 20 others are; this does not count as an
   *     attempt
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
          throw new Budget.Spent(
              Limits.REQUESTED_DELAYED + " requests are already delayed by their own header");
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

  /** Tells that a fault no longer delays its response. */
  void end(Faults.Served served) {
    if (served.byRequest()) {
      free.release();
    }
  }
}
