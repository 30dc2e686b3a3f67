package workshop.page;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.List;
import java.util.stream.Collectors;
import workshop.trace.Hex;

/** OTLP values as text, for searching and for tables. */
final class Texts {
  private Texts() {}

  /** The text, or its beginning with {@code …} if it is longer than a number of characters. */
  static String cut(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(longest - 2)) ? longest - 2 : longest - 1;
    return text.substring(0, end) + "…";
  }

  /** {@code key=value}. */
  static String of(KeyValue attribute) {
    return attribute.getKey() + "=" + of(attribute.getValue());
  }

  /** {@code a=1, b=2}. */
  static String of(List<KeyValue> attributes) {
    return attributes.stream().map(Texts::of).collect(Collectors.joining(", "));
  }

  /** A value without its type. The nesting is limited: protobuf reads at most 100 levels. */
  static String of(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> String.valueOf(value.getBoolValue());
      case INT_VALUE -> String.valueOf(value.getIntValue());
      case DOUBLE_VALUE -> String.valueOf(value.getDoubleValue());
      case BYTES_VALUE -> Hex.of(value.getBytesValue());
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream()
              .map(Texts::of)
              .collect(Collectors.joining(", ", "[", "]"));
      case KVLIST_VALUE -> "{" + of(value.getKvlistValue().getValuesList()) + "}";
      case STRING_VALUE_STRINDEX, VALUE_NOT_SET -> "";
    };
  }
}
