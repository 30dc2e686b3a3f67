package workshop.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The difference between two texts; a letter is a line. */
class LineDiffTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''   | ''    | ''",
        "abc  | abc   | ''",
        "abc  | aXc   | 2 -b +X",
        "abc  | ac    | 2 -b +",
        "ac   | abc   | 2 - +b",
        "''   | ab    | 1 - +ab",
        "ab   | ''    | 1 -ab +",
        "abcd | XbcdY | 1 -a +X, 5 - +Y",
        "abab | ab    | 3 -ab +",
        "ab   | ba    | 1 -a +, 2 - +a",
      })
  void namesTheLinesThatDiffer(String before, String after, String hunks) {
    assertThat(LineDiff.of(lines(before), lines(after)))
        .extracting(
            hunk ->
                hunk.line()
                    + " -"
                    + String.join("", hunk.removed())
                    + " +"
                    + String.join("", hunk.added()))
        .isEqualTo(hunks.isEmpty() ? List.of() : List.of(hunks.split(", ")));
  }

  /** As a learner may paste the same line again and again. */
  @Test
  void manyEqualLinesStayEqual() {
    List<String> many = lines("a".repeat(1000));

    assertThat(LineDiff.of(many, lines("a".repeat(1001)))).hasSize(1);
    assertThat(LineDiff.of(many, many)).isEmpty();
  }

  private static List<String> lines(String letters) {
    return letters.chars().mapToObj(letter -> String.valueOf((char) letter)).toList();
  }
}
