import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The mistakes, each as the smallest program that makes it. */
final class Mistakes {
  private Mistakes() {}

  /**
   * Mistakes of one kind.
   *
   * @param text what is true of all of them
   */
  record Section(String title, String text, List<Mistake> mistakes) {}

  /**
   * A row of a table.
   *
   * @param why what went wrong
   * @param what what to do about it
   */
  record Mistake(Lab.Program program, String why, String what) {}

  static List<Section> all() {
    return List.of(refused(), network(), built(), pipeline(), silent(), context());
  }

  private static Mistake mistake(Lab.Program program, String why, String what) {
    return new Mistake(program, why, what);
  }

  private static Section refused() {
    return new Section(
        "The backend refuses",
        "With more than one request the exporter has tried again: five times is the most.",
        List.of(
            mistake(
                lab -> lab.order(lab.http("9x 400").build()),
                "The backend cannot read the request.",
                "Is it an OTLP backend, and this its port and its path for traces?"),
            mistake(
                lab -> lab.order(lab.http("token=abc").addHeader("authorization", "abc").build()),
                "No token, or a wrong one; often the word `Bearer` before it is missing.",
                "Correct the header. The spans are lost."),
            mistake(
                lab -> lab.order(lab.http("9x 403").build()),
                "The backend knows the token, and it may not do this.",
                "Ask for the permission to write traces."),
            mistake(
                lab -> lab.order(lab.http("limit=100B").build()),
                "A batch is larger than the backend or a proxy takes.",
                "`setMaxExportBatchSize`: fewer spans in a batch."),
            mistake(
                lab -> lab.order(lab.http("9x 429").build()),
                "The backend limits how much it takes.",
                "Send fewer spans: sample; or ask for a higher limit."),
            mistake(
                lab -> lab.order(lab.http("9x 500").build()),
                "The backend failed. Only 429, 502, 503 and 504 are tried again.",
                "Read the backend's own log."),
            mistake(
                lab -> lab.order(lab.http("9x 502").build()),
                "A proxy stands before the backend, and does not reach it.",
                "Start the backend, or correct the proxy."),
            mistake(
                lab -> lab.order(lab.http("9x 503").build()),
                "The backend is overloaded or starting.",
                "Wait; a Collector nearby keeps what the backend cannot take."),
            mistake(
                lab -> lab.order(lab.http("9x 504").build()),
                "A proxy stands before the backend, which answers it too late.",
                "Read the backend's own log."),
            mistake(
                lab -> {
                  lab.order(
                      lab.http("9x 503 retry-after=60").setTimeout(Duration.ofSeconds(10)).build());
                  String said = lab.takeLog();
                  if (said.contains("code 503") || said.contains("Exception: timeout")) {
                    lab.note("the line of HTTP 503, or that of a timeout: it is a matter of luck");
                  }
                },
                "`Retry-After` asks for a longer wait than the exporter's timeout, and it uses that"
                    + " up.",
                "Nothing here: the backend has too much to do."),
            mistake(
                lab -> lab.order(lab.grpc("token=abc").build()),
                "No token, or a wrong one.",
                "Correct the header `authorization`. The spans are lost."),
            mistake(
                lab -> lab.order(lab.grpc("9x PERMISSION_DENIED").build()),
                "The backend knows the token, and it may not do this.",
                "Ask for the permission to write traces."),
            mistake(
                lab -> lab.order(lab.grpc("9x INVALID_ARGUMENT").build()),
                "The backend cannot read the request.",
                "Read the backend's own log."),
            mistake(
                lab -> lab.order(lab.grpc("9x NOT_FOUND").build()),
                "The backend knows no such tenant or project.",
                "Correct the header that names it."),
            mistake(
                lab -> lab.order(lab.grpc("9x INTERNAL").build()),
                "The backend failed. It is not tried again.",
                "Read the backend's own log."),
            mistake(
                lab -> lab.order(lab.grpc("limit=100B").build()),
                "The batch is larger than the backend takes, or a quota is used up.",
                "`setMaxExportBatchSize`: fewer spans in a batch; or a higher limit."),
            mistake(
                lab -> lab.order(lab.grpc("9x UNAVAILABLE").build()),
                "The backend is overloaded or starting, or a proxy does not reach it.",
                "Wait; a Collector nearby keeps what the backend cannot take."),
            mistake(
                lab -> {
                  Tracer tracer = lab.tracer(lab.grpc("9x UNIMPLEMENTED").build());
                  lab.order(tracer);
                  lab.flush();
                  lab.order(tracer);
                  lab.flush();
                  lab.note("lines for 2 requests: " + lab.lines());
                },
                "This gRPC server takes no traces. The exporter says so once only.",
                "Correct the port; in a Collector, put `otlp` into the pipeline for traces.")));
  }

