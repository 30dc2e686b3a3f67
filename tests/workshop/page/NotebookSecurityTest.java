package workshop.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.InputStream;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.GuideFolder;
import workshop.notebook.Notebook;
import workshop.notebook.Notebooks;
import workshop.wire.Backend;

/** Who may run code through the page's server, as raw HTTP requests. Nobody else's code runs. */
class NotebookSecurityTest {
  private static final String NOTEBOOK = "/api/notebooks/02-grpc-export";
  private static final String RUN = "{\"cells\":[\"the-exporter\"]}";

  private static final String HINT = "POST /api/guide/hint HTTP/1.1";
  private static final String TASK = "{\"task\":\"02-grpc-export/1\"}";

  @TempDir Path temp;

  private final List<String> hints = new ArrayList<>();
  private Backend backend;
  private Notebooks notebooks;
  private Page page;
  private int port;
  private String home;
  private String token;

  private record Answer(int status, String head, String body) {}

  @BeforeEach
  void start() throws Exception {
    start(InetAddress.getLoopbackAddress());
  }

  private final class ShownLessons implements Lessons {
    @Override
    public String json() {
      return "{\"lessons\":[]}";
    }

    @Override
    public void hint(String task) {
      hints.add(task);
    }
  }

  private void start(InetAddress bind) throws Exception {
    backend = Backend.start(Backend.Options.onFreePorts());
    notebooks =
        new Notebooks(notebooks == null ? GuideFolder.in(temp) : temp.resolve("a folder"), backend);
    page = Page.start(bind, 0, backend, new ShownLessons(), notebooks);
    port = page.port();
    home = "127.0.0.1:" + port;
    token = PageAddress.of(page).header();
  }

  @AfterEach
  void stop() {
    assertThat(notebooks.find("02-grpc-export").view().session()).isEqualTo(Notebook.State.NONE);
    end();
  }

  private void end() {
    page.close();
    notebooks.close();
    backend.close();
  }

  @Test
  void withItsTokenTheOwnPageMayDoAll() throws Exception {
    assertThat(get("/api/notebooks", token).body).contains("\"02-grpc-export\"");
    assertThat(get(NOTEBOOK, token).body).contains("\"session\":\"none\"");
    assertThat(get("/api/exchanges", token).body).contains("\"mayRun\":true");
    String edit = "{\"cell\":\"the-exporter\",\"code\":\"int x;\",\"base\":\"\"}";
    assertThat(post("edit", edit).body).contains("\"edited\":1");
    assertThat(post("reset", "{}").body).contains("\"edited\":0");
  }

  @Test
  void withoutTheTokenNothingIsShownAndNothingRuns() throws Exception {
    List<String> none =
        List.of(
            "X-Nothing: 1",
            "Authorization: ",
            token.substring(0, token.length() - 1),
            token + "x",
            token.replace("Bearer", "Basic"),
            token.replace("Authorization: Bearer ", "Cookie: token="),
            token.replace("Authorization: Bearer ", "Cookie: otlp-workshop-" + port + "="));
    for (String each : none) {
      assertThat(get("/api/notebooks", each).status).as(each).isEqualTo(401);
      assertThat(get(NOTEBOOK, each).body).as(each).doesNotContain("cells");
      for (String action : List.of("run", "edit", "save", "restart", "stop", "reset")) {
        assertThat(send(action, RUN, host(), origin(), JSON, each).status)
            .as(each + action)
            .isEqualTo(401);
      }
    }
    String right = token.replaceAll(".* ", "");
    assertThat(send("run?token=" + right, RUN, host(), origin(), JSON).status).isEqualTo(401);
  }

  @Test
  void eachServerHasATokenOfItsOwn() throws Exception {
    String before = token;
    end();
    start(InetAddress.getLoopbackAddress());
    assertThat(token).isNotEqualTo(before);
    assertThat(get(NOTEBOOK, before).status).isEqualTo(401);
    assertThat(get(NOTEBOOK, token).status).isEqualTo(200);
  }

