package workshop.page;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import workshop.trace.Hex;
import workshop.trace.Ids;
import workshop.trace.Times;
import workshop.wire.Attributes;
import workshop.wire.Exchange;
import workshop.wire.Signal;

/**
 * Data points as streams: all points with the same resource, scope, metric and attributes are one
 * stream, in any order of the attributes.
 */
final class MetricTable {
  private static final int MOST_STREAMS = 2000;
  private static final int MOST_POINTS = 2000;
  private static final int MOST_CHARTED = 40;
  private static final int MOST_EXEMPLARS = 50;
  private static final int LONGEST = 300;
  private static final int ID_DIGITS = 16;

  private MetricTable() {}

  /**
   * The streams, each with its newest point and the chart of its last points; the one that arrived
   * last is last. See {@link Rows#table}.
   */
  static byte[] of(List<Exchange> exchanges) {
    Map<String, Stream> streams = new LinkedHashMap<>();
    boolean[] more = {false};
    forEach(
        exchanges,
        (exchange, where, metric, id, point) -> {
          Stream known = streams.remove(id);
          Stream stream = known == null ? new Stream(where, metric, point) : known;
          stream.add(exchange, point);
          streams.put(id, stream);
          if (streams.size() > MOST_STREAMS) {
            streams.remove(streams.keySet().iterator().next());
            more[0] = true;
          }
        });
    Rows rows = new Rows(MOST_STREAMS);
    streams.forEach((id, stream) -> rows.add(stream.json(id)));
    JsonObject json = new JsonObject();
    json.addProperty("more", more[0] || rows.more());
    return rows.in(json, "rows");
  }

  /**
   * One stream: its newest points, in the order of arrival, the buckets of the newest, and the
   * newest exemplars.
   *
   * @throws HttpError if no point of it is kept
   */
  static byte[] stream(String id, List<Exchange> exchanges) throws HttpError {
    Stream[] found = {null};
    Rows points = new Rows(MOST_POINTS);
    Deque<JsonObject> exemplars = new ArrayDeque<>();
    forEach(
        exchanges,
        (exchange, where, metric, ofPoint, point) -> {
          if (!ofPoint.equals(id)) {
            return;
          }
          found[0] = found[0] == null ? new Stream(where, metric, point) : found[0];
          points.add(found[0].add(exchange, point));
          for (Exemplar exemplar : point.exemplars()) {
            exemplars.addLast(exemplar(exemplar));
            if (exemplars.size() > MOST_EXEMPLARS) {
              exemplars.removeFirst();
            }
          }
        });
    if (found[0] == null) {
      throw new HttpError(404, "this stream does not exist, or its points were deleted");
    }
    JsonObject json = found[0].json(id);
    found[0].addDetails(json);
    JsonArray all = new JsonArray();
    exemplars.forEach(all::add);
    json.add("exemplars", all);
    json.addProperty("more", points.more());
    return points.in(json, "points");
  }

  /** Whose metric it is. */
  private record Where(ResourceMetrics resource, ScopeMetrics scope) {}

  private interface EachPoint {
    void at(long exchange, Where where, Metric metric, String id, MetricPoint point);
  }

  private static void forEach(List<Exchange> exchanges, EachPoint each) {
    for (Exchange exchange : exchanges) {
      if (exchange.signal() != Signal.METRICS || !exchange.answer().accepted()) {
        continue;
      }
      ExportMetricsServiceRequest request = (ExportMetricsServiceRequest) exchange.request();
      for (ResourceMetrics resource : request.getResourceMetricsList()) {
        for (ScopeMetrics scope : resource.getScopeMetricsList()) {
          for (Metric metric : scope.getMetricsList()) {
            byte[] series = idOf(resource, scope, metric);
            for (MetricPoint point : MetricPoint.of(metric)) {
              String id = HexFormat.of().formatHex(idOf(series, point)).substring(0, ID_DIGITS);
              each.at(exchange.number(), new Where(resource, scope), metric, id, point);
            }
          }
        }
      }
    }
  }

  /** What identifies a stream, without its attributes: all that OTLP says, and no points. */
  private static byte[] idOf(ResourceMetrics resource, ScopeMetrics scope, Metric metric) {
    Metric.Builder kind = metric.toBuilder().clearDescription().clearMetadata();
    switch (metric.getDataCase()) {
      case GAUGE -> kind.getGaugeBuilder().clearDataPoints();
      case SUM -> kind.getSumBuilder().clearDataPoints();
      case HISTOGRAM -> kind.getHistogramBuilder().clearDataPoints();
      case EXPONENTIAL_HISTOGRAM -> kind.getExponentialHistogramBuilder().clearDataPoints();
      case SUMMARY -> kind.getSummaryBuilder().clearDataPoints();
      case DATA_NOT_SET -> {}
    }
    ResourceMetrics.Builder series = ResourceMetrics.newBuilder();
    series
        .getResourceBuilder()
        .addAllAttributes(sorted(resource.getResource().getAttributesList()));
    series
        .addScopeMetricsBuilder()
        .setScope(
            scope.getScope().toBuilder()
                .clearAttributes()
                .addAllAttributes(sorted(scope.getScope().getAttributesList())))
        .addMetrics(kind);
    return sha256().digest(series.build().toByteArray());
  }

