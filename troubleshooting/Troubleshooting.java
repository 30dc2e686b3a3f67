///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Makes each mistake, exits in each way, and prints the results: TROUBLESHOOTING.md
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.68.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-otlp
//DEPS io.opentelemetry:opentelemetry-sdk-extension-autoconfigure
//SOURCES Certificate.java
//SOURCES Lab.java
//SOURCES Leaving.java
//SOURCES Mistakes.java
//SOURCES Peer.java
//SOURCES SetUp.java
//SOURCES ../workshop.java

import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Prints TROUBLESHOOTING.md: its text, and what the programs printed. */
class Troubleshooting {
  private static final int AT_ONCE = 8; // the programs mostly wait

  private static final String HEAD =
      """
      # Troubleshooting

      Find what you see, then read why it happens and what to do. If you have a log, let
      `./jbang workshop explain` find the rows for you: give it one line in quotes, or paste the
      whole log.

      Each row comes from a small program in [troubleshooting/](troubleshooting) that makes the
      mistake with opentelemetry-java VERSION. It sends 3 spans to the workshop's backend, or to a
      server that is not a backend; a program with 6 spans sends twice. "You see" is what the
      program printed. "Spans" and "Requests" are what the backend counted. `N`, `HOST` and `PORT`
      replace values that differ from run to run, and `...` replaces text that the backend or the
      system chose. The log levels are those of `java.util.logging`: other frameworks print `ERROR`
      for `SEVERE` and `WARN` for `WARNING`.

      To keep the run short, the programs wait only 0.05 s before the second attempt (default: 1 s),
      and only 2 s for a server that does not respond (default timeout: 10 s).
      """;

  private static final String LEAVING =
      """

      ## Which spans you lose when a program ends

      Three spans have ended and wait in the queue of a `BatchSpanProcessor`. Then the program
      ends. Each cell says how many spans arrived, how long the end took and, if spans were lost,
      which exception was logged. A time is rounded down to its cause: 1 s between two attempts,
      5 s for the exporter's timeout, or 10 s, the longest that `close()` waits. The exporter makes
      two attempts; by default it makes five, with a timeout of 10 s. Lesson
      [06-shutdown](06-shutdown.java) shows some of this step by step.

      """;

  private static final String IN_FLIGHT =
      """

      ## Which spans you lose when a signal interrupts an export

      Here the three spans are already on their way when the signal arrives. The backend holds the
      first request for 1 s and then rejects it (HTTP 503, gRPC `UNAVAILABLE`). The exporter sends
      the spans again 1 s later, and the backend accepts them if the program still runs.

      With a hook alone, `close()` waits for this export. With a hook and `close()` in `main`, the
      hook's `close()` is the second call: it returns at once, the JVM exits, and the spans are
      lost. So close the SDK only in the hook. Where `main` needs to know that the spans are sent,
      call `forceFlush().join(...)`.

      """;

  private static final String END =
      """

      The signals and the exit codes are those of Linux.
      """;

  public static void main(String[] args) throws Exception {
    Lab.catchLogs();
    Lab.run( // loads all classes before time matters
        lab -> {
          lab.order(lab.http().build());
          lab.order(lab.grpc().build());
        });
    List<Mistakes.Section> sections = Mistakes.all();
    ExecutorService programs = Executors.newFixedThreadPool(AT_ONCE);
    List<Future<Lab.Seen>> seen = new ArrayList<>();
    for (Mistakes.Section section : sections) {
      for (Mistakes.Mistake mistake : section.mistakes()) {
        seen.add(programs.submit(() -> Lab.run(mistake.program())));
      }
    }
    String version = Resource.getDefault().getAttribute(stringKey("telemetry.sdk.version"));
    Future<List<String>> leaving = Executors.newSingleThreadExecutor().submit(Leaving::tables);
    StringBuilder document = new StringBuilder(HEAD.replace("VERSION", version));
    int row = 0;
    for (Mistakes.Section section : sections) {
      document.append("\n## ").append(section.title()).append("\n\n");
      document.append(section.text()).append(section.text().isEmpty() ? "" : "\n\n");
      document.append("| You see | Spans | Requests | Why | What to do |\n");
      document.append("| --- | --- | --- | --- | --- |\n");
      for (Mistakes.Mistake mistake : section.mistakes()) {
        document.append(row(mistake, seen.get(row++).get())).append("\n");
      }
    }
    List<String> tables = leaving.get();
    System.out.print(document + LEAVING + tables.get(0) + IN_FLIGHT + tables.get(1) + END);
    System.exit(0);
  }

  private static String row(Mistakes.Mistake mistake, Lab.Seen seen) {
    String arrived = seen.arrived() + " of " + seen.started();
    Stream<String> logged =
        seen.logged().stream()
            .filter(line -> !line.startsWith(Lab.CAUSED_BY))
            .map(Troubleshooting::normalise)
            .distinct()
            .map(line -> "`" + line.replace("|", "\\|") + "`");
    List<String> all = Stream.concat(logged, seen.noted().stream()).toList();
    return "| "
        + String.join(
            " | ",
            all.isEmpty()
                ? "nothing is logged; " + arrived + " spans arrived"
                : String.join("<br>", all),
            seen.started() == 0 ? "" : arrived,
            seen.started() == 0 ? "" : String.valueOf(seen.requests()),
            mistake.why(),
            mistake.what())
        + " |";
  }

  /** Replaces what differs between runs or between systems. */
  private static String normalise(String line) {
    return line.replaceAll("((?<= )/|\\b)(127\\.0\\.0\\.1|localhost):\\d+", "HOST:PORT")
        .replaceAll("collector\\.invalid.*", "HOST")
        .replaceAll(
            "(rror message:) ?+(?!grpc: |upstream |UNAVAILABLE: |OK$|INTERNAL: |$).*", "$1 ...")
        .replaceAll("\\(\\d+ vs\\. \\d+\\)", "(N vs. N)")
        .replaceAll("(Hostname) \\S+ (not verified:)(?s).*", "$1 HOST $2 ...")
        .replaceAll("(Received fatal alert:) .*", "$1 ...")
        .replace("(certificate_unknown) ", "") // JDK 25
        .replaceAll("(status line:) .*", "$1 ...")
        .replaceAll("FRAME_SIZE_ERROR: (?!4740180)\\d+", "FRAME_SIZE_ERROR: N")
        .replaceAll("(NoClassDefFoundError: (?:io/opentelemetry|okhttp3|okio)/).*", "$1...")
        .replaceAll("\\d+ (spans?\\b)", "N $1")
        .replaceAll("maxQueueSize=\\d+", "maxQueueSize=N")
        .replaceAll("Size to \\d+ instead of \\d+", "Size to N instead of N")
        .replaceAll("char 0x\\w+ at \\d+ in \\w+ value", "char N at N in N value");
  }
}
