package workshop.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import support.Await;

/** A task after a burst of calls. */
class DebounceTest {
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("debounce"));
  private final AtomicInteger runs = new AtomicInteger();

  @AfterEach
  void close() {
    timer.shutdownNow();
  }

  @Test
  void runsOnceAfterManyCallsAndAgainAfterTheNext() throws Exception {
    // The timer is held until all calls were made, so that none of them comes too late.
    CountDownLatch called = new CountDownLatch(1);
    timer.execute(() -> await(called));
    Debounce debounce = new Debounce(timer, Duration.ofMillis(1), runs::incrementAndGet);
    for (int i = 0; i < 1000; i++) {
      debounce.call();
    }
    called.countDown();
    Await.until("the first run", () -> runs.get() == 1);
    debounce.call();
    Await.until("the second run", () -> runs.get() == 2);
    // Nothing is left to do: no call led to a run of its own.
    timer.shutdown();
    assertThat(timer.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(runs).hasValue(2);
  }

  @Test
  void callsDoNothingOnceTheTimerIsShutDown() {
    Debounce debounce = new Debounce(timer, Duration.ofMillis(1), runs::incrementAndGet);
    timer.shutdownNow();
    debounce.call();
    assertThat(runs).hasValue(0);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
