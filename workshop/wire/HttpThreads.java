package workshop.wire;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of the JDK's HTTP server, which gives one to a request from its first byte to its
 * last. So there are many: a class of slow senders must not keep the others waiting. Requests
 * beyond that wait for the slow ones' time to be over.
 */
final class HttpThreads implements Executor {
  private static final int MOST = 512;
  private static final int MOST_AFTER_WAITING = 32;

  private final ThreadPoolExecutor later =
      new ThreadPoolExecutor(
          MOST_AFTER_WAITING,
          MOST_AFTER_WAITING,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          HttpThreads::daemon);
  private final ThreadPoolExecutor atOnce =
      new ThreadPoolExecutor(
          0,
          MOST,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          HttpThreads::daemon,
          (task, full) -> later.execute(task));

  HttpThreads() {
    later.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    atOnce.execute(task);
  }

  void end() {
    atOnce.shutdownNow();
    later.shutdownNow();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "otlp-http");
    thread.setDaemon(true);
    return thread;
  }
}
