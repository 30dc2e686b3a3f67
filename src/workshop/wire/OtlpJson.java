package workshop.wire;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * OTLP's JSON encoding: protobuf's JSON mapping, but trace and span ids are hexadecimal, enums are
 * numbers, and unknown fields are ignored.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">OTLP/JSON</a>
 */
public final class OtlpJson {
  private static final Set<String> IDS = Set.of("traceId", "spanId", "parentSpanId");
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private OtlpJson() {}

  /** A message of OTLP, indented. */
  public static String print(Message message) {
    try {
      JsonElement tree =
          JsonParser.parseString(JsonFormat.printer().printingEnumsAsInts().print(message));
      replaceIds(tree, OtlpJson::base64ToHex);
      return GSON.toJson(tree);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("OTLP has no type that JSON cannot show", e);
    }
  }

  private static void replaceIds(JsonElement element, UnaryOperator<String> change) {
    if (element.isJsonArray()) {
      element.getAsJsonArray().forEach(child -> replaceIds(child, change));
    } else if (element.isJsonObject()) {
      JsonObject object = element.getAsJsonObject();
      for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
        if (IDS.contains(entry.getKey()) && entry.getValue().isJsonPrimitive()) {
          entry.setValue(new JsonPrimitive(change.apply(entry.getValue().getAsString())));
        } else {
          replaceIds(entry.getValue(), change);
        }
      }
    }
  }

  private static String base64ToHex(String base64) {
    return HexFormat.of().formatHex(Base64.getDecoder().decode(base64));
  }
}
