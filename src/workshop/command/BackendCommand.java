package workshop.command;

import com.google.protobuf.ByteString;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import workshop.lesson.Launcher;
import workshop.task.Expectation;
import workshop.terminal.AttemptsText;
import workshop.terminal.ExchangeLine;
import workshop.terminal.TakenPorts;
import workshop.terminal.TraceText;
import workshop.text.Style;
import workshop.text.Text;
import workshop.thread.Daemons;
import workshop.thread.Debounce;
import workshop.trace.KeptSpans;
import workshop.trace.ReceivedSpan;
import workshop.trace.Trace;
import workshop.wire.Addresses;
import workshop.wire.Backend;
import workshop.wire.Exchange;
import workshop.wire.FaultScript;
import workshop.wire.Inbox;
import workshop.wire.OtlpLines;
import workshop.wire.Protocol;
import workshop.wire.Signal;
import workshop.wire.ThrowawayCertificates;
import workshop.wire.TlsPorts;

/**
 * {@code backend}: receives OTLP until Ctrl-C, and prints a line for each exchange and a tree for
 * each trace.
 */
@Command(
    name = "backend",
    description = {
      "Receives OTLP and shows each request and each trace, here and in the browser.",
      "gRPC and HTTP, protobuf and JSON, plain and gzip. Ctrl-C stops it and prints a summary."
    },
    footer = {
      "",
      "Examples:",
      "  ./jbang backend                   on the standard ports",
      "  ./jbang backend --grpc-port 0 --http-port 0 --page-port 0",
      "                                    on free ports (it prints them)",
      "  ./jbang backend --fault \"2x 503 retry-after=1, hang for grpc\"",
      "                                    with faults for the first requests",
      "  ./jbang backend --tls             with a certificate made for this machine",
      "  ./jbang backend --json | jq .     each request as a line of OTLP/JSON",
      "  ./jbang backend --expect \"3 spans service=shop\" -- python app.py",
      "                                    tests what a program sends",
      "",
      "An expectation: N, >=N or no, then spans, logs or metrics, then conditions that",
      "must all hold. N is exactly N, judged when COMMAND has ended; without COMMAND,",
      "when the time is over.",
      "  1 span service=kiosk name='sell ticket' status=error",
      "  no spans name=/health             of spans also scope, kind and trace_id",
      "  >=1 log severity>=WARN            of logs also the others, and body",
      "  1 metric name=orders value>=3     of metrics also count and temporality",
      "  2 spans http.response.status_code>=500 user.id",
      "                                    attributes; a key alone: any value",
      "Operators: = != >= <= > <. A metric counts once, however often it is exported.",
      "Exit code: 0 if all that was expected arrived; 1 if not, or if COMMAND fails;",
      "2 for an invalid expectation or a COMMAND that cannot be started.",
      "",
      "A fault script: [Nx] ACTION [key=value ...] [for WHOM ...], separated by commas.",
      "Each request gets the first fault that applies to it, which is then used up;",
      "token= and limit= without a count apply until you clear them. A status of one",
      "protocol is translated for the other. The request header workshop-fault sets",
      "faults for that request alone.",
      "  2x 503 retry-after=1              twice; over gRPC UNAVAILABLE, RetryInfo 1 s",
      "  UNAVAILABLE retry-info=200ms      by name or number; 503 over HTTP",
      "  delay=2s, 429 delay=1s            a late response: success, or 429",
      "  hang, garbage, half               no response for 60 s; an invalid one; half",
      "  close, reset                      closes the connection; resets it",
      "  partial=3 message=\"over a quota\"  success, but 3 items are rejected",
      "  token=abc, limit=1kB              rejects requests without this bearer token;",
      "                                    rejects requests larger than this",
      "  10x 429 for http path=/v1/traces service=shop"
    })
final class BackendCommand implements Callable<Integer> {
  /** A trace is shown once no more of its spans arrived for this long. */
  private static final long QUIET_MILLIS = 300;

