package workshop.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The change from a lesson to its solution, task by task. */
class SolutionTest {
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
    Solution solution =
        new Solution(
            "// %% X\na\nb\nc\n// %% Y\nd\n",
            "// %% X\nA // task 1\nb\nC // task 1\n// %% Y\nD // task 1\n");

    assertThat(solution.problems(1)).isEmpty();
    assertThat(solution.change(1))
        .containsExactly(
            "In the step \"X\":", "- a", "+ A", "- c", "+ C", "In the step \"Y\":", "- d", "+ D");
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
}
