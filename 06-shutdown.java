///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Leave a program in seven ways, and count the spans that each way loses
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.67.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-otlp

import static io.opentelemetry.api.trace.SpanKind.CLIENT;
import static io.opentelemetry.api.trace.SpanKind.SERVER;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;

class Shutdown {
  // %% Tell what the backend acknowledges
  // The exporter's own result is nearest to the truth, as in the lessons before. Here each
  // result is told at once, on stdout: a program that is killed cannot sum up later.
  record Told(String what, SpanExporter exporter) implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> batch) {
      // The batch processor waits for this result anyway, so we may wait for it here.
      var result = exporter.export(batch).join(30, SECONDS);
      if (result.isSuccess()) {
        System.out.println(what + " " + batch.size());
      } else if (result.getFailureThrowable() instanceof HttpExportException e) {
        var answer = e.getResponse(); // an SDK-internal class: keep the version pinned
        var reason = answer == null ? e.getMessage() : "HTTP " + answer.getStatusCode();
        System.out.println("failed " + reason);
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

  // %% The program
  // An order, three spans. All it does is to end them; they are sent by a thread of the
  // batch processor, within 5 s. What becomes of them is up to the way we leave.
  static void order(OpenTelemetrySdk sdk, String way) {
    var tracer = sdk.getTracer("workshop");
    var order = tracer.spanBuilder("POST /orders").setSpanKind(SERVER).startSpan();
    order.setAttribute("lesson.case", way);
    var inOrder = Context.root().with(order);
    tracer.spanBuilder("reserve stock").setParent(inOrder).startSpan().end();
    var card = tracer.spanBuilder("charge card").setParent(inOrder).setSpanKind(CLIENT);
    card.startSpan().end();
    order.end();
  }

  // %% The ways of leaving
  // A JVM is left only once, so each way runs in one of its own, with this main. A killed
  // program has no time for a line of code, unless it put a shutdown hook up in time.
  static class Child {
    public static void main(String... told) throws Exception {
      var way = told[0];
      var exporter =
          OtlpHttpSpanExporter.builder()
              .setEndpoint(told[1])
              .setTimeout(Duration.ofSeconds(3))
              .setRetryPolicy(RetryPolicy.builder().setMaxAttempts(2).build());
      var ended = new Told("ended", SpanExporter.composite());
      var acknowledged = new Told("acknowledged", exporter.build());
      var provider =
          SdkTracerProvider.builder()
              .addResource(Resource.builder().put("service.name", "shop").build())
              .addSpanProcessor(SimpleSpanProcessor.create(ended))
              .addSpanProcessor(BatchSpanProcessor.create(acknowledged));
      var sdk = OpenTelemetrySdk.builder().setTracerProvider(provider.build()).build();
      switch (way) {
        case "main returns" -> order(sdk, way);
        case "shutdown()" -> {
          order(sdk, way);
          sdk.shutdown();
        }
        case "try (sdk)" -> {
          try (sdk) {
            order(sdk, way);
          }
        }
        case "try (sdk), exception" -> {
          try (sdk) {
            order(sdk, way);
            throw new IllegalStateException("card declined");
          }
        }
        case "try (sdk), System.exit" -> {
          try (sdk) {
            order(sdk, way);
            System.exit(0);
          }
        }
        case "SIGTERM", "SIGTERM, hook" -> {
          if (way.endsWith("hook")) {
            Runtime.getRuntime().addShutdownHook(new Thread(sdk::close));
          }
          order(sdk, way);
          System.out.println("waiting");
          System.in.read(); // until it is killed, or the lesson is gone
        }
        default -> throw new IllegalArgumentException(way);
      }
    }
  }

  // %% Leave, and count
  // Starts a child, listens to what it tells, and terminates it when it is waiting. Each
  // number is a sum of what the child told. A child that hangs is killed after 20 s.
  static long allEnded;
  static long allAcknowledged;
  static long lostOnPurpose;
  static String trouble = "";
  static final String ROW = "%-24s  %5s  %9s  %12s  %9s%n";

  static void leave(String way, String endpoint, int predicted) throws Exception {
    var hasSigterm = ProcessHandle.current().supportsNormalTermination();
    if (way.startsWith("SIGTERM") && !hasSigterm) {
      System.out.println(way + ": skipped, this system (Windows) has no SIGTERM");
      return;
    }
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var path = System.getProperty("java.class.path");
    var command = new ProcessBuilder(java, "-cp", path, "Shutdown$Child", way, endpoint);
    var child = command.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    CompletableFuture.delayedExecutor(20, SECONDS).execute(child::destroyForcibly);
    var ended = 0;
    var acknowledged = 0;
    var reason = "they were never sent";
    var lines = child.inputReader();
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      var word = line.split(" ", 2);
      switch (word[0]) {
        case "ended" -> ended += Integer.parseInt(word[1]);
        case "acknowledged" -> acknowledged += Integer.parseInt(word[1]);
        case "failed" -> reason = word[1];
        case "waiting" -> child.toHandle().destroy(); // SIGTERM
        default -> {} // not from us
      }
    }
    System.out.printf(ROW, way, ended, predicted, acknowledged, child.waitFor());
    if (ended == 0) { // in JShell, for one
      reason = "the child JVM needs the compiled lesson on its class path";
      System.err.printf("%s: %s.%nType ./jbang 06-shutdown.java.%n", way, reason);
    }
    trouble = acknowledged < predicted ? reason : trouble;
    allEnded += ended;
    allAcknowledged += acknowledged;
    lostOnPurpose += Math.max(0, ended - Math.max(acknowledged, predicted));
  }

  public static void main(String[] args) throws Exception {
    // %% Where to
    // The builders do not read OTEL_EXPORTER_OTLP_ENDPOINT, so we do, in the open. Over
    // HTTP the endpoint is used as it is, so the path is ours to add.
    var standard = "http://localhost:4318";
    var base = System.getenv().getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", standard);
    var endpoint = base + "/v1/traces";
    System.out.printf(ROW, "way", "ended", "predicted", "acknowledged", "exit code");

    // %% main returns
    // The spans wait in the queue for up to 5 s. When main returns, the JVM does not wait
    // for the thread that sends them, as it is a daemon. Predict what arrives: nothing.
    leave("main returns", endpoint, 0);

    // %% shutdown() is a request
    // It starts the last export, and returns a result at once. Nobody waits for it here.
    // close() is shutdown() and a wait, up to 10 s.
    leave("shutdown()", endpoint, 0);

    // %% try (sdk)
    // The end of the block closes the SDK, and so does an exception that leaves it. Such
    // a program fails, with exit code 1, and its spans arrive and can say why.
    leave("try (sdk)", endpoint, 3);
    leave("try (sdk), exception", endpoint, 3);

    // %% System.exit
    // It never returns, so the end of the block is never reached.
    leave("try (sdk), System.exit", endpoint, 0);

    // %% SIGTERM
    // Docker, Kubernetes and systemd stop a program this way; the exit code is 128 + 15.
    // Only a shutdown hook still runs, and does so after System.exit and Ctrl-C as well.
    // That is why each lesson puts one up right after it built the SDK.
    leave("SIGTERM", endpoint, 0);
    leave("SIGTERM, hook", endpoint, 3);

    // %% The verdict
    // What we predicted to get lost is lost on purpose. All else must have arrived.
    var verdict = "%n%d spans ended, %d acknowledged, %d lost on purpose%n";
    System.out.printf(verdict, allEnded, allAcknowledged, lostOnPurpose);

    // %% The exit code
    // A script sees only the exit code: a loss must not end with 0.
    if (!trouble.isEmpty()) {
      System.err.printf(
          "%d of %d spans were not acknowledged by %s:%n%s.%n"
              + "Type ./jbang backend in another terminal, then run this lesson again.%n",
          allEnded - allAcknowledged - lostOnPurpose, allEnded, endpoint, trouble);
      System.exit(1);
    }

    // %% Your turn
    // 1. In `shutdown()`, wait for the result: .join(10, SECONDS). Its 3 spans arrive.
    // 2. In `main returns`, close the SDK in a shutdown hook. Its 3 spans arrive.
    // 3. Add a way `System.exit, hook`: the hook of `SIGTERM, hook`, an order, and then
    //    System.exit(0). Predict 3.
  }
}
