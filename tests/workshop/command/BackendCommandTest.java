package workshop.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.Await;
import support.LessonRun;
import support.Orders;
import support.RealProcess;
import support.Slow;
import support.Tool;
import workshop.page.PageAddress;
import workshop.wire.SlowSendersTest;

/** {@code ./jbang backend} as a process: what a person sees, and how it ends. */
@Slow
class BackendCommandTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String AND_SET =
      " and set OTEL_EXPORTER_OTLP_ENDPOINT to the address it prints";

  @TempDir Path temp;

  @Test
  void printsEachRequestAndTheTraceAndASummaryAtTheEnd() throws Exception {
    try (RealProcess backend = start()) {
      send(backend, "/v1/traces", Orders.request().toByteArray());
      Await.until("the trace is shown", () -> backend.printed().contains("reserve stock"));
      backend.terminate();
      RealProcess.Ended ended = backend.end(LIMIT);

      assertThat(ended.exitCode()).isEqualTo(143);
      assertThat(ended.err()).isEmpty();
      assertThat(ended.out().lines().map(BackendCommandTest::normalise))
          .containsExactly(
              "OTLP backend, press Ctrl-C to stop it",
              "  gRPC  http://localhost:PORT",
              "  HTTP  http://localhost:PORT/v1/traces",
              "  page  http://127.0.0.1:PORT/#token=TOKEN",
              "In another terminal: OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:PORT"
                  + " ./jbang 02-grpc-export.java",
              "",
              "TIME  HTTP conn 1  2 spans  169 B  OK  N ms",
              "",
              "  trace 0af7651916cd43dd8448eb211c80319c",
              "  shop POST /orders                  SERVER   ####################   30.0 ms",
              "  shop   reserve stock                           ####                 6.0 ms",
              "",
              "",
              "Received 2 spans in 1 request.");
    }
  }

  /** Where each use of a part of Java that is about to go is told on standard error. */
  @Test
  void warnsOfNothingOnJdk25() throws Exception {
    List<String> command =
        Tool.command("backend", "--grpc-port=0", "--http-port=0", "--page-port=0");
    command.set(0, LessonRun.jdk25OrSkip().resolve("bin/java").toString());
    try (RealProcess backend = RealProcess.start("backend", temp, Map.of(), command)) {
      Await.until("the backend is ready", () -> backend.printed().contains("In another terminal"));
      send(backend, "/v1/traces", Orders.request().toByteArray());
      Await.until("the trace is shown", () -> backend.printed().contains("reserve stock"));
      backend.terminate();

      assertThat(backend.end(LIMIT).err()).isEmpty();
    }
  }

  @Test
  void saysWhyARequestWasRefused() throws Exception {
    try (RealProcess backend = start()) {
      send(backend, "/v1/trace", new byte[0]);
      Await.until("the refusal is shown", () -> backend.printed().contains("use /v1/traces"));

      assertThat(normalise(backend.printed()))
          .contains("HTTP conn 1  POST /v1/trace  0 B  404 Not Found  N ms\n")
          .contains("/v1/trace is not an OTLP/HTTP path; use /v1/traces, /v1/metrics or /v1/logs");
    }
  }

  @Test
  void neutralisesWhatATerminalWouldObey() throws Exception {
    try (RealProcess backend = start()) {
      byte[] hostile =
          Orders.request(
                  "sh\u001b[2Jop",
                  Orders.span("a\r\n\u001b]0;title\u0007\u202eb", Orders.ROOT, Orders.CHILD, 0, 1)
                      .build())
              .toByteArray();
      send(backend, "/v1/traces", hostile);
      Await.until("the trace is shown", () -> backend.printed().contains("did not arrive"));

      assertThat(backend.printed())
          .contains("a\\u000D\\u000A\\u001B]0;titl")
          .doesNotContain("\u001b", "\r", "\u0007", "\u202e");
    }
  }

  @Test
  void saysOnceThatItDropsTheOldest() throws Exception {
    try (RealProcess backend = start("--keep", "1")) {
      for (int i = 0; i < 3; i++) {
        send(backend, "/v1/traces", Orders.request().toByteArray());
      }
      backend.terminate();

      assertThat(backend.end(LIMIT).out())
          .containsOnlyOnce("From now on only the newest requests are kept; --keep sets how many.")
          .endsWith("Received 6 spans in 3 requests.\n");
    }
  }

  /** There is nothing left to show of them, but there is a summary. */
  @Test
  void endsAfterAttemptsThatAreNoLongerKept() throws Exception {
    try (RealProcess backend = start("--keep", "1")) {
      byte[] malformed = {-1};
      send(backend, "/v1/traces", malformed);
      send(backend, "/v1/traces", malformed);
      send(backend, "/v1/traces", Orders.request().toByteArray());
      Await.until("the trace is shown", () -> backend.printed().contains("reserve stock"));
      backend.terminate();
      RealProcess.Ended ended = backend.end(LIMIT);

      assertThat(ended.err()).isEmpty();
      assertThat(ended.out()).endsWith("Received 2 spans in 3 requests.\n");
    }
  }

  @Test
  void namesATakenPortWithItsHolderAndWhatToType() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      for (String option : List.of("--grpc-port", "--page-port")) {
        RealProcess.Ended ended =
            run("--grpc-port=0", "--http-port=0", "--page-port=0", option, String.valueOf(port));

        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err())
            .isEqualTo(
                holder(port)
                    + "Stop that program, or use a free port"
                    + (option.equals("--page-port") ? "" : AND_SET)
                    + ":\n  ./jbang backend "
                    + option
                    + " 0\n");
        assertThat(ended.out()).isEmpty();
      }
    }
  }

  @Test
  void namesAllTakenPortsAtOnce() throws Exception {
    try (ServerSocket grpc = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket page = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      RealProcess.Ended ended =
          run(
              "--http-port=0",
              "--grpc-port=" + grpc.getLocalPort(),
              "--page-port=" + page.getLocalPort());

      assertThat(ended.exitCode()).isEqualTo(1);
      assertThat(ended.err())
          .isEqualTo(
              holder(grpc.getLocalPort())
                  + holder(page.getLocalPort())
                  + "Stop those programs, or use free ports"
                  + AND_SET
                  + ":\n  ./jbang backend --grpc-port 0 --page-port 0\n");
    }
  }

  @Test
  void withTlsOnOtherPortsEachCommandHasWhatItNeeds() throws Exception {
    Map<String, String> folder = Map.of("WORKSHOP_TLS", temp.resolve("tls").toString());
    List<String> command =
        Tool.command("backend", "--tls", "--grpc-port=0", "--http-port=0", "--page-port=0");
    try (RealProcess backend = RealProcess.start("backend", temp, folder, command)) {
      Await.until("the backend is ready", () -> backend.printed().contains("_CERTIFICATE="));

      assertThat(normalise(backend.printed()))
          .contains(
              "\n  OTEL_EXPORTER_OTLP_ENDPOINT=https://localhost:PORT"
                  + " WORKSHOP_CLIENT_TLS_ENDPOINT=https://localhost:PORT ./jbang 13-tls.java\n");
      String port = backend.printed().replaceAll("(?s).*gRPC  https://localhost:(\\d+).*", "$1");
      command.set(command.indexOf("--grpc-port=0"), "--grpc-port=" + port);
      try (RealProcess second = RealProcess.start("second", temp, folder, command)) {
        assertThat(second.end(LIMIT).err()).contains("\n  ./jbang backend --tls --grpc-port 0\n");
      }
    }
  }

  private static String holder(int port) {
    return "Port " + port + " is in use by java (pid " + ProcessHandle.current().pid() + ").\n";
  }

  /** The first is taken as SIGTERM is; the second while half a call keeps the end waiting. */
  @Test
  void endsAtOnceAtTheSecondCtrlC() throws Exception {
    try (RealProcess backend = start()) {
      int grpc = port(backend, "gRPC");
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", grpc).usePlaintext().build();
      try {
        sendWhole(channel);
        SlowSendersTest.halfACall(channel);
        sendWhole(channel); // is answered, so what was sent before it is there
        interrupt(backend);
        Await.until("it has begun to end", () -> StopAndStartTest.refuses(grpc));
        interrupt(backend);
        RealProcess.Ended ended = backend.end(LIMIT);

        assertThat(ended.exitCode()).isEqualTo(130);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).doesNotContain("Received");
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static void sendWhole(ManagedChannel channel) {
    TraceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .export(Orders.request());
  }

  @Test
  void endsWithASummaryAtTheFirstCtrlC() throws Exception {
    try (RealProcess backend = start()) {
      interrupt(backend);
      RealProcess.Ended ended = backend.end(LIMIT);

      assertThat(ended.exitCode()).isEqualTo(130);
      assertThat(ended.out()).endsWith("Received 0 spans in 0 requests.\n");
    }
  }

  private static void interrupt(RealProcess process) throws Exception {
    new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor();
  }

  @Test
  void explainsAWrongCommandLine() throws Exception {
    Map<String, String> wrong =
        Map.of(
            "--keep=0", "--keep must be at least 1, not 0",
            "--http-port=70000", "a port is a number from 0 to 65535, not 70000",
            "--grpc-port=4318",
                "gRPC, HTTP and the page need different ports; 4318 was given twice",
            "--page-port=-1", "a port is a number from 0 to 65535, not -1",
            "--fault=2x foo",
                "--fault: expected a status such as 503 or UNAVAILABLE, or hang, close,"
                    + " reset,",
            "--bind=no.such.name.invalid", "--bind: unknown address no.such.name.invalid",
            "--bind=", "--bind: unknown address ",
            "--grpc-port=x", "Invalid value for option '--grpc-port': 'x' is not an int",
            "--colour", "Unknown option: '--colour'");
    for (var entry : wrong.entrySet()) {
      RealProcess.Ended ended = run(entry.getKey());

      assertThat(ended.exitCode()).as(entry.getKey()).isEqualTo(2);
      assertThat(ended.err())
          .startsWith(entry.getValue() + System.lineSeparator())
          .contains("--help")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void loadsAFileThatDoesNotCountAsReceived() throws Exception {
    Path file = temp.resolve("saved.jsonl");
    Files.writeString(
        file, "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":\"saved\"}]}]}]}\n");
    try (RealProcess backend = start("--load", file.toString())) {
      PageAddress page = PageAddress.of(backend);
      String traces =
          HttpClient.newHttpClient()
              .send(page.request("/api/traces").build(), BodyHandlers.ofString())
              .body();
      assertThat(traces).contains("\"saved\"");
      backend.terminate();
      assertThat(backend.end(LIMIT).out())
          .startsWith("Loaded 1 request from " + file)
          .contains("Received 0 spans in 0 requests.");
    }
    try (RealProcess backend = start("--json", "--load", file.toString())) {
      send(backend, "/v1/traces", Orders.request().toByteArray());
      Await.until("the request is printed", () -> backend.printed().contains("reserve stock"));
      backend.terminate();
      RealProcess.Ended ended = backend.end(LIMIT);
      assertThat(ended.out().lines()).singleElement().asString().contains("reserve stock");
      assertThat(ended.err()).startsWith("Loaded 1 request from " + file);
    }
  }

  @Test
  void namesTheFileAndTheLineThatCannotBeLoaded() throws Exception {
    Path file = temp.resolve("malformed.jsonl");
    Files.writeString(file, "{\"resourceSpans\":[]}\n{\"resourceSpans\":[\n");
    Path missing = temp.resolve("missing.jsonl");
    Map<Path, String> problems =
        Map.of(
            file, ", line 2: not an export request in OTLP/JSON: ",
            missing, " does not exist",
            temp, " cannot be read: ");
    for (var entry : problems.entrySet()) {
      RealProcess.Ended ended =
          run("--grpc-port=0", "--http-port=0", "--page-port=0", "--load=" + entry.getKey());
      assertThat(ended.exitCode()).isEqualTo(2);
      assertThat(ended.out()).isEmpty();
      assertThat(ended.err())
          .startsWith("--load: " + entry.getKey() + entry.getValue())
          .contains("--help")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void printsAddressesThatWork() throws Exception {
    for (String bind : List.of("0.0.0.0", "::", "127.0.0.2")) {
      try (RealProcess backend = start("--bind", bind)) {
        String printed = backend.printed().replaceAll("In another terminal.*", "");
        List<String> urls =
            Pattern.compile("http://\\S+")
                .matcher(printed)
                .results()
                .map(MatchResult::group)
                .toList();

        assertThat(urls).as(printed).hasSizeGreaterThanOrEqualTo(3);
        assertThat(urls).doesNotHaveDuplicates();
        for (String url : urls) {
          URI address = URI.create(url);
          new Socket(address.getHost(), address.getPort()).close();
          if (url.contains("/#token=")) {
            assertThat(status(url, "/api/exchanges")).as(url).isEqualTo(200);
            assertThat(status(url.replaceFirst("token=..", "token=__"), "/api/logs"))
                .isEqualTo(401);
          } else if (url.endsWith("/v1/traces")) {
            assertThat(post(url)).as(url).isEqualTo(200);
          }
        }
        assertThat(printed.contains("Every machine that can reach this one can send"))
            .isEqualTo(List.of("0.0.0.0", "::").contains(bind));
      }
    }
  }

  @Test
  void saysThatAnAddressIsNotOfThisMachine() throws Exception {
    RealProcess.Ended ended = run("--bind", "203.0.113.7");

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err())
        .startsWith("--bind: 203.0.113.7 is not an address of this machine; use one of ")
        .doesNotContain("\tat ");
  }

  private static int status(String url, String path) throws Exception {
    PageAddress page = PageAddress.in("page  " + url + "\n");
    return HttpClient.newHttpClient()
        .send(page.request(path).build(), BodyHandlers.discarding())
        .statusCode();
  }

  private static int post(String url) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/x-protobuf")
            .POST(BodyPublishers.noBody())
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }

  @Test
  void helpFits80ColumnsAndHasExamples() throws Exception {
    for (String command : List.of("", "run", "backend")) {
      try (RealProcess help =
          RealProcess.start("help", temp, Map.of(), Tool.command(command, "--help"))) {
        RealProcess.Ended ended = help.end(LIMIT);

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).contains("Examples:");
        assertThat(ended.out().lines()).allMatch(line -> line.length() <= 80);
      }
    }
  }

  private RealProcess start(String... options) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("--grpc-port", "0", "--http-port", "0", "--page-port", "0"));
    arguments.addAll(List.of(options));
    RealProcess backend = process(arguments);
    try {
      Await.until("the backend is ready", () -> backend.printed().contains("In another terminal"));
      return backend;
    } catch (Exception | AssertionError e) {
      backend.close();
      throw e;
    }
  }

  private RealProcess.Ended run(String... options) throws Exception {
    try (RealProcess process = process(List.of(options))) {
      return process.end(LIMIT);
    }
  }

  private RealProcess process(List<String> options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("backend"));
    arguments.addAll(options);
    // What a shell starts in the background, such as these tests, has SIGINT ignored.
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(Tool.command(arguments.toArray(String[]::new)));
    return RealProcess.start("backend", temp, Map.of(), command);
  }

  private static int port(RealProcess backend, String protocol) throws IOException {
    Matcher port =
        Pattern.compile(protocol + "  http://[a-z0-9.]+:(\\d+)").matcher(backend.printed());
    assertThat(port.find()).isTrue();
    return Integer.parseInt(port.group(1));
  }

  private static void send(RealProcess backend, String path, byte[] body) throws Exception {
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(backend, "HTTP") + path))
                .header("Content-Type", "application/x-protobuf")
                .POST(BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.discarding());
  }

  private static String normalise(String printed) {
    return printed
        .replaceAll("(localhost|127.0.0.1):\\d+", "$1:PORT")
        .replaceAll("token=[\\w-]+", "token=TOKEN")
        .replaceAll("\\d\\d:\\d\\d:\\d\\d\\.\\d{3}", "TIME")
        .replaceAll("(OK|Found)  [0-9.]+ m?s", "$1  N ms");
  }
}
