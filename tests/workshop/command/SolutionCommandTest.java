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

/** {@code ./jbang workshop solution}. */
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "the stand-in for the launcher is a shell script")
@Slow
class SolutionCommandTest {
  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void folder() throws Exception {
    folder = MadeUpLessons.in(temp);
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
            3. Let a third attempt arrive. For these faults, type `./jbang backend --fault
               "2x 503"`.
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

  private RealProcess.Ended run(String... arguments) throws Exception {
    try (RealProcess process =
        RealProcess.start(
            "guide", temp, Map.of("WORKSHOP_DIR", folder.toString()), Tool.command(arguments))) {
      return process.end(LessonRun.LIMIT);
    }
  }
}
