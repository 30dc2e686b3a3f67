package workshop.task;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import workshop.trace.Hex;
import workshop.trace.ReceivedSpan;
import workshop.wire.Attributes;
import workshop.wire.Exchange;

/**
 * A span, a log record, or a data point of a metric, as an {@link Expectation} sees it.
 *
 * @param fields what is not an attribute, by the key that a {@link Condition} uses; without those
 *     that are empty
 * @param attributes its own attributes
 */
public record Item(
    Kind kind, Map<String, AnyValue> fields, List<KeyValue> attributes, Resource resource) {
  private static final String SEVERITY = "SEVERITY_NUMBER_";

  /** Keys that differ from run to run, or say little, and so are not in the text of an item. */
  private static final Set<String> UNSAID =
      Set.of("scope", "value", "count", "temporality", "trace_id");

  /** Values of {@code kind} and {@code status} that say little. */
  private static final Set<String> USUAL = Set.of("unspecified", "internal", "unset");

  /** What can be counted, and the keys that are not those of attributes. */
  public enum Kind {
    SPAN("service", "scope", "name", "kind", "status", "trace_id"),
    LOG("service", "scope", "name", "severity", "body", "trace_id"),
    /** A metric's trace is that of its first exemplar. */
    METRIC("service", "scope", "name", "kind", "temporality", "value", "count", "trace_id");

    private final List<String> keys;

    Kind(String... keys) {
      this.keys = List.of(keys);
    }

    List<String> keys() {
      return keys;
    }

    /** {@code span}, {@code log} or {@code metric}. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What an accepted request brought, in its order; nothing for a rejected one. */
  public static void each(Exchange exchange, Consumer<Item> to) {
    if (exchange.answer().accepted()) {
      each(exchange.request(), to);
    }
  }

  static void each(Message request, Consumer<Item> to) {
    if (request instanceof ExportTraceServiceRequest traces) {
      for (ResourceSpans resource : traces.getResourceSpansList()) {
        for (ScopeSpans scope : resource.getScopeSpansList()) {
          String name = scope.getScope().getName();
          scope.getSpansList().forEach(span -> to.accept(of(span, name, resource.getResource())));
        }
      }
    } else if (request instanceof ExportLogsServiceRequest logs) {
      for (ResourceLogs resource : logs.getResourceLogsList()) {
        for (ScopeLogs scope : resource.getScopeLogsList()) {
          String name = scope.getScope().getName();
          scope
              .getLogRecordsList()
              .forEach(log -> to.accept(of(log, name, resource.getResource())));
        }
      }
    } else if (request instanceof ExportMetricsServiceRequest metrics) {
      for (ResourceMetrics resource : metrics.getResourceMetricsList()) {
        for (ScopeMetrics scope : resource.getScopeMetricsList()) {
          String name = scope.getScope().getName();
          scope.getMetricsList().forEach(metric -> each(metric, name, resource.getResource(), to));
        }
      }
    }
  }

  /** A span whose scope nobody asks for. */
  static Item of(ReceivedSpan received) {
    return of(received.span(), "", received.resource());
  }

  private static Item of(Span span, String scope, Resource resource) {
    Map<String, AnyValue> fields = fields(resource, scope, span.getName());
    text(fields, "kind", span.getKind().name().replace("SPAN_KIND_", "").toLowerCase(Locale.ROOT));
    text(
        fields,
        "status",
        span.getStatus().getCode().name().replace("STATUS_CODE_", "").toLowerCase(Locale.ROOT));
    text(fields, "trace_id", Hex.of(span.getTraceId()));
    return new Item(Kind.SPAN, fields, span.getAttributesList(), resource);
  }

  private static Item of(LogRecord record, String scope, Resource resource) {
    Map<String, AnyValue> fields = fields(resource, scope, record.getEventName());
    // Some SDKs send the text only.
    String severity =
        record.getSeverityNumberValue() == 0
            ? record.getSeverityText().toUpperCase(Locale.ROOT)
            : record.getSeverityNumber().name().replace(SEVERITY, "");
    text(fields, "severity", severity);
    if (record.hasBody()) {
      fields.put("body", record.getBody());
    }
    text(fields, "trace_id", Hex.of(record.getTraceId()));
    return new Item(Kind.LOG, fields, record.getAttributesList(), resource);
  }

  private static void each(Metric metric, String scope, Resource resource, Consumer<Item> to) {
    points(metric)
        .forEach(
            point -> {
              Map<String, AnyValue> fields = fields(resource, scope, metric.getName());
              text(fields, "kind", metric.getDataCase().name().toLowerCase(Locale.ROOT));
              text(fields, "temporality", temporality(metric));
              point.value().ifPresent(value -> fields.put(point.key(), value));
              point.exemplars().stream()
                  .findFirst()
                  .ifPresent(first -> text(fields, "trace_id", Hex.of(first.getTraceId())));
              to.accept(new Item(Kind.METRIC, fields, point.attributes(), resource));
            });
  }

  /**
   * A data point of any kind of metric.
   *
   * @param key {@code value}, or {@code count} if it stands for many measurements
   */
  private record Point(
      String key, Optional<AnyValue> value, List<KeyValue> attributes, List<Exemplar> exemplars) {}

  /** "" for a gauge or a summary, which have none. */
  private static String temporality(Metric metric) {
    AggregationTemporality temporality =
        switch (metric.getDataCase()) {
          case SUM -> metric.getSum().getAggregationTemporality();
          case HISTOGRAM -> metric.getHistogram().getAggregationTemporality();
          case EXPONENTIAL_HISTOGRAM ->
              metric.getExponentialHistogram().getAggregationTemporality();
          default -> AggregationTemporality.AGGREGATION_TEMPORALITY_UNSPECIFIED;
        };
    return switch (temporality) {
      case AGGREGATION_TEMPORALITY_CUMULATIVE -> "cumulative";
      case AGGREGATION_TEMPORALITY_DELTA -> "delta";
      default -> "";
    };
  }

  private static Stream<Point> points(Metric metric) {
    return switch (metric.getDataCase()) {
      case SUM -> metric.getSum().getDataPointsList().stream().map(Item::number);
      case GAUGE -> metric.getGauge().getDataPointsList().stream().map(Item::number);
      case HISTOGRAM ->
          metric.getHistogram().getDataPointsList().stream()
              .map(
                  point ->
                      count(point.getCount(), point.getAttributesList(), point.getExemplarsList()));
      case EXPONENTIAL_HISTOGRAM ->
          metric.getExponentialHistogram().getDataPointsList().stream()
              .map(
                  point ->
                      count(point.getCount(), point.getAttributesList(), point.getExemplarsList()));
      case SUMMARY ->
          metric.getSummary().getDataPointsList().stream()
              .map(point -> count(point.getCount(), point.getAttributesList(), List.of()));
      case DATA_NOT_SET -> Stream.empty();
    };
  }

  private static Point number(NumberDataPoint point) {
    Optional<AnyValue> value =
        switch (point.getValueCase()) {
          case AS_INT -> Optional.of(integer(point.getAsInt()));
          case AS_DOUBLE ->
              Optional.of(AnyValue.newBuilder().setDoubleValue(point.getAsDouble()).build());
          case VALUE_NOT_SET -> Optional.empty();
        };
    return new Point("value", value, point.getAttributesList(), point.getExemplarsList());
  }

  private static Point count(long count, List<KeyValue> attributes, List<Exemplar> exemplars) {
    return new Point("count", Optional.of(integer(count)), attributes, exemplars);
  }

  private static Map<String, AnyValue> fields(Resource resource, String scope, String name) {
    Map<String, AnyValue> fields = new LinkedHashMap<>();
    Attributes.find(resource.getAttributesList(), Attributes.SERVICE_NAME)
        .ifPresent(service -> fields.put("service", service));
    text(fields, "scope", scope);
    text(fields, "name", name);
    return fields;
  }

  private static void text(Map<String, AnyValue> fields, String key, String text) {
    if (!text.isEmpty()) {
      fields.put(key, AnyValue.newBuilder().setStringValue(text).build());
    }
  }

  private static AnyValue integer(long value) {
    return AnyValue.newBuilder().setIntValue(value).build();
  }

  /** The number of a severity such as {@code WARN}; empty if it is not one. */
  static Optional<Integer> severity(String name) {
    try {
      int number = SeverityNumber.valueOf(SEVERITY + name.toUpperCase(Locale.ROOT)).getNumber();
      return number == 0 ? Optional.empty() : Optional.of(number);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // also UNRECOGNIZED, which has no number
    }
  }

  /** A field, else the item's own attribute, else the resource's. */
  Optional<AnyValue> find(String key) {
    if (kind.keys().contains(key)) {
      return Optional.ofNullable(fields.get(key));
    }
    return Attributes.find(attributes, key)
        .or(() -> Attributes.find(resource.getAttributesList(), key));
  }

  /** What tells a metric from another one, however often it is exported. */
  public String metric() {
    return resource.hashCode() + " " + fields.get("scope") + " " + fields.get("name");
  }

  /** As an expectation says it: {@code span service=shop name="POST /orders" kind=server}. */
  public String text() {
    StringBuilder text = new StringBuilder(kind.word());
    fields.forEach(
        (key, value) -> {
          String shown = Condition.text(value);
          boolean unsaid = kind == Kind.METRIC && key.equals("kind");
          if (!unsaid && !UNSAID.contains(key) && !USUAL.contains(shown)) {
            text.append(' ').append(key).append('=').append(Condition.quoted(shown));
          }
        });
    return text.toString();
  }
}
