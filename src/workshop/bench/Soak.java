package workshop.bench;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import workshop.lesson.TemporaryFolder;
import workshop.text.ProgressLine;
import workshop.text.Style;

/** A long load, like that of exporters with full batches: does the memory stay within its limit? */
public final class Soak {
  private static final int CONNECTIONS = 16;
  private static final int SPANS = 512;
  private static final int MOST_RESIDENT_MB = 450;

  private Soak() {}

  /**
   * Puts load on a backend over gRPC and HTTP at the same time, and prints the result.
   *
   * @return whether each request got a response, each acknowledged span was received, and the
   *     memory stayed within its limit; if not, the problems are printed
   */
  public static boolean run(Candidate backend, double seconds, PrintStream out)
      throws IOException, InterruptedException {
    List<String> problems = new ArrayList<>();
    try (TemporaryFolder folder = new TemporaryFolder("bench");
        Server server = Server.start(backend, folder.path());
        Child sender = Load.start(folder.path())) {
      ProgressLine progress = new ProgressLine(Style.detect());
      ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
      long start = System.nanoTime();
      clock.scheduleAtFixedRate(
          () ->
              progress.show(
                  "%d of %.0f seconds"
                      .formatted((System.nanoTime() - start) / 1_000_000_000, seconds)),
          0,
          1,
          TimeUnit.SECONDS);
      Load.Order order =
          new Load.Order(server.grpcPort(), server.httpPort(), CONNECTIONS, SPANS, seconds);
      Load.Sent sent;
      try {
        sent = sender.ask(new Gson().toJson(order), Load.Sent.class);
      } finally {
        clock.shutdownNow();
        progress.clear();
      }
      double most = server.process().mostResidentMb();
      boolean alive = server.process().isAlive();
      long received = server.stopAndCount();
      long acknowledged = sent.accepted() * SPANS;

      out.printf(
          "%s: %.0f s over gRPC and HTTP, %d connections, %d spans per request%n",
          backend.name(), seconds, CONNECTIONS, SPANS);
      out.println(Machine.line());
      out.printf(
          "  requests  %,d accepted, %,d rejected (retry later), %,d failed%n",
          sent.accepted(), sent.retryLater(), sent.failures());
      out.printf(
          "  spans     %,d acknowledged, %,d received, %,.0f per second%n",
          acknowledged, received, acknowledged / (sent.nanos() / 1e9));
      out.printf(
          "  latency   %.1f ms median, %.1f ms p99%n",
          sent.p50Nanos() / 1e6, sent.p99Nanos() / 1e6);
      out.printf("  memory    %.0f MB resident at most (limit: %d MB)%n", most, MOST_RESIDENT_MB);

      if (!alive) {
        problems.add(server.process().ended().getMessage());
      }
      if (saysOutOfMemory(server)) {
        problems.add("The backend ran out of memory.");
      }
      if (sent.accepted() == 0) {
        problems.add("The backend accepted no request.");
      }
      if (sent.failures() > 0) {
        problems.add("A request failed: " + sent.problem());
      }
      if (received != acknowledged) {
        problems.add(
            "The backend acknowledged %d spans but received %d.".formatted(acknowledged, received));
      }
      if (most > MOST_RESIDENT_MB) {
        problems.add("The backend used more memory than the limit.");
      }
    }
    problems.forEach(out::println);
    if (problems.isEmpty()) {
      out.println("Every request got a response, and every acknowledged span was received.");
    }
    return problems.isEmpty();
  }

  private static boolean saysOutOfMemory(Server server) throws IOException {
    try (Stream<String> lines = Files.lines(server.process().output())) {
      return lines.anyMatch(line -> line.contains("OutOfMemoryError"));
    }
  }
}
