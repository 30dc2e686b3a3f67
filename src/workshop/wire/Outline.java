package workshop.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.common.base.Utf8;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The result of one pass over the bytes of an export request, without an object for each of its
 * messages. This costs a fraction of decoding it, and 16 MB of empty spans would be eight million
 * objects, more than the whole heap.
 *
 * @param wellFormed whether protobuf's own parser accepts it for certain; if not, it still may
 * @param items spans, data points or log records, up to the first fault
 * @param decodedBytes the approximate memory it takes once it is decoded, up to the first fault
 * @param run the value of the attribute {@code workshop.lesson} of the first resource that has it
 *     as text of 1 to 100 characters; "" if none has it before the first fault
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protobuf's encoding</a>
 */
record Outline(boolean wellFormed, int items, long decodedBytes, String run) {
  /** The approximate memory of a message without its text and numbers, and of a text in a list. */
  private static final long OBJECT = 96;

  /** How many objects protobuf needs for an unknown field. */
  private static final int UNKNOWN = 3;

  private static final FieldDescriptor RESOURCE_ATTRIBUTES =
      Resource.getDescriptor().findFieldByNumber(Resource.ATTRIBUTES_FIELD_NUMBER);

  private static final String RUN = "workshop.lesson";
  private static final byte[] RUN_KEY = RUN.getBytes(US_ASCII);
  private static final int LONGEST_RUN = 100;

  /** The longest run with characters of three bytes each, its key, and the tags of both. */
  private static final int LONGEST_RUN_ATTRIBUTE = 400;

  /** Protobuf's own limit. */
  private static final int MOST_LEVELS = 100;

  private static final Set<Descriptor> ITEMS =
      Set.of(
          Span.getDescriptor(),
          LogRecord.getDescriptor(),
          NumberDataPoint.getDescriptor(),
          HistogramDataPoint.getDescriptor(),
          ExponentialHistogramDataPoint.getDescriptor(),
          SummaryDataPoint.getDescriptor());

  private static final Map<Descriptor, Type> TYPES = new HashMap<>();

  static {
    for (Signal signal : Signal.values()) {
      Type.of(signal.requestType());
    }
  }

  static Outline of(byte[] body, Signal signal) {
    Pass pass = new Pass(body);
    boolean wellFormed;
    try {
      pass.message(TYPES.get(signal.requestType()), body.length, 0);
      wellFormed = true;
    } catch (Fault e) {
      wellFormed = false;
    }
    return new Outline(wellFormed, pass.items, body.length + OBJECT * pass.objects, pass.run);
  }

  /** What a field's value is, if it has a length. */
  private enum Content {
    MESSAGE,
    RESOURCE_ATTRIBUTE,
    TEXT,
    /** One of a list. */
    LISTED_TEXT,
    /** Packed numbers of variable length. */
    VARINTS,
    NUMBERS_OF_4_BYTES,
    NUMBERS_OF_8_BYTES,
    /** Bytes or an unknown field; not read further. */
    OPAQUE
  }

  /** A type of message, its fields by their numbers. */
  private static final class Type {
    private static final int MOST_FIELDS = 32; // higher than any field number in OTLP

    private final boolean item;
    private final Content[] contents = new Content[MOST_FIELDS];
    private final Type[] messages = new Type[MOST_FIELDS];

    private Type(boolean item) {
      this.item = item;
    }

    static Type of(Descriptor message) {
      Type known = TYPES.get(message);
      if (known != null) {
        return known;
      }
      Type type = new Type(ITEMS.contains(message));
      TYPES.put(message, type); // first, because a value can contain values
      for (FieldDescriptor field : message.getFields()) {
        type.contents[field.getNumber()] = content(field);
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
          type.messages[field.getNumber()] = of(field.getMessageType());
        }
      }
      return type;
    }

    private static Content content(FieldDescriptor field) {
      return switch (field.getLiteType()) {
        case MESSAGE ->
            field.equals(RESOURCE_ATTRIBUTES) ? Content.RESOURCE_ATTRIBUTE : Content.MESSAGE;
        case STRING -> field.isRepeated() ? Content.LISTED_TEXT : Content.TEXT;
        case FIXED64, SFIXED64, DOUBLE -> packed(field, Content.NUMBERS_OF_8_BYTES);
        case FIXED32, SFIXED32, FLOAT -> packed(field, Content.NUMBERS_OF_4_BYTES);
        case BYTES, GROUP -> Content.OPAQUE;
        default -> packed(field, Content.VARINTS);
      };
    }

