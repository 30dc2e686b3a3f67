package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import workshop.text.BoundedBytes;

/**
 * OTLP's JSON encoding: protobuf's JSON mapping, but trace and span ids are hexadecimal, enums are
 * numbers, and unknown fields are ignored.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">OTLP/JSON</a>
 */
public final class OtlpJson {
  private static final Set<String> IDS = Set.of("traceId", "spanId", "parentSpanId");

  private OtlpJson() {}

  /**
   * @param json an export request in UTF-8
   * @throws InvalidProtocolBufferException if it is not such a request
   */
  static Message parse(byte[] json, Signal signal) throws InvalidProtocolBufferException {
    Message.Builder request = signal.newRequest();
    try {
      JsonElement tree = strictTree(UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString());
      dropOriginalNames(tree);
      replaceIds(tree, OtlpJson::hexToBase64);
      JsonFormat.parser().ignoringUnknownFields().merge(tree.toString(), request);
    } catch (CharacterCodingException e) {
      throw new InvalidProtocolBufferException("the JSON is not UTF-8");
    } catch (IOException | JsonParseException | IllegalArgumentException e) {
      throw new InvalidProtocolBufferException(e.getMessage());
    }
    return request.build();
  }

  /** One object as RFC 8259 defines it; Gson also accepts comments, single quotes and no text. */
  private static JsonElement strictTree(String json) throws IOException {
    JsonReader reader = new JsonReader(new StringReader(json));
    reader.setStrictness(Strictness.STRICT);
    JsonElement tree = JsonParser.parseReader(reader);
    if (!tree.isJsonObject() || reader.peek() != JsonToken.END_DOCUMENT) {
      throw new JsonParseException("the JSON must be one object");
    }
    return tree;
  }

  /**
   * OTLP has no {@code trace_id}, so it is an unknown field; protobuf's parser would accept it, and
   * read the hexadecimal digits as Base64.
   */
  private static void dropOriginalNames(JsonElement element) {
    if (element.isJsonArray()) {
      element.getAsJsonArray().forEach(OtlpJson::dropOriginalNames);
    } else if (element.isJsonObject()) {
      JsonObject object = element.getAsJsonObject();
      object.keySet().removeIf(key -> key.indexOf('_') >= 0);
      object.entrySet().forEach(entry -> dropOriginalNames(entry.getValue()));
    }
  }

  /** A message of OTLP, indented. */
  public static String print(Message message) {
    StringWriter text = new StringWriter();
    try {
      new OtlpJsonWriter(text).write(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /**
   * The same in UTF-8, up to a limit: a message can be many times as large in JSON.
   *
   * @throws BoundedBytes.TooMany if it is larger; found out without the memory for it
   */
  public static byte[] print(Message message, int mostBytes) throws BoundedBytes.TooMany {
    BoundedBytes bytes = new BoundedBytes(mostBytes);
    try (Writer out = new OutputStreamWriter(bytes, UTF_8)) {
      new OtlpJsonWriter(out).write(message);
    } catch (BoundedBytes.TooMany e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
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

  private static String hexToBase64(String hex) {
    return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
  }
}
