package workshop.trace;

import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import workshop.wire.Attributes;
import workshop.wire.Exchange;

/**
 * A span with its resource.
 *
 * @param exchange the number of the exchange that brought it
 */
public record ReceivedSpan(Span span, Resource resource, long exchange) {

  /**
   * The spans of the accepted requests among these exchanges, in the order of arrival. Requests are
   * decoded one at a time, while the stream is read.
   */
  public static Stream<ReceivedSpan> in(List<Exchange> exchanges) {
    return exchanges.stream().flatMap(ReceivedSpan::in);
  }

  private static Stream<ReceivedSpan> in(Exchange exchange) {
    List<ReceivedSpan> spans = new ArrayList<>();
    for (ResourceSpans resource : exchange.traces().getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        for (Span span : scope.getSpansList()) {
          spans.add(new ReceivedSpan(span, resource.getResource(), exchange.number()));
        }
      }
    }
    return spans.stream();
  }

  /** The resource's {@code service.name}, or {@code "(no service.name)"}. */
  public String service() {
    return Attributes.service(resource);
  }

  /** What is wrong with the span's ids and times, for people. */
  public List<String> problems() {
    return Stream.of(Ids.problems(span), Times.problems(span)).flatMap(List::stream).toList();
  }

  /** Whether the span names a parent, which may not have arrived. */
  public boolean hasParent() {
    return Ids.isSpanId(span.getParentSpanId());
  }
}