    private static Content packed(FieldDescriptor field, Content content) {
      return field.isRepeated() ? content : Content.OPAQUE;
    }
  }

  /** The bytes are not such a message, or contain something that OTLP does not have. */
  private static final class Fault extends Exception {
    private static final long serialVersionUID = 1;
    private static final Fault INSTANCE = new Fault();

    private Fault() {
      super(null, null, false, false);
    }
  }

  private static final class Pass {
    private final byte[] bytes;
    private int at;
    private int items;
    private long objects;
    private String run = "";

    Pass(byte[] bytes) {
      this.bytes = bytes;
    }

    void message(Type type, int end, int level) throws Fault {
      objects++;
      if (type.item) {
        items++;
      }
      while (at < end) {
        int tag = (int) varint(end);
        int number = tag >>> 3;
        if (number == 0) {
          throw Fault.INSTANCE;
        }
        if (number >= Type.MOST_FIELDS || type.contents[number] == null) {
          objects += UNKNOWN;
        }
        switch (tag & 7) {
          case WireFormat.WIRETYPE_VARINT -> varint(end);
          case WireFormat.WIRETYPE_FIXED64 -> skip(8, end);
          case WireFormat.WIRETYPE_FIXED32 -> skip(4, end);
          case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
            int length = (int) varint(end);
            if (length < 0 || length > end - at) {
              throw Fault.INSTANCE;
            }
            field(type, number, length, level);
          }
          default -> throw Fault.INSTANCE; // a group, or an invalid type
        }
      }
    }

    private void field(Type type, int number, int length, int level) throws Fault {
      int end = at + length;
      Content content = number < Type.MOST_FIELDS ? type.contents[number] : null;
      switch (content == null ? Content.OPAQUE : content) {
        case MESSAGE -> {
          if (level == MOST_LEVELS) {
            throw Fault.INSTANCE;
          }
          message(type.messages[number], end, level + 1);
        }
        case RESOURCE_ATTRIBUTE -> {
          message(type.messages[number], end, level + 1);
          findRun(end - length, end);
        }
        case TEXT -> text(end);
        case LISTED_TEXT -> {
          objects++;
          text(end);
        }
        case VARINTS -> {
          while (at < end) {
            varint(end);
          }
        }
        case NUMBERS_OF_4_BYTES -> {
          if (length % 4 != 0) {
            throw Fault.INSTANCE;
          }
        }
        case NUMBERS_OF_8_BYTES -> {
          if (length % 8 != 0) {
            throw Fault.INSTANCE;
          }
        }
        case OPAQUE -> {}
      }
      at = end;
    }

    /** Decodes an attribute only if its bytes contain the key: one in a whole request. */
    private void findRun(int start, int end) {
      if (!run.isEmpty() || end - start > LONGEST_RUN_ATTRIBUTE || !hasRunKey(start, end)) {
        return;
      }
      try {
        KeyValue attribute = KeyValue.parser().parseFrom(bytes, start, end - start);
        String value = attribute.getValue().getStringValue(); // "" if it is not a string
        if (attribute.getKey().equals(RUN) && value.length() <= LONGEST_RUN) {
          run = value;
        }
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("well-formed, but not for protobuf", e);
      }
    }

    private boolean hasRunKey(int start, int end) {
      for (int i = start; i <= end - RUN_KEY.length; i++) {
        if (bytes[i] == 'w'
            && Arrays.equals(bytes, i, i + RUN_KEY.length, RUN_KEY, 0, RUN_KEY.length)) {
          return true;
        }
      }
      return false;
    }

    /** Checks for ASCII first, because most text is. */
    private void text(int end) throws Fault {
      byte[] bytes = this.bytes;
      for (int i = at; i < end; i++) {
        if (bytes[i] < 0) {
          if (!Utf8.isWellFormed(bytes, i, end - i)) {
            throw Fault.INSTANCE;
          }
          return;
        }
      }
    }

    private long varint(int end) throws Fault {
      byte[] bytes = this.bytes;
      int at = this.at;
      long value = 0;
      for (int shift = 0; shift < 70 && at < end; shift += 7) {
        byte b = bytes[at++];
        value |= (long) (b & 0x7f) << shift;
        if (b >= 0) {
          this.at = at;
          return value;
        }
      }
      throw Fault.INSTANCE;
    }

    private void skip(int length, int end) throws Fault {
      if (length > end - at) {
        throw Fault.INSTANCE;
      }
      at += length;
    }
  }
}
