///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Send a quarter of the traces and no health checks, and see what counts say
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.68.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-sdk-extension-autoconfigure
//DEPS io.opentelemetry:opentelemetry-exporter-otlp
//DEPS io.opentelemetry:opentelemetry-sdk-testing

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static io.opentelemetry.sdk.trace.samplers.Sampler.traceIdRatioBased;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.Set;

class Sampling {
  public static void main(String[] args) throws Exception {
    // %% A ratio
    // A sampler decides about a span when it starts. A ratio looks at the trace id, so
    // all services keep the same quarter. How many of 200 orders does a metric count?
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
    var metrics = InMemoryMetricReader.create(); // where the SDK counts its own work
    var sampler = Sampler.parentBased(traceIdRatioBased(0.25)); // task 1
    var sdk = autoConfigured(metrics, new DropHealthChecks(sampler)); // task 1
    var tracer = sdk.getTracer("com.example.shop");
    var orders = sdk.getMeter("com.example.shop").counterBuilder("orders").build();
    for (int i = 0; i < 200; i++) {
      tracer.spanBuilder("POST /orders").startSpan().end();
      orders.add(1);
    }
    System.out.println("Orders counted: " + sum(metrics, "orders", ""));
    System.out.println("Sampled: " + sum(metrics, "otel.sdk.span.started", "SAMPLE"));

    // %% A caller that did not sample
    // `traceparent` ends in flags: with 00 or 02 the caller did not sample the trace,
    // with 01 or 03 it did. The trace id falls into our quarter. Is the span recorded?
    var cart = tracer.spanBuilder("GET /cart").setParent(caller("00")).startSpan();
    System.out.println("GET /cart: recorded " + cart.isRecording());
    cart.end(); // it arrives, but the span that is its parent never will

    // %% A rule for health checks
    // DropHealthChecks, below main, sees what a span has when it starts. `GET /ready`
    // gets its path a moment later. Is it recorded?
    var health = tracer.spanBuilder("GET /health").setAttribute("url.path", "/health");
    var healthy = health.setParent(caller("01")).startSpan();
    System.out.println("GET /health: recorded " + healthy.isRecording());
    healthy.end();
    var check = tracer.spanBuilder("GET /ready").setAttribute("url.path", "/ready"); // task 2
    var ready = check.setParent(caller("01")).startSpan(); // task 2
    System.out.println("GET /ready: recorded " + ready.isRecording());
    ready.end();

    // %% The verdict
    // A span that is not sampled is not lost: it was never meant to arrive.
    sdk.getSdkTracerProvider().forceFlush().join(10, SECONDS);
    var sampled = sum(metrics, "otel.sdk.span.started", "SAMPLE");
    var acknowledged = sum(metrics, "otel.sdk.exporter.span.exported", "");
    System.out.printf("%d spans ended, %d acknowledged%n", sampled, acknowledged);
    if (acknowledged < sampled) {
      System.err.println("Spans were lost: see the log above. If no backend is running:");
      System.err.printf("In another terminal, type .%sjbang backend%n", File.separator);
      System.exit(1);
    }

    // %% Your turn
    // 1. Follow the caller, so that `GET /cart` does not arrive.
    // 2. Give `GET /ready` its path in time, so that the rule drops it.
  }

  // %% The rule and the caller
  // The rule leaves all other spans to the sampler inside. extract() reads headers.
  record DropHealthChecks(Sampler others) implements Sampler {
    public SamplingResult shouldSample(
        Context c, String id, String name, SpanKind k, Attributes a, List<LinkData> l) {
      return Set.of("/health", "/ready").contains("" + a.get(stringKey("url.path")))
          ? SamplingResult.drop()
          : others.shouldSample(c, id, name, k, a, l);
    }

    public String getDescription() {
      return "DropHealthChecks, else " + others.getDescription();
    }
  }

  static Context caller(String flags) {
    var id = "00-4bf92f3577b34da60a3ce929d0e0e473-00f067aa0ba902b7-" + flags;
    var w3c = W3CTraceContextPropagator.getInstance();
    return w3c.extract(Context.root(), Map.of("traceparent", id), Map::get);
  }

  // %% The SDK and its own metrics
  // A customizer gets the sampler that OTEL_TRACES_SAMPLER names, and may wrap it.
  static OpenTelemetrySdk autoConfigured(InMemoryMetricReader metrics, Sampler sampler) {
    var id = "service.name=shop,workshop.lesson=11-sampling/" + System.nanoTime();
    System.setProperty("otel.experimental.sdk.telemetry.version", "latest");
    if ("".equals(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))) { // empty means unset
      System.setProperty("otel.exporter.otlp.endpoint", "http://localhost:4317");
    }
    var builder = AutoConfiguredOpenTelemetrySdk.builder();
    builder.addPropertiesSupplier(() -> Map.of("otel.metrics.exporter", "none"));
    builder.addPropertiesCustomizer(config -> Map.of("otel.resource.attributes", id));
    builder.addSamplerCustomizer((configured, config) -> sampler);
    builder.addMeterProviderCustomizer((m, config) -> m.registerMetricReader(metrics));
    return builder.build().getOpenTelemetrySdk();
  }

  static long sum(InMemoryMetricReader metrics, String name, String samplingResult) {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .filter(point -> point.getAttributes().get(stringKey("error.type")) == null)
        .filter(point -> point.getAttributes().toString().contains(samplingResult))
        .mapToLong(point -> point.getValue())
        .sum();
  }
}
