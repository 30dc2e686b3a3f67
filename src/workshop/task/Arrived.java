package workshop.task;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import workshop.trace.KeptSpans;
import workshop.trace.ReceivedSpan;
import workshop.wire.Attributes;
import workshop.wire.Exchange;

/** What one run of a lesson sent, what it printed, and its code. */
public final class Arrived {
  /** More than any lesson sends. */
  private static final int MOST_SPANS = 100_000;

  private final List<Exchange> requests;
  private final Optional<List<String>> printed;
  private final String code;
  private List<ReceivedSpan> spans;

  private Arrived(List<Exchange> exchanges, Optional<List<String>> printed, String code) {
    this.requests =
        exchanges.stream()
            .filter(each -> each.signal() != null)
            .filter(each -> each.answer().accepted() || each.answer().onDemand())
            .toList();
    this.printed = printed;
    this.code = code;
  }

  /** Of a run whose output the tool has read. */
  public static Arrived of(List<Exchange> exchanges, List<String> printed, String code) {
    return new Arrived(exchanges, Optional.of(List.copyOf(printed)), code);
  }

  /** Of a run that was started by hand, whose output the tool does not see. */
  public static Arrived byHand(List<Exchange> exchanges) {
    return new Arrived(exchanges, Optional.empty(), "");
  }

  /**
   * The requests of any signal that were accepted, or rejected by a fault on demand, in the order
   * of arrival.
   */
  public List<Exchange> requests() {
    return requests;
  }

  /** The requests that were accepted. */
  public List<Exchange> accepted() {
    return requests.stream().filter(each -> each.answer().accepted()).toList();
  }

  /** The requests that were rejected by a fault on demand. */
  List<Exchange> rejected() {
    return requests.stream().filter(each -> !each.answer().accepted()).toList();
  }

  /**
   * Whether a fault of the backend's queue rejected a request; a fault that a request itself asks
   * for, with the header {@code workshop-fault}, is a part of the lesson.
   */
  boolean metFault() {
    return rejected().stream()
        .anyMatch(
            each ->
                each.headers().stream()
                    .noneMatch(header -> header.name().equals("workshop-fault")));
  }

  /** The printed lines without the spaces around them; empty after a run by hand. */
  public Optional<List<String>> printed() {
    return printed.map(lines -> lines.stream().map(String::strip).toList());
  }

  /** What ran; empty after a run by hand. */
  String code() {
    return code;
  }

  synchronized List<ReceivedSpan> spans() {
    if (spans == null) {
      // Decoded once for all checks.
      spans = KeptSpans.of(ReceivedSpan.in(accepted()), MOST_SPANS);
    }
    return spans;
  }

  /** What arrived, of the kinds that an expectation can count. */
  void each(Consumer<Item> to) {
    accepted().forEach(exchange -> Item.each(exchange, to));
  }

  List<ReceivedSpan> named(String name) {
    Condition named = Condition.string("name", name);
    return spans().stream().filter(each -> named.holds(Item.of(each))).toList();
  }

  /** The first span with this attribute. */
  Optional<ReceivedSpan> withAttribute(String key) {
    return spans().stream()
        .filter(each -> Attributes.find(each.span().getAttributesList(), key).isPresent())
        .findFirst();
  }

  /** The spans whose resource names this case. */
  List<ReceivedSpan> ofCase(String name) {
    return spans().stream().filter(each -> name.equals(caseOf(each))).toList();
  }

  /** The accepted requests with spans of this case. */
  List<Exchange> requestsOfCase(String name) {
    Set<Long> numbers = ofCase(name).stream().map(ReceivedSpan::exchange).collect(toSet());
    return accepted().stream().filter(each -> numbers.contains(each.number())).toList();
  }

  /** The cases that sent something, in the order of arrival. */
  List<String> cases() {
    return spans().stream()
        .map(Arrived::caseOf)
        .filter(name -> !name.isEmpty())
        .distinct()
        .toList();
  }

  private static String caseOf(ReceivedSpan received) {
    return Attributes.find(received.resource().getAttributesList(), "workshop.case")
        .map(AnyValue::getStringValue)
        .orElse("");
  }

  static String keys(List<KeyValue> attributes) {
    return attributes.isEmpty()
        ? "no attribute"
        : attributes.stream().map(KeyValue::getKey).collect(joining(", "));
  }
}
