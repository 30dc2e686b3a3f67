package checkout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import support.Checkout;
import support.RealProcess;
import support.Slow;

/** TROUBLESHOOTING.md shows what its programs print with the SDK of the lessons. */
class TroubleshootingTest {
  private static final Path PROGRAMS = Checkout.FOLDER.resolve("troubleshooting");

  private static final String UPDATE =
      "To update it: ./jbang troubleshooting/Troubleshooting.java > TROUBLESHOOTING.md";

  @TempDir Path temp;

  @Slow
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "some rows need the signals of Linux")
  void isWhatItsProgramsPrint() throws Exception {
    RealProcess.Ended ended;
    try (RealProcess programs =
        RealProcess.start(
            "troubleshooting",
            temp,
            Map.of(),
            List.of(
                Checkout.FOLDER.resolve("jbang").toString(),
                PROGRAMS.resolve("Troubleshooting.java").toString()))) {
      ended = programs.end(Duration.ofMinutes(4));
    }

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    List<String> printed = ended.out().lines().toList();
    List<String> shown = Files.readAllLines(Checkout.FOLDER.resolve("TROUBLESHOOTING.md"));
    List<String> different = new ArrayList<>();
    shown.stream()
        .filter(line -> !printed.contains(line))
        .map("shown    "::concat)
        .forEach(different::add);
    printed.stream()
        .filter(line -> !shown.contains(line))
        .map("printed  "::concat)
        .forEach(different::add);
    assertThat(different).as(UPDATE).isEmpty();
    assertThat(shown).as(UPDATE).isEqualTo(printed); // the order, too
  }

  @Test
  void theProgramsUseTheVersionOfTheLessons() throws Exception {
    String version = version(Checkout.FOLDER.resolve("02-grpc-export.java"));

    assertThat(version(PROGRAMS.resolve("Troubleshooting.java"))).isEqualTo(version);
    assertThat(version(PROGRAMS.resolve("MixedVersions.java"))).isEqualTo(version);
    assertThat(version(PROGRAMS.resolve("Wordings.java"))).isEqualTo(version);
  }

  /** The version of the first dependency, which is the BOM or the SDK. */
  private static String version(Path script) throws Exception {
    return Files.readAllLines(script).stream()
        .filter(line -> line.startsWith("//DEPS "))
        .map(line -> line.split(":")[2].replace("@pom", ""))
        .findFirst()
        .orElseThrow();
  }
}
