package workshop.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import support.GuideFolder;
import support.LessonRun;
import support.MadeUpLessons;
import support.RealProcess;
import support.Slow;
import support.Tool;

/** {@code ./jbang workshop list}. */
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "the stand-in for the launcher is a shell script")
@Slow
class ListCommandTest {
  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void folder() throws Exception {
    folder = MadeUpLessons.in(temp);
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
              open  3. Let a third attempt arrive. For these faults, type `./jbang backend
                       --fault "2x 503"`.

            0 of 4 tasks done.
            """);
    assertThat(ended.exitCode()).isZero();
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

  private RealProcess.Ended run(String... arguments) throws Exception {
    try (RealProcess process =
        RealProcess.start(
            "guide", temp, Map.of("WORKSHOP_DIR", folder.toString()), Tool.command(arguments))) {
      return process.end(LessonRun.LIMIT);
    }
  }
}
