package workshop.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import support.Await;

/** What a listener of an inbox gets, and when it waits for one that is slow. */
class FeedTest {
  private static final int SIZE = 1 << 20;

  private final Inbox inbox = new Inbox(1000);
  private final CountDownLatch goOn = new CountDownLatch(1);

  @Test
  void tellsASlowListenerHowMuchItMissed() throws Exception {
    List<String> heard = new ArrayList<>();
    CountDownLatch first = new CountDownLatch(1);
    inbox.onArrival(
        (exchanges, missed) -> {
          first.countDown();
          await(goOn);
          heard.add("missed " + missed);
          exchanges.forEach(each -> heard.add("got " + each.number()));
        });
    inbox.add(exchange());
    await(first);
    for (int i = 0; i < 20; i++) {
      inbox.add(exchange());
    }
    goOn.countDown();
    inbox.close(20);

    assertThat(heard)
        .containsExactly("missed 0", "got 1", "missed 17", "got 19", "got 20", "got 21");
    assertThat(inbox.total()).isEqualTo(21);
    assertThat(inbox.exchanges()).hasSize(21);
  }

  @Test
  void keepsNoListenerWaitingForAnother() throws Exception {
    List<Long> heard = new CopyOnWriteArrayList<>();
    inbox.onArrival((exchanges, missed) -> await(goOn));
    inbox.onArrival((exchanges, missed) -> exchanges.forEach(each -> heard.add(each.number())));
    for (int i = 0; i < 3; i++) {
      inbox.add(exchange());
    }

    Await.until("the other has them", () -> heard.size() == 3);
    goOn.countDown();
    inbox.close(20);
    assertThat(heard).isEqualTo(LongStream.rangeClosed(1, 3).boxed().toList());
  }

  @Test
  void waitsForAStuckListenerForALimitedTime() {
    inbox.onArrival((exchanges, missed) -> await(goOn));
    inbox.add(exchange());

    inbox.close(0);
    goOn.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Exchange exchange() {
    return new Exchange(
        0,
        Instant.EPOCH,
        Duration.ZERO,
        Protocol.GRPC,
        1,
        "POST",
        "/",
        List.of(),
        SIZE,
        SIZE,
        Signal.LOGS,
        1,
        "",
        ByteString.copyFrom(new byte[SIZE]),
        Answer.ofHttp(200, "OK", ""),
        0,
        0,
        1);
  }
}
