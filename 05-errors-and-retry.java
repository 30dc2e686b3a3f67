///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Nine cases of trouble with a backend: what the SDK says, and what is true
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.67.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-otlp

import static io.opentelemetry.api.trace.SpanKind.SERVER;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

class ErrorsAndRetry {
  // %% Count what the backend acknowledges
  // forceFlush() and close() report success even when every export failed. The result of
  // the exporter itself says whether a batch was acknowledged, and if not, why. So we
  // stand in front of the exporter and keep both. Any answer with a good status counts:
  // what else is in it, such as rejected spans, the exporter does not read (see below).
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

  // %% A receiver that answers as told
  // It answers each attempt with the next line of its script (the last one stays), and
  // prints when the attempt came. A line is a status, perhaps with a header, or "hang".
  static class Receiver {
    final HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    final CompletableFuture<Long> firstAttempt = new CompletableFuture<>(); // in ns
    final String[] script;
    volatile int rejected; // spans
    int attempts;

    Receiver(String... script) throws IOException {
      this.script = script;
      server.createContext("/", this::answer);
      server.start();
    }

    void answer(HttpExchange attempt) throws IOException {
      var line = script[Math.min(attempts++, script.length - 1)];
      firstAttempt.complete(System.nanoTime()); // without effect on the later ones
      var millis = (System.nanoTime() - firstAttempt.join()) / 1_000_000;
      System.out.printf("%7d ms  %s%n", millis, line);
      if (line.equals("hang")) {
        return; // no answer, and the connection stays open
      }
      var part = line.split(" |: "); // status, header, value
      if (part.length > 1) {
        attempt.getResponseHeaders().set(part[1], part[2]);
      }
      attempt.sendResponseHeaders(Integer.parseInt(part[0]), 0);
      if (line.equals("200")) {
        // ExportTraceServiceResponse, by hand: field 1, partial_success, 16 bytes. In it
        // field 1, rejected_spans: 3; field 2, error_message: 12 bytes, "over a quota".
        var body = "0a10" + "0803" + "120c" + "6f76657220612071756f7461";
        attempt.getResponseBody().write(HexFormat.of().parseHex(body));
        rejected = 3;
      }
      attempt.close();
    }
  }

  // %% A case: a receiver, and an SDK that exports to it
  // orders() ends spans. arrive() flushes, and puts what the SDK says beside what is true
  // and what we predicted. The queue is tiny, so that a case can fill it.
  static class Case {
    static long allEnded;
    static long allArrived;
    static long lostOnPurpose;
    static String trouble = "";

    final Counted ended = new Counted(SpanExporter.composite());
    final Counted acknowledged;
    final Receiver receiver;
    final SdkTracerProvider shop;
    final String id;

    Case(String id, OtlpHttpSpanExporterBuilder http, String... script) throws Exception {
      System.out.printf("%n%s%n", id);
      this.id = id;
      receiver = new Receiver(script);
      // Without a script nothing listens, as on port 1 of this machine.
      var port = script.length == 0 ? 1 : receiver.server.getAddress().getPort();
      var exporter = http.setEndpoint("http://127.0.0.1:" + port + "/v1/traces").build();
      var unsent = new AtomicReference<>("dropped, never sent"); // until one fails
      acknowledged = new Counted(exporter, new AtomicLong(), unsent);
      var batches = BatchSpanProcessor.builder(acknowledged).setMaxExportBatchSize(8);
      shop =
          SdkTracerProvider.builder()
              .addResource(Resource.builder().put("service.name", "shop").build())
              .addSpanProcessor(SimpleSpanProcessor.create(ended))
              .addSpanProcessor(batches.setMaxQueueSize(8).build())
              .build();
      Runtime.getRuntime().addShutdownHook(new Thread(shop::close));
    }

    Case orders(int count) {
      for (int i = 0; i < count; i++) {
        var order = shop.get("workshop").spanBuilder("POST /orders").setSpanKind(SERVER);
        order.setAttribute("lesson.case", id).startSpan().end();
      }
      return this;
    }

    void arrive(long predicted) {
      var start = System.nanoTime();
      var success = shop.forceFlush().join(15, SECONDS).isSuccess();
      var millis = (System.nanoTime() - start) / 1_000_000;
      receiver.server.stop(0);
      var all = ended.spans().get();
      var arrived = acknowledged.spans().get() - receiver.rejected;
      var said = "  the SDK says: forceFlush() %s after %d ms%n";
      System.out.printf(said, success ? "succeeded" : "failed", millis);
      var truth = "  true:         %d of %d spans arrived (predicted: %d)%n";
      System.out.printf(truth, arrived, all, predicted);
      if (arrived < all) {
        var rejection = receiver.rejected + " spans rejected, in an answer with HTTP 200";
        var reason = receiver.rejected > 0 ? rejection : acknowledged.reason().get();
        System.out.println("  because:      " + reason);
        trouble = arrived < predicted ? reason : trouble;
      }
      allEnded += all;
      allArrived += arrived;
      lostOnPurpose += all - Math.max(arrived, predicted);
    }
  }

