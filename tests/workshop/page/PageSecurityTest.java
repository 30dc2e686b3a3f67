package workshop.page;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import support.Browser;
import support.Slow;
import workshop.wire.Backend;

/** Who may ask the page's server for what, as raw HTTP requests. */
class PageSecurityTest {
  private static final String SECRET = "order-of-somebody";
  private static final List<String> DATA =
      List.of(
          "/api/exchanges",
          "/api/exchanges/1",
          "/api/exchanges/1/request",
          "/api/exchanges/1/spans/0",
          "/api/traces",
          "/api/traces?q=shop",
          "/api/traces/0af7651916cd43dd8448eb211c80319c",
          "/api/traces/0af7651916cd43dd8448eb211c80319c/otlp.json",
          "/api/metrics",
          "/api/logs",
          "/api/logs?since=1",
          "/api/exchanges/found?q=shop",
          "/api/otlp.jsonl",
          "/api/guide");

  /** Opens a file, of which the body has lines. */
  private static final String OPEN = "POST /api/files?line=1&name=a HTTP/1.1";

  private PageUnderTest server;
  private PageAddress page;
  private int port;

  @BeforeEach
  void start() throws Exception {
    server = PageUnderTest.start(Backend.Options.onFreePorts(), 0, () -> "{\"lessons\":[]}");
    page = PageAddress.of(server.page);
    port = server.page.port();
    server.send(PageUnderTest.order(SECRET));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void answersWhereItIsAtHome() throws Exception {
    for (String name : List.of("localhost", "127.0.0.1", "[::1]", "LocalHost")) {
      for (String path : DATA) {
        assertThat(get(path, "Host: " + name + ":" + port).status).as(name + path).isEqualTo(200);
      }
      assertThat(get("/", "Host: " + name + ":" + port).status).isEqualTo(200);
    }
    assertThat(get("/api/exchanges/1/request", home()).body).contains(SECRET);
  }

  @Test
  void readsNothingToWhoHasNoToken() throws Exception {
    String right = page.token();
    List<String> none =
        List.of(
            "X-Nothing: 1",
            "Authorization:",
            "Authorization: Bearer",
            "Authorization: " + right,
            "Authorization: Basic " + right,
            "Authorization: Bearer " + right.substring(1),
            "Authorization: Bearer " + right + "x",
            "Authorization: Bearer " + right.toUpperCase(Locale.ROOT),
            page.header() + "\r\nAuthorization: Bearer other",
            "Authorization: Bearer other\r\n" + page.header(),
            "Cookie: token=" + right,
            "Cookie: otlp-workshop-" + port + "=" + right);
    List<String> paths = new ArrayList<>(DATA);
    paths.addAll(List.of("/api/events", "/api/faults", "/api/notebooks", "/api/", "/nothing"));
    paths.add("/api/exchanges?token=" + right);
    for (String each : none) {
      for (String path : paths) {
        Answer answer = anonymous("GET " + path + " HTTP/1.1", home(), each);
        assertThat(answer.status).as(each + path).isEqualTo(401);
        assertThat(answer.body).doesNotContain(SECRET, "instance", "lessons");
      }
    }
    assertThat(anonymous("GET /api/logs HTTP/1.1", home()).body)
        .isEqualTo("{\"error\":\"missing token: open the address that the terminal printed\"}");
    assertThat(anonymous("GET /api/logs HTTP/1.1", home(), none.get(6)).body)
        .startsWith("{\"error\":\"invalid or expired token: open the address");
    for (String file : List.of("/", "/index.html", "/app.js", "/codemirror/lib/codemirror.css")) {
      Answer answer = anonymous("GET " + file + " HTTP/1.1", home());
      assertThat(answer.status).as(file).isEqualTo(200);
      assertThat(answer.head.toLowerCase(Locale.ROOT)).doesNotContain("set-cookie");
    }
  }

  /** As {@code ssh -L 8080:localhost:4319} forwards it. */
  @Test
  void answersThroughAForwardedPort() throws Exception {
    for (String host : List.of("localhost:8080", "127.0.0.1:8080", "[::1]:8080", "localhost")) {
      for (String path : DATA) {
        assertThat(get(path, "Host: " + host, "Origin: http://" + host).status)
            .as(host + path)
            .isEqualTo(200);
        assertRefused(get(path, "Host: " + host, "Origin: http://localhost:" + port), host);
        assertRefused(get(path, "Host: " + host, "Origin: http://localhost:8081"), host);
      }
      assertThat(send("DELETE /api/faults HTTP/1.1", "Host: " + host).status).isEqualTo(403);
      assertThat(
              send("DELETE /api/faults HTTP/1.1", "Host: " + host, "Origin: http://" + host).status)
          .isEqualTo(200);
    }
  }

  @Test
  void refusesANameThatWasReboundToThisMachine() throws Exception {
    List<String> hosts =
        List.of(
            "Host: evil.example:" + port,
            "Host: evil.example",
            "Host: localhost.evil.example:" + port,
            "Host: evil-localhost:" + port,
            "Host: 127.0.0.1.evil.example:" + port,
            "Host: localhost:" + port + ".evil.example",
            "Host: localhost:" + port + "@evil.example",
            "Host: localhost.:" + port,
            "Host: localhost:",
            "Host: localhost:port",
            "Host: localhost:1:1",
            "Host: [::1",
            "Host: [::1]evil.example",
            "Host: 127.0.0.2:" + port,
            "Host: 0.0.0.0:" + port,
            "Host: [::]:" + port,
            "Host: :" + port,
            "Host:",
            "X-Forwarded-Host: localhost:" + port,
            home() + "\r\nHost: evil.example:" + port,
            "Host: evil.example:" + port + "\r\n" + home());
    for (String host : hosts) {
      for (String path : DATA) {
        assertRefused(get(path, host), host + path);
      }
      assertRefused(get("/", host), host);
      assertRefused(get("/app.js", host), host);
      assertRefused(get("/api/events", host), host);
      assertRefused(get("/api/events", host, "Origin: http://localhost:" + port), host);
    }
  }

  @Test
  void refusesATargetThatNamesAnotherHost() throws Exception {
    for (String target :
        List.of(
            "http://evil.example:" + port + "/api/exchanges",
            "http://localhost:" + port + "/api/exchanges",
            "//evil.example/api/exchanges")) {
      Answer answer = send("GET " + target + " HTTP/1.1", home());
      assertThat(answer.status).as(target).isIn(400, 404);
      assertThat(answer.body).doesNotContain(SECRET, "instance");
    }
  }

  @Test
  void refusesAPageOfAnotherOrigin() throws Exception {
    List<String> origins =
        List.of(
            "Origin: https://evil.example",
            "Origin: http://evil.example:" + port,
            "Origin: null",
            "Origin: http://localhost",
            "Origin: http://localhost:" + (port + 1),
            "Origin: https://localhost:" + port,
            "Origin: http://127.0.0.1:" + port, // another origin than localhost, to a browser
            "Origin: http://localhost:" + port + ".evil.example",
            "Origin: http://localhost:" + port + "\r\nOrigin: https://evil.example",
            "Sec-Fetch-Site: cross-site",
            "Sec-Fetch-Site: same-site");
    for (String origin : origins) {
      for (String path : DATA) {
        assertRefused(get(path, home(), origin), origin + path);
      }
      assertRefused(get("/api/events", home(), origin), origin);
    }
    assertThat(get("/api/exchanges", home(), "Origin: http://localhost:" + port).status)
        .isEqualTo(200);
    assertThat(get("/api/exchanges", home(), "Sec-Fetch-Site: same-origin").status).isEqualTo(200);
    assertThat(get("/", home(), "Sec-Fetch-Site: cross-site").status)
        .as("a link to the page")
        .isEqualTo(200);
    assertThat(get("/app.js", home(), "Origin: https://evil.example").status)
        .as("a file without data")
        .isEqualTo(200);
  }

  @Test
  void changesNothingForAnybody() throws Exception {
    for (String method : List.of("POST", "PUT", "DELETE")) {
      String line = method + " /api/faults HTTP/1.1";
      assertRefused(send(line, home()), line);
      assertRefused(send(line, home(), "Origin: https://evil.example"), line);
    }
    assertRefused(send(OPEN, home()), OPEN);
    assertRefused(send(OPEN, home(), "Origin: https://evil.example"), OPEN);
    assertRefused(send(OPEN, home(), own(), "Sec-Fetch-Site: cross-site"), OPEN);
    assertRefused(send(OPEN, "Host: evil.example", "Origin: http://evil.example"), OPEN);
    assertThat(anonymous(OPEN, home(), own()).status).isEqualTo(401);
    assertThat(send(OPEN, home(), own()).body).isEqualTo("{\"loaded\":0}");
    for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD")) {
      for (String path : List.of("/", "/api/exchanges", "/api/events", "/api/traces")) {
        String line = method + " " + path + " HTTP/1.1";
        assertRefused(send(line, home()), line);
        assertRefused(send(line, home(), "Origin: https://evil.example"), line);
        assertThat(send(line, home(), own()).status).as(line).isEqualTo(405);
      }
    }
    Answer preflight =
        send(
            "OPTIONS /api/exchanges HTTP/1.1",
            home(),
            "Origin: https://evil.example",
            "Access-Control-Request-Method: GET");
    assertThat(preflight.head.toLowerCase(Locale.ROOT)).doesNotContain("access-control-");
  }

