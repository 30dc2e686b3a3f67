package workshop.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.Test;

/** Which ids OTLP calls valid. */
class IdsTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  @Test
  void acceptsIdsOfTheRightLengthThatAreNotZero() {
    assertThat(Ids.isTraceId(ByteString.fromHex(TRACE))).isTrue();
    assertThat(Ids.isSpanId(ByteString.fromHex(SPAN))).isTrue();
    assertThat(Ids.isTraceId(ByteString.fromHex("00".repeat(15) + "01"))).isTrue();

    for (String id : new String[] {"", "00".repeat(16), SPAN, TRACE + "00"}) {
      assertThat(Ids.isTraceId(ByteString.fromHex(id))).as(id).isFalse();
    }
    for (String id : new String[] {"", "00".repeat(8), "1234", TRACE}) {
      assertThat(Ids.isSpanId(ByteString.fromHex(id))).as(id).isFalse();
    }
  }

  @Test
  void saysWhatIsWrongWithTheIdsOfASpan() {
    assertThat(problems(TRACE, SPAN, "")).isEmpty();
    assertThat(problems(TRACE, SPAN, "00".repeat(8))).isEmpty();
    assertThat(problems(TRACE, SPAN, SPAN)).isEmpty();

    assertThat(problems(SPAN, SPAN, "")).isEqualTo("invalid trace id (8 bytes instead of 16)");
    assertThat(problems("00".repeat(16), "ab", ""))
        .isEqualTo("invalid trace id (all zero), invalid span id (1 byte instead of 8)");
    assertThat(problems(TRACE, "", "1234"))
        .isEqualTo("invalid span id (missing), invalid parent id (2 bytes instead of 8)");
  }

  private static String problems(String trace, String span, String parent) {
    return String.join(
        ", ",
        Ids.problems(
            Span.newBuilder()
                .setTraceId(ByteString.fromHex(trace))
                .setSpanId(ByteString.fromHex(span))
                .setParentSpanId(ByteString.fromHex(parent))
                .build()));
  }
}
