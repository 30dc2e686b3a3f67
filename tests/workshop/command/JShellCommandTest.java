package workshop.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import support.Await;
import support.Checkout;
import support.LessonRun;
import support.Ports;
import support.RealProcess;
import support.Slow;
import support.Tool;
import workshop.lesson.Lesson;
import workshop.lesson.LessonProcess;
import workshop.lesson.Steps;
import workshop.lesson.Verdict;
import workshop.wire.Backend;
import workshop.wire.Signal;

/** {@code ./jbang workshop jshell LESSON}, in a terminal and without one. */
@Slow
class JShellCommandTest {
  private static final Path JDK = Path.of(System.getProperty("java.home"));
  private static final Pattern FOLDER = Pattern.compile("Its steps are files in (\\S.*):\\s");

  @TempDir Path temp;

  /** On JDK 25 if there is one; the JDK at hand opens all lessons below. */
  @Test
  void runsTheStepsOneByOneInATerminal() throws Exception {
    Lesson lesson = lesson("02");
    List<Steps.Step> steps =
        Steps.read(Checkout.FOLDER.resolve(lesson.fileName())).steps().stream()
            .filter(step -> !step.declares())
            .toList();
    List<String> typed = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      typed.add("/open %02d-%s.jsh".formatted(i + 1, steps.get(i).id()));
    }
    typed.add("System.out.println(\"java \" + Runtime.version().feature())");
    typed.add("/exit 3");
    Path home = LessonRun.jdk25().orElse(JDK);
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      RealProcess.Ended ended =
          inTerminal(home, LessonProcess.environment(lesson, backend), "02", typed);

