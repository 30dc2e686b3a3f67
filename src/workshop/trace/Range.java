package workshop.trace;

import io.opentelemetry.proto.trace.v1.Span;
import java.util.Collection;
import java.util.OptionalLong;

/**
 * From the first to the last moment of spans, by the times that make sense: one wrong time among
 * them must not make all others look like one moment. If no time makes sense, all that were sent
 * count.
 */
public final class Range {
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;
  private boolean plausible;

  /** The range of some spans. */
  public static Range of(Collection<ReceivedSpan> spans) {
    Range range = new Range();
    spans.forEach(received -> range.add(received.span()));
    return range;
  }

  public void add(Span span) {
    add(span.getStartTimeUnixNano());
    add(span.getEndTimeUnixNano());
  }

  private void add(long nanos) {
    boolean better = Times.isPlausible(nanos);
    if (nanos <= 0 || (plausible && !better)) {
      return;
    }
    if (better && !plausible) {
      plausible = true;
      first = nanos;
      last = nanos;
    }
    first = Math.min(first, nanos);
    last = Math.max(last, nanos);
  }

  /** The first moment in nanoseconds after 1970; 0 if no time was sent. */
  public long start() {
    return last < first ? 0 : first;
  }

  /** How long the range is, in nanoseconds. */
  public long nanos() {
    return last < first ? 0 : last - first;
  }

  /** A moment in nanoseconds after the first; empty if it is none of this range. */
  public OptionalLong after(long nanos) {
    return nanos <= 0 || (plausible && !Times.isPlausible(nanos))
        ? OptionalLong.empty()
        : OptionalLong.of(nanos - start());
  }
}
