package workshop.explain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import support.Checkout;
import workshop.command.Cli;

/** {@code ./jbang workshop explain} finds the rows of TROUBLESHOOTING.md for a log. */
@Isolated
class ExplainTest {
  private static final String REFUSED = "why:  Nothing listens there.";

  private record Result(int exitCode, String out, String err) {}

  /** A row with messages: the messages as a program may log them, and why. */
  record Row(List<String> messages, String why) {
    @Override
    public String toString() {
      return messages.get(messages.size() - 1);
    }
  }

  static List<Row> rows() throws Exception {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(Checkout.FOLDER.resolve("TROUBLESHOOTING.md"))) {
      String[] cells = line.split("(?<!\\\\) \\| ");
      if (line.startsWith("| `") && cells[0].matches(".*(SEVERE|WARNING|INFO|Exception|Error).*")) {
        List<String> messages =
            Pattern.compile("`(.+?)`")
                .matcher(cells[0])
                .results()
                .map(code -> code.group(1).replaceAll("HOST:PORT", "collector.example/10.0.0.7:43"))
                .map(message -> message.replaceAll("\\bHOST\\b", "collector.example"))
                .map(message -> message.replaceAll("\\bN\\b", "1,024").replace("...", "quota"))
                .toList();
        rows.add(new Row(messages, cells[3].replace("`", "")));
      }
    }
    return rows;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void knowsEachMessageInAnyFormatOfLogs(Row row) throws Exception {
    String javas =
        "Nov 23, 2026 11:03:25 PM io.opentelemetry.sdk.common.internal.ThrottlingLogger doLog\n"
            + String.join("\n", row.messages())
            + "\n\tat okhttp3.internal.connection.RealCall.execute(RealCall.kt:1)\n";
    String springs =
        String.join("\n", row.messages())
            .replace(
                "SEVERE: ",
                "2026-11-23T23:03:25.123Z ERROR 7 --- [shop] [alhost:4317/...]"
                    + " i.o.exporter.internal.http.HttpExporter  : ")
            .replace("WARNING: ", "23:03:25.123 [main] WARN  i.o.e.i.HttpExporter - ");

    for (String log : List.of(javas, springs, "hello\r\n" + springs.replace("\n", "\r\n"))) {
      Result result = explain(log);
      assertThat(result.out()).as(log).contains("why:  " + row.why() + "\n");
      assertThat(result.exitCode()).isZero();
    }
  }

  @Test
  void thereAreManyRows() throws Exception {
    assertThat(rows()).hasSizeGreaterThan(35);
  }