  /** Exporters back off between attempts; OpenTelemetry Java's wait up to 6 s. */
  private static final long NO_MORE_ATTEMPTS_MILLIS = 7000;

  /** Batches whose further attempts are awaited at the same time. */
  private static final int MOST_RETRIED = 100;

  /** How many traces are looked up at once. */
  private static final int MOST_TRACES = 100;

  /** Traces remembered while requests follow each other without a pause. */
  private static final int MOST_FRESH = 10_000;

  /** A trace id should have 16 bytes; no trace with a much longer one is shown. */
  private static final int LONGEST_ID = 128;

  /** Requests shown in a second; nobody can read more. */
  private static final int MOST_SHOWN = 100;

  /** How long the last output may take; nobody may be reading it. */
  private static final long LAST_OUTPUT_MILLIS = 5000;

  /** Spans decoded at once; a terminal cannot show a trace with more. */
  private static final int MOST_SPANS = 10_000;

  @Mixin private Ports ports;

  @Mixin private TlsOptions security;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = {
        "The address to listen on (default: ${DEFAULT-VALUE}, for this machine only).",
        "0.0.0.0 is all of IPv4, :: all of IPv6 and IPv4."
      })
  private String bind;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many requests to keep: the newest (default: ${DEFAULT-VALUE}).")
  private int keep;

  @Option(
      names = "--fault",
      paramLabel = "SCRIPT",
      description = "The faults for the first requests; see below.")
  private String fault;

  @Option(
      names = "--load",
      paramLabel = "FILE",
      description = {
        "Shows a file that the page saved, or the Collector's file exporter: a request of OTLP/JSON"
            + " in each line. These do not count as received, and --json does not print them."
      })
  private Path load;

  @Option(
      names = "--json",
      description = {
        "Prints each accepted request as one line of OTLP/JSON on standard output, all else on"
            + " standard error."
      })
  private boolean json;

  @Mixin private ExpectOptions expect;

  @Spec private CommandSpec spec;

  private Style style = Style.detect();
  private PrintStream out = System.out;
  private final ScheduledExecutorService quiet =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("traces"));

  private final Debounce traces =
      new Debounce(quiet, Duration.ofMillis(QUIET_MILLIS), this::showTraces);

  /** The newest exchange with spans that was shown. */
  private long newest;

  /** The last exchange whose traces were shown; used by one thread at a time. */
  private long shown;

  private final Map<Long, ScheduledFuture<?>> retried = new LinkedHashMap<>();
  private final AtomicBoolean ending = new AtomicBoolean();
  private boolean saidDropped;

  /** Whether the second has begun in which so many requests were shown, and so many were not. */
  private boolean counting;

  private int shownNow;
  private long hidden;
  private Inbox inbox;
  private JsonLines lines;

  @Override
  public Integer call() throws InterruptedException {
    FaultScript script = script();
    List<Expectation> expected = expect.expectations();
    Optional<ThrowawayCertificates> throwaway;
    Backend.Options options;
    try {
      throwaway = security.throwaway();
      options = options(throwaway);
    } catch (IOException e) {
      System.err.println("No TLS: " + e.getMessage());
      return 1;
    }
    if (!expected.isEmpty()) {
      return judge(options, script, expected, expect.within());
    }
    if (json) {
      style = new Style(false);
      out = System.err;
    }
    Backend backend;
    try {
      backend = Backend.start(options);
    } catch (IOException e) {
      return cannotListen(options, e);
    }
    LessonsPage page;
    Optional<TlsPorts> tlsPorts;
    try {
      tlsPorts = throwaway.isPresent() ? Optional.of(backend.tlsPorts()) : Optional.empty();
      page = LessonsPage.start(options.bind(), ports.page, backend);
    } catch (IOException e) {
      backend.close();
      return cannotListen(options, e);
    }
    inbox = backend.inbox();
    if (load != null) {
      try {
        load();
      } catch (ParameterException e) {
        page.close();
        backend.close();
        throw e;
      }
    }
    if (script != null) {
      backend.faults().add(script);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(backend, page)));
    // The JVM's own handler ignores a second Ctrl-C while it waits for the hook.
    Signals.register("INT", this::interrupted);
    if (json) {
      lines = new JsonLines(inbox);
      inbox.onArrival((exchanges, missed) -> lines.write());
    } else {
      inbox.onArrival(this::show);
    }
    greet(options, backend, page, tlsPorts);
    new CountDownLatch(1).await();
    return 0;
  }

  private int judge(
      Backend.Options options, FaultScript script, List<Expectation> expected, Duration within)
      throws InterruptedException {
    if (json || options.tls().isPresent()) {
      String other = json ? "--json" : "--tls";
      throw new ParameterException(spec.commandLine(), other + " and --expect exclude each other");
    }
    if (load != null) {
      throw new ParameterException(spec.commandLine(), "--load and --expect exclude each other");
    }
    List<String> command = expect.command();
    boolean onFreePorts = !command.isEmpty();
    Backend backend;
    try {
      backend =
          Backend.start(
              new Backend.Options(
                  options.bind(),
                  onFreePorts && !isGiven("--grpc-port") ? 0 : options.grpcPort(),
                  onFreePorts && !isGiven("--http-port") ? 0 : options.httpPort(),
                  options.keep(),
                  options.tls(),
                  options.token()));
    } catch (IOException e) {
      return cannotListen(options, e);
    }
    if (script != null) {
      backend.faults().add(script);
    }
    String host = Addresses.hosts(options.bind()).get(0);
    ExpectRun run = new ExpectRun(backend, expected, System.err);
    if (!command.isEmpty()) {
      return run.judge(command, host, within);
    }
    System.err.printf(
        "Waiting up to %s for telemetry at http://%s:%d (gRPC) and http://%s:%d (HTTP)%n",
        Text.duration(within), host, backend.grpcPort(), host, backend.httpPort());
    return run.judge(within);
  }

  private void load() {
    String problem;
    try (InputStream file = new BufferedInputStream(Files.newInputStream(load))) {
      long lines = OtlpLines.load(file, load.getFileName().toString(), 1, inbox);
      out.printf(
          "Loaded %d request%s from %s%s%n",
          lines,
          lines == 1 ? "" : "s",
          load,
          inbox.dropped() == 0 ? "" : "; the newest " + inbox.exchanges().size() + " are kept");
      return;
    } catch (NoSuchFileException e) {
      problem = " does not exist";
    } catch (OtlpLines.InvalidLine e) {
      problem = ", " + e.getMessage();
    } catch (IOException e) {
      problem = " cannot be read: " + e.getMessage();
    }
    throw new ParameterException(spec.commandLine(), "--load: " + load + problem);
  }

  private boolean isGiven(String option) {
    return spec.commandLine().getParseResult().hasMatchedOption(option);
  }

  private int cannotListen(Backend.Options options, IOException problem) {
    System.err.print(
        TakenPorts.explain(
            "./jbang backend" + security.typed(),
            options.bind(),
            ports.grpc,
            ports.http,
            ports.page,
            problem));
    return 1;
  }

  /** The first Ctrl-C ends the backend as SIGTERM does, the second at once. */
  private void interrupted() {
    int exitCode = 130; // as a shell has it: 128 and the signal's number
    if (ending.getAndSet(true)) {
      Runtime.getRuntime().halt(exitCode);
    }
    System.exit(exitCode);
  }

  private FaultScript script() {
    try {
      return fault == null ? null : FaultScript.parse(fault);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--fault: " + e.getMessage());
    }
  }

  private Backend.Options options(Optional<ThrowawayCertificates> throwaway) throws IOException {
    if (keep < 1) {
      throw new ParameterException(spec.commandLine(), "--keep must be at least 1, not " + keep);
    }
    ports.validate();
    try {
      return new Backend.Options(
          Addresses.parse(bind),
          ports.grpc,
          ports.http,
          keep,
          security.tls(throwaway),
          security.token());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--bind: " + e.getMessage());
    }
  }

  private void greet(
      Backend.Options options, Backend backend, LessonsPage page, Optional<TlsPorts> tlsPorts) {
    InetAddress address = options.bind();
    String scheme = options.tls().isPresent() ? "https://" : "http://";
    out.println(style.strong("OTLP backend") + ", press Ctrl-C to stop it");
    List<String> hosts =
        Addresses.hosts(address).stream()
            .map(host -> host.equals(bind) && host.equals("127.0.0.1") ? "localhost" : host)
            .toList();
    print("gRPC", hosts.stream().map(host -> scheme + host + ":" + backend.grpcPort()));
    print(
        "HTTP",
        hosts.stream().map(host -> scheme + host + ":" + backend.httpPort() + "/v1/traces"));
    print("page", page.addressesWithToken().stream());
    if (!address.isLoopbackAddress()) {
      out.println(
          "Every machine that can reach "
              + (address.isAnyLocalAddress() ? "this one" : bind)
              + " can send to this backend.");
      out.println("Anyone who has the page's token can also read what arrived.");
    }
    if (options.tls().isPresent()) {
      tlsPorts.ifPresent(this::greet);
      return;
    }
    String lesson = "./jbang 02-grpc-export.java";
    out.println(
        "In another terminal: "
            + (backend.grpcPort() == 4317
                ? Launcher.typed(lesson)
                : Launcher.typedWith(
                    Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://%s:%d".formatted(hosts.get(0), backend.grpcPort())),
                    lesson)));
    out.println();
  }

  private void greet(TlsPorts ports) {
    ThrowawayCertificates files = ports.certificates();
    String https = "https://localhost:";
    String http = https + ports.server();
    out.println("The certificate is for localhost. Only you can read the files in");
    out.println("  " + files.folder());
    out.println("  ca.pem                  the CA that senders have to trust");
    out.println("  client.pem, client.key  a certificate for senders, for --client-ca");
    out.println("More ports for HTTP:");
    out.println("  " + https + ports.client() + "  senders need a certificate of this CA");
    out.println("  " + https + ports.wrongHost() + "  the certificate is for another host");
    out.println("  " + https + ports.expired() + "  the certificate has expired");
    out.println("In another terminal:");
    String lesson = "./jbang 13-tls.java";
    out.println(
        "  "
            + (ports.server() == 4318
                ? Launcher.typed(lesson)
                : Launcher.typedWith(
                    Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        http,
                        "WORKSHOP_CLIENT_TLS_ENDPOINT",
                        https + ports.client()),
                    lesson)));
    out.println("  curl --cacert " + files.ca() + " --json {} " + http + "/v1/traces");
    out.println("Programs that read OTEL_* need");
    out.println("  OTEL_EXPORTER_OTLP_ENDPOINT=" + http);
    out.println("  OTEL_EXPORTER_OTLP_CERTIFICATE=" + files.ca());
    out.println();
  }

  /** The addresses of a server, each on its line. */
  private void print(String label, Stream<String> addresses) {
    out.println("  " + label + "  " + addresses.collect(Collectors.joining("\n        ")));
  }

  private synchronized void show(List<Exchange> exchanges, long missed) {
    hidden += missed;
    exchanges.forEach(this::show);
  }

  private void show(Exchange exchange) {
    if (exchange.protocol() == Protocol.FILE) {
      return;
    }
    if (!counting) {
      counting = true;
      quiet.schedule(this::endSecond, 1, TimeUnit.SECONDS);
    }
    if (shownNow < MOST_SHOWN) {
      shownNow++;
      sayHidden();
      out.println(ExchangeLine.of(exchange, style));
    } else {
      hidden++;
    }
    if (inbox.dropped() > 0 && !saidDropped) {
      out.println(
          style.quiet("From now on only the newest requests are kept; --keep sets how many."));
      saidDropped = true;
    }
    if (exchange.attempt() > 1) {
      awaitMoreAttempts(exchange);
    }
    if (exchange.signal() == Signal.TRACES && exchange.items() > 0) {
      newest = Math.max(newest, exchange.number());
      traces.call();
    }
  }

  private synchronized void endSecond() {
    sayHidden();
    shownNow = 0;
    counting = false;
  }

  private void sayHidden() {
    if (hidden > 0) {
      out.println(style.quiet(ExchangeLine.notShown(hidden)));
      hidden = 0;
    }
  }

  /** Shows the attempts at a batch together, after the last one. */
  private void awaitMoreAttempts(Exchange exchange) {
    ScheduledFuture<?> before = retried.remove(exchange.batch());
    if (before != null) {
      before.cancel(false);
    }
    if (retried.size() < MOST_RETRIED) {
      retried.put(
          exchange.batch(),
          quiet.schedule(
              () -> showAttempts(exchange.batch()),
              exchange.answer().accepted() ? QUIET_MILLIS : NO_MORE_ATTEMPTS_MILLIS,
              TimeUnit.MILLISECONDS));
    }
  }

  private synchronized void showAttempts(long batch) {
    if (retried.remove(batch) == null) {
      return; // shown at the end already
    }
    List<Exchange> attempts = inbox.attempts(batch);
    if (attempts.isEmpty()) {
      return; // no longer kept
    }
    out.println();
    AttemptsText.lines(attempts, style).forEach(line -> out.println("  " + line));
  }

  private void showTraces() {
    synchronized (quiet) {
      long from = shown;
      synchronized (this) {
        shown = newest;
      }
      Set<ByteString> fresh;
      Set<ByteString> wanted;
      List<String> lines;
      synchronized (inbox.decoding()) {
        List<Exchange> kept =
            inbox.exchanges().stream().filter(exchange -> exchange.number() <= shown).toList();
        fresh =
            ReceivedSpan.in(kept.stream().filter(exchange -> exchange.number() > from).toList())
                .map(received -> received.span().getTraceId())
                .filter(id -> id.size() <= LONGEST_ID)
                .distinct()
                .limit(MOST_FRESH)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        wanted = fresh.stream().limit(MOST_TRACES).collect(Collectors.toSet());
        lines = TraceText.lines(Trace.of(spans(kept, wanted)), style);
      }
      if (fresh.isEmpty()) {
        return; // shown at the end already
      }
      synchronized (this) {
        sayHidden();
        out.println();
        lines.forEach(line -> out.println("  " + line));
        if (fresh.size() > wanted.size()) {
          out.println("  and " + (fresh.size() - wanted.size()) + " more");
        }
        out.println();
      }
    }
  }

  private static List<ReceivedSpan> spans(List<Exchange> kept, Set<ByteString> traces) {
    return KeptSpans.of(
        ReceivedSpan.in(kept).filter(received -> traces.contains(received.span().getTraceId())),
        MOST_SPANS);
  }

  private void end(Backend backend, LessonsPage page) {
    ending.set(true);
    backend.close();
    page.close();
    Thread output = Daemons.start("summary", this::sumUp);
    try {
      output.join(LAST_OUTPUT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sumUp() {
    if (lines != null) {
      lines.write();
    }
    showTraces();
    synchronized (this) {
      sayHidden();
      List.copyOf(retried.keySet()).forEach(this::showAttempts);
      long requests = inbox.total() - inbox.loaded();
      StringBuilder summary = new StringBuilder();
      for (Signal signal : Signal.values()) {
        long items = inbox.received(signal);
        if (items > 0 || signal == Signal.TRACES) {
          summary.append(summary.isEmpty() ? "" : ", ").append(signal.items(items));
        }
      }
      out.printf("%nReceived %s in %d request%s.%n", summary, requests, requests == 1 ? "" : "s");
    }
  }
}
