package support;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for a condition. */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private Await() {}

  /** A condition that may fail while it is asked. */
  public interface Condition {
    boolean holds() throws Exception;
  }

  /** Asks again and again; fails with the description after half a minute. */
  public static void until(String description, Condition condition) throws Exception {
    until(description, LIMIT, condition);
  }

  /** The same with another limit. */
  public static void until(String description, Duration limit, Condition condition)
      throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + limit.toSeconds() + " s: " + description);
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }
}