  @Test
  void explainsTheLinesOfALogThatBelongTogether() {
    String log =
        """
        Spans go to http://localhost:4317
        SEVERE Failed to export 3 spans. The request could not be executed.
        java.net.ConnectException: Failed to connect to localhost/127.0.0.1:4317.
        3 spans ended, 0 acknowledged by http://localhost:4317
        """;

    assertThat(explain(log))
        .isEqualTo(
            new Result(
                0,
                """
                SEVERE Failed to export 3 spans. The request could not be executed.
                java.net.ConnectException: Failed to connect to localhost/127.0.0.1:4317.
                  why:  Nothing listens there.
                  do:   Start the backend, or correct host and port.
                """,
                ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.net.ConnectException: Failed to connect to localhost/127.0.0.1:4317",
        "Caused by: java.net.ConnectException: Failed to connect to /[0:0:0:0:0:0:0:1]:4318",
        "Failed to export 7 metrics. The request could not be executed.\n"
            + "java.net.ConnectException: Failed to connect to collector/10.0.0.7:4317",
      })
  void aCauseIsEnough(String line) {
    assertThat(explain("", line).out()).contains(REFUSED).containsOnlyOnce("why:");
    assertThat(explain(line).out()).contains(REFUSED).containsOnlyOnce("why:");
  }

  @Test
  void aPieceOfAMessageIsEnough() {
    assertThat(explain("", "Server responded with HTTP status code 401").out())
        .contains("The token is missing or wrong.")
        .containsOnlyOnce("why:");
  }

  /** An SDK that rejects an empty endpoint prints nothing after the colon. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "java.lang.IllegalArgumentException: Invalid endpoint, must start with http:// or https://:"
            + "|The endpoint is empty|The endpoint has no scheme",
        "io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException: OTLP endpoint must be a"
            + " valid URL:"
            + "|is set but empty|has no scheme"
      })
  void tellsAnEmptyEndpointFromOneWithoutAScheme(String line, String empty, String noScheme) {
    assertThat(explain(line + " \n\tat Shop.main(Shop.java:7)").out())
        .contains(empty)
        .containsOnlyOnce("why:");
    assertThat(explain(line + " localhost:4318").out()).contains(noScheme).containsOnlyOnce("why:");
    assertThat(explain(line + " localhost").out()).doesNotContain(empty);
  }

  /**
   * A log of a file beside this class.
   *
   * @param head what stands above its lines
   */
  record Pasted(String head, String log) {
    @Override
    public String toString() {
      return head + ": " + log.substring(0, Math.min(log.length(), 120));
    }
  }

  static List<Pasted> lines() throws Exception {
    return pasted("lines.txt");
  }

  static List<Pasted> wordings() throws Exception {
    return pasted("wordings.txt");
  }

  /** Blocks with a blank line between them; the lines of a log are indented. */
  private static List<Pasted> pasted(String file) throws Exception {
    String text = Files.readString(Checkout.FOLDER.resolve("tests/workshop/explain/" + file));
    return Stream.of(text.split("\n\n"))
        .filter(block -> !block.startsWith("#"))
        .map(block -> block.strip().split("\n", 2))
        .map(block -> new Pasted(block[0], block[1].replaceAll("(?m)^  ", "")))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lines")
  void knowsTheCauseOfALineOrThatItDoesNotKnowIt(Pasted pasted) throws Exception {
    Map<Cause, Explanation> rows = documented();

    assertThat(
            LogEvent.in(pasted.log()).stream()
                .flatMap(event -> Cause.of(event).stream())
                .filter(rows::containsKey)
                .map(Cause::name)
                .distinct())
        .isEqualTo(pasted.head().equals("unknown") ? List.of() : List.of(pasted.head()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wordings")
  void knowsTheWordsOfEachVersionAndSender(Pasted pasted) {
    String why = pasted.head().replaceFirst("^[^:]+: ", "");

    assertThat(explain(pasted.log()).out()).contains("why:  " + why + "\n");
  }

  @Test
  void eachCauseHasARowUnlessTheLineAloneDoesNotSayEnough() throws Exception {
    Set<Cause> without = EnumSet.allOf(Cause.class);
    without.removeAll(documented().keySet());

    assertThat(without)
        .containsExactlyInAnyOrder(Cause.OTHER_HTTP, Cause.OTHER_GRPC, Cause.CONTEXT_CANCELLED);
  }

  private static Map<Cause, Explanation> documented() throws Exception {
    return Explanation.in(Files.readString(Checkout.FOLDER.resolve("TROUBLESHOOTING.md")));
  }

  @Test
  void speaksOfTheSignalOfTheLine() {
    String line = " Server responded with gRPC status code 7. Error message: no";

    assertThat(explain("Failed to export 3 spans." + line).out()).contains("writing traces");
    assertThat(explain("Failed to export 3 metrics." + line).out()).contains("writing metrics");
    assertThat(explain("Failed to export logs." + line).out()).contains("writing logs");
  }

  @Test
  void explainsAllMessagesOfALog() {
    Result result =
        explain(
            "WARNING: Failed to export 9 spans. Server responded with HTTP status code 503. Error"
                + " message: busy\n".repeat(3)
                + "WARNING: BatchSpanProcessor dropped 12 span(s) since the last export because"
                + " the queue is full (maxQueueSize=2048)\n");

    assertThat(result.out()).contains("status code 503", "dropped 12 span(s)");
    assertThat(result.out().split("why:")).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "java.io.IOException", "\u0000\u001b[2J", "| --- |"})
  void saysIfItKnowsNoLine(String log) {
    Result result = explain(log);

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("TROUBLESHOOTING.md does not know these lines.");
  }

  @Test
  void asksForTheCauseIfALineDoesNotNameIt() {
    Result result = explain("SEVERE Failed to export 3 spans. The request could not be executed.");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("but not why", "the stack trace names the cause");
  }

  @Test
  void doesNotAskForMoreIfTheStatusIsUnknown() {
    Result result = explain("Failed to export spans. Server responded with HTTP status code 422.");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).startsWith("TROUBLESHOOTING.md does not know these lines.");
  }

  @Test
  void escapesWhatItShowsOfALog() {
    Result result = explain("\u001b[2J\u202e Failed to connect to x:1 ".repeat(9).substring(3));
    assertThat(result.exitCode()).isEqualTo(1);

    result = explain("\u001b[2J java.net.ConnectException: Failed to connect to x:1");
    assertThat(result.out()).contains(REFUSED, "\\u001B[2J").doesNotContain("\u001b");
  }

  @Test
  void stopsReadingAtALimit() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'N';
          }
        };

    assertThat(explain(endless).exitCode()).isEqualTo(1);
  }

  private static Result explain(String log, String... arguments) {
    return explain(new ByteArrayInputStream(log.getBytes(UTF_8)), arguments);
  }

  private static Result explain(InputStream log, String... arguments) {
    InputStream in = System.in;
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    try {
      System.setIn(log);
      System.setOut(new PrintStream(printed, true, UTF_8));
      System.setErr(new PrintStream(complained, true, UTF_8));
      List<String> command = new ArrayList<>(List.of("explain"));
      command.addAll(List.of(arguments));
      int exitCode = Cli.run(command.toArray(String[]::new));
      String ended = complained.toString(UTF_8).replace("\r\n", "\n");
      return new Result(exitCode, printed.toString(UTF_8).replace("\r\n", "\n"), ended);
    } finally {
      System.setIn(in);
      System.setOut(out);
      System.setErr(err);
    }
  }
}
