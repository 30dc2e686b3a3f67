package workshop.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import support.GuideFolder;
import support.MadeUpLessons;

/** What an author is told about the three files of a lesson. */
class LessonReviewTest {
  private static final String NAME = MadeUpLessons.PRINTS;

  @TempDir Path temp;

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
