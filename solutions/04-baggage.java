///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Carry a trace and baggage from one service to another, and see what crosses
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.67.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-otlp

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static io.opentelemetry.api.trace.SpanKind.CLIENT;
import static io.opentelemetry.api.trace.SpanKind.SERVER;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.exporter.internal.FailedExportException.GrpcExportException;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

class BaggageAcrossServices {
  // %% Count what the backend acknowledges
  // forceFlush() and close() report success even when every export failed. The result of
  // the exporter itself says whether a batch was acknowledged, and if not, why. So we
  // stand in front of the exporter and keep both. Any answer with a good status counts:
  // what else is in it, such as rejected spans, the exporter does not read (lesson 05).
  record Counted(SpanExporter exporter, AtomicLong spans, AtomicReference<String> reason)
      implements SpanExporter {
    Counted(SpanExporter exporter) {
      this(exporter, new AtomicLong(), new AtomicReference<>("no answer yet"));
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> batch) {
      // The batch processor waits for this result anyway, so we may wait for it here.
      var result = exporter.export(batch).join(30, SECONDS);
      if (result.isSuccess()) {
        spans.addAndGet(batch.size());
      } else if (result.getFailureThrowable() instanceof GrpcExportException e) {
        var answer = e.getResponse(); // an SDK-internal class: keep the version pinned
        reason.set(answer == null ? e.getMessage() : "gRPC " + answer.getStatusCode());
      }
      return result;
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }

  // %% A service
  // Two services live in this file. In production each is a process with its own SDK, so
  // each gets one here. The propagators say what goes into the headers of a call: an SDK
  // without them puts nothing in, and nothing tells you.
  record Service(
      OpenTelemetrySdk sdk,
      Tracer tracer,
      TextMapPropagator headers,
      Counted ended,
      Counted acknowledged) {
    static Service start(String name, String endpoint) {
      var exporter =
          OtlpGrpcSpanExporter.builder()
              .setEndpoint(endpoint)
              .setTimeout(Duration.ofSeconds(5))
              .setRetryPolicy(RetryPolicy.builder().setMaxAttempts(3).build());
      var acknowledged = new Counted(exporter.build());
      var ended = new Counted(SpanExporter.composite());
      var provider =
          SdkTracerProvider.builder()
              .addResource(Resource.builder().put("service.name", name).build())
              .addSpanProcessor(SimpleSpanProcessor.create(ended))
              .addSpanProcessor(BatchSpanProcessor.create(acknowledged));
      var traceparent = W3CTraceContextPropagator.getInstance();
      var baggage = W3CBaggagePropagator.getInstance();
      var both = TextMapPropagator.composite(traceparent, baggage);
      var sdk =
          OpenTelemetrySdk.builder()
              .setTracerProvider(provider.build())
              .setPropagators(ContextPropagators.create(both))
              .build();
      Runtime.getRuntime().addShutdownHook(new Thread(sdk::close));
      return new Service(sdk, sdk.getTracer("workshop"), both, ended, acknowledged);
    }
  }

  public static void main(String[] args) throws Exception {
    // %% Where to
    // The builders do not read OTEL_EXPORTER_OTLP_ENDPOINT, so we do, in the open. Both
    // services export to it, over gRPC. The last line puts each message that the SDK logs
    // on one line, without a stack trace.
    var standard = "http://localhost:4317";
    var endpoint = System.getenv().getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", standard);
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");

    // %% The two services
    // The shop takes the order and calls payment. The queue keeps each span for the table
    // at the end.
    var shop = Service.start("shop", endpoint);
    var payment = Service.start("payment", endpoint);
    var spans = new ConcurrentLinkedQueue<Span>();

    // %% The order, and its baggage
    // Baggage travels with the context: whatever the shop puts in, each service behind it
    // can read. So can anyone on the way, as it is a header in plain text, and it goes to
    // third parties too. Never a password, a token, a card number in baggage.
    var order = shop.tracer().spanBuilder("POST /orders").setSpanKind(SERVER).startSpan();
    order.setAttribute("http.request.method", "POST").setAttribute("order.id", 1004);
    spans.add(order);
    var baggage =
        Baggage.builder()
            .put("customer.name", "john")
            .put("tier", "gold")
            .put("customer.city", "New York, NY") // a bare comma would end the entry
            .build();
    var context = Context.root().with(order).with(baggage);

    // %% The payment service
    // extract() makes a context from the caller's headers, and the new span a child of a
    // span in another process. Baggage is on no span by itself: what you want to search
    // for later you copy, on purpose. Here that is the name, and not the city.
    TextMapGetter<HttpExchange> header = (in, k) -> in.getRequestHeaders().getFirst(k);
    HttpHandler charges =
        call -> {
          System.out.println("The headers that crossed:");
          for (var key : List.of("traceparent", "baggage")) {
            System.out.printf("  %s: %s%n", key, header.get(call, key));
          }
          var caller = payment.headers().extract(Context.root(), call, header);
          var received = Baggage.fromContext(caller);
          System.out.println("What payment reads from them:");
          received.forEach((k, v) -> System.out.println("  " + k + " = " + v.getValue()));
          var builder = payment.tracer().spanBuilder("POST /charges").setSpanKind(SERVER);
          var charge = builder.setParent(caller).startSpan();
          spans.add(charge);
          charge.setAttribute("customer.name", received.getEntryValue("customer.name"));
          charge.setAttribute("customer.city", received.getEntryValue("customer.city"));
          charge.setAttribute("tier", received.getEntryValue("tier"));
          charge.setAttribute("http.request.method", "POST");
          charge.setAttribute("http.response.status_code", 201).end();
          call.sendResponseHeaders(201, -1); // -1: no body
          call.close();
        };

    // %% The call
    // A real call to a real port. inject() writes the headers, from the context in which
    // `charge card` is the current span: payment sees that one as its parent.
    var server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
    server.createContext("/charges", charges);
    server.start();
    var url = "http://localhost:" + server.getAddress().getPort() + "/charges";
    var tracer = shop.tracer();
    var stock = tracer.spanBuilder("reserve stock").setParent(context).startSpan();
    Thread.sleep(5); // stands for work
    stock.end();
    var client = tracer.spanBuilder("charge card").setSpanKind(CLIENT);
    var card = client.setParent(context).startSpan();
    card.setAttribute("http.request.method", "POST").setAttribute("url.full", url);
    spans.addAll(List.of(stock, card));
    var scope = context.with(card).makeCurrent();
    try {
      var request = HttpRequest.newBuilder(URI.create(url)).POST(BodyPublishers.noBody());
      shop.headers().inject(Context.current(), request, HttpRequest.Builder::setHeader);
      var post = request.timeout(Duration.ofSeconds(5)).build();
      var answer = HttpClient.newHttpClient().send(post, BodyHandlers.discarding());
      card.setAttribute("http.response.status_code", answer.statusCode());
    } finally {
      scope.close();
      card.end();
      server.stop(0);
    }

    // %% Another thread
    // The current context belongs to one thread. A task in a pool starts without it, and
    // its span is the root of a new trace. wrap() takes the context along.
    var pool = Executors.newSingleThreadExecutor();
    var current = context.makeCurrent();
    try {
      Callable<Span> without = () -> tracer.spanBuilder("receipt, lost").startSpan();
      Callable<Span> with = () -> tracer.spanBuilder("receipt, kept").startSpan();
      var here = Context.current();
      for (var receipt : pool.invokeAll(List.of(here.wrap(without), here.wrap(with)))) {
        receipt.get().end();
        spans.add(receipt.get());
      }
    } finally {
      current.close();
      pool.shutdown();
    }

    // %% Who is whose child, and what is on it
    // Predict each span's parent, which two spans start a trace, and where the city is.
    // The ids are cut to 6 digits; a parent of zeros is none.
    order.setAttribute("http.response.status_code", 201).end();
    System.out.printf("%n%-7s %-13s  trace  span   parent  ", "service", "name");
    System.out.println(String.join("  ", baggage.asMap().keySet()));
    for (var span : spans) {
      var data = ((ReadableSpan) span).toSpanData();
      var service = data.getResource().getAttribute(stringKey("service.name"));
      var ids = List.of(data.getTraceId(), data.getSpanId(), data.getParentSpanId());
      System.out.printf("%-7s %-13s ", service, data.getName());
      ids.forEach(id -> System.out.printf(" %.6s", id));
      for (var key : baggage.asMap().keySet()) {
        var copied = data.getAttributes().get(stringKey(key));
        System.out.printf("  %-" + key.length() + "s", copied == null ? "-" : copied);
      }
      System.out.println();
    }

    // %% The verdict
    // Every span that ended must have been acknowledged. Each SDK sends its own queue;
    // its hook closes it at the end.
    System.out.printf("%nBoth services send to %s, 5 s each at most ...%n", endpoint);
    long ended = 0;
    long lost = 0;
    var reason = "";
    for (var service : List.of(shop, payment)) {
      service.sdk().getSdkTracerProvider().forceFlush().join(10, SECONDS);
      var missing = service.ended().spans().get() - service.acknowledged().spans().get();
      reason = missing > 0 ? service.acknowledged().reason().get() : reason;
      ended += service.ended().spans().get();
      lost += missing;
    }
    var verdict = "%d spans ended, %d acknowledged by %s%n";
    System.out.printf(verdict, ended, ended - lost, endpoint);

    // %% The exit code
    // A script sees only the exit code: a loss must not end with 0.
    if (lost > 0) {
      System.err.printf(
          "%d of %d spans were not acknowledged by %s:%n%s.%n"
              + "Type ./jbang backend in another terminal, then run this lesson again.%n",
          lost, ended, endpoint, reason);
      System.exit(1);
    }

    // %% Your turn
    // 1. Copy `customer.city` to the span `POST /charges` as well.
    // 2. Put a third entry, `tier` with the value `gold`, into the baggage, and copy it
    //    to the span `POST /charges`.
    // 3. Make `receipt, lost` a child of `POST /orders`, as `receipt, kept` is.
  }
}
