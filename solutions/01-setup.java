///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Make spans, see what a log line leaves out, and make two silent mistakes
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.68.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-logging
//DEPS io.opentelemetry:opentelemetry-sdk-testing

import static io.opentelemetry.api.trace.SpanKind.CLIENT;
import static io.opentelemetry.api.trace.SpanKind.SERVER;
import static io.opentelemetry.api.trace.StatusCode.ERROR;

import io.opentelemetry.context.Scope;
import io.opentelemetry.exporter.logging.LoggingSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;

class Setup {
  public static void main(String[] args) throws Exception {
    // %% The parts
    // A span records one piece of work: its name, when it started and ended, attributes.
    // Spans can be nested; all spans of one request are a trace. A processor takes a span
    // that ends and hands it to an exporter, alone or in a batch. The exporter writes it
    // to a log, or sends it over OTLP, the OpenTelemetry protocol, to a backend, which
    // stores and shows traces. A Collector in between filters them and passes them on.
    //
    //     code -span-> processor -batch-> exporter -OTLP-> Collector -OTLP-> backend

    // %% One span
    // This lesson sends nothing: its exporter logs one line for each span. The processor
    // exports a span as soon as it ends, which suits a log; lesson 02 sends batches.
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
    var kept = InMemorySpanExporter.create(); // keeps the spans for the steps below
    var metrics = InMemoryMetricReader.create(); // where the SDK counts its own work
    var meters = SdkMeterProvider.builder().registerMetricReader(metrics).build();
    var spans =
        SdkTracerProvider.builder()
            .addResource(
                Resource.builder()
                    .put("service.name", "shop")
                    .put("service.version", "1.0.0") // task 1
                    .build())
            .addSpanProcessor(SimpleSpanProcessor.create(LoggingSpanExporter.create()))
            .addSpanProcessor(SimpleSpanProcessor.create(kept))
            .setMeterProvider(() -> meters)
            .build();
    var sdk = OpenTelemetrySdk.builder().setTracerProvider(spans).build();
    var tracer = sdk.getTracer("com.example.shop");
    tracer.spanBuilder("hello").startSpan().end();
    System.out.println("Exported: " + kept.getFinishedSpanItems().get(0).getName());

    // %% Three nested spans
    // Until the scope closes, `order` is the current span: new spans become its children.
    // A SERVER span handles a request, a CLIENT span makes one; INTERNAL is the default.
    var order = tracer.spanBuilder("POST /orders").setSpanKind(SERVER).startSpan();
    try (Scope scope = order.makeCurrent()) {
      var stock = tracer.spanBuilder("reserve stock").startSpan();
      stock.recordException(new IllegalStateException("the first shelf is empty"));
      stock.addEvent("stock.reserved").end();
      var card = tracer.spanBuilder("charge card").setSpanKind(CLIENT).startSpan();
      Thread.sleep(5); // stands for a call that fails
      card.recordException(new IllegalStateException("card declined"));
      card.addEvent("retry.scheduled"); // task 2
      card.setStatus(ERROR, "card declined").end();
      order.setAttribute("http.response.status_code", 402); // 4xx: the caller failed
    } finally {
      order.end();
    }

    // %% What the log line leaves out
    // A span also has a parent, a duration, a status and events; an exception becomes an
    // event. The resource says who sends, and is the same for all spans of an SDK. The
    // span `reserve stock` recorded an exception. Which status does it have?
    kept.getFinishedSpanItems().forEach(span -> printRest(span));
    var resource = kept.getFinishedSpanItems().get(0).getResource().getAttributes();
    resource.forEach((k, v) -> System.out.printf("resource: %s = %s%n", k, v));

    // %% Silent mistake 1: a span that never ends
    // One more span starts, and nothing ends it. How many of the five spans are logged?
    var forgotten = tracer.spanBuilder("forgotten").startSpan();
    forgotten.end(); // task 3
    var started = sum(metrics, "otel.sdk.span.started");
    var live = sum(metrics, "otel.sdk.span.live"); // in production, the only symptom
    var logged = kept.getFinishedSpanItems().size();
    System.out.printf("%d started, %d still running, %d logged%n", started, live, logged);

    // %% Silent mistake 2: an SDK without a processor
    // Only addSpanProcessor() is missing, and nothing warns you. Is the span recording?
    var bare = SdkTracerProvider.builder().build().get("com.example.shop");
    System.out.println("isRecording: " + bare.spanBuilder("x").startSpan().isRecording());

    // %% The verdict
    // Every lesson ends with a line that says what became of its spans.
    System.out.printf("%d spans ended, %d logged%n", started - live, logged);

    // %% Your turn
    // 1. Add `service.version` with the value `1.0.0` to the resource.
    // 2. Add an event named `retry.scheduled` to the span `charge card`.
    // 3. End the span `forgotten`, so that all five spans are logged.
  }

  // %% Print what the log line leaves out
  // A backend shows all this and more.
  static void printRest(SpanData span) {
    var name = span.getName();
    var parent = span.getParentSpanContext().isValid() ? span.getParentSpanId() : "none";
    var nanos = span.getEndEpochNanos() - span.getStartEpochNanos();
    System.out.printf("%s: parent %s, %d ms%n", name, parent, nanos / 1_000_000);
    System.out.printf("%s: status %s%n", name, span.getStatus().getStatusCode());
    span.getEvents().forEach(e -> System.out.printf("%s: event %s%n", name, e.getName()));
  }

  // %% Add up a metric
  // The SDK counts the spans that it started, and those that have not ended yet.
  static long sum(InMemoryMetricReader metrics, String name) {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .mapToLong(point -> point.getValue())
        .sum();
  }
}
