import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporterBuilder;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import workshop.lesson.WorkshopFolder;
import workshop.trace.ReceivedSpan;
import workshop.wire.Backend;
import workshop.wire.FaultScript;
import workshop.wire.Signal;

/** Where a program with a mistake runs: a backend of its own, and all that is seen of it. */
final class Lab {
  /** Tells whose line is logged: the threads that a program starts inherit its lab. */
  private static final InheritableThreadLocal<Lab> HERE = new InheritableThreadLocal<>();

  private static final Logger SDK = Logger.getLogger("io.opentelemetry");

  /** The default waits 1 s before the second of its five attempts. */
  private static final RetryPolicy QUICK =
      RetryPolicy.builder().setInitialBackoff(Duration.ofMillis(50)).build();

  /** The default of 10 s can be too short for a first request on a busy machine. */
  private static final Duration PATIENT = Duration.ofSeconds(30);

  final Backend backend;
  private final List<Peer> peers = new ArrayList<>();
  private final List<SdkTracerProvider> providers = new ArrayList<>();
  private final List<String> logged = new ArrayList<>();
  private final List<String> noted = new ArrayList<>();
  private int started;

  private Lab(Backend backend) {
    this.backend = backend;
  }

  /** A program that makes one mistake. */
  interface Program {
    void run(Lab lab) throws Exception;
  }

  /**
   * What is seen of a program.
   *
   * @param logged the SDK's lines and, last, the exception that ended the program
   * @param noted what the program itself found out
   * @param started spans
   * @param arrived spans, as the backend counts them
   * @param requests as the backend counts them
   */
  record Seen(List<String> logged, List<String> noted, int started, long arrived, long requests) {}

  /** Runs a program to its end, its last export with it. */
  static Seen run(Program program) throws Exception {
    Lab lab = new Lab(Backend.start(Backend.Options.onFreePorts()));
    try {
      HERE.set(lab);
      // A thread of its own, as a scope that a program leaves open stays with the thread.
      Thread thread = new Thread(() -> lab.main(program));
      HERE.remove();
      thread.start();
      thread.join();
      lab.flush();
    } finally {
      lab.providers.forEach(SdkTracerProvider::close);
      for (Peer peer : lab.peers) {
        peer.close();
      }
      lab.backend.close();
    }
    return lab.seen(); // once the backend is closed, as it counts a request after the answer
  }

  private void main(Program program) {
    try {
      program.run(this);
    } catch (Exception e) {
      log(e.toString());
    }
  }

  private synchronized Seen seen() {
    return new Seen(
        List.copyOf(logged),
        List.copyOf(noted),
        started,
        backend.inbox().received(Signal.TRACES),
        backend.inbox().total());
  }

  /** Takes the SDK's lines off the console, and gives each to the lab of its program. */
  static void catchLogs() {
    SDK.setUseParentHandlers(false);
    SDK.addHandler(
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            Lab lab = HERE.get();
            if (lab != null) {
              lab.log(line.getLevel() + ": " + new SimpleFormatter().formatMessage(line));
              if (line.getThrown() != null) {
                lab.log(line.getThrown().toString());
              }
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        });
  }

  private synchronized void log(String line) {
    logged.add(line);
  }

  /** What was logged so far, once all that waits is sent; it is then forgotten. */
  String takeLog() {
    flush();
    synchronized (this) {
      String all = String.join("\n", logged);
      logged.clear();
      return all;
    }
  }

  /** How many lines were logged so far. */
  synchronized int lines() {
    return logged.size();
  }