  private static Section network() {
    return new Section(
        "The network, and a wrong address",
        "",
        List.of(
            mistake(
                lab -> {
                  lab.order(lab.http(1).build());
                  lab.order(lab.grpc(1).build());
                },
                "Nothing listens there.",
                "Start the backend, or correct host and port."),
            mistake(
                lab ->
                    lab.order(
                        lab.http()
                            .setEndpoint("http://collector.invalid:4318/v1/traces")
                            .setRetryPolicy(null)
                            .build()),
                "No such host. The names of `docker compose` are known in its containers only.",
                "Correct the host; from outside of the containers it is `localhost`."),
            mistake(
                lab -> {
                  int port = lab.peer(Peer.thatHangs());
                  Duration timeout = Duration.ofSeconds(2);
                  lab.order(lab.http(port).setTimeout(timeout).build());
                  lab.order(lab.grpc(port).setTimeout(timeout).build());
                },
                "The backend did not answer in time; or it asked with `Retry-After` for a longer wait.",
                "Look at the backend; raise `setTimeout`."),
            mistake(
                lab ->
                    lab.order(lab.http(lab.peer(Peer.thatResets())).setRetryPolicy(null).build()),
                "The connection was cut: the backend fell, something between forbids it, or HTTP was"
                    + " sent to a gRPC port.",
                "Correct the port; read the log of what stands there."),
            mistake(
                lab -> lab.order(lab.http(lab.backend.grpcPort()).build()),
                "HTTP was sent to the gRPC port; or the backend fell before it answered.",
                "Use 4318, or the gRPC exporter."),
            mistake(
                lab ->
                    lab.order(
                        lab.grpc(lab.peer(Peer.thatSays("HTTP/1.1 400 Bad Request"))).build()),
                "gRPC was sent to the HTTP port; the number is the letters `HTT`.",
                "Use 4317, or the HTTP exporter."),
            mistake(
                lab -> lab.order(lab.grpc(lab.peer(Peer.thatEnds())).build()),
                "The connection ended before gRPC had begun: the backend fell, or it is none.",
                "Correct the port; let a proxy between pass HTTP/2."),
            mistake(
                lab -> lab.order(lab.http(lab.peer(Peer.thatSays("SSH-2.0-OpenSSH_9.2"))).build()),
                "What answers there does not speak HTTP.",
                "Correct the port."),
            mistake(
                lab -> lab.order(lab.grpc(lab.peer(Peer.thatSays("SSH-2.0-OpenSSH_9.2"))).build()),
                "What answers there does not speak gRPC.",
                "Correct the port."),
            mistake(
                lab -> lab.order(lab.http("9x half").build()),
                "The answer broke off. Its status was 200: the exporter reports success.",
                "Look at the proxy between."),
            mistake(
                lab -> {
                  int port = lab.backend.httpPort();
                  lab.order(lab.http().setEndpoint("http://127.0.0.1:" + port).build());
                },
                "The endpoint has no `/v1/traces`, or another path; nothing adds it.",
                "Write the whole URL, with `/v1/traces`."),
            mistake(
                lab -> lab.order(lab.http().setEndpoint("localhost:4318").build()),
                "The endpoint has no scheme.",
                "Write `http://` or `https://` before it."),
            mistake(
                lab -> lab.order(lab.grpc().setEndpoint("127.0.0.1:4317").build()),
                "The endpoint has no scheme.",
                "Write `http://` or `https://` before the address."),
            mistake(
                lab -> {
                  int http = lab.peer(Peer.thatSays("HTTP/1.1 400 Bad Request"));
                  int grpc = lab.backend.grpcPort();
                  lab.order(
                      lab.http().setEndpoint("https://127.0.0.1:" + http + "/v1/traces").build());
                  lab.order(lab.grpc().setEndpoint("https://127.0.0.1:" + grpc).build());
                },
                "`https://`, but the port does not speak TLS.",
                "Write `http://`, or let the backend speak TLS.")));
  }

