package workshop.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import support.Await;
import support.RealProcess;
import support.Slow;
import support.Tool;

/**
 * {@code ./jbang workshop run} over lessons that misbehave. In place of the launcher stands a
 * script that prints what such a lesson would.
 */
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "the stand-in for the launcher is a shell script")
@Slow
class RunCommandTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void lessons() throws Exception {
    folder = Files.createDirectory(temp.resolve("a folder"));
    for (String lesson :
        new String[] {"01-setup", "02-claims", "03-fails", "04-hangs", "05-loses", "06-waits"}) {
      Files.writeString(folder.resolve(lesson + ".java"), "//DESCRIPTION " + lesson + "\n");
    }
    Path launcher = folder.resolve("jbang");
    Files.writeString(
        launcher,
        """
        #!/bin/sh
        case $1 in
          01-*) echo "2 spans ended, 2 logged" ;;
          02-*) echo "3 spans ended, 3 acknowledged by nobody" ;;
          03-*) echo "3 spans ended, 1 acknowledged"; echo "2 of 3 are gone" >&2; exit 1 ;;
          05-*) echo "4 spans ended, 0 acknowledged, 4 lost on purpose" ;;
          04-*) echo "waiting"; echo $$ > '%1$s/pid-04'; exec sleep 600 ;;
          06-*) echo $$ > '%1$s/pid-06'; until [ -e '%1$s/go' ]; do sleep 0.1; done ;;
        esac
        [ "$1" != "$GOES" ] || touch '%1$s/go'
        """
            .formatted(temp));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void aLessonThatDeliversIsOk() throws Exception {
    RealProcess.Ended ended = run("1");

    assertThat(ended.out().lines().map(line -> line.replaceAll(" +[0-9.]+ m?s$", "  TIME")))
        .containsExactly(
            "ok    01-setup             2 ended    2 logged         0 arrived  TIME",
            "",
            "1 of 1 lesson passed: everything that should arrive arrived.",
            "To learn with them, type ./jbang workshop --open");
    assertThat(ended.exitCode()).isZero();
  }

  @Test
  void aClaimThatNothingArrivedForIsAFailure() throws Exception {
    RealProcess.Ended ended = run("02-claims.java");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out())
        .startsWith("FAIL  02-claims            3 ended    3 acknowledged   0 arrived")
        .contains("      3 were acknowledged, but 0 arrived\n")
        .contains("      | 3 spans ended, 3 acknowledged by nobody\n")
        .endsWith(
            """
            1 of 1 lesson failed.
            To check this machine, type ./jbang workshop doctor
            """);
  }

  @Test
  void aLessonThatFailsIsShownWithWhatItPrinted() throws Exception {
    RealProcess.Ended ended = run("03");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out())
        .contains("      exit code 1\n")
        .contains("      2 of 3 spans were not acknowledged\n")
        .contains("      | 2 of 3 are gone\n");
  }

  @Test
  void aLessonThatHangsIsStopped() throws Exception {
    RealProcess.Ended ended = run("--timeout", "2", "04");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out()).contains("      timed out after 2 s\n").contains("      | waiting\n");
    long pid = pid("04");
    Await.until("the lesson's process is gone", () -> !alive(pid));
  }

  /** The first of two lessons ends only after the second. */
  @Test
  void lessonsRunSideBySideAndAreShownInOrder() throws Exception {
    RealProcess.Ended ended = run(Map.of("GOES", "05-loses.java"), "06", "05");

    assertThat(ended.out().lines().filter(line -> line.matches("(ok|FAIL) .*")))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("FAIL  06-waits"),
            second -> assertThat(second).startsWith("ok    05-loses"));
  }

  @Test
  void anInterruptEndsAllLessons() throws Exception {
    try (RealProcess tool =
        RealProcess.start(
            "run",
            temp,
            Map.of("WORKSHOP_DIR", folder.toString()),
            Tool.command("run", "04", "06", "03", "04"))) {
      Await.until("two lessons run", () -> pid("04") > 0 && pid("06") > 0);
      List<Long> pids = List.of(pid("04"), pid("06"));
      tool.terminate();
      tool.end(LIMIT);

      Await.until("both are gone", () -> pids.stream().noneMatch(RunCommandTest::alive));
    }
  }

  private long pid(String lesson) throws Exception {
    Path file = temp.resolve("pid-" + lesson);
    String pid = Files.exists(file) ? Files.readString(file).strip() : "";
    return pid.isEmpty() ? 0 : Long.parseLong(pid);
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  @Test
  void whatIsLostOnPurposeIsNotAFailure() throws Exception {
    RealProcess.Ended ended = run("05");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.out()).contains("      4 lost on purpose: the lesson shows how\n");
  }

  @Test
  void oneBadLessonFailsAll() throws Exception {
    RealProcess.Ended ended = run("01", "02");

    assertThat(ended.out()).contains("ok    01-setup", "\n1 of 2 lessons failed.\n");
    assertThat(ended.exitCode()).isEqualTo(1);
  }

  @Test
  void anUnknownLessonIsAnsweredWithTheList() throws Exception {
    RealProcess.Ended ended = run("7");

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err())
        .isEqualTo(
            """
            There is no lesson "7". The lessons are:
              01-setup
              02-claims
              03-fails
              04-hangs
              05-loses
              06-waits
            """);
  }

  @Test
  void aFolderWithoutLessonsIsNamed() throws Exception {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    try (RealProcess process =
        RealProcess.start(
            "run", temp, Map.of("WORKSHOP_DIR", empty.toString()), Tool.command("run"))) {
      RealProcess.Ended ended = process.end(LIMIT);

      assertThat(ended.exitCode()).isEqualTo(1);
      assertThat(ended.err())
          .isEqualTo(
              "No lessons in %s or above it. Go to the workshop's folder and try again.\n"
                  .formatted(empty));
    }
  }

  private RealProcess.Ended run(String... arguments) throws Exception {
    return run(Map.of(), arguments);
  }

  private RealProcess.Ended run(Map<String, String> more, String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "run";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Map<String, String> environment = new HashMap<>(more);
    environment.put("WORKSHOP_DIR", folder.toString());
    try (RealProcess process = RealProcess.start("run", temp, environment, Tool.command(command))) {
      return process.end(LIMIT);
    }
  }
}
