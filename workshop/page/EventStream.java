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
 * One page's stream of server-sent events. What cannot be sent in time is thrown away, and the page
 * is told to ask for it: a slow page never holds a receiver back.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
final class EventStream {
  private static final int MOST_WAITING = 256;
  private static final int HEARTBEAT_SECONDS = 10;

  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final AtomicBoolean missed = new AtomicBoolean();

  /**
   * @param json in one line
   */
  static String event(String name, String json) {
    return "event: " + name + "\ndata: " + json + "\n\n";
  }

  /** Takes an event to send. Never blocks. */
  void offer(String event) {
    if (!waiting.offer(event)) {
      missed.set(true);
    }
  }

  /**
   * Sends what is offered until the page goes away.
   *
   * @throws IOException when it went away
   */
  void serve(OutputStream out, String hello) throws IOException, InterruptedException {
    write(out, hello);
    List<String> events = new ArrayList<>();
    while (true) {
      String first = waiting.poll(HEARTBEAT_SECONDS, TimeUnit.SECONDS);
      if (missed.compareAndSet(true, false)) {
        waiting.clear();
        write(out, event("resync", "{}"));
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