  private static Section built() {
    return new Section(
        "Refused by the SDK",
        "",
        List.of(
            mistake(
                lab -> lab.order(lab.http().addHeader("authorization", "Bearer abc\n").build()),
                "The header's value has a character that HTTP forbids: often the line end of"
                    + " the file that a token was read from. The gRPC exporter says the same.",
                "`strip()` the token."),
            mistake(
                lab -> lab.order(lab.http().setCompression("zstd").build()),
                "No such compression is on the class path.",
                "`gzip` or `none`."),
            mistake(
                lab -> RetryPolicy.builder().setMaxAttempts(1).build(),
                "One attempt is no retry, and more than five are not allowed.",
                "`setRetryPolicy(null)` for one attempt."),
            mistake(
                lab ->
                    lab.order(
                        lab.tracer(
                            BatchSpanProcessor.builder(lab.http().build())
                                .setMaxQueueSize(100)
                                .build())),
                "A batch can be no larger than the queue.",
                "Set both."),
            mistake(
                lab -> {
                  OpenTelemetrySdk.builder().buildAndRegisterGlobal();
                  OpenTelemetrySdk.builder().buildAndRegisterGlobal();
                },
                "Two SDKs were made global; or `GlobalOpenTelemetry.get()` came first.",
                "One SDK a program, built at its start and handed on."),
            mistake(
                lab -> lab.script("MixedVersions.java"),
                "Two versions of OpenTelemetry are mixed: the exporter is older than the SDK.",
                "Import `opentelemetry-bom`, and give no other version."),
            mistake(
                lab -> {
                  SdkTracerProvider provider = SdkTracerProvider.builder().build();
                  provider.close();
                  provider.close();
                },
                "The SDK was closed twice: by hand and by a hook.",
                "Harmless; let one of them do it.")));
  }

  private static Section pipeline() {
    return new Section(
        "Too many spans",
        "",
        List.of(
            mistake(
                lab -> {
                  Tracer tracer =
                      lab.tracer(
                          BatchSpanProcessor.builder(lab.http("delay=1s").build())
                              .setMaxQueueSize(8)
                              .setMaxExportBatchSize(8)
                              .build());
                  lab.orders(tracer, 8);
                  lab.awaitFault(); // the first batch is under way
                  lab.orders(tracer, 20);
                },
                "Spans end faster than they are exported; what finds no room is dropped.",
                "A larger queue, or fewer spans."),
            mistake(
                lab -> {
                  Tracer tracer =
                      lab.tracer(SimpleSpanProcessor.create(lab.http("9x delay=5s").build()));
                  lab.orders(tracer, 8);
                },
                "`SimpleSpanProcessor` exports each span by itself and has no queue; the exporter"
                    + " has five threads and no queue either.",
                "`BatchSpanProcessor` for OTLP."),
            mistake(
                lab -> {
                  Tracer tracer =
                      lab.tracer(
                          BatchSpanProcessor.builder(lab.http("99x 400").build())
                              .setMaxExportBatchSize(1)
                              .build());
                  lab.orders(tracer, 8);
                },
                "An exporter has failed more than five times. It goes on failing, and says less.",
                "Look at the line above: that is the cause.")));
  }

