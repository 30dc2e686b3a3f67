package workshop.lesson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.RealProcess;
import support.Slow;

/** Files that are written whole or not at all. */
class WholeFileTest {
  private static final Path SHELL = Path.of("/bin/bash");

  @TempDir Path folder;

  @Test
  void permissionsAndSymbolicLinksStay() throws Exception {
    Path file = Files.writeString(folder.resolve("lesson.java"), "before");
    assumeTrue(Files.getFileStore(file).supportsFileAttributeView("posix"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x--x"));
    Path link = Files.createSymbolicLink(folder.resolve("link.java"), file.getFileName());
    WholeFile.write(link, "after, and longer");
    assertThat(file).hasContent("after, and longer");
    assertThat(link).isSymbolicLink();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rwxr-x--x");
    Path created = folder.resolve("new.java");
    WholeFile.write(created, "new");
    assertThat(Files.getPosixFilePermissions(created))
        .isEqualTo(Files.getPosixFilePermissions(Files.createFile(folder.resolve("other"))));
  }

  @Test
  void aFileThatCannotBeWrittenIsNamedAndNothingStays() throws Exception {
    Path file = folder.resolve("lesson.java");
    Files.createDirectories(file.resolve("a folder"));
    assertThatThrownBy(() -> WholeFile.write(file, "text"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("lesson.java could not be written (")
        .hasMessageEndingWith("). Nothing was changed.");
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  /** The limit of a file's size does to one file what a full disk does to all. */
  @Slow
  @Test
  void onAFullDiskAFileStaysAsItWas() throws Exception {
    assumeTrue(Files.exists(SHELL));
    Path file = Files.writeString(folder.resolve("lesson.java"), "before");
    List<String> command =
        List.of(
            SHELL.toString(),
            "-c",
            "ulimit -f 64; exec \"$@\"",
            "bash",
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            "workshop.lesson.WholeFileTest",
            file.toString());
    try (RealProcess process = RealProcess.start("full disk", folder, Map.of(), command)) {
      assertThat(process.end(Duration.ofSeconds(30)).out())
          .isEqualTo("lesson.java could not be written (File too large). Nothing was changed.\n");
    }
    assertThat(file).hasContent("after");
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
  }

  /** Writes too much, and then little. */
  public static void main(String[] file) throws IOException {
    Path path = Path.of(file[0]);
    try {
      WholeFile.write(path, "x".repeat(1 << 20));
    } catch (IOException e) {
      if (!Files.readString(path).equals("before")) {
        System.out.print("The file has changed. ");
      }
      System.out.println(e.getMessage());
    }
    WholeFile.write(path, "after");
  }
}
