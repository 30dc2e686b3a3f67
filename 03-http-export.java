///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Send an order's spans over OTLP/HTTP, and make the two commonest mistakes
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.68.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-otlp
//DEPS io.opentelemetry:opentelemetry-sdk-testing

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static io.opentelemetry.api.trace.SpanKind.CLIENT;
import static io.opentelemetry.api.trace.SpanKind.SERVER;
import static io.opentelemetry.sdk.common.InternalTelemetryVersion.LATEST;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.io.File;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

class HttpExport {
  public static void main(String[] args) throws Exception {
    // %% The endpoint and the proxy
    // The base of a URL comes from OTEL_EXPORTER_OTLP_ENDPOINT. The exporter obeys
    // -Dhttp.proxyHost, not HTTP_PROXY. Try WORKSHOP_PROXY=http://localhost:4318, too.
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
    var base = env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318");
    var endpoint = base.replaceFirst("/*$", "/v1/traces");
    var proxy = URI.create(env("WORKSHOP_PROXY", "none"));
    var proxies =
        proxy.getHost() == null
            ? ProxySelector.getDefault()
            : ProxySelector.of(new InetSocketAddress(proxy.getHost(), proxy.getPort()));
    System.out.printf("Spans go to %s, proxy: %s%n", endpoint, proxy);

    // %% The exporter
    // Each batch is one POST; its body is the same protobuf message as over gRPC. The
    // exporter asks for the headers before each export, so a token can be renewed.
    var token = env("WORKSHOP_TOKEN", "not-a-secret");
    var metrics = InMemoryMetricReader.create();
    var meters = SdkMeterProvider.builder().registerMetricReader(metrics).build();
    var exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(endpoint)
            .setHeaders(() -> Map.of("authorization", "Bearer " + token))
            .setProxy(ProxyOptions.create(proxies))
            .setTimeout(Duration.ofSeconds(5))
            .setRetryPolicy(RetryPolicy.builder().setMaxAttempts(3).build())
            .setCompression("gzip")
            .setMeterProvider(meters)
            .setInternalTelemetryVersion(LATEST)
            .build();

    // %% The SDK
    // As in lesson 02: resource, batches, propagators and hook.
    var resource =
        Resource.builder()
            .put("service.name", "shop")
            .put("service.version", "1.0.0")
            .put("service.instance.id", UUID.randomUUID().toString())
            .put("workshop.lesson", "03-http-export/" + System.currentTimeMillis())
            .build(); // delete workshop.lesson when you copy: only this workshop reads it
    var spans =
        SdkTracerProvider.builder()
            .addResource(resource)
            .addSpanProcessor(BatchSpanProcessor.create(exporter))
            .setMeterProvider(() -> meters)
            .build();
    var headers =
        TextMapPropagator.composite(
            W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance());
    var sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(spans)
            .setPropagators(ContextPropagators.create(headers))
            .build();
    Runtime.getRuntime().addShutdownHook(new Thread(sdk::close));

    // %% The order
    // Three nested spans, as in lesson 02, and an export that waits for the response.
    var tracer = sdk.getTracer("com.example.shop");
    var order = tracer.spanBuilder("POST /orders").setSpanKind(SERVER).startSpan();
    try (Scope scope = order.makeCurrent()) {
      tracer.spanBuilder("reserve stock").startSpan().end();
      tracer.spanBuilder("charge card").setSpanKind(CLIENT).startSpan().end();
    } finally {
      order.end();
    }
    spans.forceFlush().join(10, SECONDS);
    var counts = Counts.of(metrics);

    // %% Two mistakes
    // A URL without a path, to which the exporter adds none; and the gRPC port, which
    // speaks only HTTP/2 and hangs up. Which error does the first one give?
    for (var to : List.of(base, env("WORKSHOP_GRPC_ENDPOINT", "http://localhost:4317"))) {
      var mistaken = exporter.toBuilder().setEndpoint(to).setRetryPolicy(null).build();
      mistaken.export(List.of(((ReadableSpan) order).toSpanData())).join(10, SECONDS);
      System.out.println("Errors so far: " + Counts.of(metrics).errors());
    }

    // %% The verdict
    // The two mistakes sent a copy of a span; only the order counts.
    var verdict = "%d spans ended, %d acknowledged by %s%n";
    System.out.printf(verdict, counts.ended(), counts.acknowledged(), endpoint);
    if (counts.acknowledged() < counts.ended()) {
      var refused = counts.errors().contains("java.net.ConnectException");
      var why = refused ? "No backend running?" : "See the log above.";
      System.err.println("Lost because of " + counts.errors() + ". " + why);
      var next = refused ? "backend" : "workshop explain";
      System.err.printf("In another terminal, type .%sjbang %s%n", File.separator, next);
      System.exit(1);
    }

    // %% Your turn
    // 1. Send a second header, `x-team` with the value `blue`.
    // 2. Add the resource attribute `deployment.environment.name` with the value `room`.
    // 3. Send uncompressed: the name of that compression is `none`.
  }

  // %% Count, for this lesson
  // forceFlush() succeeds even when every export failed; the SDK's own metrics say what
  // was acknowledged. In production, export them with the rest of your metrics.
  record Counts(long ended, long acknowledged, Set<String> errors) {
    static Counts of(InMemoryMetricReader metrics) {
      long ended = 0;
      long acknowledged = 0;
      var errors = new TreeSet<String>();
      for (var metric : metrics.collectAllMetrics()) {
        for (var point : metric.getLongSumData().getPoints()) {
          var error = point.getAttributes().get(stringKey("error.type"));
          switch (metric.getName() + (error == null ? "" : " failed")) {
            case "otel.sdk.span.started" -> ended += point.getValue();
            case "otel.sdk.span.live" -> ended -= point.getValue();
            case "otel.sdk.exporter.span.exported" -> acknowledged += point.getValue();
            case "otel.sdk.exporter.span.exported failed" -> errors.add(error);
            default -> {} // of no interest here
          }
        }
      }
      return new Counts(ended, acknowledged, errors);
    }
  }

  // %% Read a variable
  // By the specification, a variable that is set but empty counts as unset.
  static String env(String name, String standard) {
    var value = System.getenv(name);
    return value == null || value.isBlank() ? standard : value;
  }
}
