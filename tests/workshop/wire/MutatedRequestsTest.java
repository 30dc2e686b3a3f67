package workshop.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.util.JsonFormat;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Requests with every field of OTLP, and then with bytes changed at random: the backend takes those
 * that protobuf's own parser takes, no other, and counts what is in them. The same bytes each run.
 */
class MutatedRequestsTest {
  private static final int REQUESTS = 1500;
  private static final List<String> ITEMS = List.of("Span", "DataPoint", "LogRecord");

  @ParameterizedTest
  @EnumSource(Signal.class)
  void areTakenAsProtobufsOwnParserTakesThem(Signal signal) throws Exception {
    Random random = new Random(17);
    int taken = 0;
    int runs = 0;
    for (int i = 0; i < REQUESTS; i++) {
      byte[] bytes = filled(empty(signal).newBuilderForType(), random, 0).toByteArray();
      byte[] body = i % 2 == 0 ? bytes : mutated(bytes, random);
      Message request;
      try {
        request = empty(signal).getParserForType().parseFrom(body);
      } catch (InvalidProtocolBufferException e) {
        assertThatThrownBy(() -> read(body, signal))
            .as("request %d: %s", i, e.getMessage())
            .isInstanceOf(InvalidProtocolBufferException.class);
        continue;
      }
      RequestBody read = read(body, signal);
      taken++;
      assertThat(signal.decode(read.protobuf())).as("request %d", i).isEqualTo(request);
      if (request.getSerializedSize() == body.length) { // else a later value hides an earlier
        assertThat(read.items()).as("request %d", i).isEqualTo(items(request));
        assertThat(read.run()).as("request %d", i).isEqualTo(run(request));
        runs += read.run().isEmpty() ? 0 : 1;
      }
    }
    assertThat(taken).isBetween(REQUESTS / 5, REQUESTS * 4 / 5);
    assertThat(runs).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Signal.class)
  void areShownAsProtobufsOwnPrinterHasThem(Signal signal) throws Exception {
    Random random = new Random(17);
    for (int i = 0; i < REQUESTS / 10; i++) {
      Message request = filled(empty(signal).newBuilderForType(), random, 0);
      JsonElement expected =
          JsonParser.parseString(JsonFormat.printer().printingEnumsAsInts().print(request));
      idsInHexadecimal(expected);

      assertThat(JsonParser.parseString(OtlpJson.print(request))).isEqualTo(expected);
    }
  }

  /** As both receivers read a body. */
  private static RequestBody read(byte[] body, Signal signal) throws Exception {
    try (Budget.Share share = new Budget().share()) {
      return RequestBody.ofProtobuf(body, signal, share);
    }
  }

  private static void idsInHexadecimal(JsonElement element) {
    if (element.isJsonArray()) {
      element.getAsJsonArray().forEach(MutatedRequestsTest::idsInHexadecimal);
    } else if (element.isJsonObject()) {
      for (Map.Entry<String, JsonElement> entry : element.getAsJsonObject().entrySet()) {
        if (Set.of("traceId", "spanId", "parentSpanId").contains(entry.getKey())) {
          byte[] id = Base64.getDecoder().decode(entry.getValue().getAsString());
          entry.setValue(new JsonPrimitive(HexFormat.of().formatHex(id)));
        } else {
          idsInHexadecimal(entry.getValue());
        }
      }
    }
  }

  private static Message empty(Signal signal) {
    return switch (signal) {
      case TRACES -> ExportTraceServiceRequest.getDefaultInstance();
      case METRICS -> ExportMetricsServiceRequest.getDefaultInstance();
      case LOGS -> ExportLogsServiceRequest.getDefaultInstance();
    };
  }

