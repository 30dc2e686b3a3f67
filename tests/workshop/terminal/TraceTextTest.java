package workshop.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import support.Orders;
import workshop.text.Style;
import workshop.trace.ReceivedSpan;
import workshop.trace.Trace;

/** A trace on a terminal, if its spans have times or ids that make no sense. */
class TraceTextTest {
  private static final Resource SHOP = Orders.request("shop").getResourceSpans(0).getResource();
  private static final Span.Builder SELL =
      Orders.span("sell", Orders.ROOT, ByteString.EMPTY, 0, 250);

  @Test
  void aSpanWithoutAnEndHasNoDuration() {
    assertThat(
            lines(
                SELL,
                Orders.span("open", Orders.CHILD, Orders.ROOT, 50, 50)
                    .clearEndTimeUnixNano()
                    .addEvents(Span.Event.newBuilder().setName("begun"))))
        .containsExactly(
            "shop sell|####################|250.0 ms",
            "shop|open|#|no end",
            "event without a time|begun");
  }

  @Test
  void aSpanWithoutAStartDoesNotSqueezeTheOthers() {
    assertThat(
            lines(
                SELL,
                Orders.span("late", Orders.CHILD, Orders.ROOT, 0, 200).clearStartTimeUnixNano()))
        .containsExactly("shop sell|####################|250.0 ms", "shop|late|no start");
  }

  @Test
  void timesOfAnotherUnitAreNamed() {
    long millis = SELL.getStartTimeUnixNano() / 1_000_000;
    assertThat(
            lines(
                SELL,
                Orders.span("late", Orders.CHILD, Orders.ROOT, 0, 0)
                    .setStartTimeUnixNano(millis)
                    .setEndTimeUnixNano(millis + 30)))
        .contains("start and end milliseconds instead of nanoseconds")
        .contains("shop sell|####################|250.0 ms");
  }

  @Test
  void anInvalidIdIsMarked() {
    assertThat(
            lines(
                Orders.span("short", ByteString.fromHex("1234"), ByteString.EMPTY, 0, 250)
                    .setTraceId(ByteString.fromHex("8448eb211c80319c"))))
        .contains(
            "invalid trace id (8 bytes instead of 16)", "invalid span id (2 bytes instead of 8)");
  }

  @Test
  void aSpanThatEndsBeforeItStartsIsMarked() {
    assertThat(lines(Orders.span("back", Orders.ROOT, ByteString.EMPTY, 20, 10)))
        .containsExactly("shop back|#|-10.0 ms", "ends before it starts");
  }

  /** Without the head, columns separated by |. */
  private static List<String> lines(Span.Builder... spans) {
    List<ReceivedSpan> received =
        Stream.of(spans).map(span -> new ReceivedSpan(span.build(), SHOP, 1)).toList();
    return TraceText.lines(Trace.of(received), new Style(false)).stream()
        .skip(1)
        .map(line -> line.strip().replaceAll(" {2,}", "|"))
        .toList();
  }
}
