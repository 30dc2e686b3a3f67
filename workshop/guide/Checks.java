package workshop.guide;

import io.opentelemetry.proto.common.v1.AnyValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import workshop.guide.Task.Check;
import workshop.lesson.Verdict;
import workshop.trace.ReceivedSpan;
import workshop.wire.Exchange;
import workshop.wire.Header;

/** The checks of the tasks: pure functions of what arrived. */
final class Checks {
  private static final Finding NOTHING = Finding.open("No span of this lesson arrived.");

  private Checks() {}

  // --- Headers and compression -------------------------------------------------------------------

  /** Each request has this header, and the lesson's own one still. */
  static Check header(String name, String value) {
    return arrived -> {
      for (Exchange exchange : arrived.exchanges()) {
        Optional<String> received = headerValue(exchange, name);
        if (received.isEmpty()) {
          return noHeader(arrived, exchange, name);
        }
        if (!received.get().equals(value)) {
          return Finding.open(
              "The header %s arrived as %s, not as %s.", name, received.get(), value);
        }
        if (headerValue(exchange, "authorization").isEmpty()) {
          return Finding.open("The header %s arrived, but authorization did not: send both.", name);
        }
      }
      return arrived.exchanges().isEmpty()
          ? NOTHING
          : Finding.done("%s: %s arrived with each request.", name, value);
    };
  }

  private static Finding noHeader(Arrived arrived, Exchange exchange, String name) {
    for (ReceivedSpan each : arrived.spans()) {
      if (Arrived.find(each.span().getAttributesList(), name).isPresent()) {
        return Finding.open(
            "%s is an attribute of the span %s, not a header of the request.",
            name, each.span().getName());
      }
      if (Arrived.find(each.resource().getAttributesList(), name).isPresent()) {
        return Finding.open("%s is a resource attribute, not a header of the request.", name);
      }
    }
    return Finding.open(
        "A request arrived without the header %s. It has: %s.",
        name, exchange.headers().stream().map(Header::name).collect(Collectors.joining(", ")));
  }

  private static Optional<String> headerValue(Exchange exchange, String name) {
    return exchange.headers().stream()
        .filter(header -> header.name().equals(name))
        .map(Header::value)
        .findFirst();
  }

  static Finding uncompressed(Arrived arrived) {
    if (arrived.exchanges().isEmpty()) {
      return NOTHING;
    }
    long compressed = arrived.exchanges().stream().filter(Exchange::gzip).count();
    Exchange first = arrived.exchanges().get(0);
    return compressed == 0
        ? Finding.done("Nothing was compressed: %d B for the first request.", first.wireBytes())
        : Finding.open(
            "%s came with gzip, the first with %d B that hold %d B.",
            count(compressed, "request"), first.wireBytes(), first.decodedBytes());
  }

  // --- Batches -----------------------------------------------------------------------------------

  /** Three spans in two requests. */
  static Finding twoThenOne(Arrived arrived) {
    List<Integer> sizes = arrived.exchanges().stream().map(Exchange::items).toList();
    if (sizes.isEmpty()) {
      return NOTHING;
    }
    return sizes.equals(List.of(2, 1))
        ? Finding.done("3 spans arrived in 2 requests: 2, then 1.")
        : Finding.open(
            "%s arrived in %s: %s. With batches of 2 they are 2, then 1.",
            count(sizes.stream().mapToInt(size -> size).sum(), "span"),
            count(sizes.size(), "request"),
            sizes.stream().map(String::valueOf).collect(Collectors.joining(", then ")));
  }

  /** All spans arrived, and it took that many attempts at a batch. */
  static Check arriveAtAttempt(int attempt, int spans) {
    return arrived -> {
      int got = arrived.spans().size();
      int last = arrived.exchanges().stream().mapToInt(Exchange::attempt).max().orElse(0);
      if (got >= spans && last >= attempt) {
        return Finding.done("%d spans arrived; it took %d attempts.", got, last);
      }
      if (got >= spans && last > 1) {
        return Finding.open("%d spans arrived; it took %d attempts, not %d.", got, last, attempt);
      }
      List<Exchange> refused = arrived.refused();
      if (!refused.isEmpty()) {
        return Finding.open(
            "%d of %d spans arrived. Refused: %s within %.1f s.",
            got, spans, count(refused.size(), "attempt"), seconds(refused));
      }
      return got == 0
          ? NOTHING
          : Finding.open("%s arrived, but no fault was asked for.", count(got, "span"));
    };
  }

  private static double seconds(List<Exchange> exchanges) {
    Exchange last = exchanges.get(exchanges.size() - 1);
    return Duration.between(exchanges.get(0).at(), last.at().plus(last.took())).toMillis() / 1e3;
  }

  // --- Attributes and parents --------------------------------------------------------------------

