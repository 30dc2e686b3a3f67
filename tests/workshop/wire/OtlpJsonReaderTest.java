package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** OTLP/JSON as it is read: what is accepted, and what the reason is if it is not. */
class OtlpJsonReaderTest {
  private static final String SPAN = "resourceSpans[0].scopeSpans[0].spans[0].";
  private static final String HEX = "a string of hexadecimal digits, two for each byte";
  private static final String ENUM = "an integer (OTLP/JSON does not use the names of enum values)";
  private static final String UINT64 = "an integer from 0 to 18446744073709551615";
  private static final String DOUBLE = "a number in the range of a double";

  @ParameterizedTest
  @EnumSource(Signal.class)
  void readsEachFieldThatOtlpHas(Signal signal) throws Exception {
    Message.Builder builder = signal.newRequest();
    fill(builder, 0);
    Message request = builder.build();

    byte[] protobuf = read(OtlpJson.print(request), signal);

    assertThat(signal.decode(ByteString.copyFrom(protobuf))).isEqualTo(request);
  }

  @Test
  void saysWhichFieldIsWrongAndWhatWasExpected() {
    Map<String, String> reasons = new LinkedHashMap<>();
    reasons.put("'kind':'SPAN_KIND_SERVER'", "kind must be " + ENUM + ", not 'SPAN_KIND_SERVER'");
    reasons.put("'kind':'2'", "kind must be " + ENUM + ", not '2'");
    reasons.put("'kind':1.5", "kind must be an integer from -2147483648 to 2147483647, not 1.5");
    reasons.put("'status':{'code':'STATUS_CODE_NONE'}", "status.code must be " + ENUM);
    reasons.put("'status':2", "status must be an object, not 2");
    reasons.put("'name':7", "name must be a string, not 7");
    reasons.put("'name':true", "name must be a string, not true");
    reasons.put("'name':['a']", "name must be a string, not an array");
    reasons.put("'name':'a','name':'b'", "name is set twice");
    reasons.put("'traceId':'abc'", "traceId must be " + HEX + ", not 'abc'");
    reasons.put("'traceId':'CvdlGRbNQ92ESOshHIAxnA=='", "traceId must be " + HEX);
    reasons.put("'links':[{},{'spanId':7}]", "links[1].spanId must be " + HEX + ", not 7");
    reasons.put("'startTimeUnixNano':-1", "startTimeUnixNano must be " + UINT64 + ", not -1");
    reasons.put("'startTimeUnixNano':'+1'", "startTimeUnixNano must be " + UINT64 + ", not '+1'");
    reasons.put("'startTimeUnixNano':1.5", "startTimeUnixNano must be " + UINT64 + ", not 1.5");
    reasons.put("'startTimeUnixNano':true", "startTimeUnixNano must be " + UINT64 + ", not true");
    reasons.put(
        "'endTimeUnixNano':1e2147483647",
        "endTimeUnixNano must be " + UINT64 + ", not 1e2147483647");
    reasons.put(
        "'droppedEventsCount':4294967296",
        "droppedEventsCount must be an integer from 0 to 4294967295, not 4294967296");
    reasons.put("'events':{}", "events must be an array, not an object");
    reasons.put("'events':[null]", "events[0] must be an object, not null");
    reasons.put(value("'boolValue':'true'"), "boolValue must be true or false, not 'true'");
    reasons.put(value("'doubleValue':1e400"), "doubleValue must be " + DOUBLE + ", not 1e400");
    reasons.put(value("'doubleValue':'1.5f'"), "doubleValue must be " + DOUBLE + ", not '1.5f'");
    reasons.put(value("'bytesValue':'!'"), "bytesValue must be a string in Base64, not '!'");
    reasons.put(
        value("'stringValue':'a','intValue':1"),
        "intValue must not be set together with stringValue");
    reasons.forEach(
        (fields, reason) ->
            assertThatThrownBy(() -> read(span(fields)))
                .as(fields)
                .isInstanceOf(InvalidProtocolBufferException.class)
                .hasMessageContaining(quoted(reason))
                .hasMessageStartingWith(SPAN));
  }