  private static byte[] idOf(byte[] series, MetricPoint point) {
    MessageDigest digest = sha256();
    digest.update(series);
    return digest.digest(
        NumberDataPoint.newBuilder()
            .addAllAttributes(sorted(point.attributes()))
            .build()
            .toByteArray());
  }

  private static List<KeyValue> sorted(List<KeyValue> attributes) {
    return attributes.stream().sorted(Comparator.comparing(KeyValue::getKey)).toList();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JDK has SHA-256", e);
    }
  }

  private static JsonObject exemplar(Exemplar exemplar) {
    JsonObject json = new JsonObject();
    json.addProperty("at", Long.divideUnsigned(exemplar.getTimeUnixNano(), 1_000_000));
    json.addProperty(
        "value",
        switch (exemplar.getValueCase()) {
          case AS_INT -> String.valueOf(exemplar.getAsInt());
          case AS_DOUBLE -> String.valueOf(exemplar.getAsDouble());
          case VALUE_NOT_SET -> "no value";
        });
    json.addProperty(
        "trace", Ids.isTraceId(exemplar.getTraceId()) ? Hex.of(exemplar.getTraceId()) : "");
    json.addProperty(
        "span", Ids.isSpanId(exemplar.getSpanId()) ? Hex.of(exemplar.getSpanId()) : "");
    json.addProperty("attributes", Texts.of(exemplar.getFilteredAttributesList(), LONGEST));
    return json;
  }

  /** What the page shows of a stream; of its points only the newest one, and numbers. */
  private static final class Stream {
    private final JsonObject facts = new JsonObject();
    private final JsonObject details = new JsonObject();
    private final Deque<JsonArray> chart = new ArrayDeque<>();
    private final Charted charted;
    private MetricPoint newest;
    private MetricPoint newestRecorded;
    private long exchange;
    private long points;

    Stream(Where where, Metric metric, MetricPoint point) {
      MetricKind kind = MetricKind.of(metric);
      charted = new Charted(kind);
      facts.addProperty(
          "service", Texts.cut(Attributes.service(where.resource().getResource()), LONGEST));
      facts.addProperty("scope", Texts.cut(where.scope().getScope().getName(), LONGEST));
      facts.addProperty("name", Texts.cut(metric.getName(), LONGEST));
      facts.addProperty("unit", Texts.cut(metric.getUnit(), LONGEST));
      facts.addProperty("type", kind.name());
      facts.addProperty("temporality", kind.temporalityName());
      facts.addProperty("isRate", kind.counts());
      facts.addProperty("attributes", Texts.of(point.attributes(), LONGEST));
      details.addProperty("description", Texts.cut(metric.getDescription(), LONGEST));
      details.addProperty(
          "resource", Texts.of(where.resource().getResource().getAttributesList(), 4 * LONGEST));
    }

    /** Takes a further point, and returns it for the chart. */
    JsonObject add(long number, MetricPoint point) {
      Double y = charted.next(point);
      JsonObject json = new JsonObject();
      json.addProperty("exchange", number);
      json.addProperty("at", Long.divideUnsigned(point.nanos(), 1_000_000));
      json.addProperty("timeProblem", Times.problem(point.nanos()));
      json.addProperty("value", Texts.cut(point.value(), LONGEST));
      json.addProperty("y", y);
      JsonArray place = new JsonArray(2);
      place.add(json.get("at"));
      place.add(json.get("y"));
      chart.addLast(place);
      if (chart.size() > MOST_CHARTED) {
        chart.removeFirst();
      }
      exchange = number;
      newest = point;
      newestRecorded = point.recorded() ? point : newestRecorded;
      points++;
      return json;
    }

    JsonObject json(String id) {
      JsonObject json = facts.deepCopy();
      json.addProperty("id", id);
      json.addProperty("exchange", exchange);
      json.addProperty("at", Long.divideUnsigned(newest.nanos(), 1_000_000));
      json.addProperty("start", Long.divideUnsigned(newest.start(), 1_000_000));
      json.addProperty("timeProblem", Times.problem(newest.nanos()));
      json.addProperty("value", Texts.cut(newest.value(), LONGEST));
      json.addProperty("total", points);
      JsonArray all = new JsonArray();
      chart.forEach(all::add);
      json.add("chart", all);
      return json;
    }

    void addDetails(JsonObject json) {
      details.entrySet().forEach(detail -> json.add(detail.getKey(), detail.getValue()));
      JsonArray buckets = new JsonArray();
      for (Bucket bucket : newestRecorded == null ? List.<Bucket>of() : newestRecorded.buckets()) {
        JsonObject each = new JsonObject();
        each.addProperty("from", String.valueOf(bucket.from()));
        each.addProperty("to", String.valueOf(bucket.to()));
        each.addProperty("count", Long.toUnsignedString(bucket.count()));
        buckets.add(each);
      }
      json.add("buckets", buckets);
    }
  }
}
