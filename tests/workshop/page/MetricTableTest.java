package workshop.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import support.Recorded;
import workshop.wire.Signal;

/** Data points become streams, and what only grows becomes a rate. */
class MetricTableTest {
  private static final long START = 1_760_000_000_000_000_000L;
  private static final long SECOND = 1_000_000_000;
  private static final AggregationTemporality CUMULATIVE =
      AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE;
  private static final AggregationTemporality DELTA =
      AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;

  private final Recorded recorded = new Recorded();

  @Test
  void theOrderOfAttributesMakesNoOtherStream() {
    send(gauge(point(1, 1).addAttributes(text("a", "1")).addAttributes(text("b", "2"))));
    send(gauge(point(2, 2).addAttributes(text("b", "2")).addAttributes(text("a", "1"))));
    send(gauge(point(3, 3).addAttributes(text("a", "1"))));

    assertThat(rows())
        .extracting(row -> row.get("attributes").getAsString() + " " + row.get("total").getAsLong())
        .containsExactly("a=1, b=2 2", "a=1 1");
  }

  @Test
  void theUnitAndTheResourceMakeAnotherStream() {
    send(gauge(point(1, 1)));
    send(gauge(point(2, 2)).toBuilder().setUnit("s").build());
    send(Metric.newBuilder().setName("queue").setDescription("Waiting").setGauge(one(3)).build());
    recorded.request(
        Signal.METRICS,
        ExportMetricsServiceRequest.newBuilder(request(gauge(point(4, 4))))
            .setResourceMetrics(
                0,
                request(gauge(point(4, 4))).getResourceMetrics(0).toBuilder()
                    .setResource(
                        io.opentelemetry.proto.resource.v1.Resource.newBuilder()
                            .addAttributes(text("service.name", "shop"))))
            .build());

    assertThat(rows()).extracting(row -> row.get("total").getAsLong()).containsExactly(1L, 2L, 1L);
    assertThat(rows().get(2).get("service").getAsString()).isEqualTo("shop");
  }

  private static Gauge one(long value) {
    return Gauge.newBuilder().addDataPoints(point(3, value)).build();
  }

  @Test
  void theStreamThatArrivedLastIsLast() {
    send(gauge(point(1, 1)).toBuilder().setName("first").build());
    send(gauge(point(1, 1)).toBuilder().setName("second").build());
    send(gauge(point(2, 2)).toBuilder().setName("first").build());

    assertThat(rows())
        .extracting(row -> row.get("name").getAsString() + " " + row.get("exchange").getAsLong())
        .containsExactly("second 2", "first 3");
  }

  @Test
  void aCumulativeSumIsARateSinceThePointBefore() {
    send(sum(CUMULATIVE, point(2, 10).setStartTimeUnixNano(START)));
    send(sum(CUMULATIVE, point(4, 40).setStartTimeUnixNano(START)));
    send(sum(CUMULATIVE, point(6, 40).setStartTimeUnixNano(START)));

    assertThat(charted()).containsExactly("5.0", "15.0", "0.0");
  }

  @Test
  void aSumThatStartedAgainIsARateSinceItsStart() {
    send(sum(CUMULATIVE, point(2, 10).setStartTimeUnixNano(START)));
    send(sum(CUMULATIVE, point(6, 8).setStartTimeUnixNano(START + 4 * SECOND)));
    send(sum(CUMULATIVE, point(8, 2).setStartTimeUnixNano(START + 4 * SECOND)));

    assertThat(charted()).containsExactly("5.0", "4.0", "null");
  }

  @Test
  void aDeltaSumIsARateOfItsOwnTime() {
    send(sum(DELTA, point(2, 10).setStartTimeUnixNano(START)));
    send(sum(DELTA, point(4, 10).setStartTimeUnixNano(START + 3 * SECOND)));
    send(sum(DELTA, point(8, 10)));

    assertThat(charted()).containsExactly("5.0", "10.0", "2.5");
  }

