package workshop.guide;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import workshop.trace.ReceivedSpan;
import workshop.wire.Exchange;
import workshop.wire.Signal;

/**
 * Tells which of the exchanges of a backend are one run of which lesson. A trace belongs to the
 * lesson that the number of its order names (1002 to 1004); with a {@code lesson.case} to lesson
 * 06, whose orders charge a card, or else to 05. An exchange belongs where its first such trace
 * does. A run of 02 to 04 is one order; a run of 05 and 06 ends where a case comes again after
 * another. All else was sent by somebody else.
 */
public final class Runs {
  /** No lesson sends more spans in one request, and a load test is not looked into. */
  private static final int MOST_SPANS = 200;

  private static final int MOST_EXCHANGES = 200;

  private Runs() {}

  /**
   * The newest run of each lesson, by the first two characters of its name. What a fault on demand
   * refused has no body to know it by; it belongs to the run that came over the same connection.
   */
  public static Map<String, List<Exchange>> newest(List<Exchange> all) {
    List<Exchange> exchanges =
        all.subList(Math.max(0, all.size() - MOST_EXCHANGES), all.size()).stream()
            .filter(each -> each.signal() == Signal.TRACES && each.answer().accepted())
            .filter(each -> each.items() <= MOST_SPANS)
            .toList();
    Map<Long, List<ReceivedSpan>> spans = new HashMap<>();
    Map<ByteString, String> lessons = new HashMap<>();
    Map<ByteString, String> cases = new HashMap<>();
    Set<ByteString> cards = new HashSet<>();
    for (Exchange exchange : exchanges) {
      List<ReceivedSpan> received = ReceivedSpan.in(List.of(exchange)).toList();
      spans.put(exchange.number(), received);
      for (ReceivedSpan each : received) {
        ByteString trace = each.span().getTraceId();
        Arrived.find(each.span().getAttributesList(), "order.id")
            .map(AnyValue::getIntValue)
            .filter(order -> order >= 1002 && order <= 1004)
            .ifPresent(order -> lessons.put(trace, "0" + order % 10));
        if (!Arrived.lessonCase(each).isEmpty()) {
          cases.put(trace, Arrived.lessonCase(each));
        }
        if (each.span().getName().equals("charge card")) {
          cards.add(trace);
        }
      }
    }
    cases.keySet().forEach(trace -> lessons.put(trace, cards.contains(trace) ? "06" : "05"));
    Map<String, List<Exchange>> runs = new LinkedHashMap<>();
    Map<String, ByteString> order = new HashMap<>();
    Map<String, List<String>> seen = new HashMap<>();
    for (Exchange exchange : exchanges) {
      spans.get(exchange.number()).stream()
          .map(each -> each.span().getTraceId())
          .filter(lessons::containsKey)
          .findFirst()
          .ifPresent(
              trace -> {
                String lesson = lessons.get(trace);
                if (cases.containsKey(trace)
                    ? comesAgain(
                        seen.computeIfAbsent(lesson, key -> new ArrayList<>()), cases.get(trace))
                    : !trace.equals(order.put(lesson, trace))) {
                  runs.put(lesson, new ArrayList<>());
                }
                runs.computeIfAbsent(lesson, key -> new ArrayList<>()).add(exchange);
              });
    }
    List<Exchange> refused = new Arrived(all, List.of()).refused();
    for (List<Exchange> run : runs.values()) {
      Set<Integer> connections = run.stream().map(Exchange::connection).collect(Collectors.toSet());
      refused.stream().filter(each -> connections.contains(each.connection())).forEach(run::add);
      run.sort(Comparator.comparingLong(Exchange::number));
    }
    return runs;
  }

  /** The newest requests that a fault on demand refused, if their connection brought nothing. */
  public static List<Exchange> lost(List<Exchange> all) {
    List<Exchange> refused = new Arrived(all, List.of()).refused();
    if (refused.isEmpty()) {
      return List.of();
    }
    int connection = refused.get(refused.size() - 1).connection();
    List<Exchange> together = all.stream().filter(each -> each.connection() == connection).toList();
    return refused.containsAll(together) ? together : List.of();
  }

  /** Whether the case was seen before and is not the last one seen; then a new run begins. */
  private static boolean comesAgain(List<String> seen, String lessonCase) {
    int at = seen.indexOf(lessonCase);
    boolean again = at >= 0 && at < seen.size() - 1;
    if (again) {
      seen.clear();
    }
    if (again || at < 0) {
      seen.add(lessonCase);
    }
    return again;
  }
}
