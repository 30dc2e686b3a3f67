package workshop.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import support.GuideFolder;
import support.LessonRun;
import support.MadeUpLessons;
import support.RealProcess;
import support.Slow;
import support.Tool;
import workshop.task.Progress;

/** {@code ./jbang workshop check}. */
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "the stand-in for the launcher is a shell script")
@Slow
class CheckCommandTest {
  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void folder() throws Exception {
    folder = MadeUpLessons.in(temp);
  }

  @Test
  void checkSaysOfEachOpenTaskWhatArrived() throws Exception {
    RealProcess.Ended ended = run("check");

    assertThat(ended.out().replaceAll("\\d attempts? within \\S+ s", "N attempts within N s"))
        .isEqualTo(
            """
            01-setup
              open  1. End the span that is forgotten.
                       It printed "3 spans ended, 3 logged", not "4 spans ended, 4
                       logged".
            02-send
              open  1. Send the header `x-team` with the value `blue`.
                       The header x-team arrived with the value red, not blue.
              open  2. Send two requests, the first with 2 spans.
                       3 spans arrived in 1 request: 3. Expected: 2, then 1.
              open  3. Let a third attempt arrive. For these faults, type `./jbang backend
                       --fault "2x 503"`.
                       0 of 3 spans arrived. The backend rejected N attempts within N s.

            4 of 4 tasks open. For a hint, type ./jbang workshop hint LESSON
            """);
    assertThat(ended.exitCode()).isEqualTo(1);
  }

  @Test
  void checkOfASolutionSaysWhatEachTaskWasAboutAndRemembersIt() throws Exception {
    solve(MadeUpLessons.SENDS);

    RealProcess.Ended ended = run("check", "2");

    assertThat(ended.out())
        .isEqualTo(
            """
            02-send
              done  1. Send the header `x-team` with the value `blue`.
                       The header x-team: blue arrived with each request.
                       A header tells the backend who sends. It comes with each request.
              done  2. Send two requests, the first with 2 spans.
                       3 spans arrived in 2 requests: 2, then 1.
                       A batch is a request. Small ones cost more.
              done  3. Let a third attempt arrive. For these faults, type `./jbang backend
                       --fault "2x 503"`.
                       3 spans arrived, after 3 attempts.
                       A 503 may be sent again. The request stays the same.

            All done: 3 tasks.
            """);
    assertThat(ended.exitCode()).isZero();
    assertThat(run("list").out()).contains("  done  3. Let").endsWith("\n3 of 4 tasks done.\n");
    assertThat(files()).contains(Progress.FILE).noneMatch(file -> file.endsWith(".tmp"));
  }

  /** Without the faults, all spans arrive. */
  @Test
  void theTaskWithFaultsIsJudgedByItsOwnRun() throws Exception {
    solve(MadeUpLessons.SENDS);
    GuideFolder.edit(folder.resolve("02-send.java"), "attempts = 3;", "attempts = 2;");

    RealProcess.Ended ended = run("check", "02");

    assertThat(ended.out())
        .contains("  done  1. ", "  done  2. ", "  open  3. ")
        .contains("           1 of 3 spans arrived. The backend rejected 2 attempts within ");
    assertThat(ended.exitCode()).isEqualTo(1);
  }

  @Test
  void aLessonThatDoesNotCompileSaysWhere() throws Exception {
    GuideFolder.edit(folder.resolve("02-send.java"), "attempts = 1;", "attempts = ;");

    assertThat(run("check", "02").out())
        .contains("           It does not compile, 02-send.java:22: illegal start of expression");
  }

  @Test
  void whatArrivedDoesNothingToTheTerminal() throws Exception {
    GuideFolder.edit(folder.resolve("02-send.java"), "\"red\"", "\"\\u0000\".strip() + \"r\\tx\"");

    assertThat(run("check", "02").out()).doesNotContain("\t", "\u0000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "hint", "solution", "reset"})
  void anUnknownLessonGetsTheListOfLessons(String command) throws Exception {
    RealProcess.Ended ended = run(command, "9");

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err())
        .isEqualTo("There is no lesson \"9\". The lessons are:\n  01-setup\n  02-send\n");
  }

  private void solve(String lesson) throws Exception {
    Files.writeString(
        folder.resolve(lesson + ".java"),
        Files.readString(folder.resolve("solutions/" + lesson + ".java")));
  }

  private List<String> files() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private RealProcess.Ended run(String... arguments) throws Exception {
    try (RealProcess process =
        RealProcess.start(
            "guide", temp, Map.of("WORKSHOP_DIR", folder.toString()), Tool.command(arguments))) {
      return process.end(LessonRun.LIMIT);
    }
  }
}
