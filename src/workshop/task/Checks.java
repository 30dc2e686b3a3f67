package workshop.task;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.annotations.SerializedName;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import workshop.lesson.JsonRecord;
import workshop.trace.ReceivedSpan;
import workshop.wire.Attributes;
import workshop.wire.Exchange;
import workshop.wire.Header;

/**
 * The kinds of checks that a tasks file can name. A kind is a record; its components are the
 * arguments of the kind, by their names. A new kind is a record below and its line in the map.
 */
public final class Checks {
  private static final Map<String, Class<? extends Check>> KINDS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("printed", Printed.class),
              Map.entry("header", RequestHeader.class),
              Map.entry("uncompressed", Uncompressed.class),
              Map.entry("batches", Batches.class),
              Map.entry("attempts", Attempts.class),
              Map.entry("resource", ResourceAttribute.class),
              Map.entry("attribute", SpanAttribute.class),
              Map.entry("child", Child.class),
              Map.entry("root", Root.class),
              Map.entry("baggage", Baggage.class),
              Map.entry("case", Case.class),
              Map.entry("spans", Spans.class),
              Map.entry("items", Items.class)));

  private Checks() {}

  /**
   * The check that a tasks file asks for.
   *
   * @param json {@code kind}, and the arguments of that kind
   * @param place for messages: the file and the place in it
   * @throws IllegalArgumentException if the kind or its arguments are wrong; the message names the
   *     place
   */
  static Check of(JsonObject json, String place) {
    JsonObject arguments = json.deepCopy();
    String kind =
        arguments.remove("kind") instanceof JsonPrimitive given ? given.getAsString() : "";
    Class<? extends Check> type = KINDS.get(kind);
    if (type == null) {
      String kinds = String.join(", ", KINDS.keySet());
      throw new IllegalArgumentException(
          "%s: the key \"kind\" has to be one of: %s.".formatted(place, kinds));
    }
    return JsonRecord.read(type, arguments, place + " of the kind \"" + kind + "\"");
  }

  // --- What the run printed ----------------------------------------------------------------------

  /**
   * The run prints a line.
   *
   * @param not a line that it must not print any more
   */
  record Printed(String line, Optional<String> not) implements Check {
    @Override
    public Finding judge(Arrived arrived) {
      if (arrived.printed().isEmpty()) {
        return Finding.UNSEEN;
      }
      List<String> lines = arrived.printed().get();
      if (not.isPresent() && lines.contains(not.get())) {
        return Finding.open("It still prints \"%s\".", not.get());
      }
      if (lines.contains(line)) {
        return Finding.done("It printed \"%s\".", line);
      }
      return lines.stream()
          .filter(each -> inNumbers(each).equals(inNumbers(line)))
          .findFirst()
          .map(each -> Finding.open("It printed \"%s\", not \"%s\".", each, line))
          .orElse(Finding.open("It did not print the line \"%s\".", line));
    }

    /** The line with its numbers made equal. */
    private static String inNumbers(String line) {
      return line.replaceAll("\\d+", "0");
    }
  }

  // --- Headers and compression -------------------------------------------------------------------

  /** Each request has this header, and still has the one that the lesson sends as shipped. */
  record RequestHeader(String name, String value) implements Check {
    @Override
    public Finding judge(Arrived arrived) {
      for (Exchange exchange : arrived.accepted()) {
        Optional<String> received = headerValue(exchange, name);
        if (received.isEmpty()) {
          return missing(arrived, exchange);
        }
        if (!received.get().equals(value)) {
          return Finding.open(
              "The header %s arrived with the value %s, not %s.", name, received.get(), value);
        }
        if (headerValue(exchange, "authorization").isEmpty()) {
          return Finding.open("The header %s arrived, but authorization did not: send both.", name);
        }
      }
      return arrived.accepted().isEmpty()
          ? nothing(arrived)
          : Finding.done("The header %s: %s arrived with each request.", name, value);
    }

    private Finding missing(Arrived arrived, Exchange exchange) {
      for (ReceivedSpan each : arrived.spans()) {
        if (Attributes.find(each.span().getAttributesList(), name).isPresent()) {
          return Finding.open(
              "%s is an attribute of the span %s, not a header of the request.",
              name, each.span().getName());
        }
        if (Attributes.find(each.resource().getAttributesList(), name).isPresent()) {
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
  }

  /** No request is compressed. */
  record Uncompressed() implements Check {
    @Override
    public Finding judge(Arrived arrived) {
      if (arrived.accepted().isEmpty()) {
        return nothing(arrived);
      }
      long compressed = arrived.accepted().stream().filter(Exchange::gzip).count();
      Exchange first = arrived.accepted().get(0);
      return compressed == 0
          ? Finding.done("Nothing was compressed: the first request has %d B.", first.wireBytes())
          : Finding.open(
              "%s arrived with gzip; the first one has %d B, uncompressed %d B.",
              count(compressed, "request"), first.wireBytes(), first.decodedBytes());
    }
  }

  // --- Batches and attempts ----------------------------------------------------------------------

  /**
   * The spans arrive in requests of these sizes.
   *
   * @param name the only case to look at; without it, all requests count
   * @param sizes the spans of each request, in the order of arrival
   */
  record Batches(@SerializedName("case") Optional<String> name, List<Integer> sizes)
      implements Check {
    @Override
    public Finding judge(Arrived arrived) {
      List<Integer> got =
          name.map(arrived::requestsOfCase).orElse(arrived.accepted()).stream()
              .map(Exchange::items)
              .toList();
      if (got.isEmpty()) {
        return name.map(each -> noneOfCase(arrived, each)).orElse(nothing(arrived));
      }
      String found =
          "%s arrived in %s: %s."
              .formatted(
                  count(got.stream().mapToInt(size -> size).sum(), "span"),
                  count(got.size(), "request"),
                  list(got));
      return got.equals(sizes)
          ? new Finding(true, found)
          : new Finding(false, found + " Expected: " + list(sizes) + ".");
    }

    private static String list(List<Integer> sizes) {
      return sizes.stream().map(String::valueOf).collect(Collectors.joining(", then "));
    }
  }

  /**
   * All spans arrive, and one batch needs this many attempts.
   *
   * @param spans how many spans have to arrive
   */
  record Attempts(int attempts, int spans) implements Check {
    private static final Pattern MOST_ATTEMPTS = Pattern.compile("setMaxAttempts\\((\\d)\\)");
    private static final Pattern TIMEOUT =
        Pattern.compile("setTimeout\\(Duration\\.ofSeconds\\((\\d+)\\)\\)");

    @Override
    public Finding judge(Arrived arrived) {
      int got = arrived.spans().size();
      int needed = arrived.accepted().stream().mapToInt(Exchange::attempt).max().orElse(0);
      if (got >= spans && needed >= attempts) {
        return Finding.done("%s arrived, after %d attempts.", count(got, "span"), needed);
      }
      if (got >= spans && needed > 1) {
        return Finding.open(
            "%s arrived, after %d attempts, not %d.", count(got, "span"), needed, attempts);
      }
      List<Exchange> rejected = arrived.rejected();
      if (!rejected.isEmpty()) {
        return Finding.open(
            "%d of %d spans arrived. The backend rejected %s within %.1f s.%s",
            got, spans, count(rejected.size(), "attempt"), seconds(rejected), reason(arrived));
      }
      return got == 0
          ? nothing(arrived)
          : Finding.open("%s arrived, but the backend served no fault.", count(got, "span"));
    }

    /**
     * What ended the attempts: the retry policy or the timeout of the call, whose values the code
     * sets. The exporter logs the last response in both cases.
     */
    private static String reason(Arrived arrived) {
      Optional<String> allowed = set(MOST_ATTEMPTS, arrived);
      if (allowed.isEmpty()) {
        return "";
      }
      int last = arrived.rejected().stream().mapToInt(Exchange::attempt).max().orElse(0);
      int most = Integer.parseInt(allowed.get());
      String timeout = set(TIMEOUT, arrived).map(seconds -> seconds + " s ").orElse("");
      return " There was no attempt %d: %s."
          .formatted(
              last + 1,
              last < most
                  ? "the call's " + timeout + "timeout came first"
                  : "the retry policy allows " + most);
    }

    private static Optional<String> set(Pattern setting, Arrived arrived) {
      Matcher found = setting.matcher(arrived.code());
      return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }

    private static double seconds(List<Exchange> exchanges) {
      Exchange last = exchanges.get(exchanges.size() - 1);
      return Duration.between(exchanges.get(0).at(), last.at().plus(last.took())).toMillis() / 1e3;
    }
  }

  // --- Attributes and parents --------------------------------------------------------------------

  /** Each resource has this attribute. */
  record ResourceAttribute(String key, String value) implements Check {
    @Override
    public Finding judge(Arrived arrived) {
      for (ReceivedSpan each : arrived.spans()) {
        Optional<AnyValue> received = Attributes.find(each.resource().getAttributesList(), key);
        if (received.isPresent() && !Condition.string(key, value).holds(received.get())) {
          return Finding.open(
              "The resource has %s = %s, not %s.", key, Condition.typed(received.get()), value);
        }
        if (received.isEmpty()) {
          return arrived
              .withAttribute(key)
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
      return arrived.spans().isEmpty()
          ? nothing(arrived)
          : Finding.done("The resource has %s = %s.", key, value);
    }
  }

  /** Each span of this name has this attribute. */
  record SpanAttribute(String span, String key, String value) implements Check {
    @Override
    public Finding judge(Arrived arrived) {
      List<ReceivedSpan> named = arrived.named(span);
      if (named.isEmpty()) {
        return noneNamed(arrived, span);
      }
      for (ReceivedSpan each : named) {
        Optional<AnyValue> received = Attributes.find(each.span().getAttributesList(), key);
        if (received.isPresent() && !Condition.string(key, value).holds(received.get())) {
          return Finding.open(
              "%s has %s = %s, not %s.", span, key, Condition.typed(received.get()), value);
        }
        if (received.isEmpty()) {
          String has = Arrived.keys(each.span().getAttributesList());
          return arrived
              .withAttribute(key)
              .map(
                  other ->
                      Finding.open(
                          "%s is on the span %s, but not on %s.",
                          key, other.span().getName(), span))
              .orElse(Finding.open("The span %s arrived without %s. It has: %s.", span, key, has));
        }
      }
      return Finding.done("%s has %s = %s.", span, key, value);
    }
  }

  /** The first span of a name has the first span of another name as its parent. */
  record Child(String span, String parent) implements Check {
    @Override
    public Finding judge(Arrived arrived) {
      List<ReceivedSpan> named = arrived.named(span);
      List<ReceivedSpan> parents = arrived.named(parent);
      if (named.isEmpty() || parents.isEmpty()) {
        return noneNamed(arrived, named.isEmpty() ? span : parent);
      }
      Span child = named.get(0).span();
      boolean hasParent = named.get(0).hasParent();
      if (hasParent && child.getParentSpanId().equals(parents.get(0).span().getSpanId())) {
        return Finding.done("%s is a child of %s.", span, parent);
      }
      if (!hasParent) {
        return Finding.open("%s has no parent: it is the root of its own trace.", span);
      }
      return Finding.open(
          "The parent of %s is %s, not %s.", span, parentOf(child, arrived), parent);
    }
  }

  /** The first span of a name has no parent. */
  record Root(String span) implements Check {
    @Override
    public Finding judge(Arrived arrived) {
      List<ReceivedSpan> named = arrived.named(span);
      if (named.isEmpty()) {
        return noneNamed(arrived, span);
      }
      ReceivedSpan first = named.get(0);
      return first.hasParent()
          ? Finding.open(
              "%s has a parent: %s. It should have none.", span, parentOf(first.span(), arrived))
          : Finding.done("%s has no parent: it is the root of its own trace.", span);
    }
  }

  private static String parentOf(Span child, Arrived arrived) {
    return arrived.spans().stream()
        .filter(each -> each.span().getSpanId().equals(child.getParentSpanId()))
        .map(each -> each.span().getName())
        .findFirst()
        .orElse("a span that did not arrive");
  }

  /**
   * An entry of the baggage is on a span and, as far as the output is known, was in the {@code
   * baggage} header that the lesson prints.
   */
  record Baggage(String span, String key, String value) implements Check {
    @Override
    public Finding judge(Arrived arrived) {
      Finding onSpan = new SpanAttribute(span, key, value).judge(arrived);
      if (arrived.printed().isEmpty()) {
        return onSpan;
      }
      boolean crossed = arrived.printed().get().stream().anyMatch(this::isCarriedBy);
      if (onSpan.done() && !crossed) {
        return Finding.open(
            "%s has %s = %s, but no baggage header carried it: the receiver made it up.",
            span, key, value);
      }
      if (!onSpan.done() && crossed && arrived.withAttribute(key).isEmpty()) {
        return Finding.open(
            "The baggage header carried %s = %s, but nothing copied it to the span %s.",
            key, value, span);
      }
      return onSpan;
    }

    /** Whether a line shows the header with the entry: {@code baggage: a=b,city=New%20York}. */
    private boolean isCarriedBy(String line) {
      return line.contains("baggage")
          && Stream.of(line.split("[\\s,;:\"]+"))
              .anyMatch(entry -> entry.startsWith(key + "=") && decoded(entry).equals(value));
    }

    private String decoded(String entry) {
      String encoded = entry.substring(key.length() + 1);
      try {
        return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return encoded; // a percent sign that the lesson printed without encoding it
      }
    }
  }

  // --- Cases and counts --------------------------------------------------------------------------

  /**
   * All spans of a case arrive; the resource attribute {@code workshop.case} names the case.
   *
   * @param first what the first attempt got, for example {@code 429} or {@code UNAVAILABLE}
   */
  record Case(@SerializedName("case") String name, int spans, Optional<String> first)
      implements Check {
    @Override
    public Finding judge(Arrived arrived) {
      List<ReceivedSpan> got = arrived.ofCase(name);
      if (got.isEmpty()) {
        return noneOfCase(arrived, name);
      }
      if (got.size() != spans) {
        return Finding.open("%s of %s arrived, not %d.", count(got.size(), "span"), name, spans);
      }
      String found = "%s of %s arrived".formatted(count(got.size(), "span"), name);
      if (first.isEmpty()) {
        return new Finding(true, found + ".");
      }
      Exchange attempt = firstAttempt(arrived, got.get(0));
      found += "; the first attempt got " + attempt.answer().text();
      boolean asExpected =
          first.get().equals(String.valueOf(attempt.answer().code()))
              || first.get().equals(attempt.answer().name());
      return new Finding(asExpected, found + (asExpected ? "." : ", not " + first.get() + "."));
    }

    /** At the batch that brought a span. */
    private static Exchange firstAttempt(Arrived arrived, ReceivedSpan span) {
      long batch =
          arrived.accepted().stream()
              .filter(each -> each.number() == span.exchange())
              .mapToLong(Exchange::batch)
              .findFirst()
              .orElseThrow();
      return arrived.requests().stream()
          .filter(each -> each.batch() == batch)
          .min(Comparator.comparingInt(Exchange::attempt))
          .orElseThrow();
    }
  }

  /** This many spans of a name arrive. */
  record Spans(String name, int count) implements Check {
    @Override
    public Finding judge(Arrived arrived) {
      int got = arrived.named(name).size();
      if (got == 0) {
        return noneNamed(arrived, name);
      }
      String found = "%s named %s arrived".formatted(Checks.count(got, "span"), name);
      return new Finding(got == count, found + (got == count ? "." : ", not " + count + "."));
    }
  }

  /**
   * What arrives meets each of these expectations.
   *
   * @param expect as {@code --expect} reads them: {@code 1 log severity=ERROR}
   * @param trace the name of a span; only what its trace has counts
   */
  record Items(List<String> expect, Optional<String> trace) implements Check {
    Items {
      expect.forEach(Expectation::parse); // a wrong tasks file is found when it is read
    }

    @Override
    public Finding judge(Arrived arrived) {
      if (arrived.accepted().isEmpty()) {
        return nothing(arrived, "Nothing");
      }
      List<ReceivedSpan> spans = trace.map(arrived::named).orElse(List.of());
      if (trace.isPresent() && spans.isEmpty()) {
        return noneNamed(arrived, trace.get());
      }
      for (String each : expect) {
        Expectation expected = Expectation.parse(each);
        Finding found = finding(expected, arrived);
        if (!found.done()) {
          return Finding.open("Expected %s: %s", each, found.text());
        }
        if (!spans.isEmpty() && !finding(expected.inTrace(spans.get(0)), arrived).done()) {
          return Finding.open(
              "Expected %s: arrived, but not in the trace of %s.", each, trace.get());
        }
      }
      return Finding.done(
          "As expected%s: %s.",
          trace.map(span -> " in the trace of " + span).orElse(""), String.join("; ", expect));
    }

    private static Finding finding(Expectation expected, Arrived arrived) {
      Tally tally = new Tally(expected);
      arrived.each(tally::add);
      return tally.finding();
    }
  }

  // --- Words for all of them ---------------------------------------------------------------------

  private static Finding nothing(Arrived arrived) {
    return nothing(arrived, "No span");
  }

  private static Finding nothing(Arrived arrived, String what) {
    List<Exchange> rejected = arrived.rejected();
    return rejected.isEmpty()
        ? Finding.open("%s of this lesson arrived.", what)
        : Finding.open(
            "%s of this lesson arrived: the backend rejected %s, the last one with %s.",
            what,
            count(rejected.size(), "request"),
            rejected.get(rejected.size() - 1).answer().text());
  }

  private static Finding noneOfCase(Arrived arrived, String name) {
    return arrived.cases().isEmpty()
        ? nothing(arrived)
        : Finding.open(
            "No span of %s arrived. These cases arrived: %s.",
            name, String.join("; ", arrived.cases()));
  }

  private static Finding noneNamed(Arrived arrived, String name) {
    int all = arrived.spans().size();
    return all == 0
        ? nothing(arrived)
        : Finding.open("%s arrived, but none named %s.", count(all, "span"), name);
  }

  /** {@code 1 span}, {@code 3 spans}. */
  public static String count(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
