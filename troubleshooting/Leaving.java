import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import workshop.wire.Backend;
import workshop.wire.FaultScript;
import workshop.wire.Signal;

/** Leaves one program in each way, in a JVM of its own, and counts what arrived. */
final class Leaving {
  private static final int SPANS = 3;
  private static final int AT_ONCE = 6; // JVMs

  /** No way takes as long; a child that does is killed, and its exit code then shows it. */
  private static final int LIMIT_SECONDS = 60;

  private Leaving() {}

  /** A way of leaving: all that the program does once its spans have ended. */
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
    HOOK_SIGKILL("`close()` in a shutdown hook; SIGKILL");

    final String text;

    Way(String text) {
      this.text = text;
    }
  }

  /** What the program sends to. */
  private enum Peer {
    UP,
    DOWN,
    HANGS
  }

  /** The table: a row for each way, a cell for each peer. */
  static String table() throws Exception {
    ExecutorService children = Executors.newFixedThreadPool(AT_ONCE);
    Path classes = Files.createTempFile("leaving", ".jsa");
    try {
      // The first child leaves an archive of its classes: the others start in half the time.
      leave("-XX:ArchiveClassesAtExit=" + classes, Way.CLOSE, Peer.UP);
      String start = "-XX:SharedArchiveFile=" + classes;
      List<Future<Left>> all = new ArrayList<>();
      for (Way way : Way.values()) {
        for (Peer peer : Peer.values()) {
          all.add(children.submit(() -> leave(start, way, peer)));
        }
      }
      StringBuilder table = new StringBuilder();
      table.append("| Way of leaving | Exit code | Backend up | Backend down | Backend hangs |\n");
      table.append("| --- | --- | --- | --- | --- |\n");
      for (Way way : Way.values()) {
        List<String> codes = new ArrayList<>();
        StringBuilder cells = new StringBuilder();
        for (Peer peer : Peer.values()) {
          Left left = all.get(way.ordinal() * Peer.values().length + peer.ordinal()).get();
          codes.add(String.valueOf(left.exitCode()));
          cells.append(" | ").append(left.cell());
        }
        String code = codes.stream().distinct().collect(Collectors.joining(", "));
        table.append("| ").append(way.text).append(" | ").append(code).append(cells).append(" |\n");
      }
      return table.toString();
    } finally {
      children.shutdownNow();
      Files.delete(classes);
    }
  }

  /**
   * How a child left.
   *
   * @param ended spans, as the child told
   * @param arrived spans, as the backend counted
   * @param millis how long it closed the SDK; if it did not, from its last word to its end
   * @param failure the exception of its export, if the child learned of one, else empty
   * @param logged the exceptions that the SDK logged
   */
  private record Left(
      int exitCode, int ended, long arrived, long millis, String failure, List<String> logged) {

    String cell() {
      String log = logged.isEmpty() ? "logs nothing" : "logs `" + String.join("`, `", logged) + "`";
      return arrived + " of " + ended + ", " + time() + (arrived < ended ? ", " + log : "");
    }

    /** What made it wait, if it did wait for so long; a busy machine only makes it longer. */
    private String time() {
      return switch (failure) {
        case "ConnectException" -> millis >= 800 ? "1 s" : "at once";
        case "InterruptedIOException" -> millis >= 5_000 ? "5 s" : "at once";
        default -> millis >= 10_000 ? "10 s" : "at once";
      };
    }
  }

  private static Left leave(String archive, Way way, Peer peer) throws Exception {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      if (peer == Peer.HANGS) {
        backend.faults().add(FaultScript.parse("9x hang"));
      }
      int port = peer == Peer.DOWN ? 1 : backend.httpPort();
      Process child =
          new ProcessBuilder(
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
                  "http://127.0.0.1:" + port + "/v1/traces")
              .start();
      CompletableFuture.delayedExecutor(LIMIT_SECONDS, SECONDS).execute(child::destroyForcibly);
      int ended = 0;
      String failure = "";
      long leaving = System.nanoTime();
      long closed = -1;
      BufferedReader told = child.inputReader(UTF_8);
      for (String line = told.readLine(); line != null; line = told.readLine()) {
        String[] words = line.split(" ");
        switch (words[0]) {
          case "ended" -> {
            ended = Integer.parseInt(words[1]);
            leaving = System.nanoTime();
            if (way.name().endsWith("SIGTERM")) {
              child.toHandle().destroy();
            } else if (way.name().endsWith("SIGKILL")) {
              child.toHandle().destroyForcibly();
            }
          }
          case "failed" -> failure = words[1];
          case "closed" -> closed = Long.parseLong(words[1]);
          default -> {} // not from us
        }
      }
      int exitCode = child.waitFor();
      long millis = closed >= 0 ? closed : (System.nanoTime() - leaving) / 1_000_000;
      long arrived = backend.inbox().received(Signal.TRACES);
      // The pipe held it meanwhile: a stack trace or two.
      List<String> logged = exceptions(child.errorReader(UTF_8).lines());
      return new Left(exitCode, ended, arrived, millis, failure, logged);
    }
  }

  /** The exception below each line of the SDK's log, without package and message. */
  private static List<String> exceptions(Stream<String> log) {
    Pattern exception = Pattern.compile("[a-z.]+\\.([A-Z]\\w+): .*");
    return log.map(exception::matcher)
        .filter(Matcher::matches)
        .map(match -> match.group(1))
        .toList();
  }

  /** The program. It tells on standard output what happens, as it cannot sum up at its end. */
  static final class Program {
    private Program() {}

    /**
     * @param args a way, and where to send
     */
    public static void main(String[] args) throws Exception {
      Way way = Way.valueOf(args[0]);
      SpanExporter exporter =
          OtlpHttpSpanExporter.builder()
              .setEndpoint(args[1])
              .setTimeout(Duration.ofSeconds(way == Way.CLOSE_LONG ? 30 : 5))
              .setRetryPolicy(RetryPolicy.builder().setMaxAttempts(2).build())
              .build();
      SdkTracerProvider provider =
          SdkTracerProvider.builder()
              .addSpanProcessor(BatchSpanProcessor.create(new Telling(exporter)))
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
        case CLOSE, CLOSE_LONG -> close(sdk);
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

  /** Tells why an export failed, as the log is closed early when a JVM ends. */
  private record Telling(SpanExporter exporter) implements SpanExporter {
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