  @Test
  void aForeignOriginRunsNothingEvenWithTheToken() throws Exception {
    List<String> foreign =
        List.of(
            "Origin: https://evil.example",
            "Origin: http://evil.example:" + port,
            "Origin: http://127.0.0.1:" + (port + 1), // the same site, to a browser
            "Origin: http://localhost:" + port,
            "Origin: null",
            origin() + "\r\nOrigin: https://evil.example",
            origin() + "\r\nSec-Fetch-Site: same-site",
            origin() + "\r\nSec-Fetch-Site: cross-site",
            "X-No-Origin: 1");
    for (String each : foreign) {
      for (String action : List.of("run", "edit", "save", "restart", "stop", "reset")) {
        Answer answer = send(action, RUN, host(), each, JSON, token);
        assertThat(answer.status).as(each + action).isEqualTo(403);
        assertThat(answer.head).doesNotContainIgnoringCase("access-control-");
      }
      if (!each.startsWith("X-")) {
        assertThat(get(NOTEBOOK, token, each).status).as(each).isEqualTo(403);
        assertThat(get("/api/events", token, each).status).as(each).isEqualTo(403);
      }
    }
  }

  @Test
  void aReboundNameRunsNothingEvenWithTheToken() throws Exception {
    for (String host : List.of("Host: evil.example:" + port, "Host: 127.0.0.2", "Host:")) {
      String own = "Origin: http://" + host.replaceFirst("Host: ?", "");
      assertThat(send("run", RUN, host, own, JSON, token).status).as(host).isEqualTo(403);
      assertThat(raw("GET " + NOTEBOOK + " HTTP/1.1", "", host, token).status).isEqualTo(403);
      assertThat(raw("GET /api/events HTTP/1.1", "", host, token).status).isEqualTo(403);
    }
  }

  @Test
  void onlyTheOwnPageGetsAHint() throws Exception {
    assertThat(raw(HINT, TASK, host(), origin(), JSON).status).as("no token").isEqualTo(401);
    assertThat(raw(HINT, TASK, host(), origin(), JSON, token + "x").status).isEqualTo(401);
    for (String foreign :
        List.of("Origin: https://evil.example", "Origin: null", "X-No-Origin: 1")) {
      assertThat(raw(HINT, TASK, host(), foreign, JSON, token).status).as(foreign).isEqualTo(403);
    }
    String evil = "evil.example:" + port;
    assertThat(raw(HINT, TASK, "Host: " + evil, "Origin: http://" + evil, JSON, token).status)
        .isEqualTo(403);
    assertThat(raw(HINT, TASK, host(), origin(), "Content-Type: text/plain", token).status)
        .isEqualTo(415);
    assertThat(raw(HINT, "{}", all()).status).isEqualTo(400);
    assertThat(raw(HINT, " ".repeat((1 << 20) + 1), all()).status).isEqualTo(413);
    assertThat(raw(HINT.replace("POST", "GET"), "", all()).status).isEqualTo(405);
    assertThat(hints).isEmpty();
    assertThat(raw(HINT, TASK, all()).body).isEqualTo("{\"lessons\":[]}");
    assertThat(hints).containsExactly("02-grpc-export/1");
  }

