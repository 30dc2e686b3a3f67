package workshop.page;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import support.Await;
import support.Slow;
import workshop.wire.Backend;

/** Browsers and others that stop halfway, come in crowds, or send what is not HTTP. */
@Slow
class PageServerTest {
  /** As JSON, more than the buffers of a connection hold. */
  private static final int EXCHANGES = 2500;

  private final List<Socket> sockets = new ArrayList<>();
  private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
  private PageUnderTest server;
  private PageAddress page;

  @BeforeEach
  void start() throws Exception {
    Thread.setDefaultUncaughtExceptionHandler(this::uncaught);
    Backend.Options free = Backend.Options.onFreePorts();
    server = PageUnderTest.start(new Backend.Options(free.bind(), 0, 0, EXCHANGES), 0, null);
    page = PageAddress.of(server.page);
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close();
    Thread.setDefaultUncaughtExceptionHandler(null);
    assertThat(uncaught).isEmpty();
  }

  private void uncaught(Thread thread, Throwable failure) {
    if (thread.getName().equals("page")) {
      uncaught.add(failure);
    }
  }

  @Test
  void readersThatStopBlockNobody() throws Exception {
    fill();
    for (String path : List.of("/api/exchanges", "/api/traces", "/api/traces/-/otlp.json", "/")) {
      assertThat(server.get(path).statusCode()).as(path).isIn(200, 404);
      for (int i = 0; i < 40; i++) {
        open().getOutputStream().write(get(path));
      }
      for (String other : List.of("/", "/api/exchanges", "/api/exchanges/7", "/api/logs")) {
        assertThat(server.get(other).statusCode()).as(path + other).isEqualTo(200);
      }
    }
  }

