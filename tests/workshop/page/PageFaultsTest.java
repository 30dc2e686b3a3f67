package workshop.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import support.Await;
import support.Browser;
import support.Orders;
import support.RawHttp;
import support.Slow;
import workshop.wire.FaultScript;

/** Faults from the page in a real browser, and the attempts that they bring about. */
@Slow
class PageFaultsTest {
  private static Browser browser;

  private PageUnderTest server;

  @BeforeEach
  void start() throws Exception {
    if (browser == null) {
      browser = Browser.openOrSkip();
    }
    server = PageUnderTest.start();
    browser.load(server.page.addressWithToken());
    browser.untilText(".empty", "Nothing has arrived yet.");
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

  @Test
  void aFaultIsAskedForByKeyboardAndSeenOnTheWire() throws Exception {
    browser.script(
        "[...document.querySelectorAll('button')].find(b => b.innerText === 'Faults…').focus()");
    browser.type(Keys.ENTER);
    browser.untilText("dialog", "None. Every request is processed normally.");
    browser.type("1x 503 message=\"1/2\", foo", Keys.ENTER);
    browser.untilText("dialog .problem", "expected a status such as 503 or UNAVAILABLE");
    assertThat(browser.text("dialog .problem"))
        .endsWith("\n  1x 503 message=\"1/2\", foo\n" + " ".repeat(24) + "^");
    assertThat(server.backend.faults().waiting()).isEmpty();

    browser.type(Keys.chord(Keys.CONTROL, "a"), "2x 503, token=abc", Keys.ENTER);
    browser.untilText("dialog .waiting", "2x 503\ntoken=****");
    browser.untilText(".listing [aria-haspopup=dialog]", "Faults… (3)");
    assertThat(browser.text("dialog .problem")).isEmpty();
    assertThat(server.backend.faults().waiting()).containsExactly("2x 503", "token=****");
    assertThat(server.post("/v1/traces", PageUnderTest.PROTOBUF, Orders.request().toByteArray()))
        .isEqualTo(503);
    Await.until(
        "what waits is up to date",
        () -> browser.text("dialog .waiting").equals("503\ntoken=****"));

    browser.script("document.querySelector('.chips button:nth-child(4)').click()");
    browser.type(Keys.ENTER);
    browser.untilText("dialog .waiting", "503\ntoken=****\nhang");
    browser.script(
        "[...document.querySelectorAll('button')].find(b => b.innerText === 'Clear all').click()");
    browser.untilText("dialog", "None. Every request is processed normally.");
    assertThat(server.backend.faults().waiting()).isEmpty();
    browser.type(Keys.ESCAPE);
    Await.until("the dialog is closed", () -> browser.text("dialog").isEmpty());
    assertThat(browser.script("return document.activeElement.innerText")).isEqualTo("Faults…");
    assertThat(browser.complaints()).allMatch(said -> said.contains("/api/")); // the answer 400
  }

  @Test
  void theAttemptsAtABatchStandTogether() throws Exception {
    server.backend.faults().add(FaultScript.parse("429, close"));
    byte[] order = Orders.request().toByteArray();
    assertThat(server.post("/v1/traces", PageUnderTest.PROTOBUF, order)).isEqualTo(429);
    try (RawHttp http = new RawHttp(server.backend.httpPort())) {
      assertThat(http.send(RawHttp.post("/v1/traces", order)).ended()).isTrue();
    }
    server.send(Orders.request());
    browser.untilRows("wire", 3);
    assertThat(browser.rows("wire").get(2)).contains("| 2 spans |", "| 429 Too Many Requests |");
    assertThat(browser.rows("wire").get(1)).contains("| 2 spans |", "| try 2 close |");
    assertThat(browser.rows("wire").get(0)).contains("| 2 spans |", "| try 3 200 OK |");

    browser.fragment("wire/3");
    browser.untilText(".panel .bar", "Exchange 3");
    browser.untilText(".panel .attempts", "exchange 2");
    assertThat(browser.text(".panel .attempts tbody").replaceAll("\\s+", " "))
        .matches(
            "1 exchange 1 \\d\\d:\\d\\d:\\d\\d\\.\\d{3} 429 Too Many Requests fault on demand: 429"
                + " 2 exchange 2 \\+\\d+\\.\\d\\d s close fault on demand: close"
                + " 3 exchange 3 \\+\\d+\\.\\d\\d s 200 OK ?");
    browser.click(".panel .attempts a[href='#wire/1']");
    browser.untilText(".panel .bar", "Exchange 1");
    browser.untilText(".panel .facts", "fault on demand: 429");
    assertThat(browser.complaints()).isEmpty();
  }
}
