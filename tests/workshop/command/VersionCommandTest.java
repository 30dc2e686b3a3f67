package workshop.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import support.Checkout;
import support.Ports;
import support.RealProcess;
import support.Slow;
import support.Tool;
import workshop.lesson.SdkVersion;

/**
 * {@code ./jbang workshop version} in a folder with one lesson. In place of the launcher stands a
 * script that finds every library except those of version 7.9.9, and prints TROUBLESHOOTING.md.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the command needs the signals of Linux")
@Slow
class VersionCommandTest {
  private static final String ROW = "| `WARNING: Failed` | 0 of 3 |\n";

  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void checkout() throws Exception {
    folder = Files.createDirectory(temp.resolve("a folder"));
    String lesson = Files.readString(Checkout.FOLDER.resolve("01-setup.java"));
    String shipped = SdkVersion.of(lesson).orElseThrow();
    write("01-setup.java", SdkVersion.change(lesson, shipped, "7.1.0"));
    write("tasks/01-setup.json", Files.readString(Checkout.FOLDER.resolve("tasks/01-setup.json")));
    write("notebooks/01-setup.ipynb", "");
    write("README.md", "implementation(\"io.opentelemetry:opentelemetry-sdk:7.1.0\")\r\n");
    write("troubleshooting/Mixed.java", "//DEPS io.opentelemetry:opentelemetry-sdk:6.0.0\n");
    write("TROUBLESHOOTING.md", "made with 7.1.0\n" + ROW);
    launcher(
        "sed -n 's/.*bom:\\(.*\\)@pom/made with \\1/p' 01-setup.java; printf '%s' '" + ROW + "'");
    assertThat(run("7.1.0").exitCode()).isZero(); // now the notebook is that of the lesson
  }

  @Test
  void changesEveryFileAndBack() throws Exception {
    Map<String, String> before = files();

    RealProcess.Ended ended = run("7.2.0");

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.out())
        .isEqualTo(
            """
            3 files name 7.2.0. Before: 7.1.0.
            All 1 notebooks match their lessons.
            No row of TROUBLESHOOTING.md changed.
            Next, type ./jbang test, then git diff
            """);
    Map<String, String> changed = new TreeMap<>();
    before.forEach((name, text) -> changed.put(name, text.replace("7.1.0", "7.2.0")));
    assertThat(files()).isEqualTo(changed);
    assertThat(run("7.1.0").exitCode()).isZero();
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void namesTheRowsThatChanged() throws Exception {
    launcher("printf '| `WARNING: Failed` | 3 of 3 |\\n| `INFO: a new line` | |\\n'");

    assertThat(run("7.2.0").out())
        .contains(
            """
            Changed rows of TROUBLESHOOTING.md, by what one sees now:
              WARNING: Failed
              INFO: a new line
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "7.1, 2, This is not a version: 7.1",
    "latest, 2, This is not a version: latest",
    "7.9.9, 1, nothing listens there",
    "6.0.0, 1, troubleshooting/Mixed.java names 6.0.0"
  })
  void changesNothingForAVersionThatCannotBeUsed(String version, int exitCode, String reason)
      throws Exception {
    Map<String, String> before = files();

    RealProcess.Ended ended = run(version);

    assertThat(ended.exitCode()).isEqualTo(exitCode);
    assertThat(ended.err()).contains(reason);
    assertThat(ended.out()).isEmpty();
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void keepsTheDocumentIfItsProgramsFail() throws Exception {
    launcher("echo half; echo 'cannot compile' >&2; exit 1");

    RealProcess.Ended ended = run("7.2.0");

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err())
        .contains("cannot compile")
        .contains("Troubleshooting.java failed, so TROUBLESHOOTING.md is as it was.")
        .contains("go back: ./jbang workshop version 7.1.0");
    assertThat(Files.readString(folder.resolve("TROUBLESHOOTING.md"))).contains("made with 7.1.0");
  }

  /**
   * @param programs what stands in place of the programs of TROUBLESHOOTING.md
   */
  private void launcher(String programs) throws Exception {
    write(
        "jbang",
        """
        #!/bin/sh
        cd "$(dirname "$0")"
        case $* in
          build*) if grep -q 7.9.9 "$2"; then echo '[jbang] [ERROR] not found'; exit 1; fi ;;
          *Troubleshooting.java) %s ;;
        esac
        """
            .formatted(programs));
    assertThat(folder.resolve("jbang").toFile().setExecutable(true)).isTrue();
  }

  private RealProcess.Ended run(String version) throws Exception {
    Map<String, String> environment =
        Map.of(
            "WORKSHOP_DIR",
            folder.toString(),
            "MVNW_REPOURL",
            "http://127.0.0.1:" + Ports.unused());
    try (RealProcess process =
        RealProcess.start("version", temp, environment, Tool.command("version", version))) {
      return process.end(Duration.ofMinutes(1));
    }
  }

  private void write(String name, String text) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Map<String, String> files() throws Exception {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        if (!name.startsWith(".")) {
          texts.put(name, Files.readString(file, UTF_8));
        }
      }
    }
    return texts;
  }
}
