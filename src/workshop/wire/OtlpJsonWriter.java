package workshop.wire;

import com.google.gson.stream.JsonWriter;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.Writer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes OTLP/JSON field by field, as it goes: as a tree or as one text it would take many times
 * the memory of the message.
 */
final class OtlpJsonWriter {
  private static final Set<String> IDS = Set.of("traceId", "spanId", "parentSpanId");

  private final JsonWriter json;

  /**
   * @param indent of each level, or "" for one line
   */
  OtlpJsonWriter(Writer out, String indent) {
    json = new JsonWriter(out);
    json.setIndent(indent);
  }

  /** Writes a message of OTLP; unknown fields are left out. */
  void write(Message message) throws IOException {
    json.beginObject();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      json.name(field.getJsonName());
      if (field.isRepeated()) {
        json.beginArray();
        for (Object each : (List<?>) entry.getValue()) {
          value(field, each);
        }
        json.endArray();
      } else {
        value(field, entry.getValue());
      }
    }
    json.endObject();
    json.flush();
  }

  private void value(FieldDescriptor field, Object value) throws IOException {
    switch (field.getType()) {
      case MESSAGE -> write((Message) value);
      case ENUM -> json.value(((EnumValueDescriptor) value).getNumber());
      case BYTES -> json.value(bytes(field, (ByteString) value));
      case UINT64, FIXED64 -> json.value(Long.toUnsignedString((Long) value));
      case UINT32, FIXED32 -> json.value(Integer.toUnsignedLong((Integer) value));
      case INT64, SINT64, SFIXED64, STRING -> json.value(value.toString());
      case DOUBLE -> number((Double) value);
      case BOOL -> json.value((Boolean) value);
      default -> json.value((Number) value);
    }
  }

  /** JSON has no numbers for these three. */
  private void number(double value) throws IOException {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      json.value(Double.toString(value));
    } else {
      json.value(value);
    }
  }

  private static String bytes(FieldDescriptor field, ByteString value) {
    return IDS.contains(field.getJsonName())
        ? HexFormat.of().formatHex(value.toByteArray())
        : Base64.getEncoder().encodeToString(value.toByteArray());
  }
}