  @Test
  void everyAnswerCarriesTheHeadersThatProtectIt() throws Exception {
    for (String path : List.of("/", "/style.css", "/api/exchanges", "/nothing", "/api/events")) {
      for (String host : List.of(home(), "Host: evil.example")) {
        assertThat(get(path, host).head.toLowerCase(Locale.ROOT))
            .as(path)
            .contains("content-security-policy: default-src 'none'; script-src 'self'")
            .contains("frame-ancestors 'none'")
            .contains("x-content-type-options: nosniff")
            .contains("x-frame-options: deny")
            .contains("referrer-policy: no-referrer")
            .contains("cross-origin-resource-policy: same-origin")
            .contains("cache-control: no-store")
            .doesNotContain("unsafe", "access-control-");
      }
    }
  }

  @Test
  void thePageItselfNeedsNothingThatThePolicyForbids() throws Exception {
    assertThat(get("/", home()).body)
        .doesNotContainPattern("<script(?![^>]*\\bsrc=)")
        .doesNotContainPattern("(?i)<style|\\sstyle=|\\son[a-z]+=|https?://");
  }

  @Test
  void servesNoFileButThePagesOwn() throws Exception {
    for (String path :
        List.of(
            "/../Page.class",
            "/%2e%2e/Page.class",
            "/static/index.html",
            "/..%2fPage.class",
            "/etc/passwd",
            "//etc/passwd",
            "/app.js/",
            "/index.html%00.js",
            "/api",
            "/api/",
            "/api/exchanges/99",
            "/api/exchanges/99999999999999999999",
            "/api/exchanges/1/spans/7",
            "/api/traces/abc",
            "/api/traces/00")) {
      assertThat(get(path, home()).status).as(path).isIn(400, 404);
    }
  }

