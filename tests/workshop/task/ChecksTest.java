package workshop.task;

import static io.opentelemetry.proto.metrics.v1.AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE;
import static io.opentelemetry.proto.metrics.v1.AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
import static org.assertj.core.api.Assertions.assertThat;
import static support.Recorded.child;
import static support.Recorded.span;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import support.MadeUpLessons;
import support.Recorded;
import workshop.lesson.Launcher;
import workshop.wire.Exchange;

/** What each kind of check finds in recorded requests. */
class ChecksTest {
  @TempDir Path temp;

  /**
   * A check, and what it finds in what arrived.
   *
   * @param printed null for a run by hand
   * @param finding done if it begins with {@code +}, open if it begins with {@code -}
   */
  private record Case(
      String check, Recorded arrived, List<String> printed, String code, String finding) {
    Case(String check, Recorded arrived, List<String> printed, String finding) {
      this(check, arrived, printed, "", finding);
    }

    Case(String check, Recorded arrived, String finding) {
      this(check, arrived, List.of("anything"), finding);
    }

    @Override
    public String toString() {
      return check + " " + finding;
    }
  }

  @ParameterizedTest
  @MethodSource({"requests", "printed", "spans", "cases", "items"})
  void eachKindSaysWhatArrived(Case expected) throws Exception {
    Task task = MadeUpLessons.tasks(temp, expected.check(), null).get(0);
    List<Exchange> exchanges = expected.arrived().exchanges();

    Finding finding =
        task.check()
            .judge(
                expected.printed() == null
                    ? Arrived.byHand(exchanges)
                    : Arrived.of(exchanges, expected.printed(), expected.code()));

    assertThat((finding.done() ? "+ " : "- ") + finding.text(Where.BY_HAND))
        .isEqualTo(Launcher.typed(expected.finding()));
  }

  @Test
  void whatToDoAfterARunByHandIsSaidForWhereTheLearnerIs() throws Exception {
    String check = "'kind': 'printed', 'line': 'done'";
    Finding finding =
        MadeUpLessons.tasks(temp, check, null).get(0).check().judge(Arrived.byHand(List.of()));

    assertThat(finding.text(Where.GUIDE)).endsWith("To check it, press r.");
    assertThat(finding.text(Where.PAGE)).endsWith("To check it, press Run all.");
  }

