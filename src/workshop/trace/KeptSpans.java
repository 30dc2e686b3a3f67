package workshop.trace;

import io.opentelemetry.proto.resource.v1.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import workshop.wire.Exchange;

/** Decoded spans, as many as memory allows: one can take thirty times its size on the wire. */
public final class KeptSpans {
  private static final long MOST_BYTES = 24 << 20;

  private final int most;
  private final List<ReceivedSpan> spans = new ArrayList<>();
  private long bytes;
  private Resource last;

  /**
   * @param most how many spans to keep
   */
  public KeptSpans(int most) {
    this.most = most;
  }

  /** The first of these spans. */
  public static List<ReceivedSpan> of(Stream<ReceivedSpan> spans, int most) {
    KeptSpans kept = new KeptSpans(most);
    spans.takeWhile(kept::add).forEach(each -> {});
    return kept.list();
  }

  /** Keeps a span; false if there is no room left for it. */
  public boolean add(ReceivedSpan span) {
    long more = Exchange.memory(span.span());
    if (span.resource() != last) { // the spans of a request share it
      more += Exchange.memory(span.resource());
    }
    if (spans.size() == most || more > MOST_BYTES - bytes) {
      return false;
    }
    last = span.resource();
    bytes += more;
    spans.add(span);
    return true;
  }

  /** In the order in which they were added. */
  public List<ReceivedSpan> list() {
    return List.copyOf(spans);
  }
}
