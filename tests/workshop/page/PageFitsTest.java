package workshop.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import support.Await;
import support.Browser;
import support.GuideFolder;
import support.RealProcess;
import support.Slow;
import support.Tool;

/** The page in windows of all sizes, by keys alone, and what it teaches beside the cells. */
@Slow
class PageFitsTest {
  private static final String LESSON = "02-grpc-export";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir static Path temp;

  private static Browser browser;
  private static RealProcess backend;
  private static PageAddress page;

  @BeforeAll
  static void start() throws Exception {
    browser = Browser.openOrSkip();
    backend =
        RealProcess.start(
            "backend",
            temp,
            Map.of("WORKSHOP_DIR", GuideFolder.in(temp).toString()),
            Tool.command("backend", "--grpc-port", "0", "--http-port", "0", "--page-port", "0"));
    page = PageAddress.of(backend);
    browser.load(page.at(""));
  }

  @AfterAll
  static void stop() throws Exception {
    if (backend != null) {
      backend.terminate();
      backend.end(Duration.ofSeconds(30));
      backend.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void openTheLesson() throws Exception {
    browser.script("localStorage.clear()");
    browser.size(1600, 900);
    browser.load(page.origin());
    open(LESSON);
  }

  /** 640 x 360 is a window of 1280 x 720 at 200 % zoom. */
  @ParameterizedTest(name = "{0} x {1}")
  @CsvSource({"1600, 900", "1280, 800", "768, 1024", "640, 360", "390, 844"})
  void nothingButCodeScrollsSideways(int width, int height) throws Exception {
    if (browser.text("#cell-the-verdict .caused-head").isEmpty()) {
      runAll();
    }
    browser.untilText("#cell-the-verdict .caused-head", "3 spans");
    browser.size(width, height);
    openColumn("notebook");
    assertFits("the notebook");
    browser.fragment("wire");
    openColumn("views");
    browser.untilText(".listing", "exchange");
    assertFits("the wire");
    browser.clickRow("wire", "3 spans");
    browser.untilText(".panel .json", "POST /orders");
    assertFits("an exchange");
    browser.fragment("traces");
    browser.clickRow("traces", "POST /orders");
    browser.clickRow("waterfall", "charge card");
    browser.untilText(".one-trace .panel .bar", "charge card");
    assertFits("a span");
    for (String view : List.of("metrics", "logs")) {
      browser.fragment(view);
      browser.untilText("#views .empty", "has arrived yet.");
      assertFits(view);
    }
    openColumn("lessons");
    assertFits("the lessons");
    openColumn("notebook");
    assertThat(browser.text("#notebook h2")).as("the way back").isEqualTo(LESSON);
  }

  private static void openColumn(String name) throws Exception {
    String button = "#toggle-" + name;
    if (browser
        .script("return document.querySelector('" + button + "').ariaExpanded")
        .equals("false")) {
      browser.click(button);
    }
    Await.until(name, () -> !browser.text("#" + name).isEmpty());
  }

  private static void assertFits(String view) throws Exception {
    Object found =
        browser.script(
            """
            const wide = [...document.querySelectorAll('html, body, body *')].filter(e => {
              if (!e.checkVisibility() || e.closest('.unseen, .skips, .CodeMirror, pre, .json')) {
                return false;
              }
              const scrolls = e === document.documentElement ||
                /auto|scroll/.test(getComputedStyle(e).overflowX);
              return scrolls && e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1 ||
                e.getBoundingClientRect().right > innerWidth + 1;
            });
            return wide.map(e => e.tagName + '.' + e.className);
            """);
    assertThat((List<?>) found).as(view).isEmpty();
    PageAccessibilityTest.assertAccessible(browser, view);
  }

  @Test
  void theBorderMovesByTheMouseAndByKeys() throws Exception {
    long before = width("#notebook");
    browser.drag(".splitter", -200);
    Await.until("a narrower notebook", () -> Math.abs(before - 200 - width("#notebook")) < 15);
    browser.script("document.querySelector('.splitter').focus()");
    browser.type(Keys.END);
    assertThat(browser.script("return document.activeElement.ariaValueNow")).isEqualTo("80");
    assertThat(width("#notebook")).isGreaterThan(before);
    browser.type(Keys.ARROW_LEFT);
    assertThat(browser.script("return document.activeElement.ariaValueNow")).isEqualTo("78");
    browser.load(page.origin());
    open(LESSON);
    assertThat(browser.script("return document.querySelector('.splitter').ariaValueNow"))
        .as("after a reload")
        .isEqualTo("78");
    browser.doubleClick(".splitter");
    Await.until("the received data alone", () -> browser.text("#notebook").isEmpty());
    assertThat(focused()).isEqualTo("toggle-notebook");
  }

  private static long width(String css) {
    return (Long) browser.script("return document.querySelector(arguments[0]).clientWidth", css);
  }

  @Test
  void focusGoesWhereSomethingWasOpenedAndBack() throws Exception {
    Await.until("the first cell with code", () -> focused().equals("cell-the-exporter"));
    assertThat(
            browser.script(
                """
                const first = [...document.querySelectorAll('a, button, input, [tabindex="0"]')]
                  .find(e => e.checkVisibility());
                first.focus();
                return first.innerText;
                """))
        .isEqualTo("Skip to the notebook");
    browser.type(Keys.ENTER);
    assertThat(focused()).isEqualTo("notebook");

    runAll();
    browser.fragment("wire");
    browser.script("document.querySelector('.list.wire').focus()");
    browser.type(Keys.HOME, Keys.ENTER);
    Await.until("the exchange", () -> focusedIn(".panel"));
    browser.type(Keys.ESCAPE);
    Await.until("the list", () -> focusedIn(".list.wire"));
  }

  private static boolean focusedIn(String css) {
    return (Boolean)
        browser.script("return document.activeElement.closest(arguments[0]) !== null", css);
  }

  @Test
  void shortcutsOfASingleCharacterCanBeSwitchedOff() throws Exception {
    browser.fragment("wire");
    browser.type("2");
    assertView("traces");
    browser.click("#keys button");
    browser.click("dialog.shortcuts input");
    browser.type(Keys.ESCAPE);
    assertThat(browser.script("return document.activeElement.innerText")).isEqualTo("Keys…");
    browser.type("1");
    assertView("traces");
    browser.click("#keys button");
    browser.click("dialog.shortcuts input");
    browser.type(Keys.ESCAPE);
    browser.type("1");
    assertView("wire");
  }

  private static void assertView(String name) {
    assertThat(browser.script("return document.querySelector('nav [aria-current]').dataset.view"))
        .isEqualTo(name);
  }

  @Test
  void aFailedCellIsNamedInTheHeader() throws Exception {
    set("the-verdict", "System.out.println(1 / 0);");
    runAll();
    browser.untilText(".failures", "✗ 1 cell failed: The verdict");
    browser.click(".failures a");
    Await.until("its cell", () -> focused().equals("cell-the-verdict"));
    browser.script("document.querySelector('#cell-the-verdict [title^=Reset]').click()");
    runAll();
    Await.until("no failure", () -> browser.text(".failures").isEmpty());
  }

  @Test
  void aTaskAndItsCellLeadToEachOtherAndHintsComeOneAtATime() throws Exception {
    browser.click(".closing .task-cell[href$='/the-sdk']");
    Await.until("the task's cell", () -> focused().equals("cell-the-sdk"));
    String cell = "#cell-the-sdk .cell-tasks";
    assertThat(browser.text(cell)).contains("Set the batch size to 2").doesNotContain("512");
    browser.script("document.querySelector(arguments[0] + ' [data-hint]').focus()", cell);
    browser.type(Keys.ENTER);
    browser.untilText(cell, "The batch processor has a setting");
    assertThat(browser.text(cell)).doesNotContain("512");
    browser.type(Keys.ENTER);
    browser.untilText(cell, "Change the 512");
    assertThat(browser.text(cell)).doesNotContain("setMaxExportBatchSize(2)");
    browser.type(Keys.ENTER);
    browser.untilText(cell + " .change", "setMaxExportBatchSize(2)");
    assertThat(browser.text(cell + " [data-hint]")).isEmpty();
    assertThat(focused()).isEqualTo("cell-the-sdk");
  }

  @Test
  void theRunAnswersWhatACellAsks() throws Exception {
    open("07-threads");
    String asks = "#cell-an-executor .prediction";
    browser.untilText(asks, "?");
    browser.click(asks + " input");
    browser.type("the order");
    runAll();
    browser.untilText(asks, "You expected: the order");
    assertThat(browser.text(asks)).contains("What happened: receipt: parent none");

    open("01-setup");
    browser.untilText(".description", "This lesson sends nothing to the backend");
    runAll();
    assertThat(browser.text("#cell-silent-mistake-2-an-sdk-without-a-processor .prediction"))
        .as("skipped")
        .contains("What happened: isRecording: false")
        .doesNotContain("You expected");
  }

  @Test
  void aTermOpensTheGlossary() throws Exception {
    browser.click("#cell-the-exporter .term");
    browser.untilText("dialog.glossary [aria-current]", "The URL that an exporter sends to.");
    assertThat(browser.text("dialog.glossary")).contains("A record of one piece of work");
    PageAccessibilityTest.assertAccessible(browser, "the glossary");
    browser.type(Keys.ESCAPE);
    assertThat(browser.script("return document.activeElement.innerText")).isEqualTo("endpoint");
  }

  private static void open(String lesson) throws Exception {
    browser.fragment("lesson/" + lesson);
    browser.untilText("#notebook h2", lesson);
    Await.until(
        "the cells",
        () -> (Long) browser.script("return document.querySelectorAll('.cell').length") > 6);
  }

  private static String focused() {
    return (String) browser.script("return document.activeElement.id");
  }

  private static void set(String cell, String code) throws Exception {
    browser.script(
        "document.querySelector('#cell-' + arguments[0] + ' .CodeMirror')"
            + ".CodeMirror.setValue(arguments[1])",
        cell,
        code);
    browser.untilText("#cell-" + cell + " .marks", "edited");
  }

  private static void runAll() throws Exception {
    browser.click(".notebook-bar .run");
    Await.until("the cells are queued", () -> !ended());
    Await.until("all have run", LIMIT, () -> ended());
  }

  private static boolean ended() {
    return (Boolean)
        browser.script(
            """
            return document.querySelector('.session').textContent === 'session ready' &&
              !document.querySelector('.cell:is([data-state=queued], [data-state=running])');
            """);
  }
}
