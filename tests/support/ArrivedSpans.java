package support;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import workshop.trace.ReceivedSpan;
import workshop.wire.Backend;

/** What arrived, without what differs from run to run: ids, times, ports. */
public final class ArrivedSpans {
  private ArrivedSpans() {}

  /** A line a span: service, name, kind, the parent's name, attributes, status, events; sorted. */
  public static List<String> at(Backend backend) {
    List<ReceivedSpan> spans = ReceivedSpan.in(backend.inbox().exchanges()).toList();
    Map<Object, String> names = new HashMap<>();
    spans.forEach(each -> names.put(each.span().getSpanId(), each.span().getName()));
    return spans.stream().map(each -> line(each, names)).sorted().toList();
  }

  private static String line(ReceivedSpan received, Map<Object, String> names) {
    Span span = received.span();
    Map<String, String> attributes = new TreeMap<>();
    for (KeyValue attribute : span.getAttributesList()) {
      String value = attribute.getValue().toString().strip();
      attributes.put(attribute.getKey(), value.replaceAll("localhost:\\d+", "localhost:PORT"));
    }
    return String.join(
        " | ",
        received.service(),
        span.getName(),
        span.getKind().name(),
        span.getParentSpanId().isEmpty()
            ? "root"
            : "below " + names.getOrDefault(span.getParentSpanId(), "a span that is not here"),
        attributes.toString(),
        span.getStatus().getCode().name(),
        span.getEventsList().stream().map(Span.Event::getName).toList().toString());
  }
}