  /**
   * Most fields set, lists with up to two values. Now and then a field is something else, of up to
   * nine bytes.
   */
  private static Message filled(Message.Builder builder, Random random, int level) {
    for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
      boolean message = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      boolean outer = level < 5 && message && field.isRepeated();
      OneofDescriptor oneof = field.getContainingOneof();
      if (oneof == null
          ? !outer && random.nextInt(10) < 3
          : random.nextInt(oneof.getFieldCount()) > 0) {
        continue;
      }
      if (random.nextInt(200) == 0) {
        byte[] bytes = new byte[random.nextInt(10)];
        random.nextBytes(bytes);
        UnknownFieldSet.Field other =
            UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFrom(bytes))
                .build();
        builder.setUnknownFields(
            builder.getUnknownFields().toBuilder().mergeField(field.getNumber(), other).build());
        continue;
      }
      int most = !field.isRepeated() ? 1 : outer ? 1 + random.nextInt(2) : random.nextInt(3);
      for (int i = message && level > 8 ? 0 : most; i > 0; i--) {
        Object value =
            message
                ? filled(builder.newBuilderForField(field), random, level + 1)
                : value(field, random);
        if (field.isRepeated()) {
          builder.addRepeatedField(field, value);
        } else {
          builder.setField(field, value);
        }
      }
    }
    return builder.build();
  }

  private static Object value(FieldDescriptor field, Random random) {
    return switch (field.getJavaType()) {
      case INT -> random.nextInt();
      case LONG -> random.nextLong();
      case DOUBLE -> random.nextDouble();
      case FLOAT -> random.nextFloat();
      case BOOLEAN -> random.nextBoolean();
      case STRING ->
          switch (random.nextInt(3)) {
            case 0 -> "customer.name";
            case 1 -> "workshop.lesson";
            default -> "São Paulo \ud83d\ude80";
          };
      case BYTE_STRING -> ByteString.copyFromUtf8("0123456789abcdef".substring(random.nextInt(16)));
      case ENUM -> field.getEnumType().getValues().get(0);
      case MESSAGE -> throw new AssertionError(field);
    };
  }

  private static byte[] mutated(byte[] body, Random random) {
    byte[] bytes = body;
    for (int i = random.nextInt(3); i >= 0 && bytes.length > 0; i--) {
      int from = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, from + 1 + random.nextInt(12));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(bytes, 0, from);
      switch (random.nextInt(5)) {
        case 0 -> { // cut short
          to = bytes.length;
        }
        case 1 -> {} // left out
        case 2 -> { // twice
          out.write(bytes, from, to - from);
          to = from;
        }
        default -> {
          out.write(random.nextInt(256));
          to = from + 1;
        }
      }
      out.write(bytes, to, bytes.length - to);
      bytes = out.toByteArray();
    }
    return bytes;
  }

  /** The first attribute {@code workshop.lesson} of a resource that is text, as decoded. */
  private static String run(Message request) {
    Stream<Resource> resources;
    if (request instanceof ExportTraceServiceRequest traces) {
      resources = traces.getResourceSpansList().stream().map(ResourceSpans::getResource);
    } else if (request instanceof ExportMetricsServiceRequest metrics) {
      resources = metrics.getResourceMetricsList().stream().map(ResourceMetrics::getResource);
    } else {
      resources =
          ((ExportLogsServiceRequest) request)
              .getResourceLogsList().stream().map(ResourceLogs::getResource);
    }
    return resources
        .flatMap(resource -> resource.getAttributesList().stream())
        .filter(attribute -> attribute.getKey().equals("workshop.lesson"))
        .map(attribute -> attribute.getValue().getStringValue())
        .filter(run -> !run.isEmpty())
        .findFirst()
        .orElse("");
  }

  private static int items(Message message) {
    int items = ITEMS.stream().anyMatch(message.getDescriptorForType().getName()::endsWith) ? 1 : 0;
    for (Object value : message.getAllFields().values()) {
      for (Object each : value instanceof Collection<?> many ? many : Arrays.asList(value)) {
        items += each instanceof Message child ? items(child) : 0;
      }
    }
    return items;
  }
}
