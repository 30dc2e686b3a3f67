package workshop.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import support.GuideFolder;
import support.MadeUpLessons;
import workshop.lesson.Launcher;
import workshop.lesson.Lesson;

/** The three files of a lesson: how they are read, and what an author is told about them. */
class GuideFilesTest {
  private static final String NAME = MadeUpLessons.PRINTS;

  @TempDir Path temp;

  /** Each changes the tasks file of a good lesson in one place. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`\"minutes\": 5` | `\"minutes\": \"5\"` |, minutes: a whole number is expected here.",
        "`\"minutes\": 5,` | `` |: the key \"minutes\" is missing.",
        "`\"none\"` | `\"udp\"` |, protocol: one of \"grpc\", \"http\", \"none\" is expected here.",
        "`\"terms\": {` | `\"term\": {` |: unknown key \"term\"; the keys here are: minutes,"
            + " protocol, terms, predictions, tasks.",
        "`\"A piece of work with a start and an end.\"` | `7` |, terms, span: a text in quotes is"
            + " expected here.",
        "`\"answer\"` | `\"anwser\"` |, predictions 1: unknown key \"anwser\"; the keys here are:"
            + " step, question, answer.",
        "`[\"Look for the number.\", \"It is one too small.\"]` | `\"Look.\"` |, tasks 1, hints: a"
            + " list in [ ] is expected here.",
        "`\"Look for the number.\"` | `\" \"` |, tasks 1, hints 1: a text in quotes is expected"
            + " here.",
        "`{\"kind\": \"printed\", \"line\": \"4 spans ended, 4 logged\"}` | `\"printed\"` |, tasks"
            + " 1, check: an object in { } is expected here.",
        "`\"printed\"` | `\"shouted\"` |, tasks 1, check: the key \"kind\" has to be one of:"
            + " attempts, attribute, baggage, batches, case, child, header, printed, resource,"
            + " root, spans, uncompressed.",
        "`\"line\": \"4 spans ended, 4 logged\"` | `\"not\": \"x\"` |, tasks 1, check of the kind"
            + " \"printed\": the key \"line\" is missing.",
        "`\"minutes\": 5,` | `\"minutes\": 5` |, line 3: this is not JSON. Look for a comma, a"
            + " quote or a bracket that is missing or too much, here or in the line before.",
      })
  void aWrongTasksFileIsNamedWithThePlaceAndWhatWasExpected(
      String before, String after, String message) throws Exception {
    Path folder = MadeUpLessons.in(temp);
    GuideFolder.edit(folder.resolve("tasks/01-setup.json"), before, after == null ? "" : after);

    assertThatThrownBy(() -> Tasks.of(Lesson.read(folder, NAME)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tasks/01-setup.json" + message);
  }

  @Test
  void aFaultThatCannotBeReadIsNamedWithThePlace() throws Exception {
    Path folder = MadeUpLessons.in(temp);
    GuideFolder.edit(
        folder.resolve("tasks/02-send.json"), "\"fault\": \"2x 503\"", "\"fault\": \"often\"");

    assertThatThrownBy(() -> Tasks.of(Lesson.read(folder, "02-send")))
        .hasMessageStartingWith("tasks/02-send.json, tasks 3, fault: ")
        .hasMessageContaining("often");
  }

  @Test
  void aFileThatIsNotAnObjectIsNamed() throws Exception {
    Path folder = MadeUpLessons.in(temp);
    Files.writeString(folder.resolve("tasks/01-setup.json"), "[]");

    assertThatThrownBy(() -> Lesson.read(folder, NAME))
        .hasMessage("tasks/01-setup.json: an object in { } is expected here.");
  }

  @Test
  void onWindowsACommandIsTypedWithABackslash() {
    assertThat(Launcher.typed("Type `./jbang backend` now", true))
        .isEqualTo("Type `.\\jbang backend` now");
    assertThat(Launcher.typed("Type ./jbang backend", false)).isEqualTo("Type ./jbang backend");
  }

  // --- The change from lesson to solution --------------------------------------------------------

  @Test
  void aChangeIsShownWithoutItsMarker() {
    Solution solution =
        new Solution(
            """
              a
                b
              c
              d
              e
            """,
            """
              a
              B(
                  x); // why // task 2
              c
              d
              e
              f // task 1
            """);

    assertThat(solution.problems(2)).isEmpty();
    assertThat(solution.change(1)).containsExactly("+ f");
    assertThat(solution.change(2)).containsExactly("-   b", "+ B(", "+     x); // why");
    assertThat(solution.change(3)).isEmpty();
  }

  @Test
  void aTaskMayChangeSeveralPlaces() {
    Solution solution = new Solution("a\nb\nc\n", "A // task 1\nb\nC // task 1\n");

    assertThat(solution.problems(1)).isEmpty();
    assertThat(solution.change(1)).containsExactly("- a", "+ A", "- c", "+ C");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "A#b#c       | line 1: \"// task N\" is missing at the end of a changed line",
        "a#c         | line 2: lines are missing here, and no added line can carry \"// task N\"",
        "a#b#c#d // task 3 | line 4: there is no task 3",
        "A // task 1#B // task 2#c | line 1: this change belongs to several tasks: [1, 2]; separate"
            + " them by an unchanged line",
        "a#b#c       | task 1 changes nothing: no line ends with \"// task 1\"",
      })
  void aChangeThatBelongsToNoTaskIsFound(String solution, String problem) {
    assertThat(new Solution("a\nb\nc\n", solution.replace('#', '\n') + "\n").problems(2))
        .contains(problem);
  }

  // --- What an author is told --------------------------------------------------------------------

  @Test
  void aCompleteLessonHasNoProblem() throws Exception {
    Path folder = MadeUpLessons.in(temp);

    for (String name : List.of(NAME, "02-send")) {
      LessonReview.Result result = LessonReview.of(folder, name);
      assertThat(result.problems()).isEmpty();
      assertThat(result.lesson()).isPresent();
    }
    assertThat(LessonReview.of(folder, NAME).lines()).isEqualTo(16);
  }

  /** A good lesson with one change, and what the author is told. */
  private record Missing(String file, String before, String after, String problem) {
    @Override
    public String toString() {
      return problem;
    }
  }

