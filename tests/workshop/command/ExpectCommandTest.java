package workshop.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.Await;
import support.Checkout;
import support.Orders;
import support.RawHttp;
import support.RealProcess;
import support.SendOrders;
import support.Slow;
import support.Tool;

/** {@code ./jbang backend --expect} with a command, and {@code --json}, as processes. */
@Slow
class ExpectCommandTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String ARRIVED =
      """
      Arrived:
          1 span service=shop name="POST /orders" kind=server
          1 span service=shop name="reserve stock"
      """;

  @TempDir Path temp;

  @Test
  void judgesWhatACommandSends() throws Exception {
    RealProcess.Ended good = run(SendOrders.command("0"), "2 spans service=shop");
    assertThat(good.err()).isEqualTo("ok    2 spans service=shop\n" + ARRIVED);
    assertThat(good.out()).isEqualTo("sent, got 200\n");
    assertThat(good.exitCode()).isZero();

    RealProcess.Ended bad = run(SendOrders.command("3"), "1 span name='POST /orders' kind=client");
    assertThat(bad.err())
        .isEqualTo(
            """
            FAIL  1 span name='POST /orders' kind=client
                  0 arrived. Closest: span service=shop name="POST /orders" kind=server;
                  kind is server, not client.
            FAIL  %s ended with exit code 3.
            """
                    .formatted(SendOrders.command().get(0))
                + ARRIVED);
    assertThat(bad.exitCode()).isEqualTo(1);
  }

  @Test
  void saysWhatToTypeForAnExporterThatIsAlwaysGrpc() throws Exception {
    List<String> lesson =
        List.of(
            Checkout.FOLDER.resolve("jbang").toString(),
            Checkout.FOLDER.resolve("02-grpc-export.java").toString());

    assertThat(run(lesson, "3 spans").err())
        .endsWith(
            """
            The command sends OTLP/gRPC, to the endpoint for OTLP/HTTP. Type
              OTEL_EXPORTER_OTLP_PROTOCOL=grpc ./jbang backend --expect ... -- COMMAND
            """);
  }

  @Test
  void saysWhatCannotBeStarted() throws Exception {
    RealProcess.Ended ended = run(List.of("no-such-program", "x"), "1 span");

    assertThat(ended.err()).isEqualTo("Cannot start no-such-program: No such file or directory\n");
    assertThat(ended.exitCode()).isEqualTo(2);
  }

  @Test
  void endsTheCommandWithItself() throws Exception {
    try (RealProcess process = start(SendOrders.command(), "2 spans")) {
      Await.until("the command has sent", () -> process.printed().contains("sent"));
      List<ProcessHandle> children =
          ProcessHandle.of(process.pid()).orElseThrow().children().toList();
      new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();

      assertThat(process.end(LIMIT).exitCode()).isEqualTo(130);
      assertThat(children).hasSize(1).noneMatch(ProcessHandle::isAlive);
    }
  }

  @Test
  void explainsAWrongCommandLine() throws Exception {
    RealProcess.Ended ended = run(List.of(), "1 span status=bad");

    assertThat(ended.err())
        .startsWith(
            """
            --expect: expected unset, ok or error
              1 span status=bad
                            ^
            """);
    assertThat(ended.exitCode()).isEqualTo(2);
  }

  /** Standard output has nothing else. */
  @Test
  void printsEachRequestAsALineOfJson() throws Exception {
    try (RealProcess process =
        RealProcess.start(
            "json",
            temp,
            Map.of(),
            Tool.command("backend", "--json", "--grpc-port=0", "--http-port=0", "--page-port=0"))) {
      Matcher port = Pattern.compile("http://localhost:(\\d+)/v1/traces").matcher("");
      Await.until("the port is printed", () -> port.reset(process.printed()).find());
      try (RawHttp http = new RawHttp(Integer.parseInt(port.group(1)))) {
        byte[] request = RawHttp.post("/v1/traces", Orders.request().toByteArray());
        http.send(request).reply();
        http.send(request).reply();
      }
      process.terminate();
      RealProcess.Ended ended = process.end(LIMIT);

      assertThat(ended.out().lines())
          .hasSize(2)
          .allSatisfy(
              line ->
                  assertThat(line)
                      .startsWith("{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":")
                      .contains("\"traceId\":\"0af7651916cd43dd8448eb211c80319c\"")
                      .satisfies(JsonParser::parseString));
      assertThat(ended.err()).contains("OTLP backend").contains("Received 4 spans in 2 requests.");
    }
  }

  private RealProcess.Ended run(List<String> command, String expectation) throws Exception {
    try (RealProcess process = start(command, expectation)) {
      return process.end(LIMIT);
    }
  }

  private RealProcess start(List<String> command, String expectation) throws Exception {
    List<String> all = new ArrayList<>(Tool.command("backend", "--expect", expectation));
    if (!command.isEmpty()) {
      all.add("--");
      all.addAll(command);
    }
    return RealProcess.start("expect", temp, Map.of(), all);
  }
}
