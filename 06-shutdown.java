///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Leave a program in ten ways and count the spans that each way loses
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.68.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-otlp
//DEPS io.opentelemetry:opentelemetry-sdk-extension-autoconfigure

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import javax.tools.ToolProvider;

class Shutdown {
  public static void main(String[] args) throws Exception {
    // %% main returns
    // A JVM ends only once, so each way of leaving is a small program of its own: this
    // code in the frame below main. It ends three spans, which wait in a queue. A daemon
    // thread exports the queue every 5 s. How many spans are acknowledged when main
    // returns?
    var ways = new Ways();
    System.out.printf(Ways.ROW, "way", "ended", "acknowledged", "exit code");
    ways.leave("main-returns", 0, "orders(sdk);");

    // %% shutdown()
    // It starts the last export and returns a result at once. join waits for that result.
    // How many spans are acknowledged without join?
    ways.leave("shutdown", 0, "orders(sdk); sdk.shutdown();");
    ways.leave("shutdown-join", 3, "orders(sdk); sdk.shutdown().join(10, SECONDS);");

    // %% An exception
    // The end of a try block closes the SDK. close() is shutdown() with a join of 10 s.
    // How many spans are acknowledged when an exception leaves the block?
    ways.leave("exception", 3, "try (sdk) { orders(sdk); throw new Exception(); }");

    // %% System.exit
    // It never returns, so the end of the block is never reached. A shutdown hook still
    // runs. AutoConfiguredOpenTelemetrySdk registers one, unless you disable it. How many
    // spans are acknowledged without a hook?
    var hook = "Runtime.getRuntime().addShutdownHook(new Thread(sdk::close)); ";
    ways.leave("exit", 0, "try (sdk) { orders(sdk); System.exit(0); }");
    ways.leave("exit-hook", 3, hook + "orders(sdk); System.exit(0);");

    // %% SIGTERM
    // Docker, Kubernetes and systemd stop a program with this signal. Ctrl-C sends
    // SIGINT, which works alike. The program reads from System.in until the signal comes.
    // The exit code is 128 + 15. How many spans are acknowledged without a hook?
    ways.leave("sigterm", 0, "orders(sdk); System.in.read();");
    ways.leave("sigterm-hook", 3, hook + "orders(sdk); System.in.read();");

    // %% SIGTERM while an export is in flight
    // The backend rejects the first attempt, and the signal comes before the second. The
    // hook calls close(), which waits for the export. In the second program, main has
    // already called close(). How many of its spans are acknowledged?
    var flush = "sdk.getSdkTracerProvider().forceFlush(); System.in.read();";
    ways.leave("sigterm-in-flight-hook", 3, hook + "orders(sdk); " + flush);
    ways.leave("sigterm-in-flight-hook-close", 0, hook + "orders(sdk); sdk.close();");

    // %% The verdict
    // A second close() returns at once, and the JVM ends when its hooks have returned:
    // let only the hook close the SDK. What was expected to be lost is lost on purpose. A
    // script sees only the exit code, so any other loss must not end with 0.
    var verdict = "%d spans ended, %d acknowledged, %d lost on purpose%n";
    System.out.printf(verdict, ways.ended, ways.acknowledged, ways.lostOnPurpose);
    if (ways.missing > 0) {
      System.err.println(ways.missing + " spans are missing. If no backend is running:");
      System.err.printf("In another terminal, type .%sjbang backend%n", File.separator);
      System.exit(1);
    }

    // %% Your turn
    // 1. Let `shutdown` wait for the result, so that its three spans arrive.
    // 2. Give `main-returns` a hook, so that its three spans arrive.
    // 3. Let only the hook close in `sigterm-in-flight-hook-close`: its spans arrive.
    // 4. Add a way `exception-hook`: a hook, the orders, an exception. Expect 3 spans.
  }