  static Check resourceAttribute(String key, String value) {
    return arrived -> {
      List<ReceivedSpan> spans = arrived.spans();
      for (ReceivedSpan each : spans) {
        Optional<AnyValue> received = Arrived.find(each.resource().getAttributesList(), key);
        if (received.isPresent() && !isString(received.get(), value)) {
          return Finding.open(
              "The resource has %s = %s, not %s.", key, Arrived.text(received.get()), value);
        }
        if (received.isEmpty()) {
          return spanWith(spans, key)
              .map(
                  span ->
                      Finding.open(
                          "%s is an attribute of the span %s, not of the resource.",
                          key, span.span().getName()))
              .orElse(
                  Finding.open(
                      "The resource of %s has no %s. It has: %s.",
                      each.service(), key, Arrived.keys(each.resource().getAttributesList())));
        }
      }
      return spans.isEmpty() ? NOTHING : Finding.done("The resource has %s = %s.", key, value);
    };
  }

  static Check spanAttribute(String name, String key, String value) {
    return arrived -> {
      if (arrived.spans().isEmpty()) {
        return NOTHING;
      }
      List<ReceivedSpan> named = arrived.named(name);
      if (named.isEmpty()) {
        return Finding.open(
            "%s arrived; none is named %s.", count(arrived.spans().size(), "span"), name);
      }
      for (ReceivedSpan each : named) {
        Optional<AnyValue> received = Arrived.find(each.span().getAttributesList(), key);
        if (received.isPresent() && !isString(received.get(), value)) {
          return Finding.open(
              "%s has %s = %s, not %s.", name, key, Arrived.text(received.get()), value);
        }
        if (received.isEmpty()) {
          String has = Arrived.keys(each.span().getAttributesList());
          return spanWith(arrived.spans(), key)
              .map(
                  other ->
                      Finding.open(
                          "%s is on the span %s; %s has not got it.",
                          key, other.span().getName(), name))
              .orElse(Finding.open("The span %s arrived without %s. It has: %s.", name, key, has));
        }
      }
      return Finding.done("%s has %s = %s.", name, key, value);
    };
  }

  /** On the span and, as far as the output is known, in the headers that crossed. */
  static Check baggageEntry(String name, String key, String value) {
    Check onSpan = spanAttribute(name, key, value);
    return arrived -> {
      Finding finding = onSpan.judge(arrived);
      boolean crossed = arrived.printed().contains("  " + key + " = " + value);
      if (finding.done() && !crossed && !arrived.printed().isEmpty()) {
        return Finding.open(
            "%s has %s = %s, but it did not cross in the baggage: payment made it up.",
            name, key, value);
      }
      if (!finding.done() && crossed && spanWith(arrived.spans(), key).isEmpty()) {
        return Finding.open(
            "%s = %s crossed in the baggage; nobody copied it to the span %s.", key, value, name);
      }
      return finding;
    };
  }

  static Check childOf(String name, String parent) {
    return arrived -> {
      if (arrived.spans().isEmpty()) {
        return NOTHING;
      }
      List<ReceivedSpan> named = arrived.named(name);
      List<ReceivedSpan> parents = arrived.named(parent);
      if (named.isEmpty() || parents.isEmpty()) {
        return Finding.open(
            "%s arrived; none is named %s.",
            count(arrived.spans().size(), "span"), named.isEmpty() ? name : parent);
      }
      var child = named.get(0).span();
      if (child.getParentSpanId().equals(parents.get(0).span().getSpanId())) {
        return Finding.done("%s is a child of %s.", name, parent);
      }
      if (child.getParentSpanId().isEmpty()) {
        return Finding.open("%s has no parent: it is the root of a trace of its own.", name);
      }
      String other =
          arrived.spans().stream()
              .filter(each -> each.span().getSpanId().equals(child.getParentSpanId()))
              .map(each -> each.span().getName())
              .findFirst()
              .orElse("a span that did not arrive");
      return Finding.open("The parent of %s is %s, not %s.", name, other, parent);
    };
  }

  private static boolean isString(AnyValue value, String expected) {
    return value.hasStringValue() && value.getStringValue().equals(expected);
  }

  private static Optional<ReceivedSpan> spanWith(List<ReceivedSpan> spans, String key) {
    return spans.stream()
        .filter(each -> Arrived.find(each.span().getAttributesList(), key).isPresent())
        .findFirst();
  }

  // --- Cases -------------------------------------------------------------------------------------

  /** All spans of a case arrived. */
  static Check caseArrives(String lessonCase, long expected) {
    return arrived -> {
      long got = arrived.spansOfCase(lessonCase);
      if (got == expected) {
        return Finding.done("%s of %s arrived.", count(got, "span"), lessonCase);
      }
      return got > 0
          ? Finding.open("%d spans of %s arrived, not %d.", got, lessonCase, expected)
          : Finding.open("No span of %s arrived; %s.", lessonCase, others(arrived));
    };
  }

  private static String others(Arrived arrived) {
    return arrived.cases().isEmpty()
        ? "nor of any other case"
        : "those that did: " + String.join("; ", arrived.cases());
  }

