///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Export counts and durations in intervals, and see what distorts them
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.68.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-sdk-extension-autoconfigure
//DEPS io.opentelemetry:opentelemetry-exporter-otlp

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import java.io.File;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

class Metrics {
  public static void main(String[] args) throws Exception {
    // %% Counter and gauge
    // A counter adds up, a gauge keeps the latest value. Each set of attributes becomes
    // one data point of an export. A reader exports every 60 s, and when the SDK closes.
    // Which value does the data point with `card` have?
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
    var delta = Map.of("otel.exporter.otlp.metrics.temporality.preference", "delta"); // task 1
    try (var sdk = sdk("instruments", delta)) { // task 1
      var meter = sdk.getMeter("com.example.shop");
      var orders = meter.counterBuilder("orders").build();
      orders.add(2, Attributes.of(stringKey("payment"), "card"));
      orders.add(1, Attributes.of(stringKey("payment"), "card"));
      orders.add(1, Attributes.of(stringKey("payment"), "invoice"));
      meter.gaugeBuilder("queue.size").ofLongs().build().set(7);
    } // closes the SDK; a server does that in a shutdown hook

    // %% Cumulative and delta
    // Cumulative, the default, exports the sum since the start; delta exports what came
    // since the last export. forceFlush() exports before the 60 s are over. A receiver
    // adds up three exports, each after 5 more orders. What do cumulative ones add up to?
    for (var temporality : List.of("cumulative", "delta")) {
      received = 0;
      var how = Map.of("otel.exporter.otlp.metrics.temporality.preference", temporality);
      try (var sdk = sdk(temporality, how)) {
        var orders = sdk.getMeter("com.example.shop").counterBuilder("orders").build();
        orders.add(5);
        sdk.getSdkMeterProvider().forceFlush().join(10, SECONDS);
        orders.add(5);
        sdk.getSdkMeterProvider().forceFlush().join(10, SECONDS);
        orders.add(5);
      }
      System.out.println(temporality + ", added up: " + received);
    }

    // %% Histogram
    // It counts measurements in buckets. The default bounds 0, 5, 10 ... 10000 suit
    // milliseconds, but the conventions ask for seconds, so an instrument can advise its
    // own. Which of the default buckets do 0.02, 0.2 and 2 seconds fill?
    try (var sdk = sdk("buckets", Map.of())) {
      var standard = sdk.getMeter("com.example.shop").histogramBuilder("standard");
      var advised = sdk.getMeter("com.example.shop").histogramBuilder("advised");
      advised.setExplicitBucketBoundariesAdvice(List.of(0.1, 1.0));
      for (var histogram : List.of(standard.build(), advised.build()))
        List.of(0.02, 0.2, 2.0).forEach(histogram::record);
    }

    // %% From a metric to a trace
    // An exemplar is a measurement with the ids of the span that was current. It leads
    // from a bucket to a request that ended up there. Which histogram gets one?
    try (var sdk = sdk("exemplar", Map.of())) {
      var meter = sdk.getMeter("com.example.shop");
      var order = sdk.getTracer("com.example").spanBuilder("POST /orders").startSpan();
      try (Scope scope = order.makeCurrent()) {
        meter.histogramBuilder("checkout.duration").build().record(2);
      }
      try (Scope scope = order.makeCurrent()) { // task 3
        meter.histogramBuilder("delivery.duration").build().record(3);
      }
      order.end();
    }

    // %% The verdict
    // After a lost export, the next one repeats a cumulative sum, but not a delta.
    System.out.printf("%d data points sent, %d acknowledged%n", sent, acknowledged);
    if (acknowledged < sent) {
      System.err.println("Data was lost: see the log above. If no backend is running:");
      System.err.printf("In another terminal, type .%sjbang backend%n", File.separator);
      System.exit(1);
    }

    // %% Your turn
    // 1. Export the case `instruments` as delta.
    // 2. Set `otel.java.metrics.cardinality.limit` to 2 in `sdk()`.
    // 3. Measure `delivery.duration` so that its exemplar leads to `POST /orders`.
  }

  // %% The SDK, once for each case of this lesson
  // A view drops the SDK's own metrics. When you copy, delete the workshop's attributes.
  static final String RUN = "workshop.lesson=09-metrics/" + System.currentTimeMillis();

  static OpenTelemetrySdk sdk(String id, Map<String, String> how) {
    var all = new HashMap<>(how);
    all.put("otel.resource.attributes", RUN + ",service.name=shop,workshop.case=" + id);
    all.put("otel.java.metrics.cardinality.limit", "2"); // task 2
    all.put("otel.experimental.sdk.telemetry.version", "latest");
    all.put("otel.java.exporter.otlp.retry.disabled", "true"); // it fails at once
    if ("".equals(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))) { // empty means unset
      all.put("otel.exporter.otlp.endpoint", "http://localhost:4317");
    }
    var own = InstrumentSelector.builder().setName("otel.sdk.*").build();
    var drop = View.builder().setAggregation(Aggregation.drop()).build();
    var builder = AutoConfiguredOpenTelemetrySdk.builder().disableShutdownHook();
    builder.addPropertiesCustomizer(config -> all);
    builder.addMeterProviderCustomizer((meters, c) -> meters.registerView(own, drop));
    builder.addMetricExporterCustomizer((exporter, c) -> new Shown(id, exporter));
    return builder.build().getOpenTelemetrySdk();
  }

  // %% Print and count what is exported, for this lesson
  // Only the exporter knows what was acknowledged; forceFlush() and close() do not say.
  static long sent, acknowledged, received;

  record Shown(String id, MetricExporter to) implements MetricExporter {
    public CompletableResultCode export(Collection<MetricData> metrics) {
      var lines = new TreeSet<String>(); // the SDK has no fixed order
      for (var metric : metrics)
        for (var point : metric.getData().getPoints()) {
          var number = point instanceof LongPointData sum ? sum.getValue() : 0;
          var value = point instanceof HistogramPointData h ? h.getCounts() : number;
          var exemplar = point.getExemplars().isEmpty() ? "" : ", with an exemplar";
          lines.add(metric.getName() + point.getAttributes() + " " + value + exemplar);
          received += number;
        }
      lines.forEach(line -> System.out.println(id + ": " + line));
      sent += lines.size();
      var result = to.export(metrics).join(10, SECONDS);
      acknowledged += result.isSuccess() ? lines.size() : 0;
      return result;
    }

    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
      return to.getAggregationTemporality(type);
    }

    public CompletableResultCode flush() {
      return to.flush();
    }

    public CompletableResultCode shutdown() {
      return to.shutdown();
    }
  }
}
