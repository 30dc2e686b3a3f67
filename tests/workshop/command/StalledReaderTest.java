package workshop.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc.TraceServiceBlockingStub;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.Orders;
import support.RawHttp;
import support.Slow;
import support.Tool;

/**
 * {@code ./jbang backend} while nobody reads its output, as with {@code | less} or Ctrl-S: its
 * output is a pipe that is full.
 */
@Slow
class StalledReaderTest {
  private static final int REQUESTS = 10_000;

  /** Of a pipe of Linux. */
  private static final int CAPACITY = 64 << 10;

  private static final Pattern NOT_SHOWN = Pattern.compile("\n {14}and ([\\d,]+) more requests?\n");

  @TempDir Path temp;

  private RandomAccessFile pipe;
  private Process backend;
  private String greeting = "";

  @BeforeEach
  void start() throws Exception {
    Path path = temp.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    pipe = new RandomAccessFile(path.toFile(), "rw"); // a writer, too, so it never ends
    // What a shell starts in the background, such as these tests, has SIGINT ignored.
    ProcessBuilder command = new ProcessBuilder("env", "--default-signal=INT");
    command
        .command()
        .addAll(Tool.command("backend", "--grpc-port=0", "--http-port=0", "--page-port=0"));
    backend =
        command.redirectOutput(path.toFile()).redirectError(temp.resolve("err").toFile()).start();
    greeting = readUntil("In another terminal.*\n\n");
    pipe.write(new byte[CAPACITY]);
  }

  @AfterEach
  void end() throws Exception {
    backend.destroyForcibly().waitFor();
    pipe.close();
  }

  @Test
  void answersEachRequestAndTellsHowManyAreNotShown() throws Exception {
    send(REQUESTS);
    pipe.readFully(new byte[CAPACITY]); // the reader goes on
    backend.destroy();
    String printed = readUntil("Received .*\n");

    assertThat(backend.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(printed).endsWith("Received " + 2 * REQUESTS + " spans in 10000 requests.\n");
    long shown = printed.lines().filter(line -> line.contains("2 spans  169 B  OK")).count();
    long notShown =
        NOT_SHOWN
            .matcher(printed)
            .results()
            .mapToLong(found -> Long.parseLong(found.group(1).replace(",", "")))
            .sum();
    assertThat(shown).isPositive();
    assertThat(shown + notShown).isEqualTo(REQUESTS);
  }

  @Test
  void endsAtSigterm() throws Exception {
    send(200);
    backend.destroy();

    assertThat(backend.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(backend.exitValue()).isEqualTo(143);
  }

  @Test
  void endsAtCtrlC() throws Exception {
    send(200);
    new ProcessBuilder("kill", "-INT", String.valueOf(backend.pid())).start().waitFor();

    assertThat(backend.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(backend.exitValue()).isEqualTo(130);
  }

  /** One half over HTTP, one over gRPC; each request gets a success. */
  private void send(int requests) throws IOException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port("gRPC")).usePlaintext().build();
    TraceServiceBlockingStub grpc = TraceServiceGrpc.newBlockingStub(channel);
    byte[] request = RawHttp.post("/v1/traces", Orders.request().toByteArray());
    try (RawHttp http = new RawHttp(port("HTTP"))) {
      for (int i = 0; i < requests / 2; i++) {
        assertThat(http.send(request).reply().code()).isEqualTo(200);
        assertThat(grpc.withDeadlineAfter(60, TimeUnit.SECONDS).export(Orders.request()))
            .isNotNull();
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private int port(String protocol) {
    Matcher port = Pattern.compile(protocol + "  http://[a-z0-9.]+:(\\d+)").matcher(greeting);
    assertThat(port.find()).isTrue();
    return Integer.parseInt(port.group(1));
  }

  /** Reads byte by byte, so that nothing that follows is read. */
  private String readUntil(String end) throws IOException {
    Pattern wanted = Pattern.compile(end + "\\z");
    StringBuilder text = new StringBuilder();
    do {
      text.append((char) pipe.readByte());
    } while (text.charAt(text.length() - 1) != '\n' || !wanted.matcher(text).find());
    return text.toString();
  }
}
