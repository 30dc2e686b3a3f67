import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.BufferedReader;
import java.io.Closeable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import workshop.wire.Backend;
import workshop.wire.FaultScript;
import workshop.wire.Signal;

/** Ends one program in each way, each time in its own JVM, and counts the spans that arrived. */
final class Leaving {
  private static final int SPANS = 3;
  private static final int AT_ONCE = 6; // JVMs

  /** No way takes this long. A child that does is killed, and its exit code shows it. */
  private static final int LIMIT_SECONDS = 60;

  private Leaving() {}

  /** How the program ends: all that it does after its spans have ended. */
  enum Way {
    RETURN("`main` returns"),
    EXCEPTION("an exception leaves `main`"),
    EXIT("`System.exit(0)`"),
    SIGTERM("SIGTERM"),
    SHUTDOWN("`shutdown()`, and `main` returns"),
    CLOSE("`close()`, and `main` returns"),
    CLOSE_LONG("the same; the exporter's timeout is 30 s"),
    TRY("`try (sdk)`"),
    TRY_EXCEPTION("`try (sdk)`, and an exception leaves it"),
    TRY_EXIT("`System.exit(0)` in `try (sdk)`"),
    HOOK_RETURN("`close()` in a shutdown hook; `main` returns"),
    HOOK_EXIT("`close()` in a shutdown hook; `System.exit(0)`"),
    HOOK_SIGTERM("`close()` in a shutdown hook; SIGTERM"),
    HOOK_SIGKILL("`close()` in a shutdown hook; SIGKILL"),
    HOOK_FLUSH_SIGTERM("`close()` in a shutdown hook; SIGTERM"),
    HOOK_FLUSH_SIGINT("`close()` in a shutdown hook; Ctrl-C (SIGINT)"),
    HOOK_CLOSE_SIGTERM("`close()` in a shutdown hook and in `main`; SIGTERM"),
    HOOK_CLOSE_SIGINT("`close()` in a shutdown hook and in `main`; Ctrl-C (SIGINT)");

    final String text;

    Way(String text) {
      this.text = text;
    }
  }

  /** What the program sends to. */
  private enum Target {
    UP("Backend up", ""),
    DOWN("Backend down", ""),
    HANGS("Backend hangs", "9x hang"),
    BUSY_HTTP("OTLP/HTTP", "503 delay=1s"),
    BUSY_GRPC("OTLP/gRPC", "UNAVAILABLE delay=1s");

    final String text;
    final String fault;

    Target(String text, String fault) {
      this.text = text;
      this.fault = fault;
    }

    String endpoint(Backend backend) {
      return switch (this) {
        case DOWN -> "http://127.0.0.1:1/v1/traces";
        case UP, HANGS, BUSY_HTTP -> "http://127.0.0.1:" + backend.httpPort() + "/v1/traces";
        case BUSY_GRPC -> "http://127.0.0.1:" + backend.grpcPort();
      };
    }

    /** Whether the signal has to wait until the first request has arrived. */
    boolean isBusy() {
      return this == BUSY_HTTP || this == BUSY_GRPC;
    }
  }

  /** Two tables: the spans wait in the queue, and the spans are on their way. */
  static List<String> tables() throws Exception {
    ExecutorService children = Executors.newFixedThreadPool(AT_ONCE);
    Path classes = Files.createTempFile("leaving", ".jsa");
    try {
      // The first child saves an archive of its classes, so that the others start faster.
      leave("-XX:ArchiveClassesAtExit=" + classes, Way.CLOSE, Target.UP);
      BiFunction<Way, Target, Future<Left>> start =
          (way, target) ->
              children.submit(() -> leave("-XX:SharedArchiveFile=" + classes, way, target));
      return List.of(
          table(
              start,
              EnumSet.range(Way.RETURN, Way.HOOK_SIGKILL),
              EnumSet.range(Target.UP, Target.HANGS)),
          table(
              start,
              EnumSet.range(Way.HOOK_FLUSH_SIGTERM, Way.HOOK_CLOSE_SIGINT),
              EnumSet.range(Target.BUSY_HTTP, Target.BUSY_GRPC)));
    } finally {
      children.shutdownNow();
      Files.delete(classes);
    }
  }

