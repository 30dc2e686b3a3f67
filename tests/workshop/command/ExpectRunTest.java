package workshop.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import support.Orders;
import support.RawHttp;
import workshop.task.Expectation;
import workshop.wire.Backend;

/** What is judged, and when, as long as no command has to be started. */
class ExpectRunTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final ByteArrayOutputStream report = new ByteArrayOutputStream();
  private Backend backend;

  @BeforeEach
  void start() throws Exception {
    backend = Backend.start(Backend.Options.onFreePorts());
  }

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void endsAsSoonAsEnoughHasArrived() throws Exception {
    send();

    assertThat(judge(LONG, ">=1 span service=shop")).isZero();
    assertThat(report)
        .hasToString(
            """
            ok    >=1 span service=shop
            Arrived:
                1 span service=shop name="POST /orders" kind=server
                1 span service=shop name="reserve stock"
            """);
  }

  @Test
  void endsAsSoonAsTooMuchHasArrived() throws Exception {
    send();

    assertThat(judge(LONG, "no spans kind=server", ">=1 log")).isEqualTo(1);
    assertThat(report.toString())
        .startsWith(
            """
            FAIL  no spans kind=server
                  1 arrived.
            FAIL  >=1 log
                  0 arrived.
            """);
  }

  @Test
  void judgesExactNumbersWhenTheTimeIsOver() throws Exception {
    send();

    assertThat(judge(Duration.ofMillis(1), "2 spans", "no logs")).isZero();
  }

  @Test
  void saysWhatWasRejected() throws Exception {
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      http.send(RawHttp.post("/v1/trace", new byte[0])).reply();
    }

    assertThat(judge(Duration.ofMillis(1), ">=1 span")).isEqualTo(1);
    assertThat(report.toString())
        .contains("Nothing arrived.\nThe backend rejected 1 request, the last one:\n")
        .contains("404 Not Found")
        .contains("use /v1/traces");
  }

  @Test
  void doesNotPretendToHaveCountedWhatIsNoLongerKept() throws Exception {
    backend.close();
    backend = Backend.start(new Backend.Options(InetAddress.getLoopbackAddress(), 0, 0, 1));
    send();
    send();

    assertThat(judge(Duration.ofMillis(1), ">=1 span")).isEqualTo(1);
    assertThat(report.toString())
        .contains("FAIL  1 request came too fast to be counted; keep more of them with --keep.\n");
  }

  private void send() throws Exception {
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      byte[] request = RawHttp.post("/v1/traces", Orders.request().toByteArray());
      assertThat(http.send(request).reply().code()).isEqualTo(200);
    }
  }

  private int judge(Duration limit, String... expected) throws Exception {
    List<Expectation> expectations = Stream.of(expected).map(Expectation::parse).toList();
    return new ExpectRun(backend, expectations, new PrintStream(report, true)).judge(limit);
  }
}
