package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import support.Browser;
import support.Orders;
import support.Slow;
import workshop.wire.Backend;
import workshop.wire.FaultScript;

/** What axe-core says of the page, in each view, with something opened. */
@Slow
class PageAccessibilityTest {
  private static Browser browser;

  private PageUnderTest server;

  @BeforeEach
  void start() throws Exception {
    if (browser == null) {
      browser = Browser.openOrSkip();
    }
    server =
        PageUnderTest.start(
            Backend.Options.onFreePorts(),
            0,
            () ->
                """
                {"lessons": [{"name": "02-grpc-export", "description": "Send an order",
                  "protocol": "grpc", "tasks": [
                  {"number": 1, "text": "Do this.", "done": true, "finding": "it is done"},
                  {"number": 2, "text": "Do that.", "done": false, "finding": "nothing came"}]}],
                "current": "02-grpc-export"}
                """);
  }

  @AfterEach
  void stop() {
    if (server != null) {
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

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"light", "dark"})
  void axeFindsNothing(String scheme) throws Exception {
    browser.colours(scheme);
    browser.load(server.page.addressWithToken());
    browser.untilText(".empty", "Nothing has arrived yet.");
    assertAccessible(browser, "an empty wire");

    server.backend.faults().add(FaultScript.parse("2x 503 for http"));
    browser.click(".listing [aria-haspopup=dialog]");
    browser.untilText("dialog .waiting", "2x 503 for http");
    browser.type("foo", Keys.ENTER);
    browser.untilText("dialog .problem", "expected a status");
    assertAccessible(browser, "the dialog of faults");
    server.backend.faults().clear();
    browser.type(Keys.ESCAPE);

    server.sendGrpc(PageUnderTest.order("shop"));
    server.send(Orders.request("payment", PageTraceTest.failedCharge()));
    server.post("/v1/trace", PageUnderTest.PROTOBUF, new byte[0]);
    String log =
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"severityNumber\":17,"
            + "\"body\":{\"stringValue\":\"card declined\"}}]}]}]}";
    server.post("/v1/logs", PageUnderTest.JSON, log.getBytes(UTF_8));
    browser.clickRow("wire", "2 spans");
    browser.untilText(".panel .json", "POST /orders");
    assertAccessible(browser, "an exchange opened");

    browser.fragment("wire/1/2");
    browser.untilText(".panel .bar", "Exchanges 1 and 2");
    assertAccessible(browser, "two exchanges");

    browser.fragment("traces");
    browser.clickRow("traces", "POST /orders");
    browser.clickRow("waterfall", "charge card");
    browser.untilText(".one-trace .panel", "card declined");
    assertAccessible(browser, "a span opened");

    browser.fragment("logs");
    browser.untilRows("logs", 1);
    assertAccessible(browser, "logs");
    browser.fragment("metrics");
    browser.untilText(".empty", "No metric has arrived yet.");
    assertAccessible(browser, "an empty table");
    browser.size(1024, 768);
    browser.fragment("wire/1");
    browser.untilText(".panel .json", "POST /orders");
    assertAccessible(browser, "1024 pixels");
    browser.size(1440, 900);
  }

  /** No violation of any impact, by all of axe-core's rules that are on by default. */
  static void assertAccessible(Browser browser, String view) throws Exception {
    try (InputStream axe = PageAccessibilityTest.class.getResourceAsStream("/axe.min.js")) {
      browser.script("if (!window.axe) {" + new String(axe.readAllBytes(), UTF_8) + "}");
    }
    Object found =
        browser.asyncScript(
            """
            const done = arguments[0];
            axe.run(document).then(
              result => done(result.violations.map(violation =>
                violation.impact + ' ' + violation.id + ': ' + violation.help + ' '
                + violation.nodes.slice(0, 4).map(node => node.html + ' ' + node.failureSummary).join('; '))),
              problem => done([String(problem)]));
            """);
    assertThat((List<?>) found).as(view).isEmpty();
  }
}
