///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Send an order's spans over OTLP/gRPC and count what the backend acknowledged
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.67.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-otlp

import static io.opentelemetry.api.trace.SpanKind.CLIENT;
import static io.opentelemetry.api.trace.SpanKind.SERVER;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.exporter.internal.FailedExportException.GrpcExportException;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

class GrpcExport {
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

  public static void main(String[] args) throws Exception {
    // %% Where to
    // The builders do not read OTEL_EXPORTER_OTLP_ENDPOINT, so we do, in the open. A path
    // in it would be ignored: gRPC has a path of its own. The last line puts each message
    // that the SDK logs on one line, without a stack trace.
    var standard = "http://localhost:4317";
    var endpoint = System.getenv().getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", standard);
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");

    // %% The exporter
    // OTLP/gRPC is no stream: each batch is one call with one answer, and all calls share
    // one HTTP/2 connection. The timeout bounds a call together with its retries. Three
    // attempts, about 1 s and 1.5 s apart, fit into 5 s; the five of the default do not.
    var token = System.getenv().getOrDefault("WORKSHOP_TOKEN", "not-a-secret");
    var grpc = OtlpGrpcSpanExporter.builder();
    grpc.setEndpoint(endpoint);
    grpc.addHeader("authorization", "Bearer " + token); // over http:// in clear text
    grpc.setCompression("gzip"); // default: none
    var timeout = Duration.ofSeconds(5); // default: 10 s
    grpc.setTimeout(timeout);
    grpc.setRetryPolicy(RetryPolicy.builder().setMaxAttempts(3).build());
    var acknowledged = new Counted(grpc.build());

    // %% The processors
    // end() puts a span into a queue, and a thread exports the queue in batches. The four
    // numbers are the defaults. A full queue drops spans; your code never waits for it.
    // Beside it, an exporter to nowhere counts the spans that end.
    var ended = new Counted(SpanExporter.composite());
    var batches = BatchSpanProcessor.builder(acknowledged);
    batches.setMaxQueueSize(2048); // spans that may wait
    batches.setMaxExportBatchSize(512); // spans in one call, at most
    batches.setScheduleDelay(Duration.ofSeconds(5)); // then a smaller batch is sent, too
    batches.setExporterTimeout(Duration.ofSeconds(30)); // wait no longer for one batch

    // %% The SDK
    // The hook closes it on Ctrl-C, on SIGTERM and when main fails. To close is to send
    // what is still queued.
    var spans = SdkTracerProvider.builder();
    spans.addResource(Resource.builder().put("service.name", "shop").build());
    spans.addSpanProcessor(SimpleSpanProcessor.create(ended));
    spans.addSpanProcessor(batches.build());
    var sdk = OpenTelemetrySdk.builder().setTracerProvider(spans.build()).build();
    var hook = new Thread(sdk::close);
    Runtime.getRuntime().addShutdownHook(hook);

    // %% The order
    // Three nested spans, as in lesson 01; this time the card is good. Predict: how many
    // are acknowledged when the last one has ended?
    var tracer = sdk.getTracer("workshop");
    var order = tracer.spanBuilder("POST /orders").setSpanKind(SERVER).startSpan();
    order.setAttribute("http.request.method", "POST").setAttribute("order.id", 1002);
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
    var soFar = "before close(): %s spans ended, %s acknowledged%n";
    System.out.printf(soFar, ended.spans(), acknowledged.spans());

    // %% Close
    // close() exports what is queued and waits for the answer, here no longer than the
    // exporter's timeout. A program that ends without it loses the queue in silence.
    var closing = "close() sends the queue to %s, %s s at most ...%n";
    System.out.printf(closing, endpoint, timeout.toSeconds());
    sdk.close();
    Runtime.getRuntime().removeShutdownHook(hook); // closed by hand: once is enough

    // %% The verdict
    // Every span that ended must have been acknowledged.
    var verdict = "%s spans ended, %s acknowledged by %s%n";
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
    // 2. Set the batch size to 2, so that the three spans arrive in two calls.
    // 3. Send uncompressed: the name of the compression is `none`.
    // 4. `./jbang backend --fault '3x UNAVAILABLE delay=500ms'` refuses 3 attempts.
    //    Let the exporter try a fourth time: all 3 spans arrive.
  }
}