  /** A row for each way, a cell for each target. */
  private static String table(
      BiFunction<Way, Target, Future<Left>> start, Set<Way> ways, Set<Target> targets)
      throws Exception {
    Map<Way, List<Future<Left>>> all = new EnumMap<>(Way.class);
    for (Way way : ways) {
      all.put(way, targets.stream().map(target -> start.apply(way, target)).toList());
    }
    StringBuilder table = new StringBuilder("| How the program ends | Exit code");
    targets.forEach(target -> table.append(" | ").append(target.text));
    table.append(" |\n| --- | ---").append(" | ---".repeat(targets.size())).append(" |\n");
    for (Way way : ways) {
      Set<String> codes = new LinkedHashSet<>();
      StringBuilder cells = new StringBuilder();
      for (Future<Left> each : all.get(way)) {
        Left left = each.get();
        codes.add(String.valueOf(left.exitCode()));
        cells.append(" | ").append(left.cell());
      }
      String code = String.join(", ", codes);
      table.append("| ").append(way.text).append(" | ").append(code).append(cells).append(" |\n");
    }
    return table.toString();
  }

  /**
   * How a child ended.
   *
   * @param ended how many spans ended, as the child printed
   * @param arrived how many spans the backend counted
   * @param millis how long {@code close()} took; without it, from the last line to the exit
   * @param failure the exception of the export, if the child saw one, else empty
   * @param logged the exceptions that the SDK logged
   */
  private record Left(
      Target target,
      int exitCode,
      int ended,
      long arrived,
      long millis,
      String failure,
      List<String> logged) {

    String cell() {
      String spans = arrived + " of " + ended;
      if (target.isBusy()) {
        return spans; // how long it takes depends on when the signal arrives
      }
      String log = logged.isEmpty() ? "logs nothing" : "logs `" + String.join("`, `", logged) + "`";
      return spans + ", " + time() + (arrived < ended ? ", " + log : "");
    }

    /** What the child waited for, if it took that long: a busy machine only makes it longer. */
    private String time() {
      return switch (failure) {
        case "ConnectException" -> millis >= 800 ? "1 s" : "at once";
        case "InterruptedIOException" -> millis >= 5_000 ? "5 s" : "at once";
        default -> millis >= 10_000 ? "10 s" : "at once";
      };
    }
  }

