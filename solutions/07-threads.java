///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Lose the context between threads, keep it, and leave a scope open
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.68.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-sdk-extension-autoconfigure
//DEPS io.opentelemetry:opentelemetry-exporter-otlp
//DEPS io.opentelemetry:opentelemetry-sdk-testing

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static java.util.concurrent.CompletableFuture.supplyAsync;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.trace.ReadableSpan;
import java.io.File;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

class Threads {
  public static void main(String[] args) throws Exception {
    // %% A request
    // The helper start() below main starts a span and prints the name of its parent.
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
    var metrics = InMemoryMetricReader.create(); // where the SDK counts its own work
    var sdk = autoConfigured(metrics);
    var tracer = sdk.getTracer("com.example.shop");
    var order = start(tracer, "POST /orders");

    // %% An executor
    // A span is current on one thread. An executor's tasks run on others, virtual or not;
    // taskWrapping() takes the context along. Which parent does the span `receipt` get?
    var pool = Executors.newCachedThreadPool(); // or newVirtualThreadPerTaskExecutor()
    var wrapped = Context.taskWrapping(pool);
    try (Scope scope = order.makeCurrent()) {
      start(tracer, "reserve stock").end();
      wrapped.submit(() -> start(tracer, "receipt")).get().end(); // task 1
      wrapped.submit(() -> start(tracer, "wrapped receipt")).get().end();
    }

    // %% A CompletableFuture
    // Its tasks run on the common pool, or on an executor that you pass. Which parent
    // does the span `email` get?
    try (Scope scope = order.makeCurrent()) {
      supplyAsync(() -> start(tracer, "email"), wrapped).join().end(); // task 2
      supplyAsync(() -> start(tracer, "wrapped email"), wrapped).join().end();
    }
    order.end();
    pool.shutdown();

    // %% A scope that stays open
    // One thread handles two requests. The first one ends its span, but does not close
    // its scope. Which parent does the span of the second one get?
    var server = Executors.newSingleThreadExecutor();
    server.execute(
        () -> {
          var cart = start(tracer, "GET /cart");
          try (Scope scope = cart.makeCurrent()) { // task 3
            cart.end();
          }
        });
    server.submit(() -> start(tracer, "GET /health")).get().end();
    server.shutdown();

    // %% The verdict
    // A span with the wrong parent is not lost: it arrives, in the wrong trace.
    sdk.getSdkTracerProvider().forceFlush().join(10, SECONDS);
    var done = sum(metrics, "otel.sdk.span.started") - sum(metrics, "otel.sdk.span.live");
    var acknowledged = sum(metrics, "otel.sdk.exporter.span.exported");
    System.out.printf("%d spans ended, %d acknowledged%n", done, acknowledged);
    if (acknowledged < done) {
      System.err.println("Spans were lost: see the log above. If no backend is running:");
      System.err.printf("In another terminal, type .%sjbang backend%n", File.separator);
      System.exit(1);
    }

    // %% Your turn
    // 1. Make `receipt` a child of `POST /orders`.
    // 2. Make `email` a child of `POST /orders`.
    // 3. Close the scope of `GET /cart`, so that `GET /health` gets no parent.
  }

  // %% Start a span and print its parent
  // By name: the ids differ in each run.
  static final Map<String, String> NAMES = new ConcurrentHashMap<>();

  static Span start(Tracer tracer, String name) {
    var span = tracer.spanBuilder(name).startSpan();
    NAMES.put(span.getSpanContext().getSpanId(), name);
    var parent = ((ReadableSpan) span).getParentSpanContext().getSpanId();
    System.out.println(name + ": parent " + NAMES.getOrDefault(parent, "none"));
    return span;
  }

  // %% The SDK and its own metrics
  // Autoconfiguration reads OTEL_* and adds a shutdown hook. In production, export the
  // metrics; this lesson only adds them up. Delete workshop.lesson when you copy.
  static OpenTelemetrySdk autoConfigured(InMemoryMetricReader metrics) {
    var id = "service.name=shop,workshop.lesson=07-threads/" + System.currentTimeMillis();
    System.setProperty("otel.experimental.sdk.telemetry.version", "latest");
    if ("".equals(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))) { // empty means unset
      System.setProperty("otel.exporter.otlp.endpoint", "http://localhost:4317");
    }
    return AutoConfiguredOpenTelemetrySdk.builder()
        .addPropertiesSupplier(() -> Map.of("otel.metrics.exporter", "none"))
        .addPropertiesCustomizer(config -> Map.of("otel.resource.attributes", id))
        .addMeterProviderCustomizer((m, config) -> m.registerMetricReader(metrics))
        .build()
        .getOpenTelemetrySdk();
  }

  static long sum(InMemoryMetricReader metrics, String name) {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .filter(point -> point.getAttributes().get(stringKey("error.type")) == null)
        .mapToLong(point -> point.getValue())
        .sum();
  }
}
