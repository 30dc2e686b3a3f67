package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Translates an export request from OTLP/JSON to protobuf as it reads it, without an object for
 * each message. It accepts protobuf's JSON mapping with the differences that OTLP defines: ids are
 * hexadecimal, enums are integers, fields have no other name than the one in lowerCamelCase, and
 * unknown fields are ignored.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">OTLP/JSON</a>
 * @see <a href="https://protobuf.dev/programming-guides/json/">protobuf's JSON mapping</a>
 */
final class OtlpJsonReader {
  /** Protobuf's own limit. */
  private static final int MOST_LEVELS = 100;

  private static final int LONGEST_INTEGER = 40;
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
  private static final Set<String> NO_NUMBERS = Set.of("NaN", "Infinity", "-Infinity");
  private static final Set<String> IDS = Set.of("traceId", "spanId", "parentSpanId");
  private static final Pattern PLACE = Pattern.compile("line [0-9]+ column [0-9]+");

  private static final BigInteger TWO_TO_32 = BigInteger.ONE.shiftLeft(32);
  private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);

  private static final Map<Descriptor, Map<String, FieldDescriptor>> FIELDS =
      new ConcurrentHashMap<>();

  private final JsonReader json;
  private final Output out;

  private OtlpJsonReader(byte[] json, Budget.Share share) {
    this.json =
        new JsonReader(new InputStreamReader(new ByteArrayInputStream(json), UTF_8.newDecoder()));
    this.json.setStrictness(Strictness.STRICT);
    this.out = new Output(share);
  }

  /**
   * The request as protobuf.
   *
   * @param share gives the memory for the result
   * @throws InvalidProtocolBufferException if it is not such a request; the message names the field
   *     and what was expected
   */
  static byte[] protobuf(byte[] json, Signal signal, Budget.Share share)
      throws InvalidProtocolBufferException, RequestBody.TooLarge, Budget.Spent {
    OtlpJsonReader reader = new OtlpJsonReader(json, share);
    try {
      reader.expect(JsonToken.BEGIN_OBJECT, "an object");
      reader.message(signal.requestType(), 0);
      if (reader.json.peek() != JsonToken.END_DOCUMENT) {
        throw new InvalidProtocolBufferException("the JSON must be one object");
      }
      return reader.out.bytes();
    } catch (InvalidProtocolBufferException e) {
      throw e;
    } catch (CharacterCodingException e) {
      throw new InvalidProtocolBufferException("the JSON is not UTF-8");
    } catch (EOFException e) {
      throw new InvalidProtocolBufferException("the JSON ends too early" + place(e));
    } catch (MalformedJsonException e) {
      boolean deep = e.getMessage().startsWith("Nesting limit");
      throw new InvalidProtocolBufferException(
          (deep ? "the JSON is nested too deeply" : "malformed JSON") + place(e));
    } catch (IOException e) {
      throw new IllegalStateException("bytes cannot fail to be read", e);
    }
  }

  private static String place(IOException e) {
    Matcher place = PLACE.matcher(String.valueOf(e.getMessage()));
    return place.find() ? " at " + place.group() : "";
  }

  private void message(Descriptor type, int level)
      throws IOException, RequestBody.TooLarge, Budget.Spent {
    if (level > MOST_LEVELS) {
      throw new InvalidProtocolBufferException("the JSON is nested too deeply");
    }
    Map<String, FieldDescriptor> fields = FIELDS.computeIfAbsent(type, OtlpJsonReader::fields);
    long seen = 0;
    json.beginObject();
    while (json.hasNext()) {
      FieldDescriptor field = fields.get(json.nextName());
      if (field == null) {
        json.skipValue();
      } else if (json.peek() == JsonToken.NULL) {
        json.nextNull(); // means that it is not set
      } else {
        checkAlone(field, seen);
        seen |= 1L << field.getIndex();
        field(field, level);
      }
    }
    json.endObject();
  }

  private static Map<String, FieldDescriptor> fields(Descriptor type) {
    return type.getFields().stream()
        .collect(Collectors.toMap(FieldDescriptor::getJsonName, Function.identity()));
  }

  /**
   * @param seen a bit for each field of the message that is set already
   */
  private void checkAlone(FieldDescriptor field, long seen) throws InvalidProtocolBufferException {
    if ((seen & 1L << field.getIndex()) != 0) {
      throw wrong(json.getPath(), "is set twice");
    }
    if (field.getContainingOneof() != null) {
      for (FieldDescriptor other : field.getContainingOneof().getFields()) {
        if ((seen & 1L << other.getIndex()) != 0) {
          throw wrong(json.getPath(), "must not be set together with " + other.getJsonName());
        }
      }
    }
  }

  private void field(FieldDescriptor field, int level)
      throws IOException, RequestBody.TooLarge, Budget.Spent {
    if (!field.isRepeated()) {
      tagged(field, level);
      return;
    }
    expect(JsonToken.BEGIN_ARRAY, "an array");
    json.beginArray();
    if (field.isPackable()) {
      out.tag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      int start = out.length;
      while (json.hasNext()) {
        value(field, level);
      }
      out.insertLength(start);
    } else {
      while (json.hasNext()) {
        tagged(field, level);
      }
    }
    json.endArray();
  }

  private void tagged(FieldDescriptor field, int level)
      throws IOException, RequestBody.TooLarge, Budget.Spent {
    out.tag(field, field.getLiteType().getWireType());
    value(field, level);
  }

  private void value(FieldDescriptor field, int level)
      throws IOException, RequestBody.TooLarge, Budget.Spent {
    switch (field.getType()) {
      case MESSAGE -> {
        expect(JsonToken.BEGIN_OBJECT, "an object");
        int start = out.length;
        message(field.getMessageType(), level + 1);
        out.insertLength(start);
      }
      case STRING -> out.text(text("a string").getBytes(UTF_8));
      case BYTES -> out.text(bytes(field));
      case BOOL -> {
        expect(JsonToken.BOOLEAN, "true or false");
        out.varint(json.nextBoolean() ? 1 : 0);
      }
      case ENUM -> {
        expect(JsonToken.NUMBER, "an integer (OTLP/JSON does not use the names of enum values)");
        out.varint(signed(32));
      }
      case DOUBLE -> out.fixed(Double.doubleToRawLongBits(number()), 8);
      case INT32 -> out.varint(signed(32));
      case INT64 -> out.varint(signed(64));
      case UINT32 -> out.varint(unsigned(TWO_TO_32));
      case UINT64 -> out.varint(unsigned(TWO_TO_64));
      case FIXED32 -> out.fixed(unsigned(TWO_TO_32), 4);
      case FIXED64 -> out.fixed(unsigned(TWO_TO_64), 8);
      case SFIXED64 -> out.fixed(signed(64), 8);
      case SINT32 -> out.varint(zigzag(signed(32)));
      default -> throw new IllegalStateException("OTLP has no field of type " + field.getType());
    }
  }

  private static long zigzag(long value) {
    return value << 1 ^ value >> 63;
  }

  private byte[] bytes(FieldDescriptor field) throws IOException {
    boolean id = IDS.contains(field.getJsonName());
    String expected =
        id ? "a string of hexadecimal digits, two for each byte" : "a string in Base64";
    String text = text(expected);
    try {
      return id
          ? HexFormat.of().parseHex(text)
          : Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw mustBe(expected, quoted(text));
    }
  }

  private String text(String expected) throws IOException {
    expect(JsonToken.STRING, expected);
    return json.nextString();
  }

  private double number() throws IOException {
    String expected = "a number in the range of a double";
    boolean string = json.peek() == JsonToken.STRING;
    String text = digits(expected);
    boolean known = NUMBER.matcher(text).matches() || (string && NO_NUMBERS.contains(text));
    double number = known ? Double.parseDouble(text) : 0;
    if (!known || (Double.isInfinite(number) && !NO_NUMBERS.contains(text))) {
      throw mustBe(expected, string ? quoted(text) : HttpStatusException.cut(text));
    }
    return number;
  }

  private long signed(int bits) throws IOException {
    BigInteger limit = BigInteger.ONE.shiftLeft(bits - 1);
    return integer(limit.negate(), limit);
  }

  private long unsigned(BigInteger limit) throws IOException {
    return integer(BigInteger.ZERO, limit);
  }

  /** In protobuf's mapping, integers may be strings, and may have an exponent. */
  private long integer(BigInteger from, BigInteger below) throws IOException {
    String expected = "an integer from " + from + " to " + below.subtract(BigInteger.ONE);
    boolean string = json.peek() == JsonToken.STRING;
    String text = digits(expected);
    BigInteger value = integer(text);
    if (value == null || value.compareTo(from) < 0 || value.compareTo(below) >= 0) {
      throw mustBe(expected, string ? quoted(text) : HttpStatusException.cut(text));
    }
    return value.longValue();
  }

  /** Null if it is none, or one with far too many digits. */
  private static BigInteger integer(String text) {
    if (text.length() > LONGEST_INTEGER || !NUMBER.matcher(text).matches()) {
      return null;
    }
    try {
      BigDecimal number = new BigDecimal(text);
      boolean huge = (long) number.precision() - number.scale() > LONGEST_INTEGER;
      return huge ? null : number.toBigIntegerExact();
    } catch (ArithmeticException | NumberFormatException e) {
      return null;
    }
  }

  private String digits(String expected) throws IOException {
    if (json.peek() != JsonToken.STRING) {
      expect(JsonToken.NUMBER, expected);
    }
    return json.nextString();
  }

  private void expect(JsonToken token, String expected) throws IOException {
    JsonToken found = json.peek();
    if (found != token) {
      String path = json.getPath();
      throw wrong(path, "must be " + expected + ", not " + describe(found));
    }
  }

  private String describe(JsonToken found) throws IOException {
    return switch (found) {
      case STRING -> quoted(json.nextString());
      case NUMBER -> HttpStatusException.cut(json.nextString());
      case BOOLEAN -> String.valueOf(json.nextBoolean());
      case NULL -> "null";
      case BEGIN_ARRAY -> "an array";
      default -> "an object";
    };
  }

  /** The value that was read last is wrong. */
  private InvalidProtocolBufferException mustBe(String expected, String found) {
    return wrong(json.getPreviousPath(), "must be " + expected + ", not " + found);
  }

  private static InvalidProtocolBufferException wrong(String path, String why) {
    String field = path.equals("$") ? "the JSON" : path.substring(2);
    return new InvalidProtocolBufferException(field + " " + why);
  }

  private static String quoted(String text) {
    return '"' + HttpStatusException.cut(text) + '"';
  }

  /** Protobuf's encoding, in memory that is counted as it grows. */
  private static final class Output {
    private final Budget.Share share;
    private byte[] bytes = {};
    private int length;

    Output(Budget.Share share) {
      this.share = share;
    }

    byte[] bytes() throws Budget.Spent {
      share.take(length);
      return Arrays.copyOf(bytes, length);
    }

    void tag(FieldDescriptor field, int wireType) throws RequestBody.TooLarge, Budget.Spent {
      varint(field.getNumber() << 3 | wireType);
    }

    void varint(long value) throws RequestBody.TooLarge, Budget.Spent {
      makeRoom(10);
      length = putVarint(value, length);
    }

    void fixed(long value, int size) throws RequestBody.TooLarge, Budget.Spent {
      makeRoom(size);
      for (int i = 0; i < size; i++) {
        bytes[length++] = (byte) (value >>> 8 * i);
      }
    }

    void text(byte[] value) throws RequestBody.TooLarge, Budget.Spent {
      varint(value.length);
      makeRoom(value.length);
      System.arraycopy(value, 0, bytes, length, value.length);
      length += value.length;
    }

    /** Puts the length of all from {@code start} on before it. */
    void insertLength(int start) throws RequestBody.TooLarge, Budget.Spent {
      int content = length - start;
      int size = (38 - Integer.numberOfLeadingZeros(content | 1)) / 7;
      makeRoom(size);
      System.arraycopy(bytes, start, bytes, start + size, content);
      putVarint(content, start);
      length += size;
    }

    private int putVarint(long value, int at) {
      long rest = value;
      int next = at;
      while ((rest & ~0x7fL) != 0) {
        bytes[next++] = (byte) (rest & 0x7f | 0x80);
        rest >>>= 7;
      }
      bytes[next++] = (byte) rest;
      return next;
    }

    private void makeRoom(int more) throws RequestBody.TooLarge, Budget.Spent {
      long needed = (long) length + more;
      if (needed > Limits.DECODED_BYTES) {
        throw new RequestBody.TooLarge(needed);
      }
      if (needed > bytes.length) {
        int room = (int) Math.max(needed, Math.max(256, 2L * length));
        share.take(room - bytes.length);
        bytes = Arrays.copyOf(bytes, room);
      }
    }
  }
}
