package workshop.wire;

import java.util.concurrent.Semaphore;

/**
 * The memory that all unfinished requests may use together. A request takes its share bit by bit,
 * as its bytes arrive, so a sender that announces much and sends nothing holds nothing.
 */
final class Budget {
  private final Semaphore free = new Semaphore(Limits.UNFINISHED_BYTES);

  /** There is not enough left; the message is for the sender. */
  static final class Spent extends Exception {
    private static final long serialVersionUID = 1;

    Spent(String reason) {
      super(reason + "; retry in " + Limits.RETRY_AFTER_SECONDS + " s");
    }
  }

  /** The share of one request; empty at first. */
  Share share() {
    return new Share();
  }

  /** Belongs to one request; closing it gives all of it back. */
  final class Share implements AutoCloseable {
    private int taken;
    private boolean closed;

    /**
     * @throws Spent if not all of it is available; then nothing is taken
     */
    synchronized void take(long bytes) throws Spent {
      if (bytes > Limits.UNFINISHED_BYTES || closed || !free.tryAcquire((int) bytes)) {
        throw new Spent("server busy");
      }
      taken += (int) bytes;
    }

    /** Gives a part back that was taken before. */
    synchronized void give(long bytes) {
      if (!closed) {
        free.release((int) bytes);
        taken -= (int) bytes;
      }
    }

    @Override
    public synchronized void close() {
      free.release(taken);
      taken = 0;
      closed = true;
    }
  }
}