  static Stream<Case> requests() {
    String header = "'kind': 'header', 'name': 'x-team', 'value': 'blue'";
    String attempts = "'kind': 'attempts', 'attempts': 3, 'spans': 2";
    String batches = "'kind': 'batches', 'sizes': [2, 1]";
    String ofCase = "'kind': 'batches', 'case': 'full', 'sizes': [2]";
    String plain = "'kind': 'uncompressed'";
    return Stream.of(
        new Case(
            header,
            authorized().header("x-team", "blue").request(span("a")),
            "+ The header x-team: blue arrived with each request."),
        new Case(
            header,
            authorized().header("x-team", "red").request(span("a")),
            "- The header x-team arrived with the value red, not blue."),
        new Case(
            header,
            new Recorded().header("x-team", "blue").request(span("a")),
            "- The header x-team arrived, but authorization did not: send both."),
        new Case(
            header,
            authorized().request(span("a")).header("x-team", "blue").request(span("b")),
            "- A request arrived without the header x-team. It has: authorization."),
        new Case(
            header,
            authorized().request(span("a", "x-team", "blue")),
            "- x-team is an attribute of the span a, not a header of the request."),
        new Case(
            header,
            authorized().resource("x-team", "blue").request(span("a")),
            "- x-team is a resource attribute, not a header of the request."),
        new Case(header, new Recorded(), "- No span of this lesson arrived."),
        new Case(
            header,
            new Recorded().rejected(2, 503),
            "- No span of this lesson arrived: the backend rejected 2 requests, the last one with"
                + " 503 Rejected."),
        new Case(
            plain,
            new Recorded().request(span("a")),
            "+ Nothing was compressed: the first request has 50 B."),
        new Case(
            plain,
            new Recorded().header("content-encoding", "gzip").request(span("a")),
            "- 1 request arrived with gzip; the first one has 50 B, uncompressed 19 B."),
        new Case(plain, new Recorded(), "- No span of this lesson arrived."),
        new Case(
            batches,
            new Recorded().request(span("a"), span("b")).request(span("c")),
            "+ 3 spans arrived in 2 requests: 2, then 1."),
        new Case(
            batches,
            new Recorded().request(span("a"), span("b"), span("c")),
            "- 3 spans arrived in 1 request: 3. Expected: 2, then 1."),
        new Case(batches, new Recorded(), "- No span of this lesson arrived."),
        new Case(
            ofCase,
            new Recorded()
                .request(span("c"))
                .resource("workshop.case", "full")
                .request(span("a"), span("b")),
            "+ 2 spans arrived in 1 request: 2."),
        new Case(
            ofCase,
            new Recorded().resource("workshop.case", "half").request(span("a"), span("b")),
            "- No span of full arrived. These cases arrived: half."),
        new Case(
            attempts,
            new Recorded().retried(2, 503, span("a"), span("b")),
            "+ 2 spans arrived, after 3 attempts."),
        new Case(
            attempts,
            new Recorded().retried(1, 503, span("a"), span("b")),
            "- 2 spans arrived, after 2 attempts, not 3."),
        new Case(
            attempts,
            new Recorded().request(span("a")).rejected(3, 503, span("b")),
            "- 1 of 2 spans arrived. The backend rejected 3 attempts within 0.3 s."),
        new Case(
            attempts,
            new Recorded().rejected(3, 503, span("a"), span("b")),
            List.of(),
            ".setTimeout(Duration.ofSeconds(5)).setRetryPolicy(b.setMaxAttempts(4).build())",
            "- 0 of 2 spans arrived. The backend rejected 3 attempts within 0.3 s. There was no"
                + " attempt 4: the call's 5 s timeout came first."),
        new Case(
            attempts,
            new Recorded().rejected(3, 503, span("a"), span("b")),
            List.of(),
            ".setTimeout(fiveSeconds).setRetryPolicy(b.setMaxAttempts(4).build())",
            "- 0 of 2 spans arrived. The backend rejected 3 attempts within 0.3 s. There was no"
                + " attempt 4: the call's timeout came first."),
        new Case(
            attempts,
            new Recorded().rejected(3, 503, span("a"), span("b")),
            List.of(),
            ".setTimeout(Duration.ofSeconds(5)).setRetryPolicy(b.setMaxAttempts(3).build())",
            "- 0 of 2 spans arrived. The backend rejected 3 attempts within 0.3 s. There was no"
                + " attempt 4: the retry policy allows 3."),
        new Case(
            attempts,
            new Recorded().request(span("a"), span("b")),
            "- 2 spans arrived, but the backend served no fault."),
        new Case(attempts, new Recorded(), "- No span of this lesson arrived."));
  }

  static Stream<Case> printed() {
    String printed = "'kind': 'printed', 'line': '4 spans ended, 4 logged', 'not': '1 is lost'";
    String baggage = "'kind': 'baggage', 'span': 'a', 'key': 'city', 'value': 'New York'";
    String made = "- a has city = New York, but no baggage header carried it: the receiver made it";
    Recorded with = new Recorded().request(span("a", "city", "New York"));
    Recorded without = new Recorded().request(span("a"));
    return Stream.of(
        new Case(
            printed,
            new Recorded(),
            List.of("  4 spans ended, 4 logged"),
            "+ It printed \"4 spans ended, 4 logged\"."),
        new Case(
            printed,
            new Recorded(),
            List.of("3 spans ended, 3 logged"),
            "- It printed \"3 spans ended, 3 logged\", not \"4 spans ended, 4 logged\"."),
        new Case(
            printed,
            new Recorded(),
            List.of("4 spans ended, 4 logged", "1 is lost"),
            "- It still prints \"1 is lost\"."),
        new Case(
            printed,
            new Recorded(),
            List.of("4 spans ended"),
            "- It did not print the line \"4 spans ended, 4 logged\"."),
        new Case(
            printed,
            new Recorded(),
            null,
            "- This task is checked by what the lesson prints, and the tool cannot see the output"
                + " of a run by hand. To check it, type ./jbang workshop check"),
        new Case(
            baggage, with, List.of("baggage: a=b,city=New%20York"), "+ a has city = New York."),
        new Case(baggage, with, null, "+ a has city = New York."),
        new Case(baggage, with, List.of("baggage: city=Bath"), made + " up."),
        new Case(baggage, with, List.of("baggage: capacity=New%20York"), made + " up."),
        new Case(
            baggage,
            without,
            List.of("baggage: city=New%20York;p"),
            "- The baggage header carried city = New York, but nothing copied it to the span a."),
        new Case(
            baggage,
            without,
            List.of("baggage: none"),
            "- The span a arrived without city. It has: no attribute."),
        new Case(
            baggage,
            new Recorded(),
            List.of("baggage: none"),
            "- No span of this lesson arrived."));
  }