  private static Section silent() {
    return new Section(
        "Nothing is said",
        "Nothing is logged, so only the backend, or a look at the span, tells.",
        List.of(
            mistake(
                lab -> lab.order(lab.http("partial=2").build()),
                "Partial success: the answer is 200, and says that 2 spans are rejected. The"
                    + " exporter does not read that.",
                "Read the backend's own log or count."),
            mistake(
                lab ->
                    lab.order(
                        lab.http(lab.peer(Peer.thatSays("HTTP/1.1 200 OK\r\nContent-Length: 0")))
                            .build()),
                "What answers is no backend, and says 200 to everything: a login page, for one. The"
                    + " exporter reports success.",
                "Correct the address."),
            mistake(
                lab -> {
                  // Not of the lab, which would close it.
                  SdkTracerProvider provider =
                      SdkTracerProvider.builder()
                          .addSpanProcessor(BatchSpanProcessor.create(lab.http().build()))
                          .build();
                  lab.order(provider.get("shop"));
                },
                "No `close()`: the program ended before the queue was sent.",
                "`close()` the SDK, in a shutdown hook: see the last table."),
            mistake(
                lab -> {
                  SdkTracerProvider provider =
                      SdkTracerProvider.builder()
                          .addSpanProcessor(BatchSpanProcessor.create(lab.http().build()))
                          .build();
                  provider.close();
                  lab.order(provider.get("shop"));
                },
                "The SDK was closed before the spans ended.",
                "Close it last."),
            mistake(
                lab -> {
                  Tracer tracer = lab.tracer(SdkTracerProvider.builder().build());
                  Span order = lab.start(tracer, "POST /orders");
                  lab.note("the trace id is `" + order.getSpanContext().getTraceId() + "`");
                  order.end();
                },
                "The SDK has no span processor; or there is no SDK, as with"
                    + " `OpenTelemetry.noop()`.",
                "`addSpanProcessor`; hand on the SDK that you built."),
            mistake(
                lab -> {
                  Tracer tracer = lab.tracer(lab.http().build());
                  Span order = lab.start(tracer, "POST /orders");
                  Scope scope = order.makeCurrent();
                  try (scope) {
                    lab.start(tracer, "reserve stock").end();
                    lab.start(tracer, "charge card").end();
                  }
                },
                "A span was never ended, here the first; to close its scope is not enough.",
                "`end()` in `finally`."),
            mistake(
                lab ->
                    lab.order(
                        lab.tracer(
                            SdkTracerProvider.builder()
                                .setSampler(Sampler.traceIdRatioBased(0))
                                .addSpanProcessor(BatchSpanProcessor.create(lab.http().build()))
                                .build())),
                "The sampler drops the trace; or a caller did, and its `traceparent` ends in `-00`.",
                "Another sampler."),
            mistake(
                lab -> {
                  Span order = lab.start(lab.tracer(lab.http().build()), "POST /orders");
                  order.end();
                  order.setAttribute("order.id", 1002);
                  int attributes = lab.arrived("POST /orders").span().getAttributesCount();
                  lab.note(attributes + " of 1 attributes arrived");
                },
                "It was set after `end()`.",
                "Set it before."),
            mistake(
                lab -> {
                  lab.start(lab.tracer(lab.http().build()), "POST /orders").end();
                  lab.note("the service is `" + lab.arrived("POST /orders").service() + "`");
                },
                "The resource has no `service.name`.",
                "`addResource` with it."),
            mistake(
                lab -> {
                  Span order = lab.start(lab.tracer(lab.http().build()), "POST /orders");
                  order.recordException(new IllegalStateException("card declined"));
                  order.end();
                  lab.note(
                      "the status is " + lab.arrived("POST /orders").span().getStatus().getCode());
                },
                "`recordException` adds an event, and leaves the status alone.",
                "`setStatus(StatusCode.ERROR)` too."),
            mistake(
                lab -> {
                  lab.order(
                      lab.http()
                          .addHeader("x-team", "blue")
                          .setHeaders(() -> Map.of("x-team", "red"))
                          .build());
                  lab.arrived("POST /orders");
                  lab.note(
                      "the headers are "
                          + lab.backend.inbox().exchanges().get(0).headers().stream()
                              .filter(header -> header.name().equals("x-team"))
                              .map(header -> header.name() + ": " + header.value())
                              .sorted()
                              .toList());
                },
                "`addHeader` and `setHeaders` with one name: both are sent.",
                "One of them.")));
  }

