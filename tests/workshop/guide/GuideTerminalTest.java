package workshop.guide;

import static java.net.http.HttpResponse.BodyHandlers.discarding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.Await;
import support.Browser;
import support.GuideFolder;
import support.MadeUpLessons;
import support.RealProcess;
import support.Slow;
import support.Tool;
import workshop.page.PageAddress;

/** The guide in a real terminal, 80 columns and 24 lines: tmux types keys and reads the screen. */
@Slow
class GuideTerminalTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path temp;
  private Path folder;
  private Path lesson;
  private String server;

  @BeforeEach
  void terminal() throws Exception {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(":"))
            .anyMatch(each -> Files.isExecutable(Path.of(each, "tmux"))),
        "there is no tmux");
    folder = MadeUpLessons.in(temp);
    lesson = folder.resolve("02-send.java");
    server = temp.resolve("tmux").toString();
  }

  @AfterEach
  void end() throws Exception {
    if (server != null) {
      tmux("kill-server");
    }
  }

  @Test
  void aLearnersWayThroughALesson() throws Exception {
    start("");
    await("01-setup  (1 of 2)", "0 of 4", "  open  1. End the span that is forgotten.");
    type("f");
    await("No task of 01-setup needs faults.", "r run  h hint");
    type("r");
    await(
        "It printed \"3 spans ended, 3 logged\", not \"4 spans ended, 4",
        "Output:",
        "INFO 'a span'",
        "exit code 0, 0 spans");
    type("o");
    await("3 spans ended, 3 logged", "any key: back");
    type("Up"); // several characters, and none of them is a key of its own
    await("  open  1. End the span", "r run  h hint");
    type("x");
    await("There is no key x. For the keys, press ?");
    type("?");
    await("  space  show the next page, if not everything fits");

    type("n");
    await("02-send  (2 of 2)", "  open  1. Send the header `x-team` with the value `blue`.");
    type("r");
    await(
        "The header x-team arrived with the value red, not blue.",
        "3 spans ended, 3 acknowledged",
        "Traces",
        "02-send ran for",
        "exit code 0, 3 spans arrived.");

    type("h");
    await("hint 1 of 3: There is a header.");
    type("h");
    await("hint 2 of 3: Its value is a variable.");
    type("h");
    await(
        "hint 3 of 3: In the step \"The request\":",
        "- var team = \"red\";",
        "+ var team = \"blue\";");

    edit("\"red\"", "\"blue\"");
    await("1 of 4", "  done  1. Send the header", "A header tells the backend who sends.");
    edit("\"blue\";", "\"blue\"");
    String broken = await("It does not compile, 02-send.java:", "02-send does not compile.");
    assertThat(broken.lines().filter(line -> line.strip().equals("^"))).hasSize(1);
    assertThat(broken.split("It does not compile", -1)).hasSize(2);
    type("f");
    await("02-send with faults does not compile."); // it met no fault, and none may be left
    edit("\"blue\"", "\"blue\";");
    await("exit code 0, 3 spans arrived.");
    edit("List.of(3)", "List.of(2, 1)");
    await("2 of 4", "  done  2. ", "A batch is a request. Small ones cost more.");

    type("s");
    await("Some tasks are open. Show the solution?");
    type("x");
    await("r run  f faults  h hint  o output  n next  ");
    type("s");
    type("y");
    await("   - var attempts = 1;", "   + var attempts = 3; // the rest is lost");
    type("s"); // goes back, as the keys of the other screens do
    await("r run  f faults  h hint  o output  n next  ");

    askForFaults("9x hang");
    type("f"); // in place of what waits
    await("  open  3. ", "0 of 3 spans arrived. The backend rejected 2 attempts within ");
    edit("attempts = 1", "attempts = 3");
    await("02-send ran for", "3 spans arrived, but the backend served no fault.");
    type("f");
    await("3 of 4", "A 503 may be sent again.", "This lesson is done. It is the last one");
    type("n");
    await("The defaults to remember", "In your own program", "TROUBLESHOOTING.md");
    type("n"); // stays in the last lesson
    await("The defaults to remember", "02-send  (2 of 2)");
    type("l");
    await("> 3/3  02-send", "3 of 4");
    type("l");
    type("s");
    await("To run the solution, type ./jbang solutions/02-send.java");

    type("p");
    await("01-setup  (1 of 2)");
    type("q");
    await("EXIT 0");
    assertThat(Files.readString(folder.resolve(".workshop-progress.json")))
        .contains("02-send/1", "02-send/2", "02-send/3");
  }

  @Test
  void itStartsAtTheLessonThatIsTyped() throws Exception {
    start("", "2");
    String screen = await("02-send  (2 of 2)", "r run  f faults");
    assertThat(screen).containsPattern("gRPC \\d{5}, HTTP \\d{5}\n");
  }

  @Test
  void aLessonRunByHandIsJudgedByWhatArrives() throws Exception {
    start("");
    await("r run  h hint");
    type("n");
    tmux("resize-window", "-t", "guide", "-x", "120", "-y", "24"); // the ports are the line's last
    String screen = await("02-send  (2 of 2)", "HTTP ");
    Matcher port = Pattern.compile("HTTP (\\d+)").matcher(screen);
    assertThat(port.find()).isTrue();

    try (RealProcess process =
        RealProcess.start(
            "by hand",
            temp,
            Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + port.group(1)),
            List.of(
                folder.resolve("jbang").toString(),
                folder.resolve("solutions/02-send.java").toString()))) {
      assertThat(process.end(LIMIT).exitCode()).isZero();
    }

    await("02-send was run by hand: its tasks were checked by what arrived.", "2 of 4", "span 0");
  }

  @Test
  void itFollowsTheTerminalsSizeAndStaysWithinIt() throws Exception {
    start("");
    await("r run  h hint");
    type("n");
    await("02-send  (2 of 2)");
    tmux("resize-window", "-t", "guide", "-x", "50", "-y", "12");

    String screen = await("space more");

    assertThat(screen.lines()).hasSizeLessThanOrEqualTo(12).allMatch(line -> line.length() <= 50);
    assertThat(screen).startsWith("02-send  (2 of 2)");
    type("Space", "Space");
    await("Edit 02-send.java.");
  }

  @Test
  void ctrlCEndsItAndGivesTheTerminalBack() throws Exception {
    start("");
    await("r run  h hint");
    type("r");
    type("C-c");

    String screen = await("EXIT 0");

    assertThat(screen).doesNotContain("r run");
    type("typed");
    await("EXIT 0\ntyped");
  }

  @Test
  void aDumbTerminalGetsLinesAndCommandsWithEnter() throws Exception {
    start("TERM=dumb ");
    await("Type a letter and Enter: r run  h hint");
    type("n", "Enter");
    await("02-send  (2 of 2)");
    type("r", "Enter");
    await("3 spans arrived in 1 request: 3. Expected", "Output:", "exit code 0, 3 spans");
    type("z", "Enter");
    await("There is no key z.");
    type("q", "Enter");
    await("EXIT 0");
  }

  @Test
  void withoutColourThereIsNone() throws Exception {
    start("NO_COLOR=1 ");
    await("r run  h hint");
    assertThat(tmux("capture-pane", "-e", "-p", "-t", "guide")).doesNotContain("\u001b[");
  }

  @Test
  void withColourThereIsSome() throws Exception {
    start("");
    await("r run  h hint");
    assertThat(tmux("capture-pane", "-e", "-p", "-t", "guide")).contains("\u001b[");
  }

  /** Every user of the machine sees the arguments of the browser. */
  @Test
  void openGivesTheBrowserAFileThatOnlyItsOwnerCanRead() throws Exception {
    try (Browser browser = Browser.openOrSkip()) {
      Path seen = temp.resolve("seen");
      Path fake = Files.createDirectory(temp.resolve("bin")).resolve("xdg-open");
      Files.writeString(
          fake, "#!/bin/sh\necho \"$*\" > '%1$s.part'\nmv '%1$s.part' '%1$s'\n".formatted(seen));
      assertThat(fake.toFile().setExecutable(true)).isTrue();
      start("PATH='" + fake.getParent() + "':\"$PATH\" ", "--open");
      PageAddress page = PageAddress.in(await("#token=", "gRPC "));
      Await.until("the browser is started", () -> Files.exists(seen));

      String argument = Files.readString(seen).strip();
      assertThat(argument).startsWith("file:///").doesNotContain(page.token());
      Path file = Path.of(URI.create(argument));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      browser.load(argument);
      browser.untilText("#notebook h2", "01-setup");
      assertThat(browser.script("return location.origin")).isEqualTo(page.origin());
      browser.load("about:blank");

      type("q");
      await("EXIT 0");
      assertThat(file.getParent()).doesNotExist();
    }
  }

  /** As the page does. */
  private void askForFaults(String script) throws Exception {
    PageAddress page = PageAddress.in(await("#token=", "gRPC "));
    HttpRequest request =
        page.request("/api/faults")
            .header("Origin", page.origin())
            .POST(BodyPublishers.ofString(script))
            .build();
    assertThat(HttpClient.newHttpClient().send(request, discarding()).statusCode()).isEqualTo(200);
  }

  private void edit(String before, String after) throws Exception {
    GuideFolder.edit(lesson, before, after);
  }

  /** Starts the guide on free ports, its exit code printed behind it. */
  private void start(String variables, String... options) throws Exception {
    List<String> all = Tool.command("--grpc-port", "0", "--http-port", "0", "--page-port", "0");
    all.addAll(List.of(options));
    String command = all.stream().map(each -> "'" + each + "'").collect(Collectors.joining(" "));
    Path script = temp.resolve("start");
    Files.writeString(
        script,
        """
        unset NO_COLOR
        export WORKSHOP_DIR='%s'
        %senv --default-signal=INT %s
        echo EXIT $?
        exec sleep 600
        """
            .formatted(folder, variables, command));
    tmux(
        "-f",
        "/dev/null",
        "new-session",
        "-d",
        "-s",
        "guide",
        "-x",
        "80",
        "-y",
        "24",
        "sh '" + script + "'");
  }

  private void type(String... keys) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("send-keys", "-t", "guide"));
    arguments.addAll(List.of(keys));
    tmux(arguments.toArray(String[]::new));
  }

  /** Waits until all of these are on the screen at once, and gives the screen. */
  private String await(String... texts) throws Exception {
    String[] screen = {""};
    try {
      Await.until(
          "on the screen",
          () -> {
            screen[0] = tmux("capture-pane", "-p", "-t", "guide");
            return Arrays.stream(texts).allMatch(screen[0]::contains);
          });
    } catch (AssertionError e) {
      throw new AssertionError("not on the screen: " + List.of(texts) + "\n" + screen[0], e);
    }
    return screen[0];
  }

  private String tmux(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("tmux", "-S", server));
    command.addAll(List.of(arguments));
    try (RealProcess process = RealProcess.start("tmux-client", temp, Map.of(), command)) {
      return process.end(LIMIT).out();
    }
  }
}