  @ParameterizedTest
  @MethodSource
  void whatIsMissingIsFound(Missing missing) throws Exception {
    Path folder = MadeUpLessons.in(temp);
    GuideFolder.edit(folder.resolve(missing.file()), missing.before(), missing.after());

    assertThat(LessonReview.of(folder, NAME).problems()).contains(missing.problem());
  }

  static Stream<Missing> whatIsMissingIsFound() {
    String lesson = "01-setup.java";
    String tasks = "tasks/01-setup.json";
    return Stream.of(
        new Missing(
            lesson,
            "that is",
            "that was",
            tasks
                + ": the text of task 1 is not that of the step \"Your turn\": \"End the span"
                + " that was forgotten.\"."),
        new Missing(
            lesson, "// 1. End", "// End", tasks + ": 1 task, but the step \"Your turn\" has 0."),
        new Missing(
            lesson,
            "many spans are logged?",
            "many?",
            tasks
                + ": the prose of the step \"The spans\" does not ask \"How many spans are"
                + " logged?\"."),
        new Missing(
            lesson,
            "class Prints {",
            "import io.opentelemetry.sdk.internal.X;\n\nclass Prints {",
            lesson
                + ": line 5 imports an internal class: import io.opentelemetry.sdk.internal.X;."),
        new Missing(
            lesson,
            "// It counts.",
            "// It counts." + " more".repeat(20),
            lesson + ": line 13 has 117 columns, more than 90."),
        new Missing(
            lesson,
            "// It counts.",
            "// It counts.\n" + "    //\n".repeat(120),
            lesson + ": 137 lines from the class line on, more than 130."),
        new Missing(
            lesson,
            "class Prints {",
            "class Prints {\n  // %% Before\n  // Why.\n",
            lesson + ": line 6: a step stands before main; helpers belong below it."),
        new Missing(
            tasks,
            "\"step\": \"The spans\",\n      \"check\"",
            "\"step\": \"No such\",\n      \"check\"",
            tasks + ": task 1: no step is titled \"No such\"."),
        new Missing(
            tasks, ", \"It is one too small.\"", "", tasks + ": task 1 has 1 hint, not 2 or 3."),
        new Missing(
            tasks,
            " Nothing warns about it.",
            "",
            tasks + ": task 1: \"about\" has 1 sentence, not 2."),
        new Missing(
            tasks,
            "\"minutes\": 5",
            "\"minutes\": true",
            tasks + ", minutes: a whole number is expected here."),
        new Missing(
            "solutions/01-setup.java",
            " // task 1",
            "",
            "solutions/01-setup.java: line 9: \"// task N\" is missing at the end of a changed"
                + " line."),
        new Missing(
            "README.md",
            "(01-setup.java)",
            "(01)",
            "README.md: the table of the lessons has no row with 01-setup.java."));
  }

  @Test
  void aMissingFileIsFound() throws Exception {
    Path folder = MadeUpLessons.in(temp);
    Files.delete(folder.resolve("solutions/01-setup.java"));
    Files.delete(folder.resolve("tasks/02-send.json"));

    assertThat(LessonReview.of(folder, NAME).problems())
        .containsExactly("solutions/01-setup.java: there is no such file.");
    assertThat(LessonReview.of(folder, "02-send").problems())
        .containsExactly("tasks/02-send.json: there is no such file.");
    assertThat(LessonReview.of(folder, "03-none").problems())
        .containsExactly(
            "03-none.java: there is no such file.",
            "tasks/03-none.json: there is no such file.",
            "solutions/03-none.java: there is no such file.");
  }
}
