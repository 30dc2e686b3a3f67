package workshop.page;

import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;

/**
 * What the points of a metric mean.
 *
 * @param name for people, for example {@code "histogram"}
 * @param temporality null for a kind without one
 * @param counts whether its numbers only grow, so that their rate is what one wants to see: of
 *     monotonic sums, and of how many measurements a histogram or a summary has
 */
record MetricKind(String name, AggregationTemporality temporality, boolean counts) {
  static MetricKind of(Metric metric) {
    return switch (metric.getDataCase()) {
      case GAUGE -> new MetricKind("gauge", null, false);
      case SUM ->
          new MetricKind(
              metric.getSum().getIsMonotonic() ? "sum, monotonic" : "sum",
              metric.getSum().getAggregationTemporality(),
              metric.getSum().getIsMonotonic());
      case HISTOGRAM ->
          new MetricKind("histogram", metric.getHistogram().getAggregationTemporality(), true);
      case EXPONENTIAL_HISTOGRAM ->
          new MetricKind(
              "exponential histogram",
              metric.getExponentialHistogram().getAggregationTemporality(),
              true);
      case SUMMARY -> new MetricKind("summary", null, true);
      case DATA_NOT_SET -> new MetricKind("none", null, false);
    };
  }

  /** One word: {@code delta}, {@code cumulative}, {@code unspecified}; "" for a kind without it. */
  String temporalityName() {
    if (temporality == null) {
      return "";
    }
    return switch (temporality) {
      case AGGREGATION_TEMPORALITY_DELTA -> "delta";
      case AGGREGATION_TEMPORALITY_CUMULATIVE -> "cumulative";
      case AGGREGATION_TEMPORALITY_UNSPECIFIED, UNRECOGNIZED -> "unspecified";
    };
  }

  /** Whether each point starts again at 0. */
  boolean isDelta() {
    return temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
  }
}