  public static void main(String[] args) throws Exception {
    // %% Where to
    // The builders do not read OTEL_EXPORTER_OTLP_ENDPOINT, so we do, in the open. With
    // HTTP 307 the receiver sends an exporter on to the backend there, whose own answer
    // then counts. The last line puts each message that the SDK logs on one line, without
    // a stack trace.
    var standard = "http://localhost:4318";
    var base = System.getenv().getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", standard);
    var endpoint = base + "/v1/traces";
    var backend = "307 Location: " + endpoint;
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");

    // %% Retried: 503, and 503 again
    // Predict the waits. By default the exporter makes up to five attempts: 1 s before
    // the second, then 1.5 times as long each, give or take a fifth. It retries 429,
    // 502, 503 and 504.
    var defaults = OtlpHttpSpanExporter.builder();
    new Case("retried", defaults, "503", "503", backend).orders(3).arrive(3);

    // %% A retry policy of our own
    // The same answers, but 0.1 s before the second attempt, and three attempts at most.
    // Spans wait less, and a longer trouble loses them. The cases below keep this policy.
    var quick =
        OtlpHttpSpanExporter.builder()
            .setTimeout(Duration.ofSeconds(3)) // a call with its retries; default: 10 s
            .setRetryPolicy(
                RetryPolicy.builder()
                    .setMaxAttempts(3)
                    .setInitialBackoff(Duration.ofMillis(100))
                    .build());
    new Case("own-policy", quick, "503", "503", backend).orders(3).arrive(3);

    // %% Retry-After
    // A backend with too much to do may say when to come again, in seconds. Predict which
    // wait wins: its 1 s, or the 0.1 s of our policy?
    new Case("retry-after", quick, "503 Retry-After: 1", backend).orders(3).arrive(3);

    // %% Not retried: 400 and 401
    // The same request would get the same answer: one attempt, and the spans are gone.
    // forceFlush() succeeds nevertheless. It says that the queue is empty, no more.
    new Case("bad-request", quick, "400").orders(3).arrive(0);
    new Case("bad-token", quick, "401").orders(3).arrive(0);

    // %% Nothing listens
    // A refused connection is retried as a 503 is, though no attempt is printed: nobody
    // is there to see it. The waits of the default policy would add up to about 8 s.
    new Case("refused", quick).orders(3).arrive(0);

    // %% A hang against the timeout
    // The connection stands, and the answer never comes. The timeout bounds the call with
    // its retries: a hang uses it up, so there is no second attempt.
    var hasty = OtlpHttpSpanExporter.builder().setTimeout(Duration.ofSeconds(1));
    new Case("hang", hasty, "hang").orders(3).arrive(0);

    // %% A full queue
    // Eight orders fill a batch, and it is sent at once. While it waits for its second
    // attempt 20 more orders end: the queue takes 8 of them and drops the rest. The SDK
    // says so only at its next export.
    var full = new Case("queue-full", quick, "503 Retry-After: 1", backend).orders(8);
    full.receiver.firstAttempt.get(10, SECONDS);
    full.orders(20).arrive(16);

    // %% Partial success
    // HTTP 200, and in the answer's body: 3 spans rejected. The exporter does not read
    // that, reports success and logs nothing. Our count is wrong: only the server knows.
    var partial = new Case("partial-success", quick, "200").orders(3);
    partial.arrive(0);
    System.out.printf("  our count:    %s acknowledged%n", partial.acknowledged.spans());

    // %% The verdict
    // What we predicted to get lost is lost on purpose. All else must have arrived.
    var verdict = "%n%d spans ended, %d acknowledged, %d lost on purpose%n";
    System.out.printf(verdict, Case.allEnded, Case.allArrived, Case.lostOnPurpose);

    // %% The exit code
    // A script sees only the exit code: a loss must not end with 0.
    var lost = Case.allEnded - Case.allArrived - Case.lostOnPurpose;
    if (lost > 0) {
      System.err.printf(
          "%d of %d spans were not acknowledged by %s:%n%s.%n"
              + "Type ./jbang backend in another terminal, then run this lesson again.%n",
          lost, Case.allEnded, endpoint, Case.trouble);
      System.exit(1);
    }

    // %% Your turn
    // 1. Let `bad-request` answer "429", and then `backend`: its 3 spans arrive.
    // 2. Give the queue room for 32 spans: all 28 spans of `queue-full` arrive.
    // 3. Add a case `bad-gateway`: 3 orders, the script "502", `backend`.
    // What each way of leaving a program loses is the next lesson, 06-shutdown.java.
  }
}
