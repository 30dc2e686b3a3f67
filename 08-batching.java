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
import java.util.Objects;

class Batching {
  public static void main(String[] args) throws Exception {
    // %% The batch size
    // The batch processor exports when a batch is full, every 5 s, and on a flush.
    // Compare the bytes that the backend shows for each case: larger batches cost fewer
    // bytes, and gzip saves most in them. How many requests do 100 spans need in batches
    // of 40?
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
    var cases = new Cases();
    cases.run("batches", 100, Map.of("otel.bsp.max.export.batch.size", "40"), 100);
    cases.run("one-batch", 100, Map.of(), 100); // the default: 512
    cases.run("gzip", 100, Map.of("otel.exporter.otlp.compression", "gzip"), 100);

    // %% A full queue
    // Ended spans wait in a queue for 2048 spans, here for 8. Our backend takes 1 s, as
    // the header workshop-fault asks. Eight spans are on their way when 20 more end. The
    // SDK logs what it dropped, but only at its next export. How many of the 28 are
    // acknowledged?
    var queue =
        Map.of(
            "otel.bsp.max.queue.size", "8",
            "otel.bsp.max.export.batch.size", "8",
            "otel.exporter.otlp.headers", "workshop-fault=delay%3D1s");
    cases.run("queue-full", 16, queue, 8, 20);

    // %% A partial success
    // The backend responds with HTTP 200, and in the body with three rejected spans. How
    // many of ten spans count as acknowledged?
    var partial = Map.of("otel.exporter.otlp.headers", "workshop-fault=partial%3D3");
    cases.run("partial", 10, partial, 10);

    // %% The verdict
    // The exporter neither counts nor logs what a partial success rejects. Only the
    // backend knows, so an acknowledged span may still be missing there.
    var verdict = "%d spans ended, %d acknowledged, %d lost on purpose%n";
    System.out.printf(verdict, cases.ended, cases.acknowledged, cases.lostOnPurpose);
    var missing = cases.ended - cases.acknowledged - cases.lostOnPurpose;
    if (missing > 0) {
      System.err.println(missing + " spans are missing. No backend running?");
      System.err.printf("In another terminal, type .%sjbang backend%n", File.separator);
      System.exit(1);
    }

    // %% Your turn
    // 1. Let `batches` send two requests of 50 spans each.
    // 2. Give the queue of `queue-full` room for 32 spans, so that all 28 arrive.
    // 3. Add a case `retried`: ten spans in batches of five, and workshop-fault=503. Each
    //    batch is rejected once, and all ten spans arrive.
  }

  // %% A case, for this lesson
  // The properties also exist as variables, for example OTEL_BSP_MAX_QUEUE_SIZE. The SDK
  // registers its shutdown hook itself. A new wave of spans waits until the queue is
  // empty.
  static class Cases {
    final String lesson = "workshop.lesson=08-batching/" + System.currentTimeMillis();
    long ended;
    long acknowledged;
    long lostOnPurpose;

    void run(String id, int due, Map<String, String> how, int... waves) throws Exception {
      var metrics = InMemoryMetricReader.create();
      var properties = new HashMap<>(how);
      properties.put("otel.service.name", "shop");
      properties.put("otel.resource.attributes", lesson + ",workshop.case=" + id);
      properties.put("otel.exporter.otlp.protocol", "http/protobuf");
      properties.put("otel.experimental.sdk.telemetry.version", "latest");
      properties.put("otel.metrics.exporter", "none");
      properties.put("otel.logs.exporter", "none");
      if ("".equals(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))) { // empty means unset
        properties.put("otel.exporter.otlp.endpoint", "http://localhost:4318");
      }
      var sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .addPropertiesCustomizer(config -> properties)
              .addMeterProviderCustomizer((b, c) -> b.registerMetricReader(metrics))
              .build()
              .getOpenTelemetrySdk();
      var tracer = sdk.getTracer("com.example.shop");
      for (var count : waves) {
        while (count(metrics, "otel.sdk.processor.span.queue.size", null) > 0) {
          Thread.sleep(10);
        }
        for (int i = 0; i < count; i++) {
          tracer.spanBuilder("POST /orders").startSpan().end();
        }
      }
      sdk.getSdkTracerProvider().forceFlush().join(10, SECONDS);
      var all = count(metrics, "otel.sdk.span.started", null);
      var arrived = count(metrics, "otel.sdk.exporter.span.exported", null);
      var requests = count(metrics, "otel.sdk.exporter.operation.duration", null);
      var dropped = count(metrics, "otel.sdk.processor.span.processed", "queue_full");
      var row = "%s: %d spans ended, %d dropped, %d acknowledged, %d request(s)%n";
      System.out.printf(row, id, all, dropped, arrived, requests);
      if (arrived == all && due < all) {
        System.out.println("If unchanged, this backend ignores workshop-fault.");
      }
      ended += all;
      acknowledged += arrived;
      lostOnPurpose += all - Math.max(arrived, due);
    }

    static long count(InMemoryMetricReader metrics, String name, String error) {
      long count = 0;
      for (var metric : metrics.collectAllMetrics()) {
        for (var point : metric.getData().getPoints()) {
          var type = point.getAttributes().get(stringKey("error.type"));
          if (metric.getName().equals(name) && Objects.equals(type, error)) {
            if (point instanceof LongPointData sum) {
              count += sum.getValue();
            } else if (point instanceof HistogramPointData durations) {
              count += durations.getCount();
            }
          }
        }
      }
      return count;
    }
  }
}
