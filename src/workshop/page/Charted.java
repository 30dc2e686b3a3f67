package workshop.page;

/** The numbers that the chart of one stream shows, point by point, in the order of arrival. */
final class Charted {
  private static final double NANOS = 1e9;

  /** A rate since the start says nothing earlier: some SDKs begin with the first measurement. */
  private static final long SHORTEST = 1_000_000_000;

  private final MetricKind kind;
  private MetricPoint last; // that has a value

  Charted(MetricKind kind) {
    this.kind = kind;
  }

  /**
   * The point's value, or of what only grows its rate per second: since the point before, or since
   * the start if the sender began to count again.
   *
   * @return null for a gap: no value was recorded, it is not finite, or the rate cannot be known
   */
  Double next(MetricPoint point) {
    if (!point.recorded()) {
      return null;
    }
    MetricPoint before = last;
    last = point;
    double number = kind.counts() ? rate(point, before) : point.number();
    return Double.isFinite(number) ? number : null;
  }

  private double rate(MetricPoint point, MetricPoint before) {
    if (kind.isDelta()) {
      long since = point.start() != 0 || before == null ? point.start() : before.nanos();
      return perSecond(point.number(), since, point.nanos());
    }
    if (before == null || point.start() != before.start()) {
      boolean tooSoon = point.nanos() - point.start() < SHORTEST;
      return tooSoon ? Double.NaN : perSecond(point.number(), point.start(), point.nanos());
    }
    double more = point.number() - before.number();
    return more < 0 ? Double.NaN : perSecond(more, before.nanos(), point.nanos());
  }

  private static double perSecond(double number, long from, long to) {
    return from == 0 || to <= from ? Double.NaN : number / ((to - from) / NANOS);
  }
}