      assertThat(ended.exitCode()).as(ended.out() + ended.err()).isEqualTo(3);
      assertThat(ended.out())
          .contains(
              "Lesson 02-grpc-export in JShell. Its libraries, imports and helpers are loaded.")
          .contains("  /open 01-the-exporter.jsh")
          .contains("3 spans ended, 3 acknowledged by http://127.0.0.1:" + backend.grpcPort())
          .doesNotContain("Error:", "Warning:", "Exception");
      if (!home.equals(JDK)) {
        assertThat(ended.out()).contains("java 25");
      }
      assertThat(backend.inbox().received(Signal.TRACES)).isEqualTo(3);
      assertNothingIsLeft(ended.out());
    }
  }

  @Test
  void controlCStopsWhatRunsAndNotTheSession() throws Exception {
    List<String> typed =
        List.of(
            "System.out.println(\"run\" + \"ning\"); while (true) {}",
            "^C",
            "System.out.println(\"and on \" + (40 + 2))",
            "/exit");

    RealProcess.Ended ended = inTerminal(JDK, Map.of(), "01", typed);

    assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out()).contains("and on 42");
    assertNothingIsLeft(ended.out());
  }

  static List<String> lessons() {
    return Lesson.in(Checkout.FOLDER).stream().map(Lesson::name).toList();
  }

  /** A lesson's chained builders and its helpers, one of which may call a later one. */
  @ParameterizedTest
  @MethodSource("lessons")
  void opensAllStepsOfALesson(String name) throws Exception {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      RealProcess.Ended ended =
          piped(LessonProcess.environment(lesson(name), backend), "/open all.jsh\n/exit\n", name);

      assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
      assertThat(ended.out()).doesNotContain("Error:", "|  Exception", "|  created");
      List<String> lines = ended.out().lines().toList();
      assertThat(Verdict.find(lines)).as(ended.out() + ended.err()).isPresent();
      assertThat(
              Verdict.problems(
                  new LessonProcess.Result(0, false, lines, Duration.ZERO), backend.inbox()))
          .isEmpty();
      assertNothingIsLeft(ended.out());
    }
  }

  @Test
  void aLossLeavesTheSessionAlive() throws Exception {
    String nobody = "http://127.0.0.1:" + Ports.unused();

    RealProcess.Ended ended =
        piped(
            Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", nobody),
            "/open all.jsh\nSystem.out.println(\"still \" + counts.ended())\n/exit\n",
            "02");

    assertThat(ended.out() + ended.err())
        .contains("3 spans ended, 0 acknowledged by " + nobody)
        .contains("Lost because of [java.net.ConnectException]")
        .contains("exit code 1")
        .contains("still 3");
  }

  @Test
  void endsJShellTooWhenItIsTerminated() throws Exception {
    // A pipe that stays open and empty, so that JShell waits for input.
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "mkfifo pipe && exec \"$@\" <> pipe", "sh"));
    command.addAll(Tool.command("jshell", "01"));
    try (RealProcess process = RealProcess.start("waits", temp, environment(Map.of()), command)) {
      Await.until("JShell is there", () -> process.printed().contains("Welcome to JShell"));
      Path folder = folder(process.printed());
      assertThat(folder).isDirectory();

      process.terminate();

      assertThat(process.end(Duration.ofSeconds(30)).exitCode()).isEqualTo(143);
      assertThat(folder).doesNotExist();
      assertThat(ProcessHandle.allProcesses())
          .noneMatch(each -> each.info().commandLine().orElse("").contains(folder.toString()));
    }
  }

  @Test
  void listsTheLessonsIfThereIsNoSuchOne() throws Exception {
    RealProcess.Ended ended = piped(Map.of(), "", "99");

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err())
        .startsWith("There is no lesson \"99\". The lessons are:\n  01-setup\n  02-grpc-export\n");
    assertThat(ended.out()).isEmpty();
  }

  private static Lesson lesson(String typed) {
    return Lesson.in(Checkout.FOLDER).stream()
        .filter(each -> each.matches(typed))
        .findFirst()
        .orElseThrow();
  }

  /** Types lines into a terminal in which the tool runs; what the terminal showed is its output. */
  private RealProcess.Ended inTerminal(
      Path jdk, Map<String, String> environment, String lesson, List<String> typed)
      throws Exception {
    assumePython();
    List<String> command = new ArrayList<>();
    command.add("python3");
    command.add(Checkout.FOLDER.resolve("tests/type_in_terminal.py").toString());
    command.addAll(Tool.command("jshell", lesson));
    command.set(2, jdk.resolve("bin/java").toString());
    return run(environment, String.join("\n", typed) + "\n", command);
  }

  private RealProcess.Ended piped(Map<String, String> environment, String input, String lesson)
      throws Exception {
    return run(environment, input, Tool.command("jshell", lesson));
  }

  private RealProcess.Ended run(Map<String, String> environment, String input, List<String> command)
      throws Exception {
    Path file = Files.writeString(temp.resolve("input"), input);
    List<String> withInput =
        new ArrayList<>(List.of("sh", "-c", "input=$1; shift; exec \"$@\" < \"$input\"", "sh"));
    withInput.add(file.toString());
    withInput.addAll(command);
    try (RealProcess process =
        RealProcess.start("jshell", temp, environment(environment), withInput)) {
      return process.end(Duration.ofMinutes(3));
    }
  }

  private static Map<String, String> environment(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(more);
    all.put("WORKSHOP_DIR", Checkout.FOLDER.toString());
    return all;
  }

  private static void assertNothingIsLeft(String printed) {
    assertThat(folder(printed)).doesNotExist();
  }

  private static Path folder(String printed) {
    Matcher folder = FOLDER.matcher(printed);
    assertThat(folder.find()).as(printed).isTrue();
    return Path.of(folder.group(1));
  }

  private void assumePython() throws IOException, InterruptedException {
    try (RealProcess process =
        RealProcess.start("python", temp, Map.of(), List.of("python3", "-c", "import pty"))) {
      assumeTrue(process.end(Duration.ofSeconds(30)).exitCode() == 0, "python3 has no module pty");
    } catch (IOException e) {
      assumeTrue(false, "no python3 on the PATH, so no terminal to type in");
    }
  }
}