  static Stream<Case> spans() {
    String resource = "'kind': 'resource', 'key': 'stage', 'value': 'test'";
    String attribute = "'kind': 'attribute', 'span': 'a', 'key': 'stage', 'value': 'test'";
    String below = "'kind': 'child', 'span': 'a', 'parent': 'b'";
    String root = "'kind': 'root', 'span': 'a'";
    String spans = "'kind': 'spans', 'name': 'a', 'count': 2";
    return Stream.of(
        new Case(
            resource,
            new Recorded().resource("stage", "test").request(span("a")),
            "+ The resource has stage = test."),
        new Case(
            resource,
            new Recorded().resource("stage", "live").request(span("a")),
            "- The resource has stage = live, not test."),
        new Case(
            resource,
            new Recorded().request(span("a", "stage", "test")),
            "- stage is an attribute of the span a, not of the resource."),
        new Case(
            resource,
            new Recorded().resource("service.name", "shop").request(span("a")),
            "- The resource of shop has no stage. It has: service.name."),
        new Case(resource, new Recorded(), "- No span of this lesson arrived."),
        new Case(
            attribute, new Recorded().request(span("a", "stage", "test")), "+ a has stage = test."),
        new Case(
            attribute,
            new Recorded().request(span("a", "stage", "live")),
            "- a has stage = live, not test."),
        new Case(
            attribute,
            new Recorded().request(span("a", "x", "y"), span("b", "stage", "test")),
            "- stage is on the span b, but not on a."),
        new Case(
            attribute,
            new Recorded().request(span("a", "x", "y")),
            "- The span a arrived without stage. It has: x."),
        new Case(
            attribute, new Recorded().request(span("b")), "- 1 span arrived, but none named a."),
        new Case(attribute, new Recorded(), "- No span of this lesson arrived."),
        new Case(below, new Recorded().request(child("a", "b"), span("b")), "+ a is a child of b."),
        new Case(
            below,
            new Recorded().request(span("a"), span("b")),
            "- a has no parent: it is the root of its own trace."),
        new Case(
            below,
            new Recorded().request(child("a", "c"), span("b"), span("c")),
            "- The parent of a is c, not b."),
        new Case(
            below,
            new Recorded().request(child("a", "gone"), span("b")),
            "- The parent of a is a span that did not arrive, not b."),
        new Case(below, new Recorded().request(span("a")), "- 1 span arrived, but none named b."),
        new Case(below, new Recorded(), "- No span of this lesson arrived."),
        new Case(
            root,
            new Recorded().request(span("a")),
            "+ a has no parent: it is the root of its own trace."),
        new Case(
            root,
            new Recorded().request(child("a", "b"), span("b")),
            "- a has a parent: b. It should have none."),
        new Case(root, new Recorded().request(span("b")), "- 1 span arrived, but none named a."),
        new Case(root, new Recorded(), "- No span of this lesson arrived."),
        new Case(spans, new Recorded().request(span("a"), span("a")), "+ 2 spans named a arrived."),
        new Case(spans, new Recorded().request(span("a")), "- 1 span named a arrived, not 2."),
        new Case(spans, new Recorded().request(span("b")), "- 1 span arrived, but none named a."),
        new Case(spans, new Recorded(), "- No span of this lesson arrived."));
  }