  @Test
  void isReachedOverLoopbackOnly() throws Exception {
    for (InetAddress address : addresses()) {
      assertThat(connects(address)).as(address.toString()).isEqualTo(address.isLoopbackAddress());
    }
  }

  @Test
  void boundBeyondLoopbackItAnswersToTheMachinesAddressesAlone() throws Exception {
    server.close();
    Backend.Options everywhere = new Backend.Options(InetAddress.getByName("0.0.0.0"), 0, 0, 1000);
    server = PageUnderTest.start(everywhere, 0, null);
    page = PageAddress.of(server.page);
    port = server.page.port();
    String line = "GET /api/exchanges HTTP/1.1";
    for (InetAddress address : addresses()) {
      String host = "Host: " + address.getHostAddress() + ":" + port;
      assertThat(sendTo(address, line, host).status).as(host).isEqualTo(401);
      assertThat(sendTo(address, line, with(host)).status).as(host).isEqualTo(200);
      assertThat(sendTo(address, "GET /api/faults HTTP/1.1", with(host)).status)
          .as(host)
          .isEqualTo(address.isLoopbackAddress() ? 200 : 403);
      String origin = "Origin: http://" + address.getHostAddress() + ":" + port;
      assertThat(sendTo(address, OPEN, with(host, origin)).status)
          .as(host)
          .isEqualTo(address.isLoopbackAddress() ? 200 : 403);
      assertRefused(sendTo(address, line, with("Host: evil.example:" + port)), "");
      assertRefused(sendTo(address, line, with("Host: 192.0.2.1:" + port)), "");
    }
  }

  /** What a browser lets a page of another origin do, beside what the server does about it. */
  @Slow
  @Test
  void aPageOfAnotherOriginReadsNothing() throws Exception {
    HttpServer evil =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    evil.createContext(
        "/",
        http -> {
          byte[] page = "<!doctype html><title>evil</title>".getBytes(UTF_8);
          http.getResponseHeaders().set("Content-Type", "text/html");
          http.sendResponseHeaders(200, page.length);
          http.getResponseBody().write(page);
          http.close();
        });
    evil.start();
    try (Browser browser = Browser.openOrSkip()) {
      browser.load("http://localhost:" + evil.getAddress().getPort());
      Object got =
          browser.asyncScript(
              """
              const [page, token, done] = arguments;
              const headers = {Authorization: `Bearer ${token}`};
              const image = (path) => new Promise((end) => {
                const element = new Image();
                element.onload = () => end('loaded');
                element.onerror = () => end('refused');
                element.src = page + path;
              });
              const script = (path) => new Promise((end) => {
                const element = document.createElement('script');
                element.onload = () => end('loaded');
                element.onerror = () => end('refused');
                element.src = page + path;
                document.head.append(element);
              });
              const stream = () => new Promise((end) => {
                const source = new EventSource(page + '/api/events');
                source.onopen = () => end('loaded');
                source.onerror = () => end('refused');
              });
              const frame = () => new Promise((end) => {
                const element = document.createElement('iframe');
                element.onload = () => {
                  let inside = null;
                  try { inside = element.contentDocument; } catch { }
                  end(inside ? 'loaded' : 'refused');
                };
                element.src = page + '/';
                document.body.append(element);
              });
              const ask = (path, options) =>
                fetch(page + path, options).then(() => 'loaded', () => 'refused');
              Promise.all([
                ask('/api/exchanges'),
                ask('/api/exchanges', {headers}), // even if it knew the token
                ask('/api/exchanges', {mode: 'no-cors'}),
                ask('/api/exchanges', {method: 'POST', mode: 'no-cors', body: 'x'}),
                ask('/', {}),
                script('/api/exchanges'),
                script('/app.js'),
                image('/icon.svg'),
                stream(),
                frame(),
              ]).then((all) => done(all));
              """,
              page.origin(),
              page.token());
      assertThat((List<?>) got).hasSize(10).allMatch("refused"::equals);
    } finally {
      evil.stop(0);
    }
  }

