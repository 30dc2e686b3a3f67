///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Carry a trace and baggage from one service to another, and see what crosses
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.68.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-sdk-extension-autoconfigure
//DEPS io.opentelemetry:opentelemetry-exporter-otlp
//DEPS io.opentelemetry:opentelemetry-sdk-testing

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static io.opentelemetry.api.trace.SpanKind.CLIENT;
import static io.opentelemetry.api.trace.SpanKind.SERVER;
import static java.net.http.HttpClient.newHttpClient;
import static java.net.http.HttpRequest.BodyPublishers.noBody;
import static java.net.http.HttpResponse.BodyHandlers.discarding;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.toMap;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.File;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;

class BaggageAcrossServices {
  public static void main(String[] args) throws Exception {
    // %% Two services
    // Each has its own SDK, as in two processes. Propagators write and read the headers.
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
    System.setProperty("otel.experimental.sdk.telemetry.version", "latest");
    var run = "workshop.lesson=04-baggage/" + System.currentTimeMillis();
    var kept = InMemorySpanExporter.create(); // for the table below
    var shop = Service.start("shop", run, SimpleSpanProcessor.create(kept));
    var payment = Service.start("payment", run, SimpleSpanProcessor.create(kept));
    var w3c = shop.sdk().getPropagators().getTextMapPropagator();
    System.out.println("Headers: " + w3c.fields());

    // %% Payment
    // extract() makes a context from the headers, with a parent span in another process.
    // Baggage is not on a span until you copy it: copy only what you want to search for.
    TextMapGetter<HttpExchange> header = (in, k) -> in.getRequestHeaders().getFirst(k);
    var server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
    server.createContext(
        "/charges",
        call -> {
          w3c.fields().forEach(f -> System.out.println(f + ": " + header.get(call, f)));
          var caller = w3c.extract(Context.root(), call, header);
          var received = Baggage.fromContext(caller);
          var tracer = payment.sdk().getTracer("com.example.payment");
          var charge = tracer.spanBuilder("POST /charges").setSpanKind(SERVER);
          charge.setAttribute("tier", received.getEntryValue("tier")); // task 2
          charge.setAttribute("tenant.id", received.getEntryValue("tenant.id"));
          var variant = received.getEntryValue("checkout.variant");
          charge.setAttribute("checkout.variant", variant); // task 1
          charge.setParent(caller).startSpan().end();
          call.sendResponseHeaders(201, -1); // -1: no body
        });

    // %% The shop
    // Baggage goes to every service that the request reaches, as plain text: put neither
    // personal data nor secrets into it. How does a comma look in the header?
    var bag = Baggage.builder().put("tenant.id", "acme").put("checkout.variant", "a,b");
    bag.put("tier", "gold"); // task 2
    var tracer = shop.sdk().getTracer("com.example.shop");
    var card = tracer.spanBuilder("charge card").setSpanKind(CLIENT).startSpan();
    server.start();
    try (Scope scope = Context.current().with(card).with(bag.build()).makeCurrent()) {
      var uri = "http://localhost:" + server.getAddress().getPort() + "/charges";
      var post = HttpRequest.newBuilder(URI.create(uri)).POST(noBody());
      w3c.inject(Context.current(), post, HttpRequest.Builder::setHeader);
      newHttpClient().send(post.timeout(ofSeconds(5)).build(), discarding());
    } finally {
      card.end();
      server.stop(0);
    }

    // %% Who has what
    // Which span is the parent of `POST /charges`, and which attributes does it have?
    var spans = kept.getFinishedSpanItems();
    var names = spans.stream().collect(toMap(s -> s.getSpanId(), s -> s.getName()));
    for (var s : spans) {
      var p = names.getOrDefault(s.getParentSpanId(), "none");
      System.out.printf("%s: parent %s, %s%n", s.getName(), p, s.getAttributes().asMap());
    }

    // %% The verdict
    // Each SDK exports its own queue and counts what the backend acknowledged.
    var acknowledged = shop.acknowledged() + payment.acknowledged();
    System.out.printf("%d spans ended, %d acknowledged%n", spans.size(), acknowledged);
    if (acknowledged < spans.size()) {
      System.err.println("Spans were lost: see the log above. If no backend is running:");
      System.err.printf("In another terminal, type .%sjbang backend%n", File.separator);
      System.exit(1);
    }

    // %% Your turn
    // 1. Copy `checkout.variant` to the span `POST /charges`, too.
    // 2. Add a third entry, `tier` with the value `gold`, and copy it as well.
  }

  // %% A service
  // A supplier gives defaults, OTEL_* variables win over it, and a customizer over both.
  record Service(OpenTelemetrySdk sdk, InMemoryMetricReader metrics) {
    static Service start(String name, String run, SpanProcessor keep) {
      if ("".equals(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))) { // empty means unset
        System.setProperty("otel.exporter.otlp.endpoint", "http://localhost:4317");
      }
      var metrics = InMemoryMetricReader.create(); // where the SDK counts its own work
      var builder = AutoConfiguredOpenTelemetrySdk.builder();
      builder.addPropertiesSupplier(() -> Map.of("otel.metrics.exporter", "none"));
      builder.addPropertiesCustomizer(config -> Map.of("otel.service.name", name));
      builder.addPropertiesCustomizer(config -> Map.of("otel.resource.attributes", run));
      builder.addTracerProviderCustomizer((t, config) -> t.addSpanProcessor(keep));
      builder.addMeterProviderCustomizer((m, config) -> m.registerMetricReader(metrics));
      return new Service(builder.build().getOpenTelemetrySdk(), metrics);
    }

    long acknowledged() {
      sdk.getSdkTracerProvider().forceFlush().join(10, SECONDS);
      return metrics.collectAllMetrics().stream()
          .filter(metric -> metric.getName().equals("otel.sdk.exporter.span.exported"))
          .flatMap(metric -> metric.getLongSumData().getPoints().stream())
          .filter(point -> point.getAttributes().get(stringKey("error.type")) == null)
          .mapToLong(point -> point.getValue())
          .sum();
    }
  }
}
