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

/** {@code ./jbang workshop list}, {@code check}, {@code hint}, {@code solution}, {@code reset}. */
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "the stand-in for the launcher is a shell script")
@Slow
class GuideCommandTest {
  private static final String PROGRESS = ".workshop-progress.json";

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
              open  3. Type `./jbang backend --fault "2x 503"`, and let a third attempt
                       arrive.
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
              done  3. Type `./jbang backend --fault "2x 503"`, and let a third attempt
                       arrive.
                       3 spans arrived, after 3 attempts.
                       A 503 may be sent again. The request stays the same.

            All done: 3 tasks.
            """);
    assertThat(ended.exitCode()).isZero();
    assertThat(run("list").out()).contains("  done  3. Type").endsWith("\n3 of 4 tasks done.\n");
    assertThat(files()).contains(PROGRESS).noneMatch(file -> file.endsWith(".tmp"));
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

  @Test
  void aLessonWithoutATasksFileHasNoTasks() throws Exception {
    Files.writeString(folder.resolve("09-mine.java"), "//DESCRIPTION Mine\nclass Mine {}\n");

    assertThat(run("list").out()).contains("\n09-mine  Mine\n\n0 of 4 tasks done.\n");
    assertThat(run("check", "09").out()).isEqualTo("09-mine\n\nAll done: 0 tasks.\n");
    assertThat(run("hint", "09").out()).isEqualTo("09-mine has no tasks.\n");
    assertThat(run("solution", "09").out()).isEqualTo("09-mine has no tasks.\n");
  }

  @Test
  void listNamesEachLessonWithItsMinutesAndTasks() throws Exception {
    RealProcess.Ended ended = run("list");

    assertThat(ended.out())
        .isEqualTo(
            """
            01-setup  Print what ends (5 min)
              open  1. End the span that is forgotten.
            02-send  Send three spans over HTTP (10 min)
              open  1. Send the header `x-team` with the value `blue`.
              open  2. Send two requests, the first with 2 spans.
              open  3. Type `./jbang backend --fault "2x 503"`, and let a third attempt
                       arrive.

            0 of 4 tasks done.
            """);
    assertThat(ended.exitCode()).isZero();
  }

  @Test
  void hintsEndWithTheChangeItself() throws Exception {
    assertThat(run("hint", "02").out())
        .isEqualTo(
            """
              open  1. Send the header `x-team` with the value `blue`.
                       hint 1 of 3: There is a header.
            """);
    assertThat(run("hint", "02").out()).contains("hint 2 of 3: Its value is a variable.");
    String change = run("hint", "02").out();
    assertThat(change)
        .endsWith(
            """
                       hint 3 of 3: In the step "The request":
                       - var team = "red";
                       + var team = "blue";
            """);
    assertThat(run("hint", "02").out()).isEqualTo(change);
  }

  @Test
  void whenAllIsDoneHintNamesTheSolution() throws Exception {
    Files.writeString(
        folder.resolve(PROGRESS), "{\"current\": \"\", \"done\": [\"01-setup/1\"], \"hints\": {}}");

    assertThat(run("hint", "01").out())
        .isEqualTo(
            "All tasks of 01-setup are done. To see the solution, type ./jbang workshop solution"
                + " 01\n");
  }

  @Test
  void solutionShowsEachChangeAndTheFile() throws Exception {
    // The difference is that between both shipped texts, whatever the learner has changed.
    run("list");
    GuideFolder.edit(folder.resolve("02-send.java"), "\"red\"", "\"green\"");

    RealProcess.Ended ended = run("solution", "2");

    assertThat(ended.out())
        .isEqualTo(
            """
            1. Send the header `x-team` with the value `blue`.
               In the step "The request":
               - var team = "red";
               + var team = "blue";
            2. Send two requests, the first with 2 spans.
               In the step "The request":
               - var batches = List.of(3);
               + var batches = List.of(2, 1);
            3. Type `./jbang backend --fault "2x 503"`, and let a third attempt arrive.
               In the step "The request":
               - var attempts = 1;
               + var attempts = 3; // the rest is lost

