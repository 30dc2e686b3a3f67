package workshop.thread;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Runs a task once after a burst of calls, when there was no call for a while. */
public final class Debounce {
  private final ScheduledExecutorService timer;
  private final long quietNanos;
  private final Runnable task;
  private boolean waiting;
  private long lastNanos;

  /**
   * @param timer runs the task; once it is shut down, calls do nothing
   * @param quiet how long there must be no call
   */
  public Debounce(ScheduledExecutorService timer, Duration quiet, Runnable task) {
    this.timer = timer;
    this.quietNanos = quiet.toNanos();
    this.task = task;
  }

  /** Takes note of a call. Costs little: the timer is set once for many calls. */
  public synchronized void call() {
    lastNanos = System.nanoTime();
    if (!waiting) {
      waiting = true;
      runIn(quietNanos);
    }
  }

  private void runWhenQuiet() {
    synchronized (this) {
      long left = quietNanos - (System.nanoTime() - lastNanos);
      if (left > 0) {
        runIn(left);
        return;
      }
      waiting = false;
    }
    task.run();
  }

  private void runIn(long nanos) {
    try {
      timer.schedule(this::runWhenQuiet, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The timer is shut down.
    }
  }
}
