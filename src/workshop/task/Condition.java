package workshop.task;

import io.opentelemetry.proto.common.v1.AnyValue;
import java.util.Locale;
import java.util.Optional;

/**
 * What an {@link Expectation} asks of an item.
 *
 * @param key a field of the item, such as {@code name}, or the key of an attribute
 * @param value "" for {@link Operator#PRESENT}
 * @param string whether only a string is equal: {@code "200"}, not the number 200
 */
record Condition(String key, Operator operator, String value, boolean string) {
  /** Longest shown of a received value. */
  private static final int MOST = 80;

  /** How a value is compared. */
  enum Operator {
    PRESENT(""),
    NOT_EQUAL("!="),
    AT_LEAST(">="),
    AT_MOST("<="),
    EQUAL("="),
    MORE(">"),
    LESS("<");

    private final String sign;

    Operator(String sign) {
      this.sign = sign;
    }

    String sign() {
      return sign;
    }

    /** Whether values need an order, as numbers and severities have it. */
    boolean compares() {
      return this != PRESENT && this != EQUAL && this != NOT_EQUAL;
    }
  }

  /** An attribute that is this string. */
  static Condition string(String key, String value) {
    return new Condition(key, Operator.EQUAL, value, true);
  }

  /** {@link Operator#NOT_EQUAL} holds also for an item that has no such key. */
  boolean holds(Item item) {
    Optional<AnyValue> found = item.find(key);
    return operator == Operator.NOT_EQUAL
        ? found.filter(this::isEqual).isEmpty()
        : found.filter(this::holds).isPresent();
  }

  /** Whether it holds for a value of its key. */
  boolean holds(AnyValue found) {
    return switch (operator) {
      case PRESENT -> true;
      case EQUAL -> isEqual(found);
      case NOT_EQUAL -> !isEqual(found);
      default -> isSevere() ? compare(severity(found)) : compare(number(found));
    };
  }

  private boolean isEqual(AnyValue found) {
    if (isSevere()) {
      return found.getStringValue().equalsIgnoreCase(value);
    }
    return switch (found.getValueCase()) {
      case STRING_VALUE -> found.getStringValue().equals(value);
      case BOOL_VALUE -> !string && value.equals(String.valueOf(found.getBoolValue()));
      case INT_VALUE -> !string && value.equals(String.valueOf(found.getIntValue()));
      case DOUBLE_VALUE -> !string && isNumber(value) && compare(number(found));
      default -> false;
    };
  }

  private boolean isSevere() {
    return key.equals("severity");
  }

  private Optional<Double> severity(AnyValue found) {
    return Item.severity(found.getStringValue()).map(Integer::doubleValue);
  }

  private static Optional<Double> number(AnyValue found) {
    return switch (found.getValueCase()) {
      case INT_VALUE -> Optional.of((double) found.getIntValue());
      case DOUBLE_VALUE -> Optional.of(found.getDoubleValue());
      default -> Optional.empty();
    };
  }

  private boolean compare(Optional<Double> found) {
    if (found.isEmpty()) {
      return false;
    }
    double limit = isSevere() ? Item.severity(value).orElseThrow() : Double.parseDouble(value);
    double number = found.get();
    return switch (operator) {
      case AT_LEAST -> number >= limit;
      case AT_MOST -> number <= limit;
      case MORE -> number > limit;
      case LESS -> number < limit;
      default -> number == limit; // equal, or not equal, which is asked the other way round
    };
  }

  static boolean isNumber(String text) {
    return text.matches("-?\\d{1,18}(\\.\\d{1,18})?");
  }

  /** Why it does not hold for an item: {@code status is unset, not error}. */
  String missed(Item item) {
    Optional<AnyValue> found = item.find(key);
    if (found.isEmpty()) {
      return "it has no " + key;
    }
    String text = key + " is " + quoted(cut(string ? typed(found.get()) : text(found.get())));
    if (operator == Operator.NOT_EQUAL) {
      return text;
    }
    String expected =
        operator == Operator.EQUAL
            ? (string && !found.get().hasStringValue() ? "the string " : "") + quoted(value)
            : (isSevere() || number(found.get()).isPresent() ? "" : "a number ")
                + operator.sign()
                + value;
    return text + ", not " + expected;
  }

  private static String cut(String text) {
    return text.length() <= MOST ? text : text.substring(0, MOST) + "...";
  }

  /** A value without its type; {@code (kvlist_value)} for one that is not a scalar. */
  static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> String.valueOf(value.getIntValue());
      case DOUBLE_VALUE -> String.valueOf(value.getDoubleValue());
      case BOOL_VALUE -> String.valueOf(value.getBoolValue());
      default -> "(" + value.getValueCase().name().toLowerCase(Locale.ROOT) + ")";
    };
  }

  /** A value with its type, unless it is a string: {@code 1002 (int)}. */
  static String typed(AnyValue value) {
    return switch (value.getValueCase()) {
      case INT_VALUE -> text(value) + " (int)";
      case DOUBLE_VALUE -> text(value) + " (double)";
      case BOOL_VALUE -> text(value) + " (boolean)";
      default -> text(value);
    };
  }

  /** In quotes if it needs them in an expectation. */
  static String quoted(String text) {
    if (!text.isEmpty() && text.chars().noneMatch(Character::isWhitespace)) {
      return text;
    }
    return text.contains("\"") ? "'" + text + "'" : "\"" + text + "\"";
  }
}