  private static Left leave(String archive, Way way, Target target) throws Exception {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      if (!target.fault.isEmpty()) {
        backend.faults().add(FaultScript.parse(target.fault));
      }
      Process child =
          new ProcessBuilder(
                  "env", // a shell starts background programs with SIGINT ignored
                  "--default-signal=INT",
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  archive,
                  "-Xlog:cds*=off",
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-Xmx32m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Program.class.getName(),
                  way.name(),
                  target.name(),
                  target.endpoint(backend))
              .start();
      CompletableFuture.delayedExecutor(LIMIT_SECONDS, SECONDS).execute(child::destroyForcibly);
      int ended = 0;
      String failure = "";
      long leaving = System.nanoTime();
      long closed = -1;
      BufferedReader printed = child.inputReader(UTF_8);
      for (String line = printed.readLine(); line != null; line = printed.readLine()) {
        String[] words = line.split(" ");
        switch (words[0]) {
          case "ended" -> {
            ended = Integer.parseInt(words[1]);
            leaving = System.nanoTime();
            while (target.isBusy() && !backend.faults().waiting().isEmpty() && child.isAlive()) {
              Thread.sleep(10); // until the first request has arrived
            }
            signal(way, child);
          }
          case "failed" -> failure = words[1];
          case "closed" -> closed = Long.parseLong(words[1]);
          default -> {} // not a line of the program
        }
      }
      int exitCode = child.waitFor();
      long millis = closed >= 0 ? closed : (System.nanoTime() - leaving) / 1_000_000;
      long arrived = backend.inbox().received(Signal.TRACES);
      // Read last: a pipe is large enough for two stack traces.
      List<String> logged = exceptions(child.errorReader(UTF_8).lines());
      return new Left(target, exitCode, ended, arrived, millis, failure, logged);
    }
  }

  private static void signal(Way way, Process child) throws Exception {
    String name = way.name().replaceFirst(".*SIG", "");
    switch (name) {
      case "INT", "TERM", "KILL" ->
          new ProcessBuilder("kill", "-" + name, String.valueOf(child.pid())).start().waitFor();
      default -> {} // the program ends on its own
    }
  }

  /** The exceptions in the SDK's log, without package and message. */
  private static List<String> exceptions(Stream<String> log) {
    Pattern exception = Pattern.compile("[a-z.]+\\.([A-Z]\\w+): .*");
    return log.map(exception::matcher)
        .filter(Matcher::matches)
        .map(match -> match.group(1))
        .toList();
  }

  /** The program. It prints what happens at once, because it may not live to sum up. */
  static final class Program {
    private Program() {}

    /**
     * @param args a way, a target, and the target's endpoint
     */
    public static void main(String[] args) throws Exception {
      Way way = Way.valueOf(args[0]);
      Duration timeout = Duration.ofSeconds(way == Way.CLOSE_LONG ? 30 : 5);
      RetryPolicy retries = RetryPolicy.builder().setMaxAttempts(2).build();
      SpanExporter exporter =
          Target.valueOf(args[1]) == Target.BUSY_GRPC
              ? OtlpGrpcSpanExporter.builder()
                  .setEndpoint(args[2])
                  .setTimeout(timeout)
                  .setRetryPolicy(retries)
                  .build()
              : OtlpHttpSpanExporter.builder()
                  .setEndpoint(args[2])
                  .setTimeout(timeout)
                  .setRetryPolicy(retries)
                  .build();
      SdkTracerProvider provider =
          SdkTracerProvider.builder()
              .addSpanProcessor(BatchSpanProcessor.create(new Printing(exporter)))
              .build();
      OpenTelemetrySdk sdk = OpenTelemetrySdk.builder().setTracerProvider(provider).build();
      if (way.name().startsWith("HOOK")) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(sdk)));
      }
      for (int i = 0; i < SPANS; i++) {
        sdk.getTracer("shop").spanBuilder("POST /orders").startSpan().end();
      }
      System.out.println("ended " + SPANS);
      switch (way) {
        case RETURN, HOOK_RETURN -> {}
        case EXCEPTION -> throw new IllegalStateException();
        case EXIT, HOOK_EXIT -> System.exit(0);
        case SIGTERM, HOOK_SIGTERM, HOOK_SIGKILL -> System.in.read();
        case SHUTDOWN -> sdk.shutdown();
        case CLOSE, CLOSE_LONG, HOOK_CLOSE_SIGTERM, HOOK_CLOSE_SIGINT -> close(sdk);
        case HOOK_FLUSH_SIGTERM, HOOK_FLUSH_SIGINT ->
            provider.forceFlush().join(LIMIT_SECONDS, SECONDS);
        case TRY, TRY_EXCEPTION, TRY_EXIT -> {
          Closeable closing = () -> close(sdk);
          try (closing) {
            if (way == Way.TRY_EXCEPTION) {
              throw new IllegalStateException();
            } else if (way == Way.TRY_EXIT) {
              System.exit(0);
            }
          }
        }
      }
    }

    private static void close(OpenTelemetrySdk sdk) {
      long start = System.nanoTime();
      sdk.close();
      System.out.println("closed " + (System.nanoTime() - start) / 1_000_000);
    }
  }

  /** Prints why an export failed, because logging stops early when a JVM exits. */
  private record Printing(SpanExporter exporter) implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> batch) {
      CompletableResultCode result = exporter.export(batch);
      return result.whenComplete(
          () -> {
            if (!result.isSuccess()) {
              Throwable cause = result.getFailureThrowable().getCause();
              System.out.println("failed " + cause.getClass().getSimpleName());
            }
          });
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
}
