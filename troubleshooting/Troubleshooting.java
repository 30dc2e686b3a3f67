///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Makes each mistake, leaves in each way, and prints what is seen: TROUBLESHOOTING.md
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.68.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-otlp
//SOURCES Lab.java
//SOURCES Leaving.java
//SOURCES Mistakes.java
//SOURCES Peer.java
//SOURCES ../workshop.java

import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Prints TROUBLESHOOTING.md: its words, and what the programs print. */
class Troubleshooting {
  private static final int AT_ONCE = 8; // the programs wait more than they work

  private static final String HEAD =
      """
      # Troubleshooting

      What you see, why, and what to do about it. If you have a log, `./jbang workshop explain`
      finds the rows for it: give it a line in quotes, or paste the whole log.

      Each row is a small program in [troubleshooting/](troubleshooting), run against the embedded
      backend or something that is none; those with 6 spans send twice. What you see is what it
      printed, with opentelemetry-java VERSION. Spans and requests are counted by the backend. What
      differs from run to run is written as `N`, `HOST` and `PORT`, and `...` stands for words of
      the backend or the system. The levels are those of Java's own logging: other frameworks have
      `ERROR` for `SEVERE` and `WARN` for `WARNING`.

      The programs are in a hurry: the wait before the second attempt is 0.05 s instead of 1 s, and
      the timeout for what hangs 2 s instead of 10 s.
      """;

  private static final String LEAVING =
      """

      ## What each way of leaving loses

      Three spans have ended, and wait in the queue of a `BatchSpanProcessor`. Then the program
      leaves. A cell says how many arrived, how long that took and which exception was logged.
      Times are rounded down to what makes it wait: 1 s between the two attempts, the 5 s of the
      exporter's timeout, and the 10 s that `close()` waits at most. By default there are five
      attempts in a timeout of 10 s. Lesson [06-shutdown](06-shutdown.java) shows some of this
      step by step.

      """;

  private static final String END =
      """

      SIGTERM, SIGKILL and their exit codes are those of Linux. Windows has neither.
      """;

  public static void main(String[] args) throws Exception {
    Lab.catchLogs();
    Lab.run( // so that all classes are loaded before time matters
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
    Future<String> leaving = Executors.newSingleThreadExecutor().submit(Leaving::table);
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
    System.out.print(document + LEAVING + leaving.get() + END);
    System.exit(0);
  }

  private static String row(Mistakes.Mistake mistake, Lab.Seen seen) {
    String arrived = seen.arrived() + " of " + seen.started();
    Stream<String> logged =
        seen.logged().stream()
            .map(Troubleshooting::normalise)
            .distinct()
            .map(line -> "`" + line.replace("|", "\\|") + "`");
    List<String> all = Stream.concat(logged, seen.noted().stream()).toList();
    return "| "
        + String.join(
            " | ",
            all.isEmpty() ? "nothing; " + arrived + " spans arrived" : String.join("<br>", all),
            seen.started() == 0 ? "" : arrived,
            seen.started() == 0 ? "" : String.valueOf(seen.requests()),
            mistake.why(),
            mistake.what())
        + " |";
  }

  /** Without what differs from run to run or from system to system. */
  private static String normalise(String line) {
    return line.replaceAll("((?<= )/|\\b)(127\\.0\\.0\\.1|localhost):\\d+", "HOST:PORT")
        .replaceAll("collector\\.invalid.*", "HOST")
        .replaceAll("(rror message:) ?.*", "$1 ...")
        .replaceAll("(status line:) .*", "$1 ...")
        .replaceAll("FRAME_SIZE_ERROR: (?!4740180)\\d+", "FRAME_SIZE_ERROR: N")
        .replaceAll("(NoClassDefFoundError: io/opentelemetry/).*", "$1...")
        .replaceAll("\\d+ (spans?\\b)", "N $1")
        .replaceAll("maxQueueSize=\\d+", "maxQueueSize=N")
        .replaceAll("Size to \\d+ instead of \\d+", "Size to N instead of N")
        .replaceAll("char 0x\\w+ at \\d+ in \\w+ value", "char N at N in N value");
  }
}