  @Test
  void onlyJsonOfABoundedSizeIsRead() throws Exception {
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "")) {
      assertThat(send("run", RUN, host(), origin(), "Content-Type: " + type, token).status)
          .as(type)
          .isEqualTo(415);
    }
    for (String body :
        List.of("", "[]", "1", "{", "{\"cells\":1}", "{\"cells\":[[]]}", "{}", "[".repeat(9999))) {
      assertThat(post("run", body).status).as(body).isEqualTo(400);
    }
    String large =
        "{\"cell\":\"the-exporter\",\"base\":\"\",\"code\":\"" + "x".repeat(100_001) + "\"}";
    assertThat(post("edit", large).body).contains("a cell can have at most 100000 characters");
    assertThat(post("edit", " ".repeat((1 << 20) + 1)).status).isEqualTo(413);
    assertThat(post("explode", "{}").status).isEqualTo(404);
    assertThat(raw("POST /api/notebooks/99-none/run HTTP/1.1", RUN, all()).status).isEqualTo(404);
    assertThat(raw("GET /api/notebooks/..%2f.. HTTP/1.1", "", all()).status).isEqualTo(404);
    assertThat(raw("PUT " + NOTEBOOK + "/run HTTP/1.1", RUN, all()).status).isEqualTo(405);
    assertThat(raw("GET " + NOTEBOOK + "/run HTTP/1.1", "", all()).status).isEqualTo(405);
  }

  @Test
  void fromAnotherAddressNothingRunsEvenWithTheToken() throws Exception {
    end();
    start(InetAddress.getByName("0.0.0.0"));
    assertThat(page.addressWithToken()).startsWith("http://127.0.0.1:");
    List<InetAddress> others =
        Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
            .flatMap(each -> Collections.list(each.getInetAddresses()).stream())
            .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
            .toList();
    assumeThat(others).as("an address beside loopback").isNotEmpty();
    for (InetAddress address : others) {
      String there = address.getHostAddress() + ":" + port;
      String[] headers = {"Host: " + there, "Origin: http://" + there, JSON, token};
      assertThat(rawTo(address, "POST " + NOTEBOOK + "/run HTTP/1.1", RUN, headers))
          .satisfies(answer -> assertThat(answer.status).isEqualTo(403))
          .satisfies(answer -> assertThat(answer.body).contains("on the backend's machine"));
      assertThat(rawTo(address, "GET " + NOTEBOOK + " HTTP/1.1", "", headers).status)
          .isEqualTo(403);
      assertThat(rawTo(address, HINT, TASK, headers).status).isEqualTo(403);
      assertThat(rawTo(address, "GET /api/exchanges HTTP/1.1", "", headers).body)
          .contains("\"mayRun\":false");
    }
    assertThat(hints).isEmpty();
    assertThat(get(NOTEBOOK, token).status).isEqualTo(200);
  }

  @Test
  void onAllOfIpv4NothingListensOnIpv6() throws Exception {
    InetAddress ipv6 = InetAddress.getByName("::1");
    assumeThat(NetworkInterface.getByInetAddress(ipv6)).as("IPv6").isNotNull();
    end();
    start(InetAddress.getByName("0.0.0.0"));
    assertThat(get("/api/notebooks", token).status).isEqualTo(200);
    assertThatThrownBy(() -> new Socket(ipv6, port).close()).isInstanceOf(ConnectException.class);
  }

  private static final String JSON = "Content-Type: application/json";

  private String host() {
    return "Host: " + home;
  }

  private String origin() {
    return "Origin: http://" + home;
  }

  private String[] all() {
    return new String[] {host(), origin(), JSON, token};
  }

  private Answer post(String action, String body) throws Exception {
    return send(action, body, all());
  }

  private Answer send(String action, String body, String... headers) throws Exception {
    return raw("POST " + NOTEBOOK + "/" + action + " HTTP/1.1", body, headers);
  }

  private Answer get(String path, String... headers) throws Exception {
    String[] all = new String[headers.length + 1];
    all[0] = host();
    System.arraycopy(headers, 0, all, 1, headers.length);
    return raw("GET " + path + " HTTP/1.1", "", all);
  }

  private Answer raw(String line, String body, String... headers) throws Exception {
    return rawTo(InetAddress.getLoopbackAddress(), line, body, headers);
  }

  private Answer rawTo(InetAddress address, String line, String body, String... headers)
      throws Exception {
    try (Socket socket = new Socket(address, port)) {
      socket.setSoTimeout(20_000);
      String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
      String request =
          line
              + "\r\n"
              + String.join("\r\n", headers)
              + "\r\nConnection: close\r\n"
              + length
              + "\r\n"
              + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String[] parts = all.split("\r\n\r\n", 2);
      return new Answer(
          Integer.parseInt(all.split(" ", 3)[1]), parts[0], parts.length > 1 ? parts[1] : "");
    }
  }
}
