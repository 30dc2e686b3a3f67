package tests;

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

/** The guide in a real terminal, 80 columns and 24 lines: tmux types keys and reads the screen. */
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
    folder = GuideFolder.in(temp);
    lesson = folder.resolve("02-grpc-export.java");
    server = temp.resolve("tmux").toString();
  }

  @AfterEach
  void end() throws Exception {
    if (server != null) {
      tmux("kill-server");
    }
  }

  @Test
  void aLearnersWayThroughLesson02() throws Exception {
    start("");
    await("  (1 of 6)", "0 of 19", "  open  1. Add `service.version`");
    type("f");
    await("No task of 01-setup asks for faults.", "r run  h hint");

    type("n");
    await("02-grpc-export  (2 of 6)", "  open  1. Send a second header, `x-team` with the value");
    type("r");
    await(
        "A request arrived without the header x-team. It has: authorization,",
        "3 spans arrived in 1 request: 3. With batches of 2 they are 2, then",
        "1 request came with gzip",
        "02-grpc-export ran for",
        "exit code 0, 3 spans arrived.");

    type("h");
    await("hint 1 of 3: The first header is set in the step \"The exporter\".");
    type("h");
    await("hint 2 of 3: addHeader() can be called more than once.", "exit code 0, 3 spans");

    edit("grpc.setCompression(", "grpc.addHeader(\"x-team\", \"red\");\n    grpc.setCompression(");
    await("The header x-team arrived as red, not as blue.");
    edit("\"red\"", "\"blue\"");
    await("1 of 19", "  done  1. Send a second header");
    edit("\"blue\");", "\"blue\")");
    await("It does not compile, 02-grpc-export.java:");
    type("f");
    await("02-grpc-export with faults ran for"); // none of them was met, and none must stay
    edit("\"blue\")", "\"blue\");");
    await("exit code 0, 3 spans arrived.");
    edit("setMaxExportBatchSize(512)", "setMaxExportBatchSize(2)");
    await("2 of 19", "  done  2. ");

    type("s");
    await("Not all is done yet. Show the solution?");
    type("x");
    await("r run  f faults  h hint  n next  p prev  l list  s solution  q quit");
    type("s");
    type("y");
    await("   - grpc.setCompression(\"gzip\");", "   + grpc.setCompression(\"none\");");

    edit("setCompression(\"gzip\")", "setCompression(\"none\")");
    await("3 of 19");
    askForFaults("9x hang");
    type("f"); // in place of what waits
    await("  open  4. ", "1 of 3 spans arrived. Refused: 3 attempts within ");
    edit("setMaxAttempts(3)", "setMaxAttempts(4)");
    edit("timeout = Duration.ofSeconds(5)", "timeout = Duration.ofSeconds(9)");
    await("02-grpc-export ran for", "3 spans arrived, but no fault was asked for.");
    type("f");
    await("02-grpc-export with faults is running");
    type("l");
    await("> 4/4  02-grpc-export", "4 of 19");
    type("l");
    await("This lesson is done. The next one: n");
    type("s");
    await("The whole file, to run as it is: ./jbang solutions/02-grpc-export.java");

    type("p");
    await("01-setup  (1 of 6)");
    type("q");
    await("EXIT 0");
    assertThat(Files.readString(folder.resolve(".workshop-progress.json")))
        .contains("02-grpc-export/1", "02-grpc-export/2", "02-grpc-export/3", "02-grpc-export/4");
  }

  @Test
  void aLessonRunByHandIsJudgedByWhatArrives() throws Exception {
    start("");
    await("r run  h hint");
    type("n");
    String screen = await("02-grpc-export  (2 of 6)", "gRPC ");
    Matcher port = Pattern.compile("gRPC (\\d+)").matcher(screen);
    assertThat(port.find()).isTrue();

    RealProcess.Ended ended =
        LessonRun.run(
            "solutions/02-grpc-export.java",
            LessonRun.Place.CHECKOUT,
            Files.createDirectories(temp.resolve("by hand/solutions")).getParent(),
            Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + port.group(1)));

    assertThat(ended.exitCode()).isZero();
    await("02-grpc-export was run by hand: what arrived is judged.", "3 of 19", "  done  3. ");
  }

  @Test
  void itFollowsTheTerminalsSizeAndStaysWithinIt() throws Exception {
    start("");
    await("r run  h hint");
    tmux("resize-window", "-t", "guide", "-x", "50", "-y", "12");

    String screen = await("space more");

    assertThat(screen.lines()).hasSizeLessThanOrEqualTo(12).allMatch(line -> line.length() <= 50);
    assertThat(screen).startsWith("01-setup  (1 of 6)");
    type("Space");
    await("Edit 01-setup.java.");
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
    await("02-grpc-export  (2 of 6)");
    type("r", "Enter");
    await("A request arrived without the header x-team.", "exit code 0, 3 spans arrived.");
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
        "unset NO_COLOR\nexport WORKSHOP_DIR='%s'\n%s%s\necho EXIT $?\nexec sleep 600\n"
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
