package workshop.command;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import workshop.lesson.Launcher;
import workshop.lesson.OwnProcess;
import workshop.task.Checks;
import workshop.task.Expectation;
import workshop.task.Finding;
import workshop.task.Item;
import workshop.task.Tally;
import workshop.terminal.ExchangeLine;
import workshop.text.Style;
import workshop.text.Text;
import workshop.text.Words;
import workshop.wire.Backend;
import workshop.wire.Exchange;
import workshop.wire.Protocol;

/** {@code backend --expect}: judges what arrives at a backend, from a command or from others. */
final class ExpectRun {
  /** How long the command may take to end when it is asked to. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  /** After the command ended, nothing more has arrived for this long. */
  private static final Duration QUIET = Duration.ofMillis(300);

  /** But it does not wait longer than this for a pause. */
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** Different items that are listed. */
  private static final int MOST_LISTED = 40;

  /** Different items that are counted. */
  private static final int MOST_COUNTED = 1000;

  private static final int LONGEST_TEXT = 300;

  private final Backend backend;
  private final List<Tally> tallies;
  private final PrintStream out;
  private final Map<String, Integer> arrived = new LinkedHashMap<>();
  private final Set<String> metrics = new HashSet<>();
  private long uncounted;
  private long seen;
  private long missed;
  private long rejected;
  private Exchange lastRejected;
  private boolean grpcOnHttpPort;
  private long lastArrival = System.nanoTime();

  /**
   * @param out gets the report
   */
  ExpectRun(Backend backend, List<Expectation> expected, PrintStream out) {
    this.backend = backend;
    this.tallies = expected.stream().map(Tally::new).toList();
    this.out = out;
    backend.inbox().onArrival((exchanges, missed) -> look());
  }

  /**
   * Runs a command to its end, closes the backend, and judges what arrived.
   *
   * @param host where the backend is
   * @param limit when it is over, the command is ended
   * @return the exit code: 0 if all expectations are met and the command succeeded, 2 if it could
   *     not be started, else 1
   */
  int judge(List<String> command, String host, Duration limit) throws InterruptedException {
    String problem = "";
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    ExporterVariables.set(builder.environment(), host, backend.grpcPort(), backend.httpPort());
    try (OwnProcess sender = new OwnProcess(builder, GRACE)) {
      if (!sender.process().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        sender.end();
        problem =
            "%s was still running after %s, and was ended. --within sets how long to wait."
                .formatted(command.get(0), Text.duration(limit));
      } else if (sender.process().exitValue() != 0) {
        problem =
            "%s ended with exit code %d.".formatted(command.get(0), sender.process().exitValue());
      }
    } catch (IOException e) {
      out.println("Cannot start " + command.get(0) + ": " + reason(e));
      return 2;
    }
    awaitQuiet();
    int exitCode = judge(problem);
    if (grpcOnHttpPort) {
      out.println(
          "The command sends OTLP/gRPC, to the endpoint for OTLP/HTTP. Type\n  "
              + Launcher.typedWith(
                  Map.of(ExporterVariables.PROTOCOL, "grpc"),
                  "./jbang backend --expect ... -- COMMAND"));
    }
    return exitCode;
  }

  /** Java's own message repeats the whole command. */
  private static String reason(IOException problem) {
    String message = problem.getMessage().replaceFirst("(?s).*error=\\d+, ", "");
    return Launcher.isWindows()
        ? message + "\nA script needs its ending: npm.cmd, not npm."
        : message;
  }

  /** Waits until nothing that could arrive changes the verdict, or until the time is over. */
  int judge(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    look(); // at what arrived before
    synchronized (this) {
      long left = limit.toNanos();
      while (left > 0 && !isDecided()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
        left = deadline - System.nanoTime();
      }
    }
    return judge("");
  }

  private boolean isDecided() {
    return tallies.stream().allMatch(Tally::isFinal)
        || tallies.stream().anyMatch(tally -> tally.isFinal() && !tally.finding().done());
  }

  private synchronized void awaitQuiet() throws InterruptedException {
    long now = System.nanoTime();
    long deadline = now + LONGEST.toNanos();
    lastArrival = now;
    for (long left = QUIET.toNanos(); left > 0; ) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = Math.min(lastArrival + QUIET.toNanos(), deadline) - System.nanoTime();
    }
  }

  /** In the order of arrival, each exchange once. */
  private synchronized void look() {
    synchronized (backend.inbox().decoding()) {
      for (Exchange exchange : backend.inbox().after(seen)) {
        missed += exchange.number() - seen - 1;
        seen = exchange.number();
        if (exchange.answer().accepted()) {
          Item.each(exchange, this::count);
        } else {
          rejected++;
          lastRejected = exchange;
          grpcOnHttpPort |= exchange.protocol() != Protocol.GRPC && exchange.answer().code() == 505;
        }
      }
    }
    lastArrival = System.nanoTime();
    notifyAll();
  }

  private void count(Item item) {
    tallies.forEach(tally -> tally.add(item));
    if (item.kind() == Item.Kind.METRIC
        && (metrics.size() == MOST_COUNTED || !metrics.add(item.metric()))) {
      return; // another data point of the same metric
    }
    String text = Text.safe(item.text(), LONGEST_TEXT);
    if (arrived.size() < MOST_COUNTED || arrived.containsKey(text)) {
      arrived.merge(text, 1, Integer::sum);
    } else {
      uncounted++;
    }
  }

  /**
   * Reports.
   *
   * @param problem why it failed, whatever arrived; else ""
   */
  private int judge(String problem) {
    backend.close(); // requests in progress get their responses
    look();
    boolean good = problem.isEmpty() && missed == 0;
    for (Tally tally : tallies) {
      Finding finding = tally.finding();
      good &= finding.done();
      out.println((finding.done() ? "ok    " : "FAIL  ") + tally.expected().text());
      if (!finding.done()) {
        Words.wrap("      ", finding.text(), Words.WIDTH).forEach(out::println);
      }
    }
    if (!problem.isEmpty()) {
      Words.wrap("FAIL  ", problem, Words.WIDTH).forEach(out::println);
    }
    if (missed > 0) {
      out.printf(
          "FAIL  %s came too fast to be counted; keep more of them with --keep.%n",
          Checks.count(missed, "request"));
    }
    list();
    return good ? 0 : 1;
  }

  private void list() {
    out.println(arrived.isEmpty() ? "Nothing arrived." : "Arrived:");
    arrived.entrySet().stream()
        .limit(MOST_LISTED)
        .forEach(each -> out.printf("%5d %s%n", each.getValue(), each.getKey()));
    long more =
        uncounted + arrived.values().stream().skip(MOST_LISTED).mapToLong(Integer::longValue).sum();
    if (more > 0) {
      out.println("      and " + more + " more");
    }
    if (rejected > 0) {
      out.println("The backend rejected " + Checks.count(rejected, "request") + ", the last one:");
      out.println(ExchangeLine.of(lastRejected, new Style(false)));
    }
  }
}
