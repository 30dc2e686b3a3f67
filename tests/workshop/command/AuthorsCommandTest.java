package workshop.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import support.Checkout;
import support.GuideFolder;
import support.LessonRun;
import support.MadeUpLessons;
import support.RealProcess;
import support.Slow;
import support.Tool;
import workshop.lesson.Lesson;
import workshop.lesson.LessonProcess;
import workshop.lesson.Verdict;
import workshop.task.Arrived;
import workshop.task.LessonRuns;

/** {@code ./jbang workshop authors}, which runs lessons and their solutions. */
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "the stand-in for the launcher is a shell script")
@Slow
class AuthorsCommandTest {
  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void folder() throws Exception {
    folder = MadeUpLessons.in(temp);
  }

  @Test
  void nothingIsMissingInTheFilesOfTheWorkshop() throws Exception {
    RealProcess.Ended ended = tool(Checkout.FOLDER, "authors", "--quick");

    assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
  }

  static List<Lesson> lessons() {
    return Lesson.in(Checkout.FOLDER);
  }

  @ParameterizedTest
  @MethodSource("lessons")
  void eachTaskIsOpenAsShippedAndDoneInItsSolution(Lesson lesson) throws Exception {
    LessonRuns runs = new LessonRuns(Checkout.FOLDER, lesson, LessonRun.LIMIT);
    LessonRun.Shipped shipped = LessonRun.shipped(lesson);
    LessonProcess.Result result =
        new LessonProcess.Result(
            shipped.ended().exitCode(), false, shipped.lines(), shipped.took());
    LessonRuns.Run asShipped =
        new LessonRuns.Run(
            result,
            Arrived.of(shipped.backend().inbox().exchanges(), result.output(), ""),
            Verdict.problems(result, shipped.backend().inbox()));
    LessonRuns.Run solved = runs.run(lesson.solutionFile(), Optional.empty());

    assertThat(AuthorsCommand.problems(runs, lesson.fileName(), asShipped)).isEmpty();
    assertThat(AuthorsCommand.problems(runs, lesson.solutionFile(), solved)).isEmpty();
  }

  /** Three files and a row in README; the tool itself stays as it is. */
  @Test
  void aNewLessonIsThreeFiles() throws Exception {
    String lesson = MadeUpLessons.prints().replace("= 3;", "= 1;");
    MadeUpLessons.add(
        folder,
        "09-more",
        lesson,
        MadeUpLessons.printsTasks()
            .replace("4 spans ended, 4 logged", "7 spans ended, 7 logged")
            .replace("\"answer\": \"INFO 'a span'\"", "\"answer\": \"1 spans ended, 1 logged\""),
        lesson.replace("= 1;", "= 7; // task 1"));

    RealProcess.Ended ended = tool("authors");

    assertThat(ended.out())
        .isEqualTo(
            """
            ok    01-setup              16 lines
            ok    02-send               54 lines
            ok    09-more               16 lines

            Lines from the class line to the end: median 16.
            Nothing is missing in 3 lessons.
            """);
    assertThat(ended.exitCode()).isZero();
    RealProcess.Ended check = tool("check", "09");
    assertThat(check.out())
        .contains("It printed \"1 spans ended, 1 logged\", not \"7 spans ended, 7");
    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(tool("list").out()).contains("09-more  Print what ends (5 min)\n  open  1. End");
    assertThat(tool("solution", "09").out()).contains("   - var ended = 1;\n   + var ended = 7;\n");
  }

  @Test
  void runsFindWhatTheFilesDoNotShow() throws Exception {
    GuideFolder.edit(folder.resolve("tasks/01-setup.json"), "INFO 'a span'\"", "INFO 3\"");
    GuideFolder.edit(folder.resolve("solutions/01-setup.java"), "= 4;", "= 5;");
    // The header is right as shipped, and the solution of the last task comes too early to an end.
    GuideFolder.edit(
        folder.resolve("tasks/02-send.json"), "\"value\": \"blue\"", "\"value\": \"red\"");
    GuideFolder.edit(folder.resolve("solutions/02-send.java"), "attempts = 3;", "attempts = 2;");
    for (String file : List.of("02-send.java", "solutions/02-send.java")) {
      GuideFolder.edit(folder.resolve(file), "\"3 spans ended", "\"4 spans ended");
    }

    RealProcess.Ended ended = tool("authors");

    assertThat(ended.out().replaceAll("\n {6}(?! )", " ").replaceAll(" within \\S+ s", ""))
        .contains(
            "FAIL  01-setup              16 lines 01-setup.java: it does not print the answer of a"
                + " prediction: INFO 3 solutions/01-setup.java: task 1 is open: It printed \"5"
                + " spans ended, 5 logged\", not \"4 spans ended, 4 logged\".")
        .contains(" 02-send.java: 1 of 4 spans were not acknowledged.")
        .contains("02-send.java: task 1 is done as shipped: The header x-team: red arrived with")
        .contains(
            "solutions/02-send.java: task 3 is open: 1 of 3 spans arrived. The backend rejected 2"
                + " attempts.")
        .endsWith("7 problems found.\n");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(tool("authors", "--quick").exitCode()).isZero();
  }

  /** The exporter does not see that a success is partial, and neither does this lesson. */
  @Test
  void whatAPartialSuccessRejectsCountsAsAcknowledged() throws Exception {
    GuideFolder.edit(
        folder.resolve("02-send.java"),
        ".header(\"x-team\", team)",
        ".header(\"workshop-fault\", \"partial=2\")");
    RealProcess.Ended partial = tool("run", "02");

    assertThat(partial.out())
        .contains("3 acknowledged   1 arrived")
        .contains("      2 rejected by a partial success, which counts as acknowledged\n")
        .contains("1 of 1 lesson passed");
    assertThat(partial.exitCode()).isZero();
  }

  private RealProcess.Ended tool(String... arguments) throws Exception {
    return tool(folder, arguments);
  }

  private RealProcess.Ended tool(Path workshop, String... arguments) throws Exception {
    try (RealProcess process =
        RealProcess.start(
            "tool", temp, Map.of("WORKSHOP_DIR", workshop.toString()), Tool.command(arguments))) {
      return process.end(LessonRun.LIMIT);
    }
  }
}
