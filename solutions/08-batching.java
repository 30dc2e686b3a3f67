///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Send spans in batches, and see what batches cost and what they lose
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.68.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-otlp
//DEPS io.opentelemetry:opentelemetry-sdk-extension-autoconfigure
//DEPS io.opentelemetry:opentelemetry-sdk-testing

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.io.File;
import java.util.HashMap;
import java.util.Map;

class Batching {
  public static void main(String[] args) throws Exception {
    // %% The batch size
    // The batch processor exports full batches at once, the rest every 5 s. Compare the
    // bytes in the backend: larger batches need fewer, and gzip saves most in them.
    // How many requests do 100 spans need in batches of 40?
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
    var cases = new Cases();
    cases.run("batches", Map.of("otel.bsp.max.export.batch.size", "50"), 100); // task 1
    cases.run("one-batch", Map.of(), 100); // the default: 512
    cases.run("gzip", Map.of("otel.exporter.otlp.compression", "gzip"), 100);

    // %% A full queue
    // A queue has room for 2048 spans, here for 8. Our backend takes 1 s, as the header
    // workshop-fault asks. While 8 spans are on their way, 20 more end. The SDK logs what
    // it dropped at its next export. How many of the 28 are acknowledged?
    var queue =
        Map.of(
            "otel.bsp.max.queue.size", "32", // task 2
            "otel.bsp.max.export.batch.size", "8",
            "otel.exporter.otlp.headers", "workshop-fault=delay%3D1s");
    cases.run("queue-full", queue, 8, 20);

    // %% A partial success
    // The backend responds with HTTP 200, and in the body with three rejected spans. How
    // many of ten spans count as acknowledged?
    var partial = Map.of("otel.exporter.otlp.headers", "workshop-fault=partial%3D3");
    cases.run("partial", partial, 10);
    var fives = // task 3
        Map.of(
            "otel.bsp.max.export.batch.size", "5",
            "otel.exporter.otlp.headers", "workshop-fault=503");
    cases.run("retried", fives, 10);

    // %% The verdict
    // The exporter does not see what a partial success rejects: only the backend does.
    var verdict = "%d spans ended, %d acknowledged, %d lost on purpose%n";
    System.out.printf(verdict, cases.ended, cases.acknowledged, cases.lostOnPurpose);
    var missing = cases.ended - cases.acknowledged - cases.lostOnPurpose;
    if (missing > 0) {
      System.err.println(missing + " spans are missing. If no backend is running:");
      System.err.printf("In another terminal, type .%sjbang backend%n", File.separator);
      System.exit(1);
    }

    // %% Your turn
    // 1. Let `batches` send two requests of 50 spans each.
    // 2. Give the queue of `queue-full` room for 32 spans, so that all 28 arrive.
    // 3. Add a case `retried`: ten spans in batches of five, with workshop-fault=503.
  }

  // %% A case, for this lesson
  // The properties also exist as variables, for example OTEL_BSP_MAX_QUEUE_SIZE. The SDK
  // registers its own hook. Each further wave of spans waits until the queue is empty.
  static class Cases {
    final String resource =
        "service.name=shop,workshop.lesson=08-batching/" + System.currentTimeMillis();
    long ended, acknowledged, lostOnPurpose;

    void run(String id, Map<String, String> how, int... waves) throws Exception {
      var metrics = InMemoryMetricReader.create();
      var properties = new HashMap<>(how);
      properties.put("otel.resource.attributes", resource + ",workshop.case=" + id);
      properties.put("otel.exporter.otlp.protocol", "http/protobuf");
      properties.put("otel.experimental.sdk.telemetry.version", "latest");
      properties.put("otel.metrics.exporter", "none");
      if ("".equals(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))) { // empty means unset
        properties.put("otel.exporter.otlp.endpoint", "http://localhost:4318");
      }
      var builder = AutoConfiguredOpenTelemetrySdk.builder();
      builder.addPropertiesCustomizer(config -> properties);
      builder.addMeterProviderCustomizer((b, c) -> b.registerMetricReader(metrics));
      var sdk = builder.build().getOpenTelemetrySdk();
      for (var wave : waves) {
        while (sum(metrics, "otel.sdk.processor.span.queue.size") > 0) Thread.sleep(10);
        for (int i = 0; i < wave; i++) {
          sdk.getTracer("com.example.shop").spanBuilder("POST /orders").startSpan().end();
        }
      }
      sdk.getSdkTracerProvider().forceFlush().join(10, SECONDS);
      var all = sum(metrics, "otel.sdk.span.started");
      var dropped = all - sum(metrics, "otel.sdk.processor.span.processed");
      var arrived = sum(metrics, "otel.sdk.exporter.span.exported");
      var requests = sum(metrics, "otel.sdk.exporter.operation.duration");
      var row = "%s: %d spans ended, %d dropped, %d acknowledged, %d request(s)%n";
      System.out.printf(row, id, all, dropped, arrived, requests);
      ended += all;
      acknowledged += arrived;
      lostOnPurpose += dropped;
    }

    static long sum(InMemoryMetricReader metrics, String name) {
      return metrics.collectAllMetrics().stream()
          .filter(metric -> metric.getName().equals(name))
          .flatMap(metric -> metric.getData().getPoints().stream())
          .filter(point -> point.getAttributes().get(stringKey("error.type")) == null)
          .mapToLong(
              point ->
                  point instanceof LongPointData sum
                      ? sum.getValue()
                      : ((HistogramPointData) point).getCount())
          .sum();
    }
  }
}
