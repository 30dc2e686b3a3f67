package workshop.wire;

import com.google.protobuf.CodedOutputStream;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.EntityRef;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import support.Orders;

/** Bodies that no exporter sends, as protobuf. */
final class BadBodies {
  private BadBodies() {}

  /** What is no export request of traces, by what is wrong with it. */
  static Map<String, byte[]> malformed() {
    byte[] order = Orders.request().toByteArray();
    byte[] random = new byte[5000];
    new Random(7).nextBytes(random);
    Map<String, byte[]> bodies = new LinkedHashMap<>();
    bodies.put("random bytes", random);
    bodies.put("a truncated message", Arrays.copyOf(order, order.length - 5));
    bodies.put("a length beyond the end", new byte[] {0x0a, 0x7f, 0x01});
    bodies.put("a negative length", new byte[] {0x0a, -1, -1, -1, -1, 0x0f});
    bodies.put("a length of 2 GB", new byte[] {0x0a, -1, -1, -1, -1, 0x07});
    bodies.put("a number that never ends", new byte[] {8, -1, -1});
    bodies.put("text that is not UTF-8", inSpan(Span.NAME_FIELD_NUMBER, new byte[] {-61, 40}));
    bodies.put("a value nested 10,000 deep", nested(10_000));
    return bodies;
  }

  /** A span with an attribute whose value is a list in a list, this many messages deep. */
  static byte[] nested(int depth) {
    byte[] value = new byte[0];
    for (int i = 0; i < depth / 2; i++) {
      value = field(AnyValue.ARRAY_VALUE_FIELD_NUMBER, field(1, value));
    }
    return inSpan(Span.ATTRIBUTES_FIELD_NUMBER, field(2, value));
  }

  /** 15 MB of spans of two bytes each: millions of objects once they are decoded. */
  static byte[] emptySpans() {
    byte[] spans = new byte[15 << 20];
    for (int i = 0; i < spans.length; i += 2) {
      spans[i] = 0x12;
    }
    return field(1, field(2, spans));
  }

  /** 8 MB of fields that nobody knows, each with a number of its own: an object or three each. */
  static byte[] unknownFields() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    for (int number = 1000; out.size() < 8 << 20; number++) {
      coded.writeUInt32(number, 1);
    }
    coded.flush();
    return out.toByteArray();
  }

  /** 15 MB of one letter each, in a list of a resource. */
  static byte[] listedText() {
    byte[] keys = new byte[15 << 20];
    for (int i = 0; i < keys.length; i += 3) {
      keys[i] = EntityRef.ID_KEYS_FIELD_NUMBER << 3 | 2;
      keys[i + 1] = 1;
      keys[i + 2] = 'k';
    }
    return field(1, field(1, field(Resource.ENTITY_REFS_FIELD_NUMBER, keys)));
  }

  /** A span whose kind comes this often as text: each time an object, though no field is new. */
  static byte[] wrongType(int times) {
    return inSpan(repeated(times, Span.KIND_FIELD_NUMBER << 3 | 2, 1, 'A'));
  }

  /** Of metrics: one byte for each bucket, which takes eight as a number. */
  static byte[] packedNumbers(int buckets) {
    byte[] point =
        field(
            ExponentialHistogramDataPoint.POSITIVE_FIELD_NUMBER,
            field(
                ExponentialHistogramDataPoint.Buckets.BUCKET_COUNTS_FIELD_NUMBER,
                new byte[buckets]));
    byte[] metric = field(Metric.EXPONENTIAL_HISTOGRAM_FIELD_NUMBER, field(1, point));
    return field(1, field(2, field(2, metric)));
  }

  /** The same as empty spans, behind a group, which OTLP does not use, but protobuf reads. */
  static byte[] behindAGroup() {
    byte[] spans = emptySpans();
    byte[] bytes = new byte[spans.length + 4];
    System.arraycopy(new byte[] {(byte) 0xf3, 1, (byte) 0xf4, 1}, 0, bytes, 0, 4);
    System.arraycopy(spans, 0, bytes, 4, spans.length);
    return bytes;
  }

  /** A span with this many empty links. */
  static byte[] links(int count) {
    return inSpan(repeated(count, Span.LINKS_FIELD_NUMBER << 3 | 2, 0));
  }

  /** A span with a long name; if it is wide, Java keeps it in two bytes a character. */
  static byte[] longName(int characters, boolean wide) {
    return inSpan(
        Span.NAME_FIELD_NUMBER,
        ((wide ? "€" : "") + "a".repeat(characters)).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] repeated(int times, int... unit) {
    byte[] bytes = new byte[times * unit.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) unit[i % unit.length];
    }
    return bytes;
  }

  /** A request of this many bytes, and a few, that holds nothing but a field nobody knows. */
  static byte[] unknown(int bytes) {
    return field(15, new byte[bytes]);
  }

  private static byte[] inSpan(int number, byte[] value) {
    return inSpan(field(number, value));
  }

  private static byte[] inSpan(byte[] fields) {
    return field(1, field(2, field(2, fields)));
  }

  /** A field whose value has a length: a message, text or bytes. */
  private static byte[] field(int number, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    try {
      coded.writeByteArray(number, value);
      coded.flush();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }
}
