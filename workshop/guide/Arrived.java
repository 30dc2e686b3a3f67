package workshop.guide;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import workshop.trace.ReceivedSpan;
import workshop.wire.Exchange;
import workshop.wire.Signal;

/**
 * What one run of a lesson sent, and what it printed.
 *
 * @param requests those with traces that were accepted, or refused by a fault on demand, in the
 *     order of arrival
 * @param printed its output; empty if the lesson was started by hand, where nobody reads along
 */
public record Arrived(List<Exchange> requests, List<String> printed) {
  public Arrived {
    requests =
        requests.stream()
            .filter(each -> each.signal() == Signal.TRACES)
            .filter(each -> each.answer().accepted() || each.answer().onDemand())
            .toList();
    printed = List.copyOf(printed);
  }

  /** The requests that were accepted. */
  public List<Exchange> exchanges() {
    return requests.stream().filter(each -> each.answer().accepted()).toList();
  }

  /** The requests that met a fault on demand and were not accepted. */
  List<Exchange> refused() {
    return requests.stream().filter(each -> !each.answer().accepted()).toList();
  }

  List<ReceivedSpan> spans() {
    return ReceivedSpan.in(exchanges()).toList();
  }

  List<ReceivedSpan> named(String name) {
    return spans().stream().filter(each -> each.span().getName().equals(name)).toList();
  }

  /** The spans of the traces in which a span has this {@code lesson.case}. */
  long spansOfCase(String lessonCase) {
    var all = spans();
    var traces =
        all.stream()
            .filter(each -> lessonCase.equals(lessonCase(each)))
            .map(each -> each.span().getTraceId())
            .collect(Collectors.toSet());
    return all.stream().filter(each -> traces.contains(each.span().getTraceId())).count();
  }

  /** The cases that sent something, in the order of arrival. */
  List<String> cases() {
    return spans().stream()
        .map(Arrived::lessonCase)
        .filter(lessonCase -> !lessonCase.isEmpty())
        .distinct()
        .toList();
  }

  static String lessonCase(ReceivedSpan received) {
    return find(received.span().getAttributesList(), "lesson.case")
        .map(AnyValue::getStringValue)
        .orElse("");
  }

  static Optional<AnyValue> find(List<KeyValue> attributes, String key) {
    return attributes.stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .map(KeyValue::getValue)
        .findFirst();
  }

  /** A value with its type, unless it is a string: {@code 1002 (int)}. */
  static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> value.getIntValue() + " (int)";
      case DOUBLE_VALUE -> value.getDoubleValue() + " (double)";
      case BOOL_VALUE -> value.getBoolValue() + " (boolean)";
      default -> "(" + value.getValueCase().name().toLowerCase(Locale.ROOT) + ")";
    };
  }

  static String keys(List<KeyValue> attributes) {
    return attributes.isEmpty()
        ? "no attribute"
        : attributes.stream().map(KeyValue::getKey).collect(Collectors.joining(", "));
  }
}
