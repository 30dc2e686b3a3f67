package workshop.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import support.MadeUpLessons;

/** What a learner has done, and the file that keeps it. */
class ProgressTest {
  @TempDir Path folder;
  private final List<String> said = new ArrayList<>();

  @Test
  void withoutAFileNothingIsDone() throws Exception {
    assertThat(Progress.load(folder, said::add)).isEqualTo(Progress.none());
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    Progress written = new Progress("02-send", Set.of("02-send/1"), Map.of("02-send/2", 1));

    Progress.update(folder, before -> written, said::add);

    assertThat(Progress.load(folder, said::add)).isEqualTo(written);
    assertThat(said).isEmpty();
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void aTaskThatWasDoneStaysDone() throws Exception {
    Task task = MadeUpLessons.tasks(folder, "'kind': 'uncompressed'", null).get(0);
    Progress done = Progress.none().withDone(Map.of(task, new Finding(true, "It is.")));

    assertThat(done.done()).containsExactly("02-send/1");
    assertThat(done.withDone(Map.of(task, new Finding(false, "Not now."))).done())
        .containsExactly("02-send/1");
  }

  @Test
  void aResetIsAboutOneLesson() {
    Progress before =
        new Progress(
            "01-setup", Set.of("01-setup/1", "02-send/1"), Map.of("01-setup/1", 2, "02-send/2", 1));

    assertThat(before.without("01-setup"))
        .isEqualTo(new Progress("01-setup", Set.of("02-send/1"), Map.of("02-send/2", 1)));
  }

  @Test
  void hintsAreCountedForTheFirstOpenTaskUpToTheLast() throws Exception {
    List<Task> tasks = MadeUpLessons.tasks(folder, "'kind': 'uncompressed'", null);
    Progress.update(folder, before -> before.with("02-send/1"), said::add);

    for (int shown : List.of(1, 2, 3, 3)) {
      Optional<Task> open = Progress.nextHint(folder, tasks, said::add);
      assertThat(open).map(Task::number).contains(2);
      assertThat(Progress.load(folder, said::add).hints()).isEqualTo(Map.of("02-send/2", shown));
    }
    Progress.update(folder, before -> before.with("02-send/2"), said::add);
    assertThat(Progress.nextHint(folder, tasks, said::add)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"done\": 1}",
        "{\"current\":\"\",\"done\":[],\"hints\":{\"a\":\"b\"}}"
      })
  void damagedProgressIsSetAsideWithAWord(String damaged) throws Exception {
    Files.writeString(folder.resolve(Progress.FILE), damaged);

    assertThat(Progress.load(folder, said::add)).isEqualTo(Progress.none());

    assertThat(said)
        .containsExactly(
            ".workshop-progress.json could not be read. It is kept as"
                + " .workshop-progress.damaged-1.json, and the progress starts again.");
    assertThat(folder.resolve(".workshop-progress.damaged-1.json")).hasContent(damaged);
    assertThat(folder.resolve(Progress.FILE)).doesNotExist();
  }
}
