///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Send a quarter of the traces and no health checks, and see what counts say
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.68.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-sdk-extension-autoconfigure
//DEPS io.opentelemetry:opentelemetry-exporter-otlp
//DEPS io.opentelemetry:opentelemetry-sdk-testing

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
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
import java.util.Objects;
import java.util.Set;

class Sampling {
  public static void main(String[] args) throws Exception {
    // %% A ratio
    // A sampler decides about a span when it starts. This one samples a quarter of all
    // trace ids. A child does what its parent does, so a trace arrives whole or not at
    // all. How many of 200 orders does a metric count?
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
    var run = "11-sampling/" + System.currentTimeMillis();
    var quarter = Sampler.traceIdRatioBased(0.25);
    var shop = Service.start(run, "shop", Sampler.parentBased(quarter));
    var orders = shop.sdk().getMeter("com.example.shop").counterBuilder("orders").build();
    for (int i = 0; i < 200; i++) {
      var order = shop.tracer.spanBuilder("POST /orders").startSpan();
      var card = shop.tracer.spanBuilder("charge card");
      card.setParent(Context.current().with(order)).startSpan().end();
      order.end();
      orders.add(1);
    }
    var traces = shop.sum("otel.sdk.span.started", "RECORD_AND_SAMPLE") / 2;
    System.out.println("Orders that the metric counts: " + shop.sum("orders", ""));
    System.out.printf("Orders with a trace: %d, times 4: %d%n", traces, traces * 4);

    // %% A caller that did not sample
    // `traceparent` ends in flags: with 01 or 03 the caller sampled the trace, with 00 or
    // 02 it did not. A parent-based sampler follows the caller, and asks its own ratio
    // only without one. `payment` samples all spans. Is `POST /charges` recorded?
    var header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    var w3c = W3CTraceContextPropagator.getInstance();
    var caller = w3c.extract(Context.root(), Map.of("traceparent", header), Map::get);
    var cart = shop.tracer.spanBuilder("GET /cart").setParent(caller).startSpan();
    System.out.println("GET /cart: recorded " + cart.isRecording());
    cart.end();
    var payment = Service.start(run, "payment", Sampler.alwaysOn());
    var charge = payment.tracer.spanBuilder("POST /charges");
    var charged = charge.setParent(caller).startSpan();
    System.out.println("POST /charges: recorded " + charged.isRecording());
    charged.end(); // it arrives, but the span that is its parent never will

    // %% A rule for health checks
    // DropHealthChecks, below main, is a sampler around another one. It sees the name and
    // the attributes that a span has when it starts. `GET /ready` gets its path a moment
    // later. Is it recorded?
    var rule = new DropHealthChecks(Sampler.parentBased(Sampler.alwaysOn()));
    var stock = Service.start(run, "stock", rule);
    var health = stock.tracer.spanBuilder("GET /health");
    var healthy = health.setAttribute("url.path", "/health").startSpan();
    System.out.println("GET /health: recorded " + healthy.isRecording());
    healthy.end();
    var ready = stock.tracer.spanBuilder("GET /ready").startSpan();
    ready.setAttribute("url.path", "/ready");
    System.out.println("GET /ready: recorded " + ready.isRecording());
    ready.end();

    // %% The verdict
    // A span that is not sampled is not lost: it was never meant to arrive. To keep every
    // error, sample later, in a Collector: at its start, no span has failed yet.
    long sampled = 0, acknowledged = 0;
    for (var service : List.of(shop, payment, stock)) {
      service.sdk().getSdkTracerProvider().forceFlush().join(10, SECONDS);
      sampled += service.sum("otel.sdk.span.started", "RECORD_AND_SAMPLE");
      acknowledged += service.sum("otel.sdk.exporter.span.exported", "");
    }
    System.out.printf("%d spans ended, %d acknowledged%n", sampled, acknowledged);
    if (acknowledged < sampled) {
      System.err.println("Spans were lost: see the log above. If no backend is running:");
      System.err.printf("In another terminal, type .%sjbang backend%n", File.separator);
      System.exit(1);
    }

    // %% Your turn
    // 1. Sample all orders.
    // 2. Let `payment` follow its caller, so that `POST /charges` does not arrive.
    // 3. Give `GET /ready` its path in time, so that the rule drops it.
  }

  // %% The rule
  // The sampler inside decides about all other spans. It is parent-based, so it drops the
  // children of a health check.
  record DropHealthChecks(Sampler others) implements Sampler {
    public SamplingResult shouldSample(
        Context parent,
        String traceId,
        String name,
        SpanKind kind,
        Attributes attributes,
        List<LinkData> links) {
      var path = Objects.requireNonNullElse(attributes.get(stringKey("url.path")), "");
      return Set.of("/health", "/ready").contains(path)
          ? SamplingResult.drop()
          : others.shouldSample(parent, traceId, name, kind, attributes, links);
    }

    public String getDescription() {
      return "DropHealthChecks, else " + others.getDescription();
    }
  }

  // %% A service
  // A customizer gets the sampler that OTEL_TRACES_SAMPLER names, and returns it, or one
  // around it. Here each service brings its own.
  record Service(OpenTelemetrySdk sdk, Tracer tracer, InMemoryMetricReader metrics) {
    static Service start(String run, String name, Sampler sampler) {
      var id = "service.name=" + name + ",workshop.lesson=" + run;
      System.setProperty("otel.experimental.sdk.telemetry.version", "latest");
      if ("".equals(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))) { // empty means unset
        System.setProperty("otel.exporter.otlp.endpoint", "http://localhost:4317");
      }
      var metrics = InMemoryMetricReader.create(); // where the SDK counts its own work
      var builder = AutoConfiguredOpenTelemetrySdk.builder();
      builder.addPropertiesSupplier(() -> Map.of("otel.metrics.exporter", "none"));
      builder.addPropertiesCustomizer(config -> Map.of("otel.resource.attributes", id));
      builder.addSamplerCustomizer((configured, config) -> sampler);
      builder.addMeterProviderCustomizer((m, config) -> m.registerMetricReader(metrics));
      var sdk = builder.build().getOpenTelemetrySdk();
      return new Service(sdk, sdk.getTracer("com.example." + name), metrics);
    }

    // Only of points with this sampling result, if there is one.
    long sum(String metric, String samplingResult) {
      return metrics.collectAllMetrics().stream()
          .filter(each -> each.getName().equals(metric))
          .flatMap(each -> each.getLongSumData().getPoints().stream())
          .filter(point -> point.getAttributes().get(stringKey("error.type")) == null)
          .filter(point -> point.getAttributes().toString().contains(samplingResult))
          .mapToLong(point -> point.getValue())
          .sum();
    }
  }
}
