package workshop.page;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.DataPointFlags;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.util.List;
import java.util.stream.Collectors;
import workshop.trace.Times;
import workshop.wire.Attributes;
import workshop.wire.Exchange;
import workshop.wire.Signal;

/** The newest data points, one row each. */
final class MetricTable {
  private static final int LONGEST = 300;
  private static final String NO_VALUE = "no value";

  private final NewestRows rows = new NewestRows();

  private MetricTable() {}

  /** See {@link NewestRows#json}. */
  static JsonElement of(List<Exchange> exchanges) {
    MetricTable table = new MetricTable();
    for (Exchange exchange : exchanges) {
      if (exchange.signal() == Signal.METRICS && exchange.answer().accepted()) {
        table.add(exchange);
      }
    }
    return table.rows.json();
  }

  private void add(Exchange exchange) {
    ExportMetricsServiceRequest request = (ExportMetricsServiceRequest) exchange.request();
    for (ResourceMetrics resource : request.getResourceMetricsList()) {
      String service = Texts.cut(Attributes.service(resource.getResource()), LONGEST);
      for (ScopeMetrics scope : resource.getScopeMetricsList()) {
        scope.getMetricsList().forEach(metric -> add(exchange.number(), service, metric));
      }
    }
  }

  private void add(long exchange, String service, Metric metric) {
    Row row =
        (nanos, attributes, flags, value) ->
            add(exchange, service, metric, nanos, attributes, hasValue(flags) ? value : NO_VALUE);
    switch (metric.getDataCase()) {
      case GAUGE -> metric.getGauge().getDataPointsList().forEach(point -> number(point, row));
      case SUM -> metric.getSum().getDataPointsList().forEach(point -> number(point, row));
      case HISTOGRAM ->
          metric.getHistogram().getDataPointsList().forEach(point -> histogram(point, row));
      case EXPONENTIAL_HISTOGRAM ->
          metric
              .getExponentialHistogram()
              .getDataPointsList()
              .forEach(
                  point ->
                      row.add(
                          point.getTimeUnixNano(),
                          point.getAttributesList(),
                          point.getFlags(),
                          spread(
                              point.getCount(),
                              point.hasSum() ? "sum " + point.getSum() : "",
                              point.hasMin() ? "min " + point.getMin() : "",
                              point.hasMax() ? "max " + point.getMax() : "",
                              "scale " + point.getScale())));
      case SUMMARY -> metric.getSummary().getDataPointsList().forEach(point -> summary(point, row));
      case DATA_NOT_SET -> row.add(0, List.of(), 0, "no data");
    }
  }

  /** Adds the parts that differ between the kinds of data points. */
  private interface Row {
    void add(long nanos, List<KeyValue> attributes, int flags, String value);
  }

  /** A sender that stops to report a point says so by a flag, and the value means nothing. */
  private static boolean hasValue(int flags) {
    return (flags & DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK_VALUE) == 0;
  }

  private static void number(NumberDataPoint point, Row row) {
    String value =
        switch (point.getValueCase()) {
          case AS_INT -> String.valueOf(point.getAsInt());
          case AS_DOUBLE -> String.valueOf(point.getAsDouble());
          case VALUE_NOT_SET -> NO_VALUE;
        };
    row.add(point.getTimeUnixNano(), point.getAttributesList(), point.getFlags(), value);
  }

  private static void histogram(HistogramDataPoint point, Row row) {
    StringBuilder buckets = new StringBuilder();
    for (int i = 0; i < point.getBucketCountsCount(); i++) {
      if (point.getBucketCounts(i) > 0) {
        buckets.append(buckets.isEmpty() ? "" : " ");
        buckets.append(
            i < point.getExplicitBoundsCount()
                ? "≤" + point.getExplicitBounds(i)
                : point.getExplicitBoundsCount() > 0
                    ? ">" + point.getExplicitBounds(point.getExplicitBoundsCount() - 1)
                    : "all");
        buckets.append(": ").append(Long.toUnsignedString(point.getBucketCounts(i)));
      }
    }
    row.add(
        point.getTimeUnixNano(),
        point.getAttributesList(),
        point.getFlags(),
        spread(
            point.getCount(),
            point.hasSum() ? "sum " + point.getSum() : "",
            point.hasMin() ? "min " + point.getMin() : "",
            point.hasMax() ? "max " + point.getMax() : "",
            buckets.isEmpty() ? "" : "buckets " + buckets));
  }

  private static void summary(SummaryDataPoint point, Row row) {
    String quantiles =
        point.getQuantileValuesList().stream()
            .map(quantile -> quantile.getQuantile() + ": " + quantile.getValue())
            .collect(Collectors.joining(" "));
    row.add(
        point.getTimeUnixNano(),
        point.getAttributesList(),
        point.getFlags(),
        spread(point.getCount(), "sum " + point.getSum(), "quantiles " + quantiles));
  }

  private static String spread(long count, String... parts) {
    StringBuilder text = new StringBuilder("count " + Long.toUnsignedString(count));
    for (String part : parts) {
      text.append(part.isEmpty() ? "" : ", " + part);
    }
    return text.toString();
  }

  private void add(
      long exchange,
      String service,
      Metric metric,
      long nanos,
      List<KeyValue> attributes,
      String value) {
    JsonObject json = new JsonObject();
    json.addProperty("exchange", exchange);
    json.addProperty("at", Long.divideUnsigned(nanos, 1_000_000));
    json.addProperty("timeProblem", Times.problem(nanos));
    json.addProperty("service", service);
    json.addProperty("name", Texts.cut(metric.getName(), LONGEST));
    json.addProperty("type", type(metric));
    json.addProperty("value", Texts.cut(value, LONGEST));
    json.addProperty("unit", Texts.cut(metric.getUnit(), LONGEST));
    json.addProperty("attributes", Texts.cut(Texts.of(attributes), LONGEST));
    rows.add(json);
  }

  private static String type(Metric metric) {
    return switch (metric.getDataCase()) {
      case GAUGE -> "gauge";
      case SUM ->
          (metric.getSum().getIsMonotonic() ? "sum, monotonic" : "sum")
              + word(metric.getSum().getAggregationTemporality());
      case HISTOGRAM -> "histogram" + word(metric.getHistogram().getAggregationTemporality());
      case EXPONENTIAL_HISTOGRAM ->
          "exponential histogram"
              + word(metric.getExponentialHistogram().getAggregationTemporality());
      case SUMMARY -> "summary";
      case DATA_NOT_SET -> "none";
    };
  }

  private static String word(AggregationTemporality temporality) {
    return switch (temporality) {
      case AGGREGATION_TEMPORALITY_DELTA -> ", delta";
      case AGGREGATION_TEMPORALITY_CUMULATIVE -> ", cumulative";
      case AGGREGATION_TEMPORALITY_UNSPECIFIED, UNRECOGNIZED -> "";
    };
  }
}
