package workshop.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first sentence of Javadoc comments like those of the JDK. */
@ResourceLock("JShell") // each one takes much memory
class JavadocTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Returns the length. The length is that.     | Returns the length.
          Adds 1.5 to it. More.                       | Adds 1.5 to it.
          No end                                      | No end
          A {@code List<String>} of x. B              | A List<String> of x.
          See {@link String#length() its length}. B   | See its length.
          See {@link String#length}. B                | See String.length.
          See {@link #size()}. B                      | See size().
          See {@link Map#put(Object, Object)}. B      | See Map.put(Object, Object).
          {@return the size} B                        | Returns the size.
          With <a href="x.html">a <i>link</i></a>. B  | With a link.
          Title<p>More                                | Title
          a &lt; b &amp;&amp; c. B                    | a < b && c.
          """)
  void isPlainText(String comment, String sentence) {
    assertThat(Javadoc.firstSentence(comment)).isEqualTo(sentence);
  }

  @Test
  void isOneLineUpToTheTags() {
    assertThat(Javadoc.firstSentence(" Puts\n the thing\n\n @param x a thing.\n"))
        .isEqualTo("Puts the thing");
    assertThat(Javadoc.firstSentence(" @return x")).isEmpty();
    assertThat(Javadoc.firstSentence(null)).isEmpty();
  }

  @Test
  void isCut() {
    assertThat(Javadoc.firstSentence("a".repeat(100_000))).hasSize(301).endsWith("…");
    assertThat(Javadoc.firstSentence("{@code ".repeat(100_000))).hasSizeLessThan(302);
  }
}