            To run the solution, type ./jbang solutions/02-send.java
            """);
    assertThat(ended.exitCode()).isZero();
  }

  @Test
  void withoutTheSolutionAHintSaysSo() throws Exception {
    Files.delete(folder.resolve("solutions/02-send.java"));

    assertThat(run("solution", "02").out())
        .contains("   The solution cannot be read: there is no file solutions/02-send.java\n");
  }

  // --- Reset -------------------------------------------------------------------------------------

  @Test
  void withoutGitResetTakesTheCopyOfTheFirstStartAndKeepsTheLearnersText() throws Exception {
    Path lesson = folder.resolve("02-send.java");
    String shipped = Files.readString(lesson);
    run("list");
    Files.writeString(lesson, "mine");
    RealProcess.Ended first = run("reset", "02");
    assertThat(lesson).hasContent(shipped);
    Files.writeString(lesson, "mine again");
    run("reset", "02");

    assertThat(first.out())
        .isEqualTo(
            """
            02-send.java is as shipped, from the copy in .workshop-shipped.
            Your text is kept as 02-send.mine-1.java.
            """);
    assertThat(lesson).hasContent(shipped);
    assertThat(folder.resolve("02-send.mine-1.java")).hasContent("mine");
    assertThat(folder.resolve("02-send.mine-2.java")).hasContent("mine again");
    assertThat(run("reset", "02").out())
        .isEqualTo("02-send.java is as shipped, from the copy in .workshop-shipped.\n");
    assertThat(files()).noneMatch(file -> file.contains("mine-3") || file.endsWith(".tmp"));
  }

  @Test
  void inAGitWorkTreeResetTakesTheLastCommitAndKeepsNoCopy() throws Exception {
    git("init", "--quiet");
    git("add", ".");
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", "Lessons");
    Path lesson = folder.resolve("02-send.java");
    String shipped = Files.readString(lesson);
    Files.writeString(lesson, "mine");
    Files.writeString(folder.resolve("09-mine.java"), "//DESCRIPTION Mine\n");

    assertThat(run("reset", "02").out())
        .isEqualTo(
            """
            02-send.java is as shipped, from git's last commit.
            Your text is kept as 02-send.mine-1.java.
            """);
    assertThat(lesson).hasContent(shipped);
    RealProcess.Ended own = run("reset", "09");
    assertThat(own.err())
        .isEqualTo(
            "git has no 09-mine.java in its last commit, so there is no shipped text to bring back."
                + " Nothing was changed.\n");
    assertThat(own.exitCode()).isEqualTo(1);
    assertThat(files()).doesNotContain(".workshop-shipped");
  }

  /** A download that was unpacked inside of somebody's repository. */
  @Test
  void aRepositoryAboveTheFolderIsNotAsked() throws Exception {
    try (RealProcess init = RealProcess.start("git", temp, Map.of(), List.of("git", "init"))) {
      assertThat(init.end(LessonRun.LIMIT).exitCode()).isZero();
    }
    run("list");
    Files.writeString(folder.resolve("01-setup.java"), "mine");

    assertThat(run("reset", "01").out()).contains("from the copy in .workshop-shipped.");
  }

  @Test
  void theCopyIsNeverWrittenAgain() throws Exception {
    run("list");
    Files.writeString(folder.resolve("01-setup.java"), "mine");
    run("list");

    assertThat(folder.resolve(".workshop-shipped/01-setup.java"))
        .hasContent(MadeUpLessons.prints());
  }

  @Test
  void resetOpensTheLessonsTasksAgain() throws Exception {
    Files.writeString(
        folder.resolve(PROGRESS),
        """
        {"current": "", "done": ["01-setup/1", "02-send/1"], "hints": {"01-setup/1": 2}}
        """);
    run("reset", "01");

    assertThat(run("list").out()).contains("\n1 of 4 tasks done.");
    assertThat(Files.readString(folder.resolve(PROGRESS)))
        .contains("02-send/1")
        .doesNotContain("01-setup");
  }

  // --- Files that are not as they should be ------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"done\": 1}",
        "{\"current\":\"\",\"done\":[],\"hints\":{\"a\":\"b\"}}"
      })
  void damagedProgressIsSetAsideWithAWord(String damaged) throws Exception {
    Files.writeString(folder.resolve(PROGRESS), damaged);

    RealProcess.Ended ended = run("list");

    assertThat(ended.err())
        .isEqualTo(
            ".workshop-progress.json could not be read. It is kept as"
                + " .workshop-progress.damaged-1.json, and the progress starts again.\n");
    assertThat(ended.exitCode()).isZero();
    assertThat(folder.resolve(".workshop-progress.damaged-1.json")).hasContent(damaged);
    assertThat(folder.resolve(PROGRESS)).doesNotExist();
  }

  @Test
  void aWrongTasksFileIsNamedWithThePlace() throws Exception {
    GuideFolder.edit(
        folder.resolve("tasks/02-send.json"), "\"value\": \"blue\"", "\"valeu\": \"blue\"");

    RealProcess.Ended ended = run("list");

    assertThat(ended.err())
        .isEqualTo(
            "tasks/02-send.json, tasks 1, check of the kind \"header\": unknown key \"valeu\"; the"
                + " keys here are: name, value.\n");
    assertThat(ended.exitCode()).isEqualTo(1);
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

  private void git(String... arguments) throws Exception {
    List<String> command =
        Stream.concat(Stream.of("git", "-C", folder.toString()), Stream.of(arguments)).toList();
    try (RealProcess process = RealProcess.start("git", temp, Map.of(), command)) {
      RealProcess.Ended ended = process.end(LessonRun.LIMIT);
      assertThat(ended.exitCode()).as(ended.err()).isZero();
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