  /** All spans of a case arrived, after a first answer as told. */
  static Check retried(String lessonCase, long expected, String firstAnswer) {
    Check all = caseArrives(lessonCase, expected);
    return arrived -> {
      Finding finding = all.judge(arrived);
      List<String> answers = answers(arrived.printed(), lessonCase);
      if (finding.done() && !answers.isEmpty() && !answers.get(0).equals(firstAnswer)) {
        return Finding.open(
            "The spans of %s arrived, but its first answer was %s, not %s.",
            lessonCase, answers.get(0), firstAnswer);
      }
      return finding.done() || answers.isEmpty() || arrived.spansOfCase(lessonCase) > 0
          ? finding
          : Finding.open(
              "No span of %s arrived; its receiver answered: %s.",
              lessonCase, String.join(", ", answers));
    };
  }

  /** What the lesson's own receiver printed below a case's name: {@code 100 ms 503}. */
  private static List<String> answers(List<String> printed, String lessonCase) {
    return block(printed, lessonCase, line -> line.matches(" +\\d+ ms  .*")).stream()
        .map(line -> line.replaceFirst(" +\\d+ ms  (\\w+).*", "$1"))
        .toList();
  }

  // --- What lesson 01 printed --------------------------------------------------------------------

  static Check printedResource(String key, String value) {
    return arrived -> {
      List<String> root = block(arrived.printed(), "POST /orders", line -> line.startsWith("  "));
      List<String> resource = after(root, "resource");
      Optional<String> received = printedValue(resource, key);
      if (resource.isEmpty()) {
        return Finding.open("The lesson did not print its resource.");
      }
      if (received.isPresent()) {
        return received.get().equals(value)
            ? Finding.done("The resource has %s = %s.", key, value)
            : Finding.open("The resource has %s = %s, not %s.", key, received.get(), value);
      }
      boolean onSpan =
          arrived.printed().stream()
              .anyMatch(line -> line.startsWith("INFO '") && line.contains(key + "="));
      return onSpan
          ? Finding.open("%s is an attribute of a span, not of the resource.", key)
          : Finding.open(
              "The resource has no %s. It has: %s.",
              key,
              resource.stream()
                  .map(line -> line.strip().split(" ")[0])
                  .collect(Collectors.joining(", ")));
    };
  }

  static Check printedEvent(String name, String event) {
    return arrived -> {
      List<String> events = events(arrived, name);
      if (events.contains(event)) {
        return Finding.done("%s has the event %s.", name, event);
      }
      for (String other : List.of("reserve stock", "POST /orders", "forgotten")) {
        if (events(arrived, other).contains(event)) {
          return Finding.open("The event %s is on the span %s, not on %s.", event, other, name);
        }
      }
      return Finding.open(
          "%s was exported with the events: %s. An event after end() is dropped.",
          name, events.isEmpty() ? "none" : String.join(", ", events));
    };
  }

  private static List<String> events(Arrived arrived, String name) {
    return block(arrived.printed(), name, line -> line.startsWith("  ")).stream()
        .filter(line -> line.startsWith("  event "))
        .map(line -> line.substring("  event ".length()).strip())
        .toList();
  }

  static Check printedSpan(String name, int ended) {
    return arrived -> {
      Optional<Verdict> verdict = Verdict.find(arrived.printed());
      boolean exported = arrived.printed().contains(name);
      if (verdict.isEmpty()) {
        return Finding.open("The lesson did not come to its verdict.");
      }
      int got = verdict.get().ended();
      int logged = verdict.get().exported();
      if (!exported) {
        return Finding.open(
            "The verdict says %d ended and %d logged; none of them is %s. After close() an end()"
                + " comes too late.",
            got, logged, name);
      }
      return got == ended && logged == ended
          ? Finding.done("%d spans ended, %d logged, one of them %s.", got, logged, name)
          : Finding.open(
              "%s was exported; the verdict says %d and %d, not %d and %d.",
              name, got, logged, ended, ended);
    };
  }

  /** The lines that follow the line with the title for as long as they are of this form. */
  private static List<String> block(List<String> lines, String title, Predicate<String> form) {
    int at = lines.indexOf(title);
    return at < 0
        ? List.of()
        : lines.subList(at + 1, lines.size()).stream().takeWhile(form).toList();
  }

  private static List<String> after(List<String> block, String word) {
    List<String> lines = new ArrayList<>();
    boolean found = false;
    for (String line : block) {
      if (found && !line.startsWith("    ")) {
        break;
      }
      if (found) {
        lines.add(line);
      }
      found |= line.startsWith("  " + word + " ");
    }
    return lines;
  }

  private static Optional<String> printedValue(List<String> lines, String key) {
    return lines.stream()
        .map(String::strip)
        .filter(line -> line.startsWith(key + " "))
        .map(line -> line.substring(key.length()).strip())
        .findFirst();
  }

  /** {@code 1 span}, {@code 3 spans}. */
  static String count(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