  private static Section context() {
    return new Section(
        "Context and baggage",
        "Nothing is logged here either.",
        List.of(
            mistake(
                lab -> {
                  Tracer tracer = lab.tracer(lab.http().build());
                  Span order = lab.start(tracer, "POST /orders");
                  lab.start(tracer, "charge card").end();
                  order.end();
                  lab.note("`charge card` " + place(lab, "charge card"));
                },
                "No `makeCurrent()`, so the second span did not find the first.",
                "`makeCurrent()`, or `setParent` on the builder."),
            mistake(
                lab -> {
                  Tracer tracer = lab.tracer(lab.http().build());
                  Span order = lab.start(tracer, "POST /orders");
                  Scope scope = order.makeCurrent();
                  try (scope) {
                    Thread other = new Thread(() -> lab.start(tracer, "charge card").end());
                    other.start();
                    other.join();
                  }
                  order.end();
                  lab.note("`charge card` " + place(lab, "charge card"));
                },
                "Another thread: what is current is so in one thread only.",
                "`Context.current().wrap(...)`, or `Context.taskWrapping(executor)`."),
            mistake(
                lab -> {
                  Tracer tracer = lab.tracer(lab.http().build());
                  Span order = lab.start(tracer, "POST /orders");
                  order.makeCurrent(); // a scope that nobody closes
                  order.end();
                  lab.start(tracer, "GET /stock").end();
                  lab.note("`GET /stock` " + place(lab, "GET /stock"));
                },
                "The scope of a request was not closed: the thread's next request continues it.",
                "`try (Scope scope = span.makeCurrent())`."),
            mistake(
                lab -> {
                  OpenTelemetry noPropagators = OpenTelemetrySdk.builder().build();
                  Span order = lab.start(lab.tracer(lab.http().build()), "POST /orders");
                  Scope scope = order.makeCurrent();
                  try (scope) {
                    lab.note(
                        "the headers are "
                            + injected(noPropagators.getPropagators().getTextMapPropagator()));
                  }
                  order.end();
                },
                "The SDK has no propagators, so `inject` writes nothing.",
                "`setPropagators` on the SDK's builder."),
            mistake(
                lab -> {
                  Scope scope = Baggage.builder().put("tier", "gold").build().makeCurrent();
                  try (scope) {
                    TextMapPropagator trace = W3CTraceContextPropagator.getInstance();
                    lab.note(
                        "the headers are "
                            + injected(ContextPropagators.create(trace).getTextMapPropagator()));
                  }
                },
                "Baggage has a propagator of its own.",
                "`TextMapPropagator.composite` with `W3CBaggagePropagator`."),
            mistake(
                lab -> {
                  Baggage.builder().put("tier", "gold").build();
                  lab.note("the headers are " + injected(W3CBaggagePropagator.getInstance()));
                },
                "The baggage was built, and not made current.",
                "`makeCurrent()`."),
            mistake(
                lab -> {
                  for (int bytes : List.of(8192, 8193)) {
                    String value = "g".repeat(bytes - "tier=".length());
                    Baggage baggage = Baggage.builder().put("tier", value).build();
                    Scope scope = baggage.makeCurrent();
                    try (scope) {
                      boolean sent = !injected(W3CBaggagePropagator.getInstance()).isEmpty();
                      lab.note("baggage of " + bytes + " bytes: " + (sent ? "sent" : "not sent"));
                    }
                  }
                },
                "The header would be longer than W3C Baggage allows.",
                "Less of it: an id instead of what it names."),
            mistake(
                lab -> {
                  Tracer tracer = lab.tracer(lab.http().build());
                  Scope scope = Baggage.builder().put("tier", "gold").build().makeCurrent();
                  try (scope) {
                    lab.start(tracer, "POST /orders").end();
                  }
                  int attributes = lab.arrived("POST /orders").span().getAttributesCount();
                  lab.note("the span has " + attributes + " attributes");
                },
                "Baggage is never a span's attribute by itself.",
                "`setAttribute` with what you want to see.")));
  }

  /** Where in its trace a span arrived. */
  private static String place(Lab lab, String name) throws InterruptedException {
    return lab.arrived(name).span().getParentSpanId().isEmpty() ? "has no parent" : "has a parent";
  }

  private static Map<String, String> injected(TextMapPropagator propagator) {
    Map<String, String> headers = new TreeMap<>();
    propagator.inject(Context.current(), headers, Map::put);
    return headers;
  }
}
