package workshop.page;

import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint.Buckets;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import java.util.ArrayList;
import java.util.List;

/**
 * How many of a histogram's measurements lie between two numbers.
 *
 * @param from may be negative infinity
 * @param to may be positive infinity
 * @param count unsigned
 */
record Bucket(double from, double to, long count) {
  /** More than any SDK sends; one request may have millions. */
  static final int MOST = 500;

  /**
   * The buckets of a histogram with explicit bounds, in ascending order, at most {@link #MOST}.
   * Counts without a bound, which a faulty sender may send, go to infinity.
   */
  static List<Bucket> of(HistogramDataPoint point) {
    List<Bucket> buckets = new ArrayList<>();
    int bounds = point.getExplicitBoundsCount();
    for (int i = 0; i < Math.min(point.getBucketCountsCount(), MOST); i++) {
      double from =
          i == 0 || bounds == 0
              ? Double.NEGATIVE_INFINITY
              : point.getExplicitBounds(Math.min(i, bounds) - 1);
      double to = i < bounds ? point.getExplicitBounds(i) : Double.POSITIVE_INFINITY;
      buckets.add(new Bucket(from, to, point.getBucketCounts(i)));
    }
    return buckets;
  }

  /**
   * The buckets of an exponential histogram, in ascending order: the negative ones, the one around
   * zero if it is not empty, the positive ones; at most {@link #MOST} of each sign.
   */
  static List<Bucket> of(ExponentialHistogramDataPoint point) {
    List<Bucket> buckets = new ArrayList<>();
    Buckets negative = point.getNegative();
    for (int i = Math.min(negative.getBucketCountsCount(), MOST) - 1; i >= 0; i--) {
      buckets.add(
          new Bucket(
              -bound(point, negative, i + 1), -bound(point, negative, i), count(negative, i)));
    }
    if (point.getZeroCount() != 0) {
      double threshold = point.getZeroThreshold();
      buckets.add(new Bucket(-threshold, threshold, point.getZeroCount()));
    }
    Buckets positive = point.getPositive();
    for (int i = 0; i < Math.min(positive.getBucketCountsCount(), MOST); i++) {
      buckets.add(
          new Bucket(bound(point, positive, i), bound(point, positive, i + 1), count(positive, i)));
    }
    return buckets;
  }

  private static long count(Buckets buckets, int i) {
    return buckets.getBucketCounts(i);
  }

  /** The lower bound of a bucket: two to the power of its index times two to minus the scale. */
  private static double bound(ExponentialHistogramDataPoint point, Buckets buckets, int i) {
    return Math.pow(2, ((double) buckets.getOffset() + i) * Math.pow(2, -point.getScale()));
  }
}
