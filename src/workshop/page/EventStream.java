package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One page's stream of server-sent events. Events that cannot be sent in time are discarded, and
 * the page gets an event to request the whole state again: a slow page never blocks a receiver.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
final class EventStream implements Parts {
  private static final int MOST_WAITING = 256;

  /** Tells the page to request the whole state again. */
  static final String RESYNC = event("resync", "{}");

  /** Sent now and then: it shows each side whether the other is still there. */
  static final String HEARTBEAT = ": nothing new\n\n";

  private final Queue<String> waiting = new ArrayDeque<>();
  private final Consumer<EventStream> closed;
  private boolean missed;

  /** What the connection waits for; null while it is sending. */
  private CompletableFuture<byte[]> wanted;

  /**
   * @param closed called when the page has closed the stream
   */
  EventStream(Consumer<EventStream> closed) {
    this.closed = closed;
  }

  /**
   * @param json in one line
   */
  static String event(String name, String json) {
    return "event: " + name + "\ndata: " + json + "\n\n";
  }

  /** Queues an event. Never blocks. */
  synchronized void offer(String event) {
    if (waiting.size() < MOST_WAITING) {
      waiting.add(event);
    } else {
      missed = true;
    }
    send();
  }

  @Override
  public synchronized CompletableFuture<byte[]> next() {
    CompletableFuture<byte[]> next = new CompletableFuture<>();
    wanted = next;
    send();
    return next;
  }

  private void send() {
    if (wanted == null || waiting.isEmpty()) {
      return;
    }
    String events = missed ? RESYNC : String.join("", waiting);
    waiting.clear();
    missed = false;
    CompletableFuture<byte[]> next = wanted;
    wanted = null;
    next.complete(events.getBytes(UTF_8)); // the connection's loop takes it from here
  }

  @Override
  public void close() {
    closed.accept(this);
  }
}
