package workshop.task;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import support.GuideFolder;
import support.MadeUpLessons;
import workshop.lesson.Lesson;

/** How the file with the tasks of a lesson is read, and what is said of a wrong one. */
class TasksTest {
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
        "`\"none\"` | `\"udp\"` |, protocol: one of \"grpc\", \"http\", \"tls\", \"none\" is"
            + " expected here.",
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
            + " attempts, attribute, baggage, batches, case, child, header, items, printed,"
            + " resource, root, spans, uncompressed.",
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
  void anExpectationThatCannotBeReadIsNamedWithThePlace() throws Exception {
    Path folder = MadeUpLessons.in(temp);
    GuideFolder.edit(
        folder.resolve("tasks/01-setup.json"),
        "{\"kind\": \"printed\", \"line\": \"4 spans ended, 4 logged\"}",
        "{\"kind\": \"items\", \"expect\": [\"few spans\"]}");

    assertThatThrownBy(() -> Tasks.of(Lesson.read(folder, NAME)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "tasks/01-setup.json, tasks 1, check of the kind \"items\": expected a number")
        .hasMessageContaining("few spans");
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
}
