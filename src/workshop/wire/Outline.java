package workshop.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.common.base.Utf8;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
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
 * @param wellFormed whether protobuf's own parser accepts it
 * @param items spans, data points or log records, up to the first fault
 * @param decodedBytes the approximate memory it takes once it is decoded, up to the first fault
 * @param run the value of the attribute {@code workshop.lesson} of the first resource that has it
 *     as text of 1 to 100 characters; "" if none has it before the first fault
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protobuf's encoding</a>
 */
record Outline(boolean wellFormed, int items, long decodedBytes, String run) {
  /** The approximate memory of a message without its fields, and of its place in a list. */
  private static final int MESSAGE = 40;

  /** Of a field, besides the bytes that it has on the wire. */
  private static final int FIELD = 8;

  /** Of text or bytes, besides their own bytes. */
  private static final int TEXT = 56;

  /** Of a list of numbers. */
  private static final int NUMBERS = 100;

  /** Of a number in a list, which is copied as it grows. */
  private static final int NUMBER = 20;

  /** Of a field that protobuf keeps as an unknown one, besides its bytes. */
  private static final int UNKNOWN = 350;

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
    return new Outline(wellFormed, pass.items, body.length + pass.memory, pass.run);
  }

  /** The approximate memory of a message of OTLP that was decoded. */
  static long memory(Message message) {
    byte[] bytes = message.toByteArray();
    Pass pass = new Pass(bytes);
    try {
      pass.message(TYPES.get(message.getDescriptorForType()), bytes.length, 0);
    } catch (Fault e) {
      throw new IllegalStateException("protobuf wrote it", e);
    }
    return bytes.length + pass.memory;
  }

  /** What a field's value is. */
  private enum Content {
    MESSAGE,
    RESOURCE_ATTRIBUTE,
    TEXT,
    BYTES,
    NUMBER,
    /** A list of numbers of variable length, packed or not. */
    VARINTS,
    NUMBERS_OF_4_BYTES,
    NUMBERS_OF_8_BYTES
  }

  /** A type of message, its fields by their numbers. */
  private static final class Type {
    private static final int MOST_FIELDS = 32; // higher than any field number in OTLP

    private final boolean item;
    private final int memory;
    private final Content[] contents = new Content[MOST_FIELDS];
    private final int[] wireTypes = new int[MOST_FIELDS];
    private final Type[] messages = new Type[MOST_FIELDS];

    private Type(Descriptor message) {
      item = ITEMS.contains(message);
      long fields =
          message.getFields().stream().filter(f -> f.getContainingOneof() == null).count();
      memory = MESSAGE + FIELD * (int) (fields + 2L * message.getOneofs().size());
    }

    static Type of(Descriptor message) {
      Type known = TYPES.get(message);
      if (known != null) {
        return known;
      }
      Type type = new Type(message);
      TYPES.put(message, type); // first, because a value can contain values
      for (FieldDescriptor field : message.getFields()) {
        type.contents[field.getNumber()] = content(field);
        type.wireTypes[field.getNumber()] = field.getLiteType().getWireType();
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
        case STRING -> Content.TEXT;
        case BYTES -> Content.BYTES;
        case FIXED64, SFIXED64, DOUBLE -> listed(field, Content.NUMBERS_OF_8_BYTES);
        case FIXED32, SFIXED32, FLOAT -> listed(field, Content.NUMBERS_OF_4_BYTES);
        case GROUP -> throw new IllegalStateException("OTLP has no groups");
        default -> listed(field, Content.VARINTS);
      };
    }

    private static Content listed(FieldDescriptor field, Content content) {
      return field.isRepeated() ? content : Content.NUMBER;
    }

    /** What the field's value is; null if protobuf keeps it as an unknown field. */
    Content content(int number, int wireType) {
      if (number >= MOST_FIELDS || contents[number] == null) {
        return null;
      }
      Content content = contents[number];
      boolean list =
          content == Content.VARINTS
              || content == Content.NUMBERS_OF_4_BYTES
              || content == Content.NUMBERS_OF_8_BYTES;
      boolean packed = list && wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      return packed || wireType == wireTypes[number] ? content : null;
    }
  }

  /** The bytes are not such a message; protobuf's parser fails at the same place, or earlier. */
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
    private long memory;
    private String run = "";

    Pass(byte[] bytes) {
      this.bytes = bytes;
    }

    void message(Type type, int end, int level) throws Fault {
      memory += type.memory;
      if (type.item) {
        items++;
      }
      while (at < end) {
        int tag = tag(end);
        int number = tag >>> 3;
        int wireType = tag & 7;
        Content content = type.content(number, wireType);
        if (content == null) {
          unknown(tag, end, level);
        } else if (wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          int length = length(end);
          field(content, type.messages[number], at + length, level);
        } else {
          memory += content == Content.NUMBER ? 0 : NUMBER;
          skip(wireType, end);
        }
      }
    }

    private int tag(int end) throws Fault {
      int tag = (int) varint(end);
      if (tag >>> 3 == 0) {
        throw Fault.INSTANCE;
      }
      return tag;
    }

    /** Of a value that follows and ends before {@code end}. */
    private int length(int end) throws Fault {
      int length = (int) varint(end);
      if (length < 0 || length > end - at) {
        throw Fault.INSTANCE;
      }
      return length;
    }

    private void unknown(int tag, int end, int level) throws Fault {
      memory += UNKNOWN;
      switch (tag & 7) {
        case WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
          int length = length(end);
          at += length;
        }
        case WireFormat.WIRETYPE_START_GROUP -> {
          deeper(level);
          int last = tag(end);
          for (; (last & 7) != WireFormat.WIRETYPE_END_GROUP; last = tag(end)) {
            unknown(last, end, level + 1);
          }
          if (last >>> 3 != tag >>> 3) {
            throw Fault.INSTANCE;
          }
        }
        default -> skip(tag & 7, end);
      }
    }

    private static void deeper(int level) throws Fault {
      if (level == MOST_LEVELS) {
        throw Fault.INSTANCE;
      }
    }

    private void field(Content content, Type message, int end, int level) throws Fault {
      int start = at;
      switch (content) {
        case MESSAGE -> {
          deeper(level);
          message(message, end, level + 1);
        }
        case RESOURCE_ATTRIBUTE -> {
          deeper(level);
          message(message, end, level + 1);
          findRun(start, end);
        }
        case TEXT -> text(end);
        case BYTES -> memory += TEXT;
        case VARINTS -> {
          memory += NUMBERS;
          for (; at < end; memory += NUMBER) {
            varint(end);
          }
        }
        case NUMBERS_OF_4_BYTES -> numbers(end, 4);
        case NUMBERS_OF_8_BYTES -> numbers(end, 8);
        case NUMBER -> throw new IllegalStateException("a number has no length");
      }
      at = end;
    }

    private void numbers(int end, int size) throws Fault {
      if ((end - at) % size != 0) {
        throw Fault.INSTANCE;
      }
      memory += NUMBERS + (long) NUMBER * ((end - at) / size);
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
      memory += TEXT;
      for (int i = at; i < end; i++) {
        if (bytes[i] < 0) {
          if (!Utf8.isWellFormed(bytes, i, end - i)) {
            throw Fault.INSTANCE;
          }
          // Two bytes for each character, unless all are in Latin-1, and as much while it is
          // copied.
          memory += 4L * (end - at);
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

    private void skip(int wireType, int end) throws Fault {
      switch (wireType) {
        case WireFormat.WIRETYPE_VARINT -> varint(end);
        case WireFormat.WIRETYPE_FIXED32 -> forward(4, end);
        case WireFormat.WIRETYPE_FIXED64 -> forward(8, end);
        default -> throw Fault.INSTANCE; // the end of a group that did not begin, or no type
      }
    }

    private void forward(int length, int end) throws Fault {
      if (length > end - at) {
        throw Fault.INSTANCE;
      }
      at += length;
    }
  }
}
