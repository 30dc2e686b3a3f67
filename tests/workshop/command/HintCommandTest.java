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
import support.LessonRun;
import support.MadeUpLessons;
import support.RealProcess;
import support.Slow;
import support.Tool;
import workshop.task.Progress;

/** {@code ./jbang workshop hint}. */
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "the stand-in for the launcher is a shell script")
@Slow
class HintCommandTest {
  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void folder() throws Exception {
    folder = MadeUpLessons.in(temp);
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
        folder.resolve(Progress.FILE),
        "{\"current\": \"\", \"done\": [\"01-setup/1\"], \"hints\": {}}");

    assertThat(run("hint", "01").out())
        .isEqualTo(
            "All tasks of 01-setup are done. To see the solution, type ./jbang workshop solution"
                + " 01\n");
  }

  private RealProcess.Ended run(String... arguments) throws Exception {
    try (RealProcess process =
        RealProcess.start(
            "guide", temp, Map.of("WORKSHOP_DIR", folder.toString()), Tool.command(arguments))) {
      return process.end(LessonRun.LIMIT);
    }
  }
}
