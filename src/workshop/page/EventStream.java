package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One page's stream of server-sent events. Events that cannot be sent in time are discarded, and
 * the page gets an event to request the whole state again: a slow page never blocks a receiver.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
final class EventStream {
  private static final int MOST_WAITING = 256;
  private static final int HEARTBEAT_SECONDS = 10;

  /** Tells the page to request the whole state again. */
  static final String RESYNC = event("resync", "{}");

  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final AtomicBoolean missed = new AtomicBoolean();

  /**
   * @param json in one line
   */
  static String event(String name, String json) {
    return "event: " + name + "\ndata: " + json + "\n\n";
  }

  /** Queues an event. Never blocks. */
  void offer(String event) {
    if (!waiting.offer(event)) {
      missed.set(true);
    }
  }

  /**
   * Sends the queued events until the page is closed.
   *
   * @throws IOException when it is closed
   */
  void serve(OutputStream out, String hello) throws IOException, InterruptedException {
    write(out, hello);
    List<String> events = new ArrayList<>();
    while (true) {
      String first = waiting.poll(HEARTBEAT_SECONDS, TimeUnit.SECONDS);
      if (missed.compareAndSet(true, false)) {
        waiting.clear();
        write(out, RESYNC);
      } else if (first == null) {
        write(out, ": nothing new\n\n");
      } else {
        events.add(first);
        waiting.drainTo(events);
        write(out, String.join("", events));
        events.clear();
      }
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }
}