  /** Their responses would take more memory than all together may. */
  @Test
  void ofManyReadersThatStopTheOldestEnds() throws Exception {
    fill();
    List<Socket> stopped = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Socket socket = open();
      socket.getOutputStream().write(get("/api/exchanges"));
      assertThat(socket.getInputStream().read()).isEqualTo('H'); // its response has begun
      stopped.add(socket);
    }
    assertThat(server.get("/api/exchanges").statusCode()).isEqualTo(200);
    untilEnded(stopped.get(0), Duration.ofSeconds(10));
  }

  @Test
  void aReaderThatStopsIsDisconnected() throws Exception {
    fill();
    Socket stopped = open();
    stopped.getOutputStream().write(get("/api/exchanges"));
    untilEnded(stopped, Duration.ofSeconds(60));
  }

  /** Nobody reads from it: that it has ended shows when it is written to. */
  private static void untilEnded(Socket stopped, Duration limit) throws Exception {
    Await.until(
        "the connection has ended",
        limit,
        () -> {
          try {
            stopped.getOutputStream().write('x');
            return false;
          } catch (IOException e) {
            return true;
          }
        });
  }

  @Test
  void halfSentRequestsBlockNobodyAndEnd() throws Exception {
    List<String> halves =
        List.of("", "G", "GET / HTTP/1.1\r\nHost:", "GET / HTTP/1.1\r\nHost: localhost\r\n");
    List<Socket> half = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      half.add(open());
      half.get(i).getOutputStream().write(halves.get(i % halves.size()).getBytes(ISO_8859_1));
    }
    assertThat(server.get("/api/exchanges").statusCode()).isEqualTo(200);
    for (Socket each : half) {
      assertThat(readToEnd(each)).isEmpty();
    }
  }

  @Test
  void aCrowdOfConnectionsKeepsNobodyOut() throws Exception {
    for (int i = 0; i < 500; i++) {
      open().getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(ISO_8859_1));
      if (i % 50 == 49) {
        assertThat(server.get("/api/exchanges").statusCode()).as(i + " open").isEqualTo(200);
      }
    }
    assertThat(readToEnd(sockets.get(0))).isEmpty();
  }

  /** Those that have the token, and read its stream of events, stay. */
  @Test
  void aCrowdOfConnectionsEndsNoOpenPage() throws Exception {
    Socket events = open();
    events.getOutputStream().write(get("/api/events"));
    InputStream in = new BufferedInputStream(events.getInputStream());
    assertThat(readUntil(in, "event: hello")).startsWith("HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 300; i++) {
      open();
    }
    server.send(PageUnderTest.order("shop"));
    assertThat(readUntil(in, "event: exchange")).contains("event: exchange");
  }

  @Test
  void whatIsNotHttpIsRejectedWithAReason() throws Exception {
    String long17 = "x".repeat(17 << 10);
    assertThat(answer("\0\1\2\r\n\r\n")).startsWith("HTTP/1.1 400 Bad Request\r\n");
    assertThat(answer("GET /" + long17 + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(answer("GET / HTTP/1.1\r\nA: " + long17 + "\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(answer("GET /a b HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(answer("GET /%zz HTTP/1.1\r\nConnection: close\r\n\r\n"))
        .contains(" must be a path");
    assertThat(
            answer(
                "POST /api/faults HTTP/1.1\r\n"
                    + head()
                    + "Transfer-Encoding: chunked\r\n\r\nnot a number\r\n"))
        .startsWith("HTTP/1.1 400 ")
        .contains("Content-Security-Policy: ", "invalid HTTP");
  }

  @Test
  void aConnectionServesOneRequestAfterTheOther() throws Exception {
    Socket kept = open();
    InputStream in = new BufferedInputStream(kept.getInputStream());
    for (int i = 0; i < 3; i++) {
      kept.getOutputStream().write(get("/api/logs"));
      assertThat(readUntil(in, "\"rows\":[]}")).startsWith("HTTP/1.1 200 OK\r\n");
    }
    String waits = "PUT /api/faults HTTP/1.1\r\n" + head() + "Content-Length: 6\r\n";
    kept.getOutputStream().write((waits + "Expect: 100-continue\r\n\r\n").getBytes(ISO_8859_1));
    assertThat(readUntil(in, "\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    kept.getOutputStream().write("2x 503".getBytes(ISO_8859_1));
    assertThat(readUntil(in, "}")).endsWith("{\"waiting\":[\"2x 503\"]}");
    kept.getOutputStream().write((waits + "\r\n1x 503").getBytes(ISO_8859_1));
    assertThat(readUntil(in, "}")).endsWith("{\"waiting\":[\"503\"]}");
  }

  @Test
  void ofRequestsSentAheadOnlyTheFirstIsServed() throws Exception {
    Socket ahead = open();
    String one = new String(get("/api/logs"), ISO_8859_1);
    ahead.getOutputStream().write(one.repeat(100).getBytes(ISO_8859_1));
    String all = new String(readToEnd(ahead), ISO_8859_1);
    assertThat(all.split("HTTP/1.1 200 OK")).hasSize(2);
  }

  private void fill() throws Exception {
    server.send(PageUnderTest.order("shop"));
    byte[] rejected =
        ("POST /" + "%E2%82%AC".repeat(400) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
            .getBytes(ISO_8859_1);
    try (Socket sender = new Socket(InetAddress.getLoopbackAddress(), server.backend.httpPort())) {
      InputStream in = new BufferedInputStream(sender.getInputStream());
      for (int i = 0; i < EXCHANGES; i++) {
        sender.getOutputStream().write(rejected);
        readUntil(in, "or /v1/logs\n");
      }
    }
  }

  /** Its buffer is small, and nobody reads from it until a test does. */
  private Socket open() throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.setReceiveBufferSize(8 << 10);
    socket.setSoTimeout(60_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.page.port()));
    return socket;
  }

  private String head() {
    String host = "localhost:" + server.page.port();
    return "Host: " + host + "\r\nOrigin: http://" + host + "\r\n" + page.header() + "\r\n";
  }

  private byte[] get(String path) {
    return ("GET " + path + " HTTP/1.1\r\n" + head() + "\r\n").getBytes(ISO_8859_1);
  }

  private String answer(String request) throws IOException {
    Socket socket = open();
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    return new String(readToEnd(socket), ISO_8859_1);
  }

  private static byte[] readToEnd(Socket socket) throws IOException {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (SocketException reset) {
      return new byte[0];
    }
  }

  private static String readUntil(InputStream in, String end) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(end, Math.max(0, read.length() - end.length())) < 0) {
      int c = in.read();
      if (c < 0) {
        break;
      }
      read.append((char) c);
    }
    return read.toString();
  }
}
