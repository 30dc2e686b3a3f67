///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Send an order's spans over OTLP/gRPC and count what the backend acknowledged
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
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.io.File;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

class GrpcExport {
  public static void main(String[] args) throws Exception {
    // %% The exporter
    // It sends each batch of spans in one unary gRPC call and waits for the response. The
    // timeout covers a call with its retries: three attempts, about 1 s and 1.5 s apart,
    // fit into 5 s. The builder ignores OTEL_EXPORTER_OTLP_ENDPOINT, so the lesson reads
    // it. A path in the endpoint is ignored: gRPC has its own.
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
    var endpoint = env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4317");
    var token = env("WORKSHOP_TOKEN", "not-a-secret");
    var metrics = InMemoryMetricReader.create(); // where the SDK counts its own work
    var meters = SdkMeterProvider.builder().registerMetricReader(metrics).build();
    var exporter =
        OtlpGrpcSpanExporter.builder()
            .setEndpoint(endpoint)
            .addHeader("x-team", "blue") // task 1
            .addHeader("authorization", "Bearer " + token) // clear text over http://
            .setCompression("none") // task 3
            .setMeterProvider(meters)
            .setInternalTelemetryVersion(LATEST)
            .setTimeout(Duration.ofSeconds(9)) // task 4
            .setRetryPolicy(RetryPolicy.builder().setMaxAttempts(4).build()) // task 4
            .build();
    System.out.println("Spans go to " + endpoint);

    // %% The SDK
    // The resource says who sends. A span that ends goes into the processor's queue. A
    // thread exports the queue every 5 s, or when 512 spans wait. The hook closes the SDK
    // and so exports the rest: after main, after System.exit, on Ctrl-C and on SIGTERM.
    var resource =
        Resource.builder()
            .put("service.name", "shop") // without it: unknown_service:java
            .put("service.version", "1.0.0")
            .put("service.instance.id", UUID.randomUUID().toString())
            .put("workshop.lesson", "02-grpc-export/" + System.currentTimeMillis())
            .build(); // delete workshop.lesson when you copy: only this workshop reads it
    var spans =
        SdkTracerProvider.builder()
            .addResource(resource)
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporter)
                    .setMaxExportBatchSize(2) // task 2
                    .setScheduleDelay(Duration.ofSeconds(5)) // the default
                    .build())
            .setMeterProvider(() -> meters)
            .build();
    var headers =
        TextMapPropagator.composite(
            W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance());
    var sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(spans)
            .setPropagators(ContextPropagators.create(headers)) // lesson 04 uses them
            .build();
    Runtime.getRuntime().addShutdownHook(new Thread(sdk::close));

    // %% The order
    // Three nested spans, as in lesson 01. How many of them has the backend acknowledged
    // when the last one has ended?
    var tracer = sdk.getTracer("com.example.shop");
    var order = tracer.spanBuilder("POST /orders").setSpanKind(SERVER).startSpan();
    try (Scope scope = order.makeCurrent()) {
      tracer.spanBuilder("reserve stock").startSpan().end();
      var card = tracer.spanBuilder("charge card").setSpanKind(CLIENT).startSpan();
      Thread.sleep(10); // stands for work
      card.end();
      order.setAttribute("http.response.status_code", 201);
    } finally {
      order.end();
    }
    System.out.println("Acknowledged so far: " + Counts.of(metrics).acknowledged());

    // %% The verdict
    // A server leaves the export to the processor and the hook. This lesson exports the
    // queue now, because it wants to know the result. A script sees only the exit code,
    // so a lost span must not end with 0.
    spans.forceFlush().join(10, SECONDS);
    var counts = Counts.of(metrics);
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
    // 2. Set the batch size to 2, so that the three spans arrive in two requests.
    // 3. Send uncompressed: the name of that compression is `none`.
    // 4. The backend rejects three attempts. Let a fourth succeed, so that all spans
    //    arrive. For these faults, type
    //    `./jbang backend --fault "3x UNAVAILABLE delay=500ms"`.
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
