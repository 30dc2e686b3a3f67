///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Send an order's spans over OTLP/HTTP, and make the two commonest mistakes
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.67.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-otlp

import static io.opentelemetry.api.trace.SpanKind.CLIENT;
import static io.opentelemetry.api.trace.SpanKind.SERVER;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

class HttpExport {
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
      } else if (result.getFailureThrowable() instanceof HttpExportException e) {
        var answer = e.getResponse(); // an SDK-internal class: keep the version pinned
        reason.set(answer == null ? e.getMessage() : "HTTP " + answer.getStatusCode());
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

  // %% A mistake, tried out
  // One span to a wrong address, without retries, so that it fails at once. It is lost on
  // purpose: the verdict at the end counts the order's spans only.
  static void mistake(String what, String url) {
    System.out.printf("%nMistake, %s: %s%n", what, url);
    var exporter = OtlpHttpSpanExporter.builder().setEndpoint(url).setRetryPolicy(null);
    var wrong = new Counted(exporter.setTimeout(Duration.ofSeconds(2)).build());
    var batching = BatchSpanProcessor.create(wrong);
    var provider = SdkTracerProvider.builder().addSpanProcessor(batching).build();
    provider.get("workshop").spanBuilder("lost on purpose").startSpan().end();
    provider.close();
    System.out.printf("%s acknowledged: %s%n", wrong.spans(), wrong.reason());
  }

  public static void main(String[] args) throws Exception {
    // %% Where to
    // The builders do not read OTEL_EXPORTER_OTLP_ENDPOINT, so we do, in the open. Over
    // HTTP the endpoint is used as it is: it needs /v1/traces, or a vendor's own path.
    // Each message that the SDK logs is put on one line, without a stack trace.
    var standard = "http://localhost:4318";
    var base = System.getenv().getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", standard);
    var endpoint = base + "/v1/traces";
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");

    // %% The exporter
    // OTLP/HTTP is one POST for each batch, with the same protobuf as gRPC in its body.
    // The headers come from a function that is called for each export, so a token can be
    // renewed. Timeout and attempts are as in lesson 02.
    var token = System.getenv().getOrDefault("WORKSHOP_TOKEN", "not-a-secret");
    var http = OtlpHttpSpanExporter.builder();
    http.setEndpoint(endpoint);
    http.setHeaders(() -> Map.of("authorization", "Bearer " + token, "x-team", "blue"));
    http.setCompression("none"); // default: none
    http.setTimeout(Duration.ofSeconds(5)); // default: 10 s
    http.setRetryPolicy(RetryPolicy.builder().setMaxAttempts(3).build());

    // %% A proxy
    // The exporter obeys Java's -Dhttp.proxyHost, but not the variable HTTP_PROXY. So we
    // read one of our own. Try WORKSHOP_PROXY=http://localhost:4318: to a proxy a client
    // sends the whole URL, and any server has to accept that, the backend as well.
    var proxy = System.getenv("WORKSHOP_PROXY");
    if (proxy != null) {
      var uri = URI.create(proxy);
      var address = new InetSocketAddress(uri.getHost(), uri.getPort());
      http.setProxy(ProxyOptions.create(address));
    }
    System.out.println("proxy: " + (proxy == null ? "none" : proxy));

    // %% The SDK
    // Batches, with the four numbers of lesson 02: they are the defaults. Beside them, an
    // exporter to nowhere counts the spans that end.
    var acknowledged = new Counted(http.build());
    var ended = new Counted(SpanExporter.composite());
    var spans = SdkTracerProvider.builder();
    var resource = Resource.builder().put("service.name", "shop");
    spans.addResource(resource.put("deployment.environment.name", "room").build());
    spans.addSpanProcessor(SimpleSpanProcessor.create(ended));
    spans.addSpanProcessor(BatchSpanProcessor.create(acknowledged));
    var sdk = OpenTelemetrySdk.builder().setTracerProvider(spans.build()).build();
    var hook = new Thread(sdk::close); // for Ctrl-C and SIGTERM
    Runtime.getRuntime().addShutdownHook(hook);

    // %% The order
    // Three nested spans, as in lesson 02, and then close(), which sends them.
    var tracer = sdk.getTracer("workshop");
    var order = tracer.spanBuilder("POST /orders").setSpanKind(SERVER).startSpan();
    order.setAttribute("http.request.method", "POST").setAttribute("order.id", 1003);
    var scope = order.makeCurrent();
    try {
      var stock = tracer.spanBuilder("reserve stock").startSpan();
      Thread.sleep(5); // stands for work
      stock.end();
      var card = tracer.spanBuilder("charge card").setSpanKind(CLIENT).startSpan();
      Thread.sleep(10);
      card.end();
      order.setAttribute("http.response.status_code", 201);
    } finally {
      scope.close();
      order.end();
    }
    System.out.printf("close() sends the queue to %s, 5 s at most ...%n", endpoint);
    sdk.close();
    Runtime.getRuntime().removeShutdownHook(hook); // closed by hand: once is enough
    System.out.println(acknowledged.spans() + " acknowledged");

    // %% Mistake: no path
    // Nothing adds /v1/traces to the endpoint, so the POST goes to / and is not found.
    // Your program goes on as if all were well: a WARNING is all there is.
    mistake("no path", base);

    // %% Mistake: the gRPC port
    // The gRPC port speaks HTTP/2 only, and hangs up on HTTP/1.1. The log line is the one
    // for a backend that is down. The cause differs: "unexpected end of stream", or
    // "Connection reset", says that somebody was there.
    var grpcPort = "http://localhost:4317";
    var grpc = System.getenv().getOrDefault("WORKSHOP_GRPC_ENDPOINT", grpcPort);
    mistake("the gRPC port", grpc + "/v1/traces");

    // %% The verdict
    // Every span that ended must have been acknowledged.
    var verdict = "%n%s spans ended, %s acknowledged by %s%n";
    System.out.printf(verdict, ended.spans(), acknowledged.spans(), endpoint);

    // %% The exit code
    // A script sees only the exit code: a loss must not end with 0.
    var lost = ended.spans().get() - acknowledged.spans().get();
    if (lost > 0) {
      System.err.printf(
          "%d of %s spans were not acknowledged by %s:%n%s.%n"
              + "Type ./jbang backend in another terminal, then run this lesson again.%n",
          lost, ended.spans(), endpoint, acknowledged.reason());
      System.exit(1);
    }

    // %% Your turn
    // 1. Send a second header, `x-team` with the value `blue`.
    // 2. Add the resource attribute `deployment.environment.name` with the value `room`.
    // 3. Send uncompressed: the name of the compression is `none`.
  }
}
