///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Build a trace, see what a log line hides, and make two silent mistakes
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.67.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-logging

import static io.opentelemetry.api.trace.SpanKind.CLIENT;
import static io.opentelemetry.api.trace.SpanKind.SERVER;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.exporter.logging.LoggingSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.LongAdder;

class Setup {
  // %% Print what the log line leaves out
  // LoggingSpanExporter prints a span's name, ids, kind and attributes. A span has more:
  // a parent, a duration, a status, events, and a resource that says whose span it is.
  static void line(String name, Object value) {
    var firstLine = value.toString().lines().findFirst().orElse("");
    System.out.printf("  %-24s  %s%n", name, firstLine.strip());
  }

  static void printRest(SpanData span) {
    var root = !span.getParentSpanContext().isValid();
    var status = span.getStatus();
    var nanos = span.getEndEpochNanos() - span.getStartEpochNanos();
    System.out.println(span.getName());
    line("parent", root ? "none, this is the root" : span.getParentSpanId());
    line("duration", nanos / 1_000_000 + " ms");
    line("status", status.getStatusCode() + " " + status.getDescription());
    for (var event : span.getEvents()) {
      line("event", event.getName());
      event.getAttributes().forEach((key, value) -> line("  " + key, value));
    }
    if (root) {
      line("resource", "one for all spans of this SDK");
      span.getResource().getAttributes().forEach((key, value) -> line("  " + key, value));
    }
  }

  // %% An exporter of our own
  // An exporter is given spans that have ended, and answers whether it delivered them.
  // This one stands in front of another: it passes them on, counts, and prints the rest.
  record Spy(SpanExporter to, LongAdder ended, LongAdder logged) implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      var result = to.export(spans);
      ended.add(spans.size());
      logged.add(result.isSuccess() ? spans.size() : 0);
      spans.forEach(span -> printRest(span));
      return result;
    }

    @Override
    public CompletableResultCode flush() {
      return to.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return to.shutdown();
    }
  }

  public static void main(String[] args) throws Exception {
    // %% The SDK
    // The resource says who speaks; without service.name it is "unknown_service:java".
    // SimpleSpanProcessor exports a span when it ends, on the thread that ends it. That
    // is right for a log. To a network one exports in batches, as lesson 02 does.
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
    var spy = new Spy(LoggingSpanExporter.create(), new LongAdder(), new LongAdder());
    var spans = SdkTracerProvider.builder();
    var resource = Resource.builder().put("service.name", "shop");
    spans.addResource(resource.put("service.version", "1.0.0").build());
    spans.addSpanProcessor(SimpleSpanProcessor.create(spy));
    var sdk = OpenTelemetrySdk.builder().setTracerProvider(spans.build()).build();
    var hook = new Thread(sdk::close); // for Ctrl-C and SIGTERM
    Runtime.getRuntime().addShutdownHook(hook);
    var tracer = sdk.getTracer("workshop");

    // %% The order: three nested spans
    // After makeCurrent(), spans started on this thread become children. The kind tells
    // which end of a call it is: SERVER answers, CLIENT calls, INTERNAL (the default) is
    // neither. A child ends before its parent, so it is printed first.
    System.out.println("Each span twice: INFO is the SDK's line, what follows is ours.");
    var order = tracer.spanBuilder("POST /orders").setSpanKind(SERVER).startSpan();
    order.setAttribute("http.request.method", "POST").setAttribute("order.id", 1001);
    var scope = order.makeCurrent();
    try {
      var stock = tracer.spanBuilder("reserve stock").startSpan();
      Thread.sleep(5); // stands for work
      stock.addEvent("stock.reserved", Attributes.builder().put("items", 2).build());
      stock.end();
      var card = tracer.spanBuilder("charge card").setSpanKind(CLIENT).startSpan();
      try {
        throw new IllegalStateException("card declined");
      } catch (IllegalStateException e) {
        card.recordException(e); // adds an event, and leaves the status UNSET,
        card.addEvent("retry.scheduled");
        card.setStatus(StatusCode.ERROR, e.getMessage()); // so set that, too
      } finally {
        card.end();
      }
      order.setAttribute("http.response.status_code", 402); // a 4xx is no server ERROR
    } finally {
      scope.close();
      order.end();
    }

    // %% Silent mistake 1: a span that is never ended
    // Only end() hands a span to the processor, and close() does not make up for it.
    // Nothing is logged. Predict what the lines print, then run them.
    var before = spy.ended().sum();
    var forgotten = tracer.spanBuilder("forgotten").startSpan();
    forgotten.end();
    sdk.close();
    Runtime.getRuntime().removeShutdownHook(hook); // closed by hand: once is enough
    System.out.println("\nMistake 1, no end(): the span records, and nobody gets it.");
    line("isRecording()", forgotten.isRecording());
    line("spans exported", spy.ended().sum() - before);

    // %% Silent mistake 2: an SDK without a processor
    // With nowhere to send a span the SDK makes none. You get an empty shell, its ids are
    // zero, and what you record on it is thrown away. Nothing is logged here, either.
    var silent = SdkTracerProvider.builder().build().get("workshop");
    var shell = silent.spanBuilder("POST /orders").startSpan();
    System.out.println("\nMistake 2, no processor: the span is an empty shell.");
    line("isRecording()", shell.isRecording());
    line("trace id", shell.getSpanContext().getTraceId());

    // %% The verdict
    // The last line of every lesson: what became of the spans that ended.
    var verdict = "%n%d spans ended, %d logged%n";
    System.out.printf(verdict, spy.ended().sum(), spy.logged().sum());

    // %% Your turn
    // 1. Add `service.version` with the value `1.0.0` to the resource.
    // 2. Add an event named `retry.scheduled` to the span `charge card`.
    // 3. End the span `forgotten` before close(): the verdict then says 4 and 4.
  }
}