  /** Runs a script beside this one, and takes the exception that ends it. */
  void script(String name) throws IOException {
    Path folder = WorkshopFolder.find();
    Process script =
        new ProcessBuilder(
                folder.resolve("jbang").toString(),
                folder.resolve("troubleshooting").resolve(name).toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    String thrown = "Exception in thread \"main\" ";
    List<String> said = script.errorReader().lines().toList();
    log(
        said.stream()
            .filter(line -> line.startsWith(thrown))
            .map(line -> line.substring(thrown.length()))
            .findFirst()
            .orElseThrow(() -> new IOException(name + " said " + said)));
  }

  /** Something that shows only to who looks for it. */
  void note(String line) {
    noted.add(line);
  }

  /** An exporter to this backend, which then serves these faults. */
  OtlpHttpSpanExporterBuilder http(String... faults) {
    serve(faults);
    return http(backend.httpPort());
  }

  /** An exporter to another port. */
  OtlpHttpSpanExporterBuilder http(int port) {
    return OtlpHttpSpanExporter.builder()
        .setEndpoint("http://127.0.0.1:" + port + "/v1/traces")
        .setTimeout(PATIENT)
        .setRetryPolicy(QUICK);
  }

  /** An exporter to this backend, which then serves these faults. */
  OtlpGrpcSpanExporterBuilder grpc(String... faults) {
    serve(faults);
    return grpc(backend.grpcPort());
  }

  /** An exporter to another port. */
  OtlpGrpcSpanExporterBuilder grpc(int port) {
    return OtlpGrpcSpanExporter.builder()
        .setEndpoint("http://127.0.0.1:" + port)
        .setTimeout(PATIENT)
        .setRetryPolicy(QUICK);
  }

  private void serve(String... faults) {
    for (String fault : faults) {
      backend.faults().add(FaultScript.parse(fault));
    }
  }

  /** Waits until a request has met the last of the faults. */
  void awaitFault() throws InterruptedException {
    await(() -> backend.faults().waiting().isEmpty() ? true : null);
  }

  /** Lets something else than a backend listen; returns its port. */
  int peer(Peer peer) {
    peers.add(peer);
    return peer.port();
  }

  /** Spans end in batches at this exporter, as in most programs. */
  Tracer tracer(SpanExporter exporter) {
    return tracer(BatchSpanProcessor.create(exporter));
  }

  /** Spans end at this processor. */
  Tracer tracer(SpanProcessor processor) {
    return tracer(SdkTracerProvider.builder().addSpanProcessor(processor).build());
  }

  /** The provider is closed at the end of the program. */
  Tracer tracer(SdkTracerProvider provider) {
    providers.add(provider);
    return provider.get("shop");
  }

  /** Starts a span below the current one, and counts it. */
  Span start(Tracer tracer, String name) {
    started++;
    return tracer.spanBuilder(name).startSpan();
  }

  /** Starts and ends three spans of one trace. */
  void order(Tracer tracer) {
    Span order = start(tracer, "POST /orders");
    Scope scope = order.makeCurrent();
    try (scope) {
      start(tracer, "reserve stock").end();
      start(tracer, "charge card").end();
    }
    order.end();
  }

  /** Starts and ends so many spans, each a trace of its own. */
  void orders(Tracer tracer, int count) {
    for (int i = 0; i < count; i++) {
      start(tracer, "POST /orders").end();
    }
  }

  /** What most programs here do: an order, through an exporter that has the mistake. */
  void order(SpanExporter exporter) {
    order(tracer(exporter));
  }

  /** Waits until all that ended is sent, or has failed to be. */
  void flush() {
    providers.forEach(provider -> provider.forceFlush().join(60, SECONDS));
  }

  /** The span of this name that arrived; waits until the backend has counted its request. */
  ReceivedSpan arrived(String name) throws InterruptedException {
    flush();
    return await(
        () ->
            ReceivedSpan.in(backend.inbox().exchanges())
                .filter(each -> each.span().getName().equals(name))
                .findFirst()
                .orElse(null));
  }

  /** Asks again and again for something that is not there yet, for half a minute at most. */
  private static <T> T await(Supplier<T> something) throws InterruptedException {
    for (int i = 0; i < 3000; i++) {
      T found = something.get();
      if (found != null) {
        return found;
      }
      Thread.sleep(10);
    }
    throw new IllegalStateException("not within half a minute");
  }
}