  @Test
  void aSumThatMayFallIsItsValue() {
    Metric.Builder queue = Metric.newBuilder().setName("queue");
    queue
        .getSumBuilder()
        .setAggregationTemporality(CUMULATIVE)
        .addDataPoints(point(2, 10))
        .addDataPoints(point(4, -3));
    send(queue.build());

    assertThat(charted()).containsExactly("10.0", "-3.0");
    assertThat(rows().get(0).get("isRate").getAsBoolean()).isFalse();
  }

  @Test
  void withoutARecordedValueThereIsAGap() {
    send(sum(CUMULATIVE, point(2, 10).setStartTimeUnixNano(START)));
    send(sum(CUMULATIVE, point(4, 0).setStartTimeUnixNano(START).setFlags(1)));
    send(sum(CUMULATIVE, point(7, 20).setStartTimeUnixNano(START)));
    assertThat(charted()).containsExactly("5.0", "null", "2.0");

    send(
        gauge(
            NumberDataPoint.newBuilder().setTimeUnixNano(START).setAsDouble(Double.NaN),
            NumberDataPoint.newBuilder().setTimeUnixNano(START)));
    JsonObject nan = rows().get(1);
    assertThat(nan.getAsJsonArray("chart").toString())
        .isEqualTo("[[1760000000000,null],[1760000000000,null]]");
  }

  @Test
  void bucketsHaveTheirBounds() throws Exception {
    Metric.Builder duration = Metric.newBuilder().setName("duration");
    duration
        .getHistogramBuilder()
        .setAggregationTemporality(DELTA)
        .addDataPoints(
            HistogramDataPoint.newBuilder()
                .setCount(6)
                .addAllExplicitBounds(List.of(0.5, 1.0))
                .addAllBucketCounts(List.of(1L, 2L, 3L)));
    send(duration.build());

    assertThat(buckets()).containsExactly("-Infinity 0.5 1", "0.5 1.0 2", "1.0 Infinity 3");
  }

  @Test
  void exponentialBucketsHaveBothSignsAndZero() throws Exception {
    Metric.Builder change = Metric.newBuilder().setName("change");
    ExponentialHistogramDataPoint.Builder point =
        change
            .getExponentialHistogramBuilder()
            .setAggregationTemporality(CUMULATIVE)
            .addDataPointsBuilder()
            .setCount(10)
            .setScale(0)
            .setZeroCount(4)
            .setZeroThreshold(0.25);
    point.getPositiveBuilder().setOffset(1).addBucketCounts(1).addBucketCounts(2);
    point.getNegativeBuilder().setOffset(-1).addBucketCounts(3).addBucketCounts(0);
    send(change.build());

    assertThat(buckets())
        .containsExactly("-2.0 -1.0 0", "-1.0 -0.5 3", "-0.25 0.25 4", "2.0 4.0 1", "4.0 8.0 2");
    assertThat(rows().get(0).get("value").getAsString()).isEqualTo("count 10, scale 0");
  }

  @Test
  void countsWithoutABoundAndMillionsOfThemDoNoHarm() throws Exception {
    Metric.Builder duration = Metric.newBuilder().setName("duration");
    HistogramDataPoint.Builder point = duration.getHistogramBuilder().addDataPointsBuilder();
    point.addExplicitBounds(1).addBucketCounts(-1).addBucketCounts(2).addBucketCounts(3);
    send(duration.build());
    assertThat(buckets())
        .containsExactly("-Infinity 1.0 18446744073709551615", "1.0 Infinity 2", "1.0 Infinity 3");

    for (int i = 0; i < 100_000; i++) {
      point.addBucketCounts(1);
    }
    send(duration.build());
    assertThat(buckets()).hasSize(Bucket.MOST);
  }

