package workshop.bench;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import workshop.lesson.TemporaryFolder;
import workshop.text.ProgressLine;
import workshop.text.Style;

/**
 * How much load a backend can process: a load generator in its own process sends the same prepared
 * requests to each backend. Each round starts each backend again, one at a time.
 */
public final class BackendBench {
  private static final List<Integer> SPANS = List.of(1, 64, 512);
  private static final int CONNECTIONS = 4;

  /**
   * How much longer than a line the warm-up takes: a JVM compiles its code well after some seconds
   * of load.
   */
  private static final int WARM_UP = 10;

  private final double seconds;
  private final PrintStream out;
  private final ProgressLine progress = new ProgressLine(Style.detect());
  private final Map<Candidate, List<Cost>> costs = new LinkedHashMap<>();
  private final Map<Row, List<Measured>> measured = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  private BackendBench(double seconds, PrintStream out) {
    this.seconds = seconds;
    this.out = out;
  }

  /** A line of the table. */
  private record Row(Candidate candidate, boolean grpc, int spans) {}

  /** One round of a line. CPU in microseconds per span. */
  private record Measured(
      double spansASecond, double backendCpu, double senderCpu, double p50, double p99) {}

  /** One round of a backend; memory in MB. */
  private record Cost(double ready, double before, double after, double most) {}

  /**
   * Measures, and prints tables of medians.
   *
   * @param rounds how often each backend is started and measured
   * @param seconds how long each kind of request is sent in a round
   * @return whether each request succeeded, and each backend that counts its spans counted those
   *     that it acknowledged; if not, the problems are printed
   */
  public static boolean run(List<Candidate> candidates, int rounds, double seconds, PrintStream out)
      throws IOException, InterruptedException {
    BackendBench bench = new BackendBench(seconds, out);
    try (TemporaryFolder folder = new TemporaryFolder("bench");
        Child sender = Load.start(folder.path())) {
      for (int round = 1; round <= rounds; round++) {
        for (Candidate candidate : candidates) {
          bench.progress.show("round %d of %d: %s".formatted(round, rounds, candidate.name()));
          bench.measure(candidate, sender, folder.path());
        }
      }
    } finally {
      bench.progress.clear();
    }
    bench.print(rounds);
    return bench.problems.isEmpty();
  }

  private void measure(Candidate candidate, Child sender, Path folder)
      throws IOException, InterruptedException {
    try (Server server = Server.start(candidate, folder)) {
      double before = server.process().residentMb();
      long acknowledged = 0;
      // Not counted: a JVM first has to compile the code.
      for (int spans : List.of(1, 512)) {
        Load.Order both =
            new Load.Order(
                server.grpcPort(), server.httpPort(), CONNECTIONS, spans, WARM_UP * seconds);
        acknowledged += spans * send(sender, server, both).accepted();
      }
      for (int spans : SPANS) {
        for (boolean grpc : List.of(true, false)) {
          long backendCpu = server.process().cpu().toNanos();
          long senderCpu = sender.cpu().toNanos();
          Load.Sent sent =
              send(
                  sender,
                  server,
                  new Load.Order(
                      grpc ? server.grpcPort() : 0,
                      grpc ? 0 : server.httpPort(),
                      CONNECTIONS,
                      spans,
                      seconds));
          double all = Math.max(1, sent.accepted() * spans);
          acknowledged += sent.accepted() * spans;
          measured
              .computeIfAbsent(new Row(candidate, grpc, spans), row -> new ArrayList<>())
              .add(
                  new Measured(
                      sent.accepted() * spans / (sent.nanos() / 1e9),
                      (server.process().cpu().toNanos() - backendCpu) / 1e3 / all,
                      (sender.cpu().toNanos() - senderCpu) / 1e3 / all,
                      sent.p50Nanos() / 1e6,
                      sent.p99Nanos() / 1e6));
        }
      }
      Cost cost =
          new Cost(
              server.secondsToReady(),
              before,
              server.process().residentMb(),
              server.process().mostResidentMb());
      costs.computeIfAbsent(candidate, key -> new ArrayList<>()).add(cost);
      long received = server.stopAndCount();
      if (received != acknowledged && candidate.received() != null) {
        problems.add(
            "%s acknowledged %d spans and received %d."
                .formatted(candidate.name(), acknowledged, received));
      }
    }
  }

  private Load.Sent send(Child sender, Server server, Load.Order order)
      throws InterruptedException {
    Load.Sent sent = sender.ask(new Gson().toJson(order), Load.Sent.class);
    String name = server.candidate().name();
    if (sent.failures() > 0) {
      problems.add(
          "%s failed on %d of %d connections: %s"
              .formatted(name, sent.failures(), CONNECTIONS, sent.problem()));
    }
    return sent;
  }

  private void print(int rounds) {
    out.printf(
        "Medians of %d round%s, %.1f s per line in each, %d connections%n",
        rounds, rounds == 1 ? "" : "s", seconds, CONNECTIONS);
    out.println(Machine.line());
    out.println();
    out.printf("%-26s%10s%27s%n", "", "ready", "resident memory, MB");
    out.printf("%-26s%10s%9s%9s%9s%n", "", "after s", "before", "after", "most");
    costs.forEach(
        (candidate, rows) ->
            out.printf(
                "%-26s%10.2f%9.0f%9.0f%9.0f%n",
                candidate.name(),
                Median.of(rows, Cost::ready),
                Median.of(rows, Cost::before),
                Median.of(rows, Cost::after),
                Median.of(rows, Cost::most)));
    for (Candidate candidate : costs.keySet()) {
      out.printf("%n%s%n", candidate.name());
      out.printf(
          "%16s%14s%18s%12s%15s%n",
          "spans per", "spans/s", "CPU µs per span", "sender's", "ms per request");
      out.printf(
          "%8s%8s%14s%9s%9s%12s%8s%7s%n",
          "", "request", "acknowledged", "backend", "sender", "CPU share", "p50", "p99");
      measured.keySet().stream()
          .filter(row -> row.candidate().equals(candidate))
          .forEach(row -> printRow(row, measured.get(row)));
    }
    problems.forEach(out::println);
  }

  private void printRow(Row row, List<Measured> rounds) {
    ToDoubleFunction<Measured> share =
        m -> 100 * m.senderCpu / Math.max(1e-9, m.senderCpu + m.backendCpu);
    out.printf(
        "%8s%8d%,14.0f%9.2f%9.2f%10.0f %%%8.1f%7.1f%n",
        row.grpc() ? "gRPC" : "HTTP",
        row.spans(),
        Median.of(rounds, Measured::spansASecond),
        Median.of(rounds, Measured::backendCpu),
        Median.of(rounds, Measured::senderCpu),
        Median.of(rounds, share),
        Median.of(rounds, Measured::p50),
        Median.of(rounds, Measured::p99));
  }
}
