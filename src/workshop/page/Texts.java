package workshop.page;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.util.List;
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

  /** {@code key=value}, or its beginning if it is longer than a number of characters. */
  static String of(KeyValue attribute, int longest) {
    StringBuilder text = new StringBuilder();
    append(text, attribute, longest);
    return cut(text.toString(), longest);
  }

  /** {@code a=1, b=2}, or its beginning. */
  static String of(List<KeyValue> attributes, int longest) {
    StringBuilder text = new StringBuilder();
    append(text, attributes, longest);
    return cut(text.toString(), longest);
  }

  /** A value without its type, or its beginning. */
  static String of(AnyValue value, int longest) {
    StringBuilder text = new StringBuilder();
    append(text, value, longest);
    return cut(text.toString(), longest);
  }

  /**
   * Appends what is needed of a value to tell whether all of the text is longer than that. The
   * nesting is limited: protobuf reads at most 100 levels.
   */
  private static void append(StringBuilder text, AnyValue value, int longest) {
    switch (value.getValueCase()) {
      case STRING_VALUE -> append(text, value.getStringValue(), longest);
      case BOOL_VALUE -> text.append(value.getBoolValue());
      case INT_VALUE -> text.append(value.getIntValue());
      case DOUBLE_VALUE -> text.append(value.getDoubleValue());
      case BYTES_VALUE -> {
        ByteString bytes = value.getBytesValue();
        text.append(Hex.of(bytes.substring(0, Math.min(bytes.size(), longest))));
      }
      case ARRAY_VALUE -> {
        text.append('[');
        String separator = "";
        for (AnyValue each : value.getArrayValue().getValuesList()) {
          if (text.length() > longest) {
            return;
          }
          append(text.append(separator), each, longest);
          separator = ", ";
        }
        text.append(']');
      }
      case KVLIST_VALUE -> {
        text.append('{');
        append(text, value.getKvlistValue().getValuesList(), longest);
        text.append('}');
      }
      case STRING_VALUE_STRINDEX, VALUE_NOT_SET -> {}
    }
  }

  private static void append(StringBuilder text, List<KeyValue> attributes, int longest) {
    String separator = "";
    for (KeyValue each : attributes) {
      if (text.length() > longest) {
        return;
      }
      append(text.append(separator), each, longest);
      separator = ", ";
    }
  }

  private static void append(StringBuilder text, KeyValue attribute, int longest) {
    append(text, attribute.getKey(), longest);
    append(text.append('='), attribute.getValue(), longest);
  }

  private static void append(StringBuilder text, String more, int longest) {
    text.append(more, 0, Math.min(more.length(), longest + 1));
  }
}
