import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporterBuilder;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import workshop.lesson.WorkshopFolder;
import workshop.trace.ReceivedSpan;
import workshop.wire.Backend;
import workshop.wire.Exchange;
import workshop.wire.FaultScript;
import workshop.wire.Signal;

/** Runs one program that makes a mistake, with its own backend, and collects what it shows. */
final class Lab {
  /** Which lab a logged line belongs to: threads that a program starts inherit its lab. */
  private static final InheritableThreadLocal<Lab> HERE = new InheritableThreadLocal<>();

  private static final Logger SDK = Logger.getLogger("io.opentelemetry");

  /** The default waits 1 s before the second of its five attempts. */
  private static final RetryPolicy QUICK =
      RetryPolicy.builder().setInitialBackoff(Duration.ofMillis(50)).build();

  /** On a busy machine, the default of 10 s can be too short for the first request. */
  private static final Duration PATIENT = Duration.ofSeconds(30);

  static final String CAUSED_BY = "Caused by: ";
  private static final String FROM = "from ";
  private static final String THROWN = "Exception in thread \"main\" ";
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

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
   * What a program showed.
   *
   * @param logged the lines that the SDK logged and, last, the exception that ended the program
   * @param noted what the program itself found out
   * @param started how many spans it started
   * @param arrived how many spans the backend counted
   * @param requests how many requests the backend counted
   */
  record Seen(List<String> logged, List<String> noted, int started, long arrived, long requests) {
    /** Whether the lines do not come from this program. */
    boolean isQuote() {
      return noted.stream().anyMatch(note -> note.startsWith(FROM));
    }
  }