  @Test
  void saysWhereTheJsonIsMalformed() {
    Map<String, String> reasons = new LinkedHashMap<>();
    reasons.put("", "the JSON ends too early at line 1 column 1");
    reasons.put("{\"resourceSpans\":[", "the JSON ends too early at line 1 column 19");
    reasons.put("{'resourceSpans':[]}", "malformed JSON at line 1 column 3");
    reasons.put("{\n\"a\":01}", "malformed JSON at line 2 column 5");
    reasons.put("{}{}", "malformed JSON at line 1 column 4");
    reasons.put("null", "the JSON must be an object, not null");
    reasons.put("[]", "the JSON must be an object, not an array");
    reasons.put("{\"a\":" + "[".repeat(300), "the JSON is nested too deeply at line 1 column 261");
    reasons.forEach(
        (json, reason) -> assertThatThrownBy(() -> read(json)).as(json).hasMessage(reason));
    String deep = "'arrayValue':{'values':[{".repeat(60) + "}]}".repeat(60);
    assertThatThrownBy(() -> read(span(value(deep)))).hasMessage("the JSON is nested too deeply");
  }

  @Test
  void ignoresUnknownFieldsWhateverTheyContain() throws Exception {
    Span span =
        readSpan(
            "'newField':{'traceId':'zz','deep':[1,{'spanId':null}]},'trace_id':7,"
                + "'Kind':'x','name':'known'");

    assertThat(span).isEqualTo(Span.newBuilder().setName("known").build());
  }

  @Test
  void keepsEnumValuesThatItDoesNotKnow() throws Exception {
    assertThat(readSpan("'kind':99").getKindValue()).isEqualTo(99);
    assertThat(readSpan("'kind':-1").getKindValue()).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1760000000000000000|1760000000000000000",
        "\"1760000000000000000\"|1760000000000000000",
        "1.76e18|1760000000000000000",
        "3.0|3",
        "18446744073709551615|-1",
        "null|0",
        "-0|0"
      })
  void readsIntegersInEachForm(String json, long time) throws Exception {
    assertThat(readSpan("'startTimeUnixNano':" + json).getStartTimeUnixNano()).isEqualTo(time);
  }

  private static String value(String value) {
    return "'attributes':[{'value':{" + value + "}}]";
  }

  private static String span(String fields) {
    return quoted("{'resourceSpans':[{'scopeSpans':[{'spans':[{" + fields + "}]}]}]}");
  }

  private static String quoted(String text) {
    return text.replace('\'', '"');
  }

  private static Span readSpan(String fields) throws Exception {
    return ExportTraceServiceRequest.parseFrom(read(span(fields)))
        .getResourceSpans(0)
        .getScopeSpans(0)
        .getSpans(0);
  }

  private static byte[] read(String json) throws Exception {
    return read(json, Signal.TRACES);
  }

  private static byte[] read(String json, Signal signal) throws Exception {
    try (Budget.Share share = new Budget().share()) {
      return OtlpJsonReader.protobuf(json.getBytes(UTF_8), signal, share);
    }
  }

  /** Sets each field, of those that exclude each other the last one; long text and numbers. */
  private static void fill(Message.Builder message, int level) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      for (int i = 0; i < (field.isRepeated() ? 2 : 1); i++) {
        Object value = value(message, field, level);
        if (value != null && field.isRepeated()) {
          message.addRepeatedField(field, value);
        } else if (value != null) {
          message.setField(field, value);
        }
      }
    }
  }

  /** Null if it would never end. */
  private static Object value(Message.Builder message, FieldDescriptor field, int level) {
    return switch (field.getJavaType()) {
      case INT -> -5 - level;
      case LONG -> Long.MIN_VALUE + level;
      case FLOAT -> 1.5f;
      case DOUBLE -> -1e300;
      case BOOLEAN -> true;
      case STRING -> "text \u00e4\ud83d\ude00\n\u0000".repeat(20);
      case BYTE_STRING -> ByteString.fromHex("00ff7f80".repeat(4));
      case ENUM -> last(field);
      case MESSAGE -> {
        if (level == 8) {
          yield null;
        }
        Message.Builder inner = message.newBuilderForField(field);
        fill(inner, level + 1);
        yield inner.build();
      }
    };
  }

  private static EnumValueDescriptor last(FieldDescriptor field) {
    var values = field.getEnumType().getValues();
    return values.get(values.size() - 1);
  }
}
