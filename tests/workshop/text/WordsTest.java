package workshop.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Sentences in lines of a width. */
class WordsTest {
  @Test
  void aShortSentenceIsOneLine() {
    assertThat(Words.wrap("1. ", "Send a span.", 78)).containsExactly("1. Send a span.");
    assertThat(Words.wrap("1. ", "", 78)).containsExactly("1. ");
  }

  @Test
  void laterLinesBeginWhereTheTextOfTheFirstDoes() {
    assertThat(Words.wrap("1. ", "one two three four", 13))
        .containsExactly("1. one two", "   three four");
  }

  @Test
  void aLineIsFilledToTheWidthAndNotBeyond() {
    assertThat(Words.wrap("", "aaaa bbbbb", 10)).containsExactly("aaaa bbbbb");
    assertThat(Words.wrap("", "aaaa bbbbbb", 10)).containsExactly("aaaa", "bbbbbb");
  }

  @Test
  void aWordThatIsTooLongIsBroken() {
    assertThat(Words.wrap("  ", "a " + "b".repeat(25), 12))
        .containsExactly("  a", "  " + "b".repeat(10), "  " + "b".repeat(10), "  bbbbb");
  }

  @Test
  void spacesStayAsTheyAre() {
    assertThat(Words.wrap("", "a  b", 78)).containsExactly("a  b");
  }

  @Test
  void aTerminalGetsNothingToObey() {
    assertThat(Words.wrap("", "a\u001b[2J\nb", 78)).containsExactly("a\\u001B[2J\\u000Ab");
  }

  @Test
  void aVeryLongTextIsCut() {
    assertThat(String.join(" ", Words.wrap("", "word ".repeat(1000), 78)))
        .hasSize(700)
        .endsWith("…");
  }
}
