package workshop.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import support.Await;
import support.Checkout;
import support.RealProcess;
import support.Slow;
import support.Tool;
import workshop.command.BenchCommand;
import workshop.lesson.Lesson;
import workshop.wire.Backend;

/** The benches at their smallest: whether they run and count, not what the numbers are. */
class BenchTest {
  /** Too short for many requests, so as not to keep the other tests waiting. */
  private static final double SECONDS = 0.05;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

  @TempDir Path temp;

  @Slow
  @Test
  void protocolsAreComparedInATableOf80Columns() throws Exception {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      ProtocolBench.Target target =
          new ProtocolBench.Target(backend.inbox(), backend.grpcPort(), backend.httpPort());
      ProtocolResult result =
          ProtocolBench.run(Checkout.FOLDER, target, List.of(1, 64), 1, SECONDS);
      result.print(out);

      assertThat(result.problems()).isEmpty();
      assertThat(result.rows()).extracting(ProtocolResult.Row::connections).containsOnly(1);
      assertThat(result.rows())
          .allMatch(row -> row.spansASecond() > 0 && row.millisABatch() > 0)
          .allMatch(row -> row.compression().equals("gzip") || row.bytesASpan() > 200);
      assertThat(backend.inbox().exchanges())
          .allMatch(exchange -> exchange.items() == 1 || exchange.items() == 64);
    }
    assertThat(text().lines()).allMatch(line -> line.length() <= 80);
    List<String> rows = new ArrayList<>();
    for (int spans : List.of(1, 64)) {
      for (String protocol : List.of("gRPC", "HTTP", "HTTP/JDK")) {
        rows.add(spans + " " + protocol);
        rows.add(spans + " " + protocol + " gzip");
      }
    }
    Pattern row = Pattern.compile("(?m)^ +(\\d+  \\S+(?: +gzip)?)(?: +[\\d,.]+){6}$");
    assertThat(row.matcher(text()).results().map(m -> m.group(1).replaceAll(" +", " ")))
        .containsExactlyElementsOf(rows);
  }

  @Slow
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "times are those of a POSIX shell")
  void startsAreComparedInATableOf80Columns() throws Exception {
    Path jdk = Path.of(System.getProperty("java.home"));
    List<Lesson> lessons = Lesson.chosen(Checkout.FOLDER, List.of("2"));
    StartBench.runWarm(Checkout.FOLDER, lessons, List.of(jdk), 1, out);

    assertThat(text().lines()).allMatch(line -> line.length() <= 80);
    assertThat(text()).contains("\n" + jdk + "\n");
    Pattern row = Pattern.compile("(?m)^  (\\S+)(?: +\\d+\\.\\d\\d){6}$");
    assertThat(row.matcher(text()).results().map(m -> m.group(1)))
        .containsExactly("02-grpc-export");
  }

  @Test
  void aFolderWithoutAJdkIsNamed() throws Exception {
    StringWriter said = new StringWriter();
    CommandLine bench = new CommandLine(new BenchCommand()).setErr(new PrintWriter(said));
    assertThat(bench.execute("start", "--jdk=" + temp)).isEqualTo(2);
    assertThat(said.toString()).startsWith("There is no JDK in " + temp);
  }

  @Test
  @Slow
  void spansThatAProtocolLosesAreAProblem() throws Exception {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts());
        Backend idle = Backend.start(Backend.Options.onFreePorts())) {
      ProtocolBench.Target losing =
          new ProtocolBench.Target(idle.inbox(), backend.grpcPort(), backend.httpPort());
      ProtocolResult result = ProtocolBench.run(Checkout.FOLDER, losing, List.of(1), 1, SECONDS);

      assertThat(result.rows()).hasSize(6);
      assertThat(result.problems())
          .first()
          .asString()
          .matches("1 span, gRPC, none: (\\d+) spans sent, \\1 acknowledged, 0 received\\.");
    }
  }

  @Slow
  @Test
  void backendsAreComparedInATableOf80Columns() throws Exception {
    assertThat(BackendBench.run(List.of(Candidate.embedded(10)), 1, SECONDS, out)).isTrue();

    assertThat(text().lines()).allMatch(line -> line.length() <= 80);
    Matcher row =
        Pattern.compile("(?m)^ +(gRPC|HTTP) +(1|64|512) +[\\d,]+(?: +[\\d.]+){2} +\\d+ %.*$")
            .matcher(text());
    assertThat(row.results()).hasSize(6);
    assertThat(text()).containsPattern("(?m)^backend, --keep 10( +[\\d.]+){4}$");
  }

  @Slow
  @Test
  void spansThatABackendLosesAreAProblem() throws Exception {
    Candidate counting = Candidate.embedded(10);
    Candidate losing =
        new Candidate("losing", counting.command(), Pattern.compile("never printed (\\d+)"));

    assertThat(BackendBench.run(List.of(losing), 1, SECONDS, out)).isFalse();
    assertThat(text()).containsPattern("losing acknowledged [1-9]\\d* spans and received 0\\.\n$");
    printed.reset();
    assertThat(Soak.run(losing, SECONDS, out)).isFalse();
    assertThat(text())
        .containsPattern("The backend acknowledged [1-9]\\d* spans but received 0\\.\n$");
  }

  @Slow
  @Test
  void aBackendThatDoesNotStartIsNamedWithWhatItSaid() {
    Candidate broken = Candidate.embedded("broken", "Workshop", "backend", "--keep=0");
    assertThatThrownBy(() -> Soak.run(broken, SECONDS, out))
        .hasMessageStartingWith(
            "broken ended unexpectedly. Its last lines:\n--keep must be at least 1");
  }

  @Slow
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "this bench needs a POSIX shell")
  @Test
  void theGuideIsComparedWithTheLauncher() throws Exception {
    GuideBench.run(Checkout.FOLDER, 1, 1, out);

    assertThat(text().lines()).allMatch(line -> line.length() <= 80);
    assertThat(text())
        .containsPattern("(?m)^median of 1, s +guide +./jbang LESSON$")
        .containsPattern("(?m)^save to verdict, 01-setup +\\d+\\.\\d\\d +\\d+\\.\\d\\d$")
        .containsPattern("(?m)^all of 1 lesson +\\d+\\.\\d\\d +\\d+\\.\\d\\d$");
  }

  @Test
  @Slow
  void cellsOnThePageAreComparedWithThoseOfJupyter() throws Exception {
    String sameAnswer = "while read -r cells; do echo '{\"first\": 0.25, \"end\": 2}'; done";
    NotebookBench.run(Checkout.FOLDER, List.of("sh", "-c", sameAnswer), 1, out);

    assertThat(text())
        .containsPattern("(?m)^median of 1, ms +page +JJava$")
        .containsPattern("(?m)^a println\\(\\): to its first output +[1-9]\\d* +250$")
        .containsPattern("(?m)^all of lesson 02: to its first output +[1-9]\\d* +250$")
        .containsPattern("(?m)^all of lesson 02: to its end +[1-9]\\d* +2000$")
        .doesNotContain("not measured");
  }

  @Slow
  @Test
  void ctrlCEndsWhatABenchStarted() throws Exception {
    List<String> command = Tool.command("bench", "backend", "--soak", "--seconds=60");
    command.add(1, "-Djava.io.tmpdir=" + temp);
    try (RealProcess bench = RealProcess.start("bench", temp, Map.of(), command)) {
      ProcessHandle process = ProcessHandle.of(bench.pid()).orElseThrow();
      Await.until("backend and sender run", () -> process.children().count() == 2);
      List<ProcessHandle> started = process.children().toList();
      bench.terminate();

      assertThat(bench.end(Duration.ofSeconds(30)).exitCode()).isEqualTo(143);
      List<ProcessHandle> left = started.stream().filter(ProcessHandle::isAlive).toList();
      left.forEach(ProcessHandle::destroyForcibly);
      assertThat(left).isEmpty();
      assertThat(temp).isDirectoryNotContaining("glob:**otlp-workshop-bench*");
    }
  }

  /** A page where nothing happens says nothing for ten seconds; this one never does. */
  @Test
  void theEndDoesNotWaitForNewsOfThePage() throws Exception {
    HttpServer page =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    page.createContext(
        "/api/events",
        events -> {
          events.sendResponseHeaders(200, 0);
          events.getResponseBody().write("event: hello\n\n".getBytes(StandardCharsets.UTF_8));
          events.getResponseBody().flush();
        });
    page.start();
    try {
      String address = "http://127.0.0.1:" + page.getAddress().getPort() + "/#token=abc";
      PageClient client = new PageClient(address, "02-grpc-export");
      assertTimeoutPreemptively(Duration.ofSeconds(20), client::close);
    } finally {
      page.stop(0);
    }
  }

  @Slow
  @Test
  void aWrongCommandLineIsExplained() throws Exception {
    try (RealProcess bench =
        RealProcess.start(
            "bench", temp, Map.of(), Tool.command("bench", "backend", "--seconds=601"))) {
      RealProcess.Ended ended = bench.end(Duration.ofMinutes(1));
      assertThat(ended.exitCode()).isEqualTo(2);
      assertThat(ended.err()).startsWith("--seconds must be more than 0, and at most 600");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"start", "guide", "protocol", "backend", "notebook"})
  void noRoundsAtAllAreAWrongCommandLine(String what) {
    StringWriter said = new StringWriter();
    CommandLine bench = new CommandLine(new BenchCommand()).setErr(new PrintWriter(said));
    assertThat(bench.execute(what, "--rounds=0")).isEqualTo(2);
    assertThat(said.toString()).startsWith("--rounds must be at least 1");
  }

  /** The lessons' SDK is what is measured. */
  @Test
  void theSenderHasTheLessonsVersionOfTheSdk() throws Exception {
    Pattern bom = Pattern.compile("//DEPS io.opentelemetry:opentelemetry-bom:\\S+");
    String sender = Files.readString(Checkout.FOLDER.resolve("src/bench/ProtocolLoad.java"));
    String lesson = Files.readString(Checkout.FOLDER.resolve("02-grpc-export.java"));
    Matcher pinned = bom.matcher(lesson);
    assertThat(pinned.find()).isTrue();
    assertThat(sender).contains(pinned.group() + "\n");
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }
}