  @Test
  void anExemplarNamesItsTrace() throws Exception {
    NumberDataPoint.Builder point = point(1, 1);
    point
        .addExemplarsBuilder()
        .setTimeUnixNano(START)
        .setAsDouble(0.3)
        .setTraceId(ByteString.fromHex("0af7651916cd43dd8448eb211c80319c"))
        .setSpanId(ByteString.fromHex("b7ad6b7169203331"));
    point.addExemplars(Exemplar.newBuilder().setAsInt(7).setTraceId(ByteString.fromHex("00")));
    send(gauge(point));

    assertThat(series().getAsJsonArray("exemplars").asList())
        .map(each -> each.getAsJsonObject())
        .extracting(
            each ->
                each.get("value").getAsString()
                    + " "
                    + each.get("trace").getAsString()
                    + " "
                    + each.get("span").getAsString())
        .containsExactly("0.3 0af7651916cd43dd8448eb211c80319c b7ad6b7169203331", "7  ");
  }

  @Test
  void aSeriesHasItsNewestPointsAndSaysIfThereAreMore() throws Exception {
    Metric.Builder queue = Metric.newBuilder().setName("queue");
    for (int i = 1; i <= 2001; i++) {
      queue.getGaugeBuilder().addDataPoints(point(i, i));
    }
    send(queue.build());

    JsonArray points = series().getAsJsonArray("points");
    assertThat(points).hasSize(2000);
    assertThat(points.get(0).getAsJsonObject().get("value").getAsString()).isEqualTo("2");
    assertThat(series().get("more").getAsBoolean()).isTrue();
    assertThat(rows().get(0).getAsJsonArray("chart")).hasSize(40);
  }

  @Test
  void anUnknownStreamIsNotFound() {
    assertThatThrownBy(() -> MetricTable.stream("0123456789abcdef", recorded.exchanges()))
        .isInstanceOf(HttpError.class)
        .hasMessageContaining("does not exist");
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static NumberDataPoint.Builder point(int second, long value) {
    return NumberDataPoint.newBuilder().setTimeUnixNano(START + second * SECOND).setAsInt(value);
  }

  private static Metric gauge(NumberDataPoint.Builder... points) {
    Metric.Builder metric = Metric.newBuilder().setName("queue");
    Stream.of(points).forEach(metric.getGaugeBuilder()::addDataPoints);
    return metric.build();
  }

  private static Metric sum(AggregationTemporality temporality, NumberDataPoint.Builder point) {
    Metric.Builder metric = Metric.newBuilder().setName("orders");
    metric
        .getSumBuilder()
        .setIsMonotonic(true)
        .setAggregationTemporality(temporality)
        .addDataPoints(point);
    return metric.build();
  }

  private static ExportMetricsServiceRequest request(Metric metric) {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    request.addResourceMetricsBuilder().addScopeMetricsBuilder().addMetrics(metric);
    return request.build();
  }

  private void send(Metric metric) {
    recorded.request(Signal.METRICS, request(metric));
  }

  private List<JsonObject> rows() {
    return json(MetricTable.of(recorded.exchanges())).getAsJsonArray("rows").asList().stream()
        .map(row -> row.getAsJsonObject())
        .toList();
  }

  /** What the chart of the first stream shows. */
  private List<String> charted() {
    return rows().get(0).getAsJsonArray("chart").asList().stream()
        .map(place -> place.getAsJsonArray().get(1).toString())
        .toList();
  }

  /** The details of the first stream. */
  private JsonObject series() throws HttpError {
    String id = rows().get(0).get("id").getAsString();
    return json(MetricTable.stream(id, recorded.exchanges()));
  }

  private List<String> buckets() throws HttpError {
    return series().getAsJsonArray("buckets").asList().stream()
        .map(bucket -> bucket.getAsJsonObject())
        .map(
            bucket ->
                bucket.get("from").getAsString()
                    + " "
                    + bucket.get("to").getAsString()
                    + " "
                    + bucket.get("count").getAsString())
        .toList();
  }

  private static JsonObject json(byte[] json) {
    return JsonParser.parseString(new String(json, StandardCharsets.UTF_8)).getAsJsonObject();
  }
}