  static Stream<Case> cases() {
    String plain = "'kind': 'case', 'case': 'late', 'spans': 2";
    String first = plain + ", 'first': '429'";
    return Stream.of(
        new Case(
            plain,
            new Recorded().resource("workshop.case", "late").request(span("a"), span("b")),
            "+ 2 spans of late arrived."),
        new Case(
            plain,
            new Recorded().resource("workshop.case", "late").request(span("a")),
            "- 1 span of late arrived, not 2."),
        new Case(
            plain,
            new Recorded().resource("workshop.case", "early").request(span("a")),
            "- No span of late arrived. These cases arrived: early."),
        new Case(plain, new Recorded(), "- No span of this lesson arrived."),
        new Case(
            first,
            new Recorded().resource("workshop.case", "late").retried(1, 429, span("a"), span("b")),
            "+ 2 spans of late arrived; the first attempt got 429 Rejected."),
        new Case(
            first,
            new Recorded().resource("workshop.case", "late").retried(1, 503, span("a"), span("b")),
            "- 2 spans of late arrived; the first attempt got 503 Rejected, not 429."),
        new Case(
            first,
            new Recorded()
                .resource("workshop.case", "early")
                .retried(1, 429, span("c"))
                .resource("workshop.case", "late")
                .request(span("a"), span("b")),
            "- 2 spans of late arrived; the first attempt got 200 OK, not 429."));
  }

  static Stream<Case> items() {
    String delta = "'kind': 'items', 'expect': ['1 metric name=a temporality=delta value=1']";
    String none = "'kind': 'items', 'expect': ['no spans name=health']";
    String traced = "'kind': 'items', 'expect': ['1 metric name=a'], 'trace': 'b'";
    return Stream.of(
        new Case(
            delta,
            new Recorded().metrics(sum("a", AGGREGATION_TEMPORALITY_DELTA, "")),
            "+ As expected: 1 metric name=a temporality=delta value=1."),
        new Case(
            delta,
            new Recorded().metrics(sum("a", AGGREGATION_TEMPORALITY_CUMULATIVE, "")),
            "- Expected 1 metric name=a temporality=delta value=1: 0 arrived. Closest: metric name=a;"
                + " temporality is cumulative, not delta."),
        new Case(delta, new Recorded(), "- Nothing of this lesson arrived."),
        new Case(none, new Recorded().request(span("b")), "+ As expected: no spans name=health."),
        new Case(
            none,
            new Recorded().request(span("b"), span("health")),
            "- Expected no spans name=health: 1 arrived."),
        new Case(none, new Recorded(), "- Nothing of this lesson arrived."),
        new Case(
            traced,
            new Recorded()
                .metrics(sum("a", AGGREGATION_TEMPORALITY_DELTA, TRACE))
                .request(span("b").toBuilder().setTraceId(trace(TRACE)).build()),
            "+ As expected in the trace of b: 1 metric name=a."),
        new Case(
            traced,
            new Recorded()
                .metrics(sum("a", AGGREGATION_TEMPORALITY_DELTA, ""))
                .request(span("b").toBuilder().setTraceId(trace(TRACE)).build()),
            "- Expected 1 metric name=a: arrived, but not in the trace of b."),
        new Case(
            traced,
            new Recorded().metrics(sum("a", AGGREGATION_TEMPORALITY_DELTA, TRACE)),
            "- No span of this lesson arrived."));
  }

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private static ByteString trace(String id) {
    return ByteString.copyFrom(HexFormat.of().parseHex(id));
  }

  /** A sum of 1. */
  private static Metric sum(String name, AggregationTemporality temporality, String exemplarOf) {
    NumberDataPoint.Builder point = NumberDataPoint.newBuilder().setAsInt(1);
    if (!exemplarOf.isEmpty()) {
      point.addExemplarsBuilder().setTraceId(trace(exemplarOf));
    }
    Metric.Builder metric = Metric.newBuilder().setName(name);
    metric.getSumBuilder().setAggregationTemporality(temporality).addDataPoints(point);
    return metric.build();
  }

  private static Recorded authorized() {
    return new Recorded().header("authorization", "Bearer ***");
  }
}