  /** Runs a program, and waits for its last export. */
  static Seen run(Program program) throws Exception {
    Lab lab = new Lab(Backend.start(Backend.Options.onFreePorts()));
    try {
      HERE.set(lab);
      // In its own thread, because a scope that the program leaves open stays in the thread.
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
    return lab.seen(); // after the backend has closed: it may count a request after it responds
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

  /** Gives each line that the SDK logs to the lab of its program, instead of the console. */
  static void catchLogs() {
    SDK.setUseParentHandlers(false);
    SDK.addHandler(
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            Lab lab = HERE.get();
            if (lab != null) {
              lab.log(line.getLevel() + ": " + new SimpleFormatter().formatMessage(line));
              String caused = "";
              for (Throwable at = line.getThrown(); at != null; at = at.getCause()) {
                lab.log(caused + at);
                caused = CAUSED_BY;
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

  /** Exports all spans that wait, then returns what was logged so far and removes it. */
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

  /** Runs another script in this folder, and logs the exception that ends it. */
  void script(String name) throws IOException {
    Path folder = WorkshopFolder.find();
    child(
        folder.resolve("jbang").toString(),
        folder.resolve("troubleshooting").resolve(name).toString());
  }

  /** Sets up an SDK without the jars whose names start so, and logs the exception. */
  void without(String jar, String what) throws IOException {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(path -> !Path.of(path).getFileName().toString().startsWith(jar))
            .collect(Collectors.joining(File.pathSeparator));
    child(JAVA, "-cp", classPath, SetUp.class.getName(), what);
  }

  /** Starts a JVM with an agent, and logs the line that ends it. */
  void withAgent(String jar) throws IOException {
    child(JAVA, "-javaagent:" + jar, "-version");
  }

  private void child(String... command) throws IOException {
    Process child =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    List<String> said = child.errorReader().lines().toList();
    log(
        said.stream()
            .filter(line -> line.startsWith(THROWN) || line.startsWith("Error opening"))
            .map(line -> line.replace(THROWN, ""))
            .findFirst()
            .orElseThrow(() -> new IOException(List.of(command) + " printed " + said)));
  }

  /** Logs what something else than this program logs, and says what. */
  void quote(String origin, String... lines) {
    List.of(lines).forEach(this::log);
    note(FROM + origin);
  }

  /** Adds something that is not logged and shows only when one looks for it. */
  void note(String line) {
    noted.add(line);
  }

  /** An OTLP/HTTP exporter to this backend, which serves these faults. */
  OtlpHttpSpanExporterBuilder http(String... faults) {
    serve(faults);
    return http(backend.httpPort());
  }

  /** An OTLP/HTTP exporter to another port. */
  OtlpHttpSpanExporterBuilder http(int port) {
    return OtlpHttpSpanExporter.builder()
        .setEndpoint("http://127.0.0.1:" + port + "/v1/traces")
        .setTimeout(PATIENT)
        .setRetryPolicy(QUICK);
  }

  /** An OTLP/gRPC exporter to this backend, which serves these faults. */
  OtlpGrpcSpanExporterBuilder grpc(String... faults) {
    serve(faults);
    return grpc(backend.grpcPort());
  }

  /** An OTLP/gRPC exporter to another port. */
  OtlpGrpcSpanExporterBuilder grpc(int port) {
    return OtlpGrpcSpanExporter.builder()
        .setEndpoint("http://127.0.0.1:" + port)
        .setTimeout(PATIENT)
        .setRetryPolicy(QUICK);
  }

  /** A tracer as autoconfigure builds it from {@code OTEL_EXPORTER_OTLP_ENDPOINT}, over HTTP. */
  Tracer autoconfigured(String endpoint) {
    return autoconfigured(
        Map.of(
            "otel.exporter.otlp.endpoint",
            endpoint,
            "otel.exporter.otlp.protocol",
            "http/protobuf"));
  }

  /** A tracer as autoconfigure builds it from these properties and no variables. */
  Tracer autoconfigured(Map<String, String> properties) {
    Map<String, String> variables = new HashMap<>(properties);
    variables.put("otel.metrics.exporter", "none");
    variables.put("otel.logs.exporter", "none");
    return tracer(
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesCustomizer(environment -> variables)
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk()
            .getSdkTracerProvider());
  }

  private void serve(String... faults) {
    for (String fault : faults) {
      backend.faults().add(FaultScript.parse(fault));
    }
  }

  /** Waits until the backend has served the last of the faults to a request. */
  void awaitFault() throws InterruptedException {
    await(() -> backend.faults().waiting().isEmpty() ? true : null);
  }

  /** Closes this server, which is not a backend, after the program; returns its port. */
  int peer(Peer peer) {
    peers.add(peer);
    return peer.port();
  }

  /** A tracer that exports its spans in batches, as most programs do. */
  Tracer tracer(SpanExporter exporter) {
    return tracer(BatchSpanProcessor.builder(exporter).build());
  }

  /** A tracer with this processor. */
  Tracer tracer(SpanProcessor processor) {
    return tracer(SdkTracerProvider.builder().addSpanProcessor(processor).build());
  }

  /** A tracer of this provider, which is closed after the program. */
  Tracer tracer(SdkTracerProvider provider) {
    providers.add(provider);
    return provider.get("shop");
  }

  /** Starts and counts a span; its parent is the current span, if there is one. */
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

  /** Starts and ends this many spans, each in a new trace. */
  void orders(Tracer tracer, int count) {
    for (int i = 0; i < count; i++) {
      start(tracer, "POST /orders").end();
    }
  }

  /** Exports an order, as most programs here do, through an exporter with a mistake. */
  void order(SpanExporter exporter) {
    order(tracer(exporter));
  }

  /** Waits until every ended span is exported, or its export has failed. */
  void flush() {
    providers.forEach(provider -> provider.forceFlush().join(60, SECONDS));
  }

  /** The paths of the requests that the backend received, in order. */
  List<String> paths() {
    return backend.inbox().exchanges().stream().map(Exchange::path).toList();
  }

  /** The span with this name that arrived; waits until the backend has counted its request. */
  ReceivedSpan arrived(String name) throws InterruptedException {
    flush();
    return await(
        () ->
            ReceivedSpan.in(backend.inbox().exchanges())
                .filter(each -> each.span().getName().equals(name))
                .findFirst()
                .orElse(null));
  }

  /** Waits at most half a minute until there is something. */
  private static <T> T await(Supplier<T> something) throws InterruptedException {
    for (int i = 0; i < 3000; i++) {
      T found = something.get();
      if (found != null) {
        return found;
      }
      Thread.sleep(10);
    }
    throw new IllegalStateException("timed out after half a minute");
  }
}
