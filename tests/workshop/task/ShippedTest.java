package workshop.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.MadeUpLessons;
import support.RealProcess;
import support.Slow;
import workshop.lesson.Lesson;

/** The copies of the lessons in a folder without git. */
class ShippedTest {
  private static final String NAME = MadeUpLessons.PRINTS;

  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void folder() throws Exception {
    folder = MadeUpLessons.in(temp);
  }

  @Test
  void theCopyIsNeverWrittenAgain() throws Exception {
    Shipped.keep(folder);
    Files.writeString(folder.resolve("01-setup.java"), "mine");
    Shipped.keep(folder);

    assertThat(folder.resolve(".workshop-shipped/01-setup.java"))
        .hasContent(MadeUpLessons.prints());
    assertThat(folder.resolve(".workshop-shipped")).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void aFileThatIsGoneComesBack() throws Exception {
    Lesson lesson = Lesson.read(folder, NAME);
    Shipped.keep(folder);
    Files.delete(folder.resolve("01-setup.java"));

    assertThat(Shipped.reset(folder, lesson).kept()).isEmpty();
    assertThat(folder.resolve("01-setup.java")).hasContent(MadeUpLessons.prints());
  }

  /** A download that was unpacked inside of somebody's repository. */
  @Slow
  @Test
  void aRepositoryAboveTheFolderIsNotAsked() throws Exception {
    try (RealProcess init = RealProcess.start("git", temp, Map.of(), List.of("git", "init"))) {
      assertThat(init.end(Duration.ofMinutes(1)).exitCode()).isZero();
    }
    Shipped.keep(folder);
    Files.writeString(folder.resolve("01-setup.java"), "mine");

    assertThat(Shipped.reset(folder, Lesson.read(folder, NAME)).source())
        .isEqualTo("the copy in .workshop-shipped");
  }
}
