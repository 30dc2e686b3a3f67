package workshop.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import workshop.lesson.JBangInfo;
import workshop.lesson.TemporaryFolder;
import workshop.text.ProgressLine;
import workshop.text.Style;
import workshop.wire.Inbox;
import workshop.wire.Signal;

/**
 * What the choice of a protocol costs: the SDK's own exporters, in their own process, send prepared
 * spans to a backend in this process, which does nothing else meanwhile, so that its CPU time is
 * the backend's.
 */
public final class ProtocolBench {
  /** Batches whose bytes are counted; the start of a connection is a small part of that. */
  private static final int COUNTED = 10;

  private static final double LIMIT_SECONDS = 30;

  private final Target target;
  private final double seconds;
  private final Child sender;
  private final Map<Kind, List<Measured>> measured = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  private ProtocolBench(Target target, List<Integer> batches, double seconds, Child sender) {
    this.target = target;
    this.seconds = seconds;
    this.sender = sender;
    for (int spans : batches) {
      for (String protocol : List.of("gRPC", "HTTP", "HTTP/JDK")) {
        for (String compression : List.of("none", "gzip")) {
          measured.put(new Kind(spans, protocol, compression), new ArrayList<>());
        }
      }
    }
  }

  /** A backend, and the inbox with what it received. */
  public record Target(Inbox inbox, int grpcPort, int httpPort) {}

  /** What to compare. */
  private record Kind(int spans, String protocol, String compression) {
    String name() {
      return "%d span%s, %s, %s".formatted(spans, spans == 1 ? "" : "s", protocol, compression);
    }
  }

  /** The sender's result for an order; the numbers are spans. */
  private record Sent(long sent, long acknowledged, long nanos, long medianNanos) {}

  /** One round of a kind; CPU in microseconds per span. */
  private record Measured(
      double spansASecond, double clientCpu, double serverCpu, double millisABatch) {}

  /** The counted bytes and connections of a kind. */
  private record Wire(double bytesASpan, int connections) {}

  /**
   * Measures in rounds, each kind in turn.
   *
   * @param folder the workshop's folder
   * @param batches the batch sizes to measure, in spans
   * @param rounds how often each kind is measured, after one round that is not counted
   * @param seconds how long each kind is sent in a round
   */
  public static ProtocolResult run(
      Path folder, Target target, List<Integer> batches, int rounds, double seconds)
      throws IOException, InterruptedException {
    Path script = folder.resolve("src/bench/ProtocolLoad.java");
    List<String> command =
        List.of(Child.javaProgram(), "-cp", JBangInfo.classPath(folder, script), script.toString());
    ProgressLine progress = new ProgressLine(Style.detect());
    try (TemporaryFolder temporary = new TemporaryFolder("bench");
        Child sender =
            Child.answering("The sender", command, temporary.path().resolve("sender.err"))) {
      ProtocolBench bench = new ProtocolBench(target, batches, seconds, sender);
      for (int round = 0; round <= rounds; round++) {
        String what = round == 0 ? "to warm up: " : "round " + round + " of " + rounds + ": ";
        for (Kind kind : bench.measured.keySet()) {
          progress.show(what + kind.name());
          Measured one = bench.measure(kind);
          if (round > 0) {
            bench.measured.get(kind).add(one);
          }
        }
      }
      List<ProtocolResult.Row> rows = new ArrayList<>();
      for (Kind kind : bench.measured.keySet()) {
        progress.show("bytes: " + kind.name());
        rows.add(row(kind, bench.measured.get(kind), bench.count(kind)));
      }
      String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
      return new ProtocolResult(now, Machine.line(), rounds, seconds, rows, bench.problems);
    } finally {
      progress.clear();
    }
  }

  private Measured measure(Kind kind) throws InterruptedException {
    long clientCpu = sender.cpu().toNanos();
    long serverCpu = ownCpuNanos();
    Sent sent = send(kind, Integer.MAX_VALUE, seconds, port(kind));
    double all = Math.max(1, sent.acknowledged());
    return new Measured(
        sent.acknowledged() / (sent.nanos() / 1e9),
        (sender.cpu().toNanos() - clientCpu) / 1e3 / all,
        (ownCpuNanos() - serverCpu) / 1e3 / all,
        sent.medianNanos() / 1e6);
  }

  private Wire count(Kind kind) throws IOException, InterruptedException {
    try (CountingRelay relay = new CountingRelay(port(kind))) {
      Sent sent = send(kind, COUNTED, LIMIT_SECONDS, relay.port());
      return new Wire((double) relay.bytesSent() / sent.sent(), relay.connections());
    }
  }

  private Sent send(Kind kind, int times, double seconds, int port) throws InterruptedException {
    long before = target.inbox().received(Signal.TRACES);
    String endpoint =
        "http://127.0.0.1:" + port + (kind.protocol().equals("gRPC") ? "" : "/v1/traces");
    Sent sent =
        sender.ask(
            String.join(
                " ",
                kind.protocol(),
                kind.compression(),
                String.valueOf(kind.spans()),
                String.valueOf(times),
                String.valueOf(seconds),
                endpoint),
            Sent.class);
    long received = target.inbox().received(Signal.TRACES) - before;
    if (sent.sent() != sent.acknowledged() || sent.acknowledged() != received) {
      problems.add(
          "%s: %d spans sent, %d acknowledged, %d received."
              .formatted(kind.name(), sent.sent(), sent.acknowledged(), received));
    }
    return sent;
  }

  private int port(Kind kind) {
    return kind.protocol().equals("gRPC") ? target.grpcPort() : target.httpPort();
  }

  private static long ownCpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  private static ProtocolResult.Row row(Kind kind, List<Measured> rounds, Wire wire) {
    return new ProtocolResult.Row(
        kind.spans(),
        kind.protocol(),
        kind.compression(),
        wire.bytesASpan(),
        Median.of(rounds, Measured::spansASecond),
        Median.of(rounds, Measured::clientCpu),
        Median.of(rounds, Measured::serverCpu),
        Median.of(rounds, Measured::millisABatch),
        wire.connections());
  }
}
