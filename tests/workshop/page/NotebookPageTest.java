package workshop.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import support.Await;
import support.Browser;
import support.Checkout;
import support.GuideFolder;
import support.RealProcess;
import support.Slow;
import support.Tool;
import workshop.lesson.Steps;

/** The notebooks in a real browser, with {@code ./jbang backend} and real sessions behind. */
@Slow
class NotebookPageTest {
  private static final String LESSON = "02-grpc-export";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir static Path temp;

  private static Path folder;
  private static Browser browser;
  private static RealProcess backend;
  private static PageAddress page;

  @BeforeAll
  static void start() throws Exception {
    browser = Browser.openOrSkip();
    browser.size(1920, 1080);
    folder = GuideFolder.in(temp);
    startBackend("0");
  }

  private static void startBackend(String pagePort) throws Exception {
    backend =
        RealProcess.start(
            "backend",
            temp,
            Map.of("WORKSHOP_DIR", folder.toString()),
            Tool.command(
                "backend", "--grpc-port", "0", "--http-port", "0", "--page-port", pagePort));
    page = PageAddress.of(backend);
    browser.load(page.at(""));
  }

  @AfterAll
  static void stop() throws Exception {
    if (backend != null) {
      backend.terminate(); // so that it takes away what its sessions have left
      backend.end(Duration.ofSeconds(30));
      backend.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void openTheLesson() throws Exception {
    browser.load(page.origin());
    open(LESSON);
    browser.complaints();
  }

  /** The lesson as it was shipped, with nothing typed, and no fault that waits. */
  @AfterEach
  void tidy() throws Exception {
    browser.load(
        page.origin() + "/style.css"); // no longer the page itself, which would send what is typed
    browser.asyncScript(
        """
        const [token, done] = arguments;
        const headers = {'Authorization': `Bearer ${token}`, 'Content-Type': 'application/json'};
        localStorage.clear();
        Promise.all([
          fetch('api/faults', {method: 'DELETE', headers}),
          fetch('api/notebooks/02-grpc-export/reset', {method: 'POST', headers, body: '{}'}),
        ]).then(done, done);
        """,
        page.token());
    Files.copy(
        Checkout.FOLDER.resolve(LESSON + ".java"), file(), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Lesson 04 sends every 5 s: on a slow machine an earlier cell has some of its spans. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "01-setup, , 0",
    "02-grpc-export, the-verdict, 3",
    "03-http-export, the-order, 3",
    "04-baggage, the-verdict, 2",
    "05-errors-and-retry, retried-503-twice, 9",
    "06-shutdown, sigterm, 15",
    "07-threads, the-verdict, 8",
    "08-batching, a-full-queue, 326"
  })
  void theSpansOfALessonStandUnderTheCellsThatSentThem(String lesson, String cell, int spans)
      throws Exception {
    open(lesson);
    runAll();
    if (cell != null) {
      browser.untilText("#cell-" + cell + " .caused-head", " spans");
      browser.untilText("#cell-" + cell + " .caused-trace .span", " /");
    }
    Await.until(spans + " spans", () -> spansCaused() == spans);
    assertThat(browser.text(".cell[data-state=failed]")).isEmpty();
    if (lesson.startsWith("03")) {
      assertThat(browser.text("#cell-two-mistakes .caused").replaceAll("\\s+", " "))
          .matches(
              "→ 2 exchanges 2 rejected Exchange #\\d+ · HTTP · rejected: 404 Not Found"
                  + " Exchange #\\d+ · gRPC · rejected: connection closed");
    }
    assertThat(browser.complaints()).isEmpty();
  }

  private static int spansCaused() {
    return Pattern.compile("(\\d+) spans?")
        .matcher(browser.text(".caused-head"))
        .results()
        .mapToInt(found -> Integer.parseInt(found.group(1)))
        .sum();
  }

  @Test
  void whatIsTypedArrivesUnderTheCell() throws Exception {
    edit("the-order", "try (", "order.setAttribute(\"tier\", \"gold\");\ntry (");
    browser.untilText("#cell-the-order .marks", "edited");
    runAll();
    browser.untilText("#cell-the-verdict .caused", "tier=gold");
    assertThat(browser.text("#cell-the-verdict .caused-trace"))
        .contains("POST /orders")
        .contains("reserve stock")
        .contains("charge card");

    browser.click("#cell-the-verdict .chip");
    browser.untilText(".panel .json", "\"key\": \"tier\"");
    browser.click("#cell-the-verdict .caused-trace li:nth-child(3) .span");
    browser.untilText(".one-trace .panel .bar", "charge card");
    assertThat(browser.text("#notebook h2")).isEqualTo(LESSON);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aWrongPortShowsTheTrueErrorAndATaskTurnsGreenWhenItIsRight() throws Exception {
    String right = code("the-exporter").replace("\"gzip\"", "\"none\"");
    set(
        "the-exporter",
        right.replaceAll("var endpoint = .*", "var endpoint = \"http://localhost:1\";"));
    runAll();
    browser.untilText("#cell-the-verdict .state", "failed");
    assertThat(browser.text("#cell-the-verdict"))
        .contains("3 spans ended, 0 acknowledged by http://localhost:1")
        .contains("Lost because of [java.net.ConnectException]. No backend running?")
        .contains("exit code 1");
    assertThat(browser.text(".caused")).isEmpty();

    set("the-exporter", right);
    runAll();
    browser.untilText("#cell-the-verdict .caused", "→ 1 exchange, 3 spans");
    browser.untilText(".closing .done", "Send uncompressed");
    Await.until(
        "the tasks are counted", // another test does another one
        () -> browser.text("#lessons .current summary").matches("[12]/4"));
    assertThat(browser.text(".closing")).contains("Next: 03-http-export");
  }

  @Test
  void theFirstClickRunsTheFirstStepAndWhatItNeeds() throws Exception {
    backend.close();
    startBackend("0"); // which has no session yet
    open(LESSON);
    browser.complaints(); // that there was no backend for a moment
    String first =
        Steps.read(file()).steps().stream()
            .filter(step -> !step.declares())
            .findFirst()
            .orElseThrow()
            .id();
    assertThat(
            browser.script(
                "return [...document.querySelectorAll('.cell .run')]"
                    + ".find(b => b.checkVisibility()).closest('.cell').id"))
        .isEqualTo("cell-" + first);
    run(first);
    browser.untilText(".session", "session ready");
    assertThat(
            browser.script(
                """
                const cells = [...document.querySelectorAll('.imports-cell, .helper-cell')];
                return cells.map((cell) => [cell.dataset.state,
                  cell.querySelector('.editor').checkVisibility(),
                  cell.querySelector('.prose').checkVisibility()].join(' ')).join('|');
                """))
        .isEqualTo("ok false false|ok false false|ok false false");
    browser.click(".helper-cell [aria-expanded=false]");
    assertThat(browser.text(".helper-cell .CodeMirror")).contains("record Counts");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aTaskAsksForItsFaultsAndTurnsGreenByWhatTheCellsSend() throws Exception {
    browser.untilText("#notebook .tasks", "Let a fourth succeed");
    for (int i = 0; i < 5; i++) {
      clickButton("Set faults"); // in place of what waits, not behind it
    }
    browser.untilText("#notebook .tasks", "Faults set. Now run all cells.");
    assertAccessible("a task that asked for faults");
    browser.click(".listing [aria-haspopup=dialog]");
    browser.untilText("dialog .waiting", "3x UNAVAILABLE delay=500ms");
    assertThat(browser.text("dialog .waiting li").lines()).hasSize(1);
    browser.type(Keys.ESCAPE);

    edit("the-exporter", "ofSeconds(5)", "ofSeconds(9)");
    edit("the-exporter", "setMaxAttempts(3)", "setMaxAttempts(4)");
    runAll();
    browser.untilText("#notebook .tasks .done", "3 spans arrived, after 4 attempts.");
    browser.untilText("#cell-the-verdict .caused", "3 rejected");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aCompileErrorStandsAtItsLine() throws Exception {
    set("the-verdict", "int one = 1;\n\nint two = \"2\";\n");
    browser.click("#cell-the-verdict .run");
    browser.untilText("#cell-the-verdict .problems", "3:11");
    assertThat(browser.text("#cell-the-verdict .problems")).contains("incompatible types");
    assertThat(browser.text("#cell-the-verdict .problem-line .CodeMirror-linenumber"))
        .isEqualTo("3");
    assertThat(browser.text("#cell-the-verdict .problem-text")).isEqualTo("\"2\"");

    browser.click("#cell-the-verdict .problems .place");
    browser.type("20 + ");
    assertThat(code("the-verdict")).contains("int two = 20 + \"2\";");
  }

  @Test
  void whatIsPrintedIsToldApart() throws Exception {
    set(
        "the-verdict",
        "for (int i = 0; i < 100; i++) System.out.println(i);\n"
            + "System.err.println(\"<b>bold</b>\");\n\"a\" + 1");
    browser.click("#cell-the-verdict .run");
    browser.untilText("#cell-the-verdict .output", "value\n\"a1\"");
    assertThat(browser.text("#cell-the-verdict .output"))
        .startsWith("out\n0\n1\n")
        .contains("err\n<b>bold</b>\n");
    assertThat(
            browser.script(
                "const o = document.querySelector('#cell-the-verdict .output');"
                    + "return o.scrollHeight > o.clientHeight"
                    + " && o.scrollTop + o.clientHeight > o.scrollHeight - 8"))
        .as("it is bounded, and its end is in sight")
        .isEqualTo(true);
  }

  @Test
  void anExceptionLeadsToItsLine() throws Exception {
    set("the-verdict", "int zero = 0;\n\nint x = 1 / zero;");
    browser.click("#cell-the-verdict .run");
    browser.untilText("#cell-the-verdict .exception", "ArithmeticException: / by zero");
    browser.click("#cell-the-verdict .exception .place");
    browser.type("// here ");
    assertThat(code("the-verdict")).contains("\n// here int x");
  }

  @Test
  void anEndlessLoopStops() throws Exception {
    set("the-verdict", "System.out.println(\"begins\");\nwhile (true) {}");
    browser.click("#cell-the-verdict .run");
    browser.untilText("#cell-the-verdict .output", "begins");
    browser.untilText(".session", "running");
    clickButton("Stop");
    browser.untilText("#cell-the-verdict .state", "stopped");
    browser.untilText(".session", "session ready");
  }

  @Test
  void aRestartForgetsTheVariables() throws Exception {
    set("the-order", "var kept = 42;");
    run("the-order");
    set("the-verdict", "kept + 1");
    run("the-verdict");
    browser.untilText("#cell-the-verdict .output", "43");
    set("the-order", "var kept = 43;");
    browser.untilText("#cell-the-order .marks", "changed since it ran");
    browser.untilText(
        "#cell-the-verdict .outdated",
        "Outdated. Depends on kept as it was before “The order” was edited. Run “The order” again,"
            + " then this cell.");
    assertAccessible("an outdated cell");
    browser.click("#cell-the-verdict .outdated button");
    browser.untilText("#cell-the-verdict .output", "44");
    assertThat(browser.text("#cell-the-verdict .outdated")).isEmpty();

    clickButton("Restart");
    browser.untilText("#cell-the-verdict .marks", "ran in an earlier session");
    browser.click("#cell-the-verdict .run");
    browser.untilText("#cell-the-verdict .problems", "cannot find symbol");
  }

  @Test
  void keysRunCellsAndLeaveTheEditor() throws Exception {
    set("the-exporter", "1 + 1");
    set("the-sdk", "2 + 2");
    browser.click("#cell-the-exporter .CodeMirror");
    browser.type(Keys.chord(Keys.SHIFT, Keys.ENTER));
    browser.untilText("#cell-the-exporter .output", "value\n2");
    assertThat(focused()).isEqualTo("cell-the-sdk");
    browser.type(Keys.chord(Keys.CONTROL, Keys.ENTER));
    browser.untilText("#cell-the-sdk .output", "value\n4");
    assertThat(focused()).isEqualTo("cell-the-sdk");
    browser.type("/1");
    assertThat(code("the-sdk")).as("the page's own keys rest").contains("/1");

    browser.type(Keys.TAB);
    assertThat(code("the-sdk")).doesNotContain("\t");
    assertThat(browser.script("return document.activeElement.tagName")).isEqualTo("BUTTON");
    browser.click("#cell-the-sdk .CodeMirror");
    browser.type(Keys.ESCAPE);
    assertThat(browser.script("return document.activeElement.id")).isEqualTo("cell-the-sdk");
    browser.type(Keys.ARROW_UP);
    assertThat(browser.script("return document.activeElement.id")).isEqualTo("cell-the-exporter");
  }

  @Test
  void jupytersKeysAddRunStopAndRemove() throws Exception {
    set("the-exporter", "1 + 1");
    set("the-sdk", "2 + 2");
    browser.click("#cell-the-exporter .CodeMirror");
    browser.type(Keys.ESCAPE, "j");
    assertThat(active("id")).isEqualTo("cell-the-sdk");
    browser.type("a");
    String scratch = scratch();
    assertThat(browser.script("return document.activeElement.nextElementSibling.id"))
        .isEqualTo("cell-the-sdk");
    browser.type(Keys.ENTER, "while (true) {}");
    browser.type(Keys.ESCAPE, Keys.chord(Keys.CONTROL, Keys.ENTER));
    browser.untilText("#cell-" + scratch + " .state", "running");
    browser.type("i", "x", "i");
    assertThat(browser.text(".session")).as("not twice").isEqualTo("running …");
    browser.type("i");
    browser.untilText("#cell-" + scratch + " .state", "stopped");

    set(scratch, "20 + 22");
    browser.type(Keys.chord(Keys.SHIFT, Keys.ENTER));
    browser.untilText("#cell-" + scratch + " .output", "42");
    assertThat(active("id")).as("the next one, not its editor").isEqualTo("cell-the-sdk");
    assertAccessible("a scratch cell");
    browser.type("k");
    assertThat(active("id")).isEqualTo("cell-" + scratch);
    browser.type("0", "0");
    browser.untilText("#cell-" + scratch + " .marks", "ran in an earlier session");
    browser.type("?");
    browser.untilText("dialog[open]", "add a scratch cell above or below");
    browser.type(Keys.ESCAPE);
    browser.script("document.querySelector('#cell-' + arguments[0]).focus()", scratch);
    browser.type("d", "d");
    browser.untilText("#notebook .notes", "Scratch 1 removed.");
    assertThat(browser.text(".cells")).doesNotContain("Scratch");
    assertThat(active("id")).isEqualTo("cell-the-exporter");

    clickButton("Undo");
    assertThat(code(scratch())).isEqualTo("20 + 22");
    clickButton("Remove");
    browser.untilText("#notebook .notes", "Scratch 1 removed.");
    assertThat(browser.complaints()).isEmpty();
  }

  /** Waits until the focus is in a scratch cell; returns the cell's id. */
  private static String scratch() throws Exception {
    Await.until("the cell", () -> focused().toString().startsWith("cell-scratch_"));
    return focused().toString().substring("cell-".length());
  }

  @Test
  void singleKeysThatAreSwitchedOffDoNothingInACell() throws Exception {
    browser.click("#cell-the-exporter .CodeMirror");
    browser.type(Keys.ESCAPE, "?");
    browser.click("dialog[open] input");
    browser.type(Keys.ESCAPE);
    browser.script("document.querySelector('#cell-the-exporter').focus()");
    browser.type("b", "j", "?");
    assertThat(active("id")).isEqualTo("cell-the-exporter");
    assertThat(browser.text("dialog[open]")).isEmpty();
    browser.type(Keys.ARROW_DOWN);
    assertThat(active("id")).isEqualTo("cell-the-sdk");
    assertThat(browser.text(".cells")).doesNotContain("Scratch");
  }

  @Test
  void namesAreCompletedAndImported() throws Exception {
    set("the-exporter", "");
    browser.click("#cell-the-exporter .CodeMirror");
    browser.type("Math.floorD", Keys.TAB);
    browser.untilText(".CodeMirror-hints", "floorDiv(");
    browser.untilText(".meaning", "int Math.floorDiv(int x, int y)");
    assertThat(active("aria-activedescendant")).as("the chosen entry").startsWith("cm-complete");
    assertAccessible("a list of what can come next");
    browser.type(Keys.ESCAPE);
    assertThat(browser.script("return document.querySelector('.CodeMirror-hints, .meaning')"))
        .isNull();
    assertThat(focused()).as("the list alone closes").isEqualTo("cell-the-exporter");
    browser.type(Keys.TAB);
    assertThat(browser.script("return document.activeElement.tagName"))
        .as("nothing new was typed")
        .isEqualTo("BUTTON");

    browser.click("#cell-the-exporter .CodeMirror");
    browser.type(Keys.chord(Keys.CONTROL, Keys.SPACE));
    browser.untilText(".CodeMirror-hints", "floorDiv(");
    browser.type("i", Keys.ENTER);
    Await.until("it is taken", () -> code("the-exporter").equals("Math.floorDiv("));
    browser.type("9, 2)", Keys.chord(Keys.CONTROL, Keys.ENTER));
    browser.untilText("#cell-the-exporter .output", "value\n4");

    set("the-exporter", "new ArrayDeque<String>()");
    browser.click("#cell-the-exporter .run");
    browser.untilText("#cell-the-exporter .problems", "import java.util.ArrayDeque");
    browser.click("#cell-the-exporter .problems .small");
    browser.untilText("#notebook .notes", "Added import java.util.ArrayDeque.");
    assertThat(code("imports")).contains("import java.util.ArrayDeque;");
    browser.click("#cell-the-exporter .run");
    browser.untilText("#cell-the-exporter .output", "value\n[]");
    assertThat(browser.complaints()).isEmpty();
  }

  private static String active(String attribute) {
    return (String)
        browser.script("return document.activeElement.getAttribute(arguments[0])", attribute);
  }

  @Test
  void whatIsTypedOutlivesAReloadAndTheBackend() throws Exception {
    edit("the-exporter", "var endpoint", "// mine\nvar endpoint");
    browser.load(page.origin()); // at once: it is not sent yet, or just being sent
    open(LESSON);
    Await.until("the draft", () -> code("the-exporter").contains("// mine"));
    browser.untilText("#cell-the-exporter .marks", "edited");
    browser.script("document.querySelector('#cell-the-exporter').focus()");
    clickButton("Scratch cell");
    String scratch = scratch();
    browser.type("6 * ");
    browser.load(page.origin());
    open(LESSON);
    Await.until("the scratch cell", () -> code(scratch).equals("6 * "));

    backend.close();
    browser.untilText("#lost", "The backend does not respond.");
    assertThat(browser.script("return document.querySelector('#cell-the-exporter .run').disabled"))
        .isEqualTo(true);
    edit("the-exporter", "// mine", "// mine, without a backend");
    set(scratch, "6 * 7");
    startBackend(page.origin().replaceAll(".*:", ""));
    open(LESSON);
    Await.until("the draft", () -> code("the-exporter").contains("// mine, without a backend"));
    browser.untilText("#cell-the-exporter .marks", "edited");
    browser.click("#cell-" + scratch + " .run");
    browser.untilText("#cell-" + scratch + " .output", "42");
    assertThat(
            browser.script(
                "return document.querySelector('[id^=cell-scratch]').previousSibling.id"))
        .isEqualTo("cell-the-exporter");
    clickButton("Remove");
    browser.untilText("#notebook .notes", "Scratch 1 removed.");
    browser.load(page.origin());
    open(LESSON);
    assertThat(browser.text(".cells")).doesNotContain("Scratch");
  }

  @Test
  void whatIsSavedIsTheLessonsFile() throws Exception {
    edit(
        "the-exporter", "var endpoint", "System.out.println(\"saved in the page\");\nvar endpoint");
    browser.click("#cell-the-exporter .CodeMirror");
    browser.type(Keys.chord(Keys.CONTROL, "s"));
    browser.untilText("#notebook .notes", "Saved to 02-grpc-export.java.");
    Await.until(
        "it is no edit", () -> !browser.text("#cell-the-exporter .marks").contains("edited"));
    assertThat(Files.readString(file()))
        .contains("\n    System.out.println(\"saved in the page\");\n    var endpoint");
    assertThat(browser.script("return localStorage.length")).isEqualTo(0L);
    try (RealProcess run =
        RealProcess.start(
            "by hand",
            temp,
            Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:1"),
            List.of(folder.resolve("jbang").toString(), file().toString()))) {
      assertThat(run.end(LIMIT).out()).startsWith("saved in the page\n");
    }
  }

  @Test
  void aChangeOfTheFileAppearsAndMeetsWhatWasTyped() throws Exception {
    GuideFolder.edit(file(), "var endpoint", "// on disk\n    var endpoint");
    Await.until("the file's text", () -> code("the-exporter").contains("// on disk"));
    assertThat(browser.text("#cell-the-exporter .marks")).doesNotContain("edited");

    edit("the-exporter", "// on disk", "// mine");
    browser.untilText("#cell-the-exporter .marks", "edited");
    GuideFolder.edit(file(), "// on disk", "// on disk again");
    browser.untilText("#cell-the-exporter .conflict", "changed here and in the file");
    clickButton("Save to 02-grpc-export.java");
    browser.untilText("#notebook .notes", "was changed since you began to type, in: The exporter");
    assertThat(code("the-exporter")).contains("// mine");

    browser.click("#cell-the-exporter .conflict button:last-child");
    browser.untilText("#cell-the-exporter .marks", "edited");
    Await.until("no conflict", () -> browser.text("#cell-the-exporter .conflict").isEmpty());
    assertThat(code("the-exporter")).contains("// mine");
    GuideFolder.edit(file(), "// on disk again", "// on disk at last");
    browser.untilText("#cell-the-exporter .conflict", "Which version do you want to keep?");
    browser.click("#cell-the-exporter .conflict button");
    Await.until("the file's text", () -> code("the-exporter").contains("// on disk at last"));
    clickButton("Undo");
    Await.until("mine", () -> code("the-exporter").contains("// mine"));
  }

  @Test
  void twoTabsShowOneNotebook() throws Exception {
    edit("the-order", "var tracer", "// unsent here\nvar tracer");
    browser.inAnotherTab(
        () -> {
          browser.load(page.origin());
          open(LESSON);
          Await.until("the first tab's edit", () -> code("the-order").contains("// unsent here"));
          edit("the-exporter", "var endpoint", "// the other tab\nvar endpoint");
          browser.untilText("#cell-the-exporter .marks", "edited");
        });
    Await.until("the second tab's edit", () -> code("the-exporter").contains("// the other tab"));
    assertThat(code("the-order")).contains("// unsent here");
  }

  @Test
  void axeFindsNothing() throws Exception {
    set("the-exporter", "for (int i = 0; i < 100; i++) System.out.println(i);");
    run("the-exporter");
    set("the-sdk", "int one = \"1\"; // a comment");
    browser.click("#cell-the-sdk .run");
    browser.untilText("#cell-the-sdk .problems", "incompatible types");
    set("the-verdict", "System.err.println(1 / 0);");
    browser.click("#cell-the-verdict .run");
    browser.untilText("#cell-the-verdict .exception", "by zero");
    edit("the-order", "try (", "// mine\ntry (");
    browser.untilText("#cell-the-order .marks", "edited");
    GuideFolder.edit(file(), "try (", "// on disk\n    try (");
    browser.untilText("#cell-the-order .conflict", "Which version do you want to keep?");
    assertAccessible("a notebook with what went wrong");

    open("03-http-export");
    runAll();
    browser.untilText("#cell-two-mistakes .caused", "404 Not Found");
    browser.untilText("#cell-the-order .caused-trace", "POST /orders");
    assertAccessible("a notebook with what it caused");
    browser.size(1280, 800);
    PageAccessibilityTest.assertAccessible(browser, "1280 pixels");
    browser.size(1920, 1080);
  }

  private static void assertAccessible(String view) throws Exception {
    for (String scheme : List.of("dark", "light")) {
      browser.colours(scheme);
      PageAccessibilityTest.assertAccessible(browser, view + ", " + scheme);
    }
  }

  @Test
  void eachColumnCloses() throws Exception {
    browser.click("#toggle-views");
    Await.until("one column", () -> browser.text("#views").isEmpty());
    browser.fragment("wire/1");
    Await.until("its link opens it", () -> !browser.text("#views").isEmpty());
    browser.click("#toggle-notebook");
    Await.until("the wire alone", () -> browser.text("#notebook").isEmpty());
    browser.fragment("lesson/01-setup");
    browser.untilText("#notebook h2", "01-setup");
    assertThat(browser.text("#views")).contains("exchange");
  }

  private static void open(String lesson) throws Exception {
    browser.fragment("lesson/" + lesson);
    browser.untilText("#notebook h2", lesson);
    Await.until(
        "the cells",
        () -> (Long) browser.script("return document.querySelectorAll('.cell').length") > 6);
  }

  private static Path file() {
    return folder.resolve(LESSON + ".java");
  }

  private static void runAll() throws Exception {
    clickButton("Run all");
    Await.until("the cells are queued", () -> !ended());
    Await.until("all have run", LIMIT, () -> ended());
  }

  private static boolean ended() {
    return Boolean.TRUE.equals(
        browser.script(
            """
            return document.querySelector('.session').textContent === 'session ready' &&
              document.querySelectorAll('.cell:is([data-state=queued], [data-state=running])')
                .length === 0;
            """));
  }

  private static void run(String cell) throws Exception {
    browser.click("#cell-" + cell + " .run");
    browser.untilText("#cell-" + cell + " .state", "ok");
  }

  private static void clickButton(String label) {
    browser.script(
        "[...document.querySelectorAll('#notebook button')]"
            + ".find(b => b.checkVisibility() && b.innerText.includes(arguments[0])).click()",
        label);
  }

  private static String code(String cell) {
    return (String)
        browser.script(
            "return document.querySelector('#cell-' + arguments[0] + ' .CodeMirror')"
                + ".CodeMirror.getValue()",
            cell);
  }

  private static void set(String cell, String code) {
    browser.script(
        "document.querySelector('#cell-' + arguments[0] + ' .CodeMirror')"
            + ".CodeMirror.setValue(arguments[1])",
        cell,
        code);
  }

  private static void edit(String cell, String before, String after) {
    String code = code(cell);
    assertThat(code).containsOnlyOnce(before);
    set(cell, code.replace(before, after));
  }

  private static Object focused() {
    return browser.script("return document.activeElement.closest('.cell')?.id ?? ''");
  }
}
