package workshop.page;

import com.google.protobuf.Message;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.DataPointFlags;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;

/**
 * A data point of any kind of metric.
 *
 * @param data the point itself; null for a metric without data
 * @param start when it began to count, in nanoseconds after 1970; 0 if the sender does not say
 * @param nanos its time, in nanoseconds after 1970
 * @param flags as in OTLP
 * @param number the value, or of histograms and summaries how many measurements there were
 */
record MetricPoint(
    Message data,
    long start,
    long nanos,
    List<KeyValue> attributes,
    int flags,
    double number,
    List<Exemplar> exemplars) {

  private static final int MOST_QUANTILES = 100;

  /** The points of a metric, in their order; one without anything if its kind is not set. */
  static List<MetricPoint> of(Metric metric) {
    return switch (metric.getDataCase()) {
      case GAUGE -> metric.getGauge().getDataPointsList().stream().map(MetricPoint::of).toList();
      case SUM -> metric.getSum().getDataPointsList().stream().map(MetricPoint::of).toList();
      case HISTOGRAM ->
          metric.getHistogram().getDataPointsList().stream().map(MetricPoint::of).toList();
      case EXPONENTIAL_HISTOGRAM ->
          metric.getExponentialHistogram().getDataPointsList().stream()
              .map(MetricPoint::of)
              .toList();
      case SUMMARY ->
          metric.getSummary().getDataPointsList().stream().map(MetricPoint::of).toList();
      case DATA_NOT_SET -> List.of(new MetricPoint(null, 0, 0, List.of(), 0, 0, List.of()));
    };
  }

  private static MetricPoint of(NumberDataPoint point) {
    return new MetricPoint(
        point,
        point.getStartTimeUnixNano(),
        point.getTimeUnixNano(),
        point.getAttributesList(),
        point.getFlags(),
        point.hasAsInt() ? point.getAsInt() : point.getAsDouble(),
        point.getExemplarsList());
  }

  private static MetricPoint of(HistogramDataPoint point) {
    return new MetricPoint(
        point,
        point.getStartTimeUnixNano(),
        point.getTimeUnixNano(),
        point.getAttributesList(),
        point.getFlags(),
        unsigned(point.getCount()),
        point.getExemplarsList());
  }

  private static MetricPoint of(ExponentialHistogramDataPoint point) {
    return new MetricPoint(
        point,
        point.getStartTimeUnixNano(),
        point.getTimeUnixNano(),
        point.getAttributesList(),
        point.getFlags(),
        unsigned(point.getCount()),
        point.getExemplarsList());
  }

  private static MetricPoint of(SummaryDataPoint point) {
    return new MetricPoint(
        point,
        point.getStartTimeUnixNano(),
        point.getTimeUnixNano(),
        point.getAttributesList(),
        point.getFlags(),
        unsigned(point.getCount()),
        List.of());
  }

  private static double unsigned(long count) {
    return count >= 0 ? count : count + 0x1p64;
  }

  /** Whether it has a value. A sender that stops to report a point says so by a flag. */
  boolean recorded() {
    return data != null
        && (flags & DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK_VALUE) == 0
        && !(data instanceof NumberDataPoint point && !point.hasAsInt() && !point.hasAsDouble());
  }

  /** Of a histogram, in ascending order; otherwise none. */
  List<Bucket> buckets() {
    if (data instanceof HistogramDataPoint point) {
      return Bucket.of(point);
    }
    return data instanceof ExponentialHistogramDataPoint point ? Bucket.of(point) : List.of();
  }

  /** Its value, for people. */
  String value() {
    if (data == null) {
      return "no data";
    } else if (!recorded()) {
      return "no value";
    } else if (data instanceof NumberDataPoint point) {
      return point.hasAsInt()
          ? String.valueOf(point.getAsInt())
          : String.valueOf(point.getAsDouble());
    } else if (data instanceof HistogramDataPoint point) {
      return spread(
          point.getCount(),
          point.hasSum() ? "sum " + point.getSum() : "",
          point.hasMin() ? "min " + point.getMin() : "",
          point.hasMax() ? "max " + point.getMax() : "");
    } else if (data instanceof ExponentialHistogramDataPoint point) {
      return spread(
          point.getCount(),
          point.hasSum() ? "sum " + point.getSum() : "",
          point.hasMin() ? "min " + point.getMin() : "",
          point.hasMax() ? "max " + point.getMax() : "",
          "scale " + point.getScale());
    }
    SummaryDataPoint point = (SummaryDataPoint) data;
    String quantiles =
        point.getQuantileValuesList().stream()
            .limit(MOST_QUANTILES)
            .map(quantile -> quantile.getQuantile() + ": " + quantile.getValue())
            .collect(Collectors.joining(" "));
    return spread(
        point.getCount(),
        "sum " + point.getSum(),
        quantiles.isEmpty() ? "" : "quantiles " + quantiles);
  }

  private static String spread(long count, String... parts) {
    BinaryOperator<String> join = (text, part) -> part.isEmpty() ? text : text + ", " + part;
    return List.of(parts).stream().reduce("count " + Long.toUnsignedString(count), join);
  }
}
