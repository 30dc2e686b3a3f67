package workshop.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.task.Condition.Operator;
import workshop.text.Excerpt;
import workshop.trace.Hex;
import workshop.trace.ReceivedSpan;

/**
 * How many spans, log records or metrics of which kind should arrive:
 *
 * <pre>N|&gt;=N|no span|log|metric [KEY=VALUE ...]</pre>
 *
 * <p>For example {@code 1 span service=kiosk name="sell ticket" status=error}.
 *
 * @param count exactly so many, or at least
 * @param conditions all must hold
 * @param text as it was typed
 */
public record Expectation(
    boolean atLeast, int count, Item.Kind kind, List<Condition> conditions, String text) {
  private static final int LONGEST = 1000;
  private static final List<String> STATUSES = List.of("unset", "ok", "error");
  private static final List<String> KINDS =
      List.of("unspecified", "internal", "server", "client", "producer", "consumer");
  private static final List<String> DATA =
      List.of("sum", "gauge", "histogram", "exponential_histogram", "summary");
  private static final List<String> TEMPORALITIES = List.of("cumulative", "delta");

  /**
   * Reads an expectation.
   *
   * @throws IllegalArgumentException if it is not valid; the message says in three lines what was
   *     expected, the expectation, and a caret below the place
   */
  public static Expectation parse(String text) {
    return new Parser(text).expectation();
  }

  /** The same for what belongs to the trace of a span. */
  Expectation inTrace(ReceivedSpan span) {
    List<Condition> more = new ArrayList<>(conditions);
    more.add(Condition.string("trace_id", Hex.of(span.span().getTraceId())));
    return new Expectation(atLeast, count, kind, List.copyOf(more), text);
  }

  private static final class Parser {
    private static final Pattern COUNT = Pattern.compile("(>=)?(\\d{1,9})");
    private static final Pattern KEY = Pattern.compile("[^\\s=!<>\"']+");

    private final String text;
    private int at;

    Parser(String text) {
      // On one line, so that a caret can point into it.
      this.text = text.replaceAll("[\\s\\p{Cntrl}]", " ").stripTrailing();
    }

    Expectation expectation() {
      if (text.length() > LONGEST) {
        throw wrong(LONGEST, "expected at most " + LONGEST + " characters");
      }
      skipSpaces();
      int start = at;
      String word = word();
      Matcher count = COUNT.matcher(word);
      if (!word.equals("no") && !count.matches()) {
        throw wrong(start, "expected a number, >= and a number, or no: 3 spans, >=1 log, no spans");
      }
      skipSpaces();
      Item.Kind kind = kind();
      List<Condition> conditions = new ArrayList<>();
      for (skipSpaces(); at < text.length(); skipSpaces()) {
        conditions.add(condition(kind));
      }
      boolean no = word.equals("no");
      return new Expectation(
          !no && count.group(1) != null,
          no ? 0 : Integer.parseInt(count.group(2)),
          kind,
          List.copyOf(conditions),
          text.strip());
    }

    private Item.Kind kind() {
      int start = at;
      String word = word();
      return Arrays.stream(Item.Kind.values())
          .filter(kind -> word.equals(kind.word()) || word.equals(kind.word() + "s"))
          .findFirst()
          .orElseThrow(() -> wrong(start, "expected spans, logs or metrics"));
    }

    private Condition condition(Item.Kind kind) {
      int start = at;
      Matcher key = KEY.matcher(text).region(at, text.length());
      if (!key.lookingAt()) {
        throw wrong(at, "expected a condition without spaces, such as name=orders");
      }
      at = key.end();
      Operator operator =
          Arrays.stream(Operator.values())
              .filter(each -> each != Operator.PRESENT && text.startsWith(each.sign(), at))
              .findFirst()
              .orElse(Operator.PRESENT);
      if (operator == Operator.PRESENT && at < text.length() && text.charAt(at) != ' ') {
        throw wrong(at, "expected = or another operator");
      }
      at += operator.sign().length();
      int valueAt = at;
      boolean quoted = at < text.length() && "\"'".indexOf(text.charAt(at)) >= 0;
      String value = operator == Operator.PRESENT ? "" : quoted ? quoted() : word();
      if (value.isEmpty() && !quoted && operator != Operator.PRESENT) {
        throw wrong(valueAt, "expected a value, without a space before it");
      }
      Condition condition = new Condition(key.group(), operator, value, quoted);
      check(kind, condition, start, valueAt);
      return condition;
    }

    /** A field is one of this kind of item, and its value one that it can have. */
    private void check(Item.Kind kind, Condition condition, int keyAt, int valueAt) {
      String key = condition.key();
      if (!kind.keys().contains(key)) {
        for (Item.Kind other : Item.Kind.values()) {
          if (other.keys().contains(key)) {
            throw wrong(keyAt, "expected no %s: only a %s has one".formatted(key, other.word()));
          }
        }
      }
      boolean number = !kind.keys().contains(key) || key.equals("value") || key.equals("count");
      if (condition.operator() == Operator.PRESENT) {
        return;
      }
      if (key.equals("severity")) {
        if (Item.severity(condition.value()).isEmpty()) {
          throw wrong(valueAt, "expected TRACE, DEBUG, INFO, WARN, ERROR or FATAL");
        }
        return;
      }
      if (condition.operator().compares() && !number) {
        throw wrong(keyAt + key.length(), "expected %s= or %s!=".formatted(key, key));
      }
      if (condition.operator().compares() && !Condition.isNumber(condition.value())) {
        throw wrong(valueAt, "expected a number after " + condition.operator().sign());
      }
      if (key.equals("status") && !STATUSES.contains(condition.value())) {
        throw wrong(valueAt, "expected unset, ok or error");
      }
      if (key.equals("kind") && kind == Item.Kind.SPAN && !KINDS.contains(condition.value())) {
        throw wrong(valueAt, "expected internal, server, client, producer or consumer");
      }
      if (key.equals("kind") && kind == Item.Kind.METRIC && !DATA.contains(condition.value())) {
        throw wrong(valueAt, "expected sum, gauge, histogram, exponential_histogram or summary");
      }
      if (key.equals("temporality") && !TEMPORALITIES.contains(condition.value())) {
        throw wrong(valueAt, "expected cumulative or delta");
      }
    }

    private String quoted() {
      int close = text.indexOf(text.charAt(at), at + 1);
      if (close < 0) {
        throw wrong(at, "expected a second quote after this one");
      }
      String value = text.substring(at + 1, close);
      at = close + 1;
      if (at < text.length() && text.charAt(at) != ' ') {
        throw wrong(at, "expected a space after the quote");
      }
      return value;
    }

    private String word() {
      int start = at;
      while (at < text.length() && text.charAt(at) != ' ') {
        at++;
      }
      return text.substring(start, at);
    }

    private void skipSpaces() {
      while (at < text.length() && text.charAt(at) == ' ') {
        at++;
      }
    }

    private IllegalArgumentException wrong(int where, String expected) {
      return new IllegalArgumentException(expected + "\n" + Excerpt.of(text, where).withCaret());
    }
  }
}
