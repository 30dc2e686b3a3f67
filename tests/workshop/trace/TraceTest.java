package workshop.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import support.Orders;

/** Spans into trees, whatever they say of each other. */
class TraceTest {
  private static final ByteString OTHER = ByteString.fromHex("1111111111111111");

  @Test
  void nestsByParentAndSortsByStart() {
    Trace trace =
        trace(
            Orders.span("charge card", OTHER, Orders.ROOT, 12, 20),
            Orders.span("reserve stock", Orders.CHILD, Orders.ROOT, 5, 11),
            Orders.span("POST /orders", Orders.ROOT, ByteString.EMPTY, 0, 30));

    assertThat(shape(trace)).containsExactly("POST /orders", "  reserve stock", "  charge card");
    assertThat(trace.hexId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
  }

  @Test
  void showsASpanWhoseParentDidNotArrive() {
    Trace trace = trace(Orders.span("charge card", OTHER, Orders.ROOT, 12, 20));

    assertThat(trace.rows()).singleElement().matches(Trace.Row::parentMissing);
  }

  @Test
  void aParentIdThatIsNotValidNamesNoParent() {
    ByteString zero = ByteString.copyFrom(new byte[8]);
    ByteString two = ByteString.fromHex("1234");
    Trace trace =
        trace(
            Orders.span("zero", OTHER, zero, 0, 9),
            Orders.span("zero itself", zero, ByteString.EMPTY, 1, 9),
            Orders.span("short", two, ByteString.EMPTY, 2, 9),
            Orders.span("below short", Orders.CHILD, two, 3, 9));

    assertThat(shape(trace)).containsExactly("zero", "zero itself", "short", "below short");
    assertThat(trace.rows()).noneMatch(Trace.Row::parentMissing);
    assertThat(trace.rows().stream().map(row -> String.join(", ", row.received().problems())))
        .containsExactly(
            "",
            "invalid span id (all zero)",
            "invalid span id (2 bytes instead of 8)",
            "invalid parent id (2 bytes instead of 8)");
  }

  @Test
  void sortsASpanWithoutAStartByItsEnd() {
    Trace trace =
        trace(
            Orders.span("no start", OTHER, ByteString.EMPTY, 0, 9).clearStartTimeUnixNano(),
            Orders.span("first", Orders.ROOT, ByteString.EMPTY, 0, 30));

    assertThat(shape(trace)).containsExactly("first", "no start");
  }

  @Test
  void showsEachSpanOnceInACycle() {
    Trace trace =
        trace(
            Orders.span("a", Orders.ROOT, Orders.CHILD, 0, 1),
            Orders.span("b", Orders.CHILD, Orders.ROOT, 1, 2),
            Orders.span("own parent", OTHER, OTHER, 2, 3));

    assertThat(shape(trace)).containsExactly("a", "  b", "own parent");
  }

  @Test
  void showsBothSpansOfOneId() {
    Trace trace =
        trace(
            Orders.span("first", Orders.ROOT, ByteString.EMPTY, 0, 9),
            Orders.span("again", Orders.ROOT, ByteString.EMPTY, 1, 9),
            Orders.span("child", Orders.CHILD, Orders.ROOT, 2, 3));

    assertThat(shape(trace)).containsExactly("first", "  child", "again");
  }

  @Test
  void survivesADepthThatNoStackWould() {
    List<Span.Builder> chain = new ArrayList<>();
    for (int i = 1; i <= 50_000; i++) {
      chain.add(Orders.span("s", id(i), i == 1 ? ByteString.EMPTY : id(i - 1), i, i + 1));
    }

    Trace trace = trace(chain.toArray(Span.Builder[]::new));

    assertThat(trace.rows()).hasSize(50_000);
    assertThat(trace.rows().get(49_999).depth()).isEqualTo(49_999);
  }

  private static ByteString id(int number) {
    return ByteString.fromHex(String.format("%016x", number));
  }

  private static Trace trace(Span.Builder... spans) {
    List<Trace> traces =
        Trace.of(
            Stream.of(spans)
                .map(span -> new ReceivedSpan(span.build(), Resource.getDefaultInstance(), 1))
                .toList());
    assertThat(traces).hasSize(1);
    return traces.get(0);
  }

  private static List<String> shape(Trace trace) {
    return trace.rows().stream()
        .map(row -> "  ".repeat(row.depth()) + row.received().span().getName())
        .toList();
  }
}