  /**
   * A page that opens the stream of events and never reads it: its events are thrown away, and
   * every sender is answered all the same.
   */
  @Test
  void aPageThatDoesNotReadHoldsNoSenderBack() throws Exception {
    int requests = 2_000; // of 2 KB an event: more than queue and sockets hold
    try (Socket slow = new Socket();
        Socket sender = new Socket(InetAddress.getLoopbackAddress(), server.backend.httpPort())) {
      slow.setReceiveBufferSize(64 << 10);
      slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      slow.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
      slow.getOutputStream().write(request("GET /api/events HTTP/1.1", with(home())));
      InputStream events = new BufferedInputStream(slow.getInputStream());
      readUntil(events, "event: hello");

      sender.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
      InputStream answers = new BufferedInputStream(sender.getInputStream());
      byte[] refused =
          ("POST /" + "a".repeat(2000) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
              .getBytes(ISO_8859_1);
      for (int i = 0; i < requests; i++) {
        sender.getOutputStream().write(refused);
        readUntil(answers, "\r\n\r\n");
        readUntil(answers, "or /v1/logs\n");
      }
      assertThat(server.backend.inbox().total()).isEqualTo(requests + 1);

      String seen = readUntil(events, "event: resync");
      assertThat(seen.split("event: exchange")).hasSizeLessThan(requests);
    }
    assertThat(get("/api/exchanges", home()).status).isEqualTo(200);
  }

  private String home() {
    return "Host: localhost:" + port;
  }

  private String own() {
    return "Origin: http://localhost:" + port;
  }

  private static void assertRefused(Answer answer, String what) {
    assertThat(answer.status).as(what).isIn(400, 403);
    assertThat(answer.body).as(what).doesNotContain(SECRET, "instance", "lessons", "<html");
  }

  private Answer get(String path, String... headers) throws IOException {
    return send("GET " + path + " HTTP/1.1", headers);
  }

  /** With the token. */
  private Answer send(String line, String... headers) throws IOException {
    return sendTo(InetAddress.getLoopbackAddress(), line, with(headers));
  }

  private Answer anonymous(String line, String... headers) throws IOException {
    return sendTo(InetAddress.getLoopbackAddress(), line, headers);
  }

  private String[] with(String... headers) {
    return Stream.concat(Stream.of(page.header()), Stream.of(headers)).toArray(String[]::new);
  }

  private record Answer(int status, String head, String body) {}

  /** The answer to one request on a connection of its own; of a stream, its beginning. */
  private Answer sendTo(InetAddress address, String line, String... headers) throws IOException {
    try (Socket socket = new Socket(address, port)) {
      socket.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
      socket.getOutputStream().write(request(line, headers));
      InputStream in = new BufferedInputStream(socket.getInputStream());
      String head = readUntil(in, "\r\n\r\n");
      int status = Integer.parseInt(head.split(" ")[1]);
      boolean stream = head.contains("text/event-stream");
      String body = stream ? readUntil(in, "\n\n") : new String(in.readAllBytes(), UTF_8);
      return new Answer(status, head, body);
    }
  }

  private static byte[] request(String line, String... headers) {
    return (line + "\r\n" + String.join("\r\n", headers) + "\r\nConnection: close\r\n\r\n")
        .getBytes(ISO_8859_1);
  }

  private static String readUntil(InputStream in, String end) throws IOException {
    StringBuilder read = new StringBuilder();
    int last = end.charAt(end.length() - 1);
    while (true) {
      int c = in.read();
      if (c < 0) {
        return read.toString();
      }
      read.append((char) c);
      if (c == last
          && read.length() >= end.length()
          && read.substring(read.length() - end.length()).equals(end)) {
        return read.toString();
      }
    }
  }

  private boolean connects(InetAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 2000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<InetAddress> addresses() throws IOException {
    return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
        .flatMap(each -> Collections.list(each.getInetAddresses()).stream())
        .filter(Inet4Address.class::isInstance)
        .toList();
  }
}
