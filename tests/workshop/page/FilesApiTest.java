package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import support.Await;
import workshop.wire.Inbox;
import workshop.wire.OtlpLines;

/** A save takes turns with other views, and there is one at a time. */
class FilesApiTest {
  @Test
  void otherViewsNeedNotWaitForTheEndOfASave() throws Exception {
    Inbox inbox = new Inbox(10);
    String lines = "{\"resourceSpans\":[{}]}\n{\"resourceLogs\":[{}]}\n";
    OtlpLines.load(new ByteArrayInputStream(lines.getBytes(UTF_8)), "a.jsonl", 1, inbox);
    ThreadPoolExecutor decoder =
        new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    try {
      FilesApi files = new FilesApi(inbox, decoder, Runnable::run);
      CountDownLatch begin = new CountDownLatch(1);
      Future<Void> before =
          decoder.submit(
              () -> {
                begin.await();
                return null;
              });
      CompletableFuture<Response> save = CompletableFuture.supplyAsync(() -> save(files));
      Await.until("the save waits", () -> decoder.getQueue().size() == 1);
      assertThatThrownBy(files::save).hasMessageContaining("another file is being saved");
      Future<Void> between =
          decoder.submit(
              () -> {
                Await.until("the save waits again", () -> decoder.getQueue().size() == 1);
                return null;
              });
      begin.countDown();

      before.get();
      between.get();
      Parts saved = save.get().rest();
      assertThat(new String(saved.next().get(), UTF_8)).isEqualTo(lines);
      assertThat(saved.next().get()).isNull();
      saved.close();
      files.save().rest().close();
    } finally {
      decoder.shutdownNow();
    }
  }

  private static Response save(FilesApi files) {
    try {
      return files.save();
    } catch (HttpError e) {
      throw new AssertionError(e);
    }
  }
}
