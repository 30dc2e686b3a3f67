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
import support.LessonRun;
import support.MadeUpLessons;
import support.RealProcess;
import support.Slow;
import support.Tool;
import workshop.task.Progress;

/** {@code ./jbang workshop reset}. */
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "the stand-in for the launcher is a shell script")
@Slow
class ResetCommandTest {
  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void folder() throws Exception {
    folder = MadeUpLessons.in(temp);
  }

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

  @Test
  void resetOpensTheLessonsTasksAgain() throws Exception {
    Files.writeString(
        folder.resolve(Progress.FILE),
        """
        {"current": "", "done": ["01-setup/1", "02-send/1"], "hints": {"01-setup/1": 2}}
        """);
    run("reset", "01");

    assertThat(Files.readString(folder.resolve(Progress.FILE)))
        .contains("02-send/1")
        .doesNotContain("01-setup");
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