  // %% The frame of each program
  // Variables configure the SDK. A program that is killed cannot sum up, so this one
  // prints the result of each export when it comes.
  static final String FRAME =
      """
      import static java.util.concurrent.TimeUnit.SECONDS;
      import io.opentelemetry.sdk.OpenTelemetrySdk;
      import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
      import io.opentelemetry.sdk.common.CompletableResultCode;
      import io.opentelemetry.sdk.trace.data.SpanData;
      import io.opentelemetry.sdk.trace.export.SpanExporter;
      import java.util.Collection;

      class Shop {
        public static void main(String[] args) throws Exception {
          var sdk = AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook() // delete when you copy
              .addSpanExporterCustomizer((exporter, config) -> new Printed(exporter))
              .build()
              .getOpenTelemetrySdk();
          LEAVE
        }

        static void orders(OpenTelemetrySdk sdk) {
          var tracer = sdk.getTracer("com.example.shop");
          for (int i = 0; i < 3; i++) {
            tracer.spanBuilder("POST /orders").startSpan().end();
          }
          System.out.println("ended ".repeat(3));
        }

        record Printed(SpanExporter exporter) implements SpanExporter {
          public CompletableResultCode export(Collection<SpanData> batch) {
            var acknowledged = "acknowledged ".repeat(batch.size());
            System.out.println("exporting");
            var result = exporter.export(batch);
            return result.whenComplete(
                () -> System.out.println(result.isSuccess() ? acknowledged : "failed"));
          }
          public CompletableResultCode flush() { return exporter.flush(); }
          public CompletableResultCode shutdown() { return exporter.shutdown(); }
        }
      }
      """;

  // %% Leave and count, for this lesson
  // Compiles a program, runs it and reads what it prints. The name of the way says
  // whether and when to send SIGTERM. A program that hangs is killed after 20 s.
  static class Ways {
    static final String ROW = "%-29s %5s %13s %10s%n";
    final String resource =
        "service.name=shop,workshop.lesson=06-shutdown/" + System.currentTimeMillis();
    int ended;
    int acknowledged;
    int lostOnPurpose;
    int missing;

    void leave(String way, int expected, String code) throws Exception {
      var sigterm = way.startsWith("sigterm");
      var inFlight = way.startsWith("sigterm-in-flight");
      if (sigterm && !ProcessHandle.current().supportsNormalTermination()) {
        System.out.println(way + ": skipped, because Windows has no SIGTERM");
        return;
      }
      var folder = Files.createTempDirectory("shop");
      try {
        var source = folder + "/Shop.java";
        Files.writeString(Path.of(source), FRAME.replace("LEAVE", code));
        var cp = System.getProperty("java.class.path") + File.pathSeparator + folder;
        ToolProvider.getSystemJavaCompiler().run(null, null, null, "-cp", cp, source);
        var java = System.getProperty("java.home") + "/bin/java";
        var shop = new ProcessBuilder(java, "-XX:TieredStopAtLevel=1", "-cp", cp, "Shop");
        var variables = shop.environment();
        variables.put("OTEL_RESOURCE_ATTRIBUTES", resource + ",workshop.case=" + way);
        variables.put("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        variables.put("OTEL_EXPORTER_OTLP_HEADERS", inFlight ? "workshop-fault=503" : "");
        variables.put("OTEL_JAVA_EXPORTER_OTLP_RETRY_DISABLED", inFlight ? "" : "true");
        variables.put("OTEL_METRICS_EXPORTER", "none");
        variables.put("OTEL_LOGS_EXPORTER", "none");
        variables.values().removeIf(String::isEmpty); // empty means unset
        var child = shop.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        CompletableFuture.delayedExecutor(20, SECONDS).execute(child::destroyForcibly);
        var words = new ArrayList<String>();
        for (var out = new Scanner(child.getInputStream()); out.hasNext(); ) {
          words.add(out.next());
          if (sigterm && words.contains(inFlight ? "exporting" : "ended")) {
            child.toHandle().destroy(); // child.destroy() would also close its output
          }
        }
        var sent = Collections.frequency(words, "ended");
        var arrived = Collections.frequency(words, "acknowledged");
        System.out.printf(ROW, way, sent, arrived, child.waitFor());
        if (arrived > expected) {
          System.out.println("More than expected: a changed case, or an ignored header.");
        }
        ended += sent;
        acknowledged += arrived;
        missing += Math.max(0, expected - arrived);
        lostOnPurpose += Math.max(0, sent - Math.max(arrived, expected));
      } finally {
        List.of(folder.toFile().listFiles()).forEach(File::delete);
        Files.delete(folder);
      }
    }
  }
}
