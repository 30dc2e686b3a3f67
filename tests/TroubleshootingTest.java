package tests;

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

/** TROUBLESHOOTING.md: each row is what its program prints, now and with this SDK. */
class TroubleshootingTest {
  private static final Path PROGRAMS = Checkout.FOLDER.resolve("troubleshooting");

  private static final String WRITE_ANEW =
      "To write it anew: ./jbang troubleshooting/Troubleshooting.java > TROUBLESHOOTING.md";

  @TempDir Path temp;

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the rows with signals are those of Linux")
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
    assertThat(different).as(WRITE_ANEW).isEmpty();
    assertThat(shown).as(WRITE_ANEW).isEqualTo(printed); // their order, too
  }

  @Test
  void theProgramsHaveTheLibrariesOfTheLessons() throws Exception {
    List<String> ofLesson = dependencies(Checkout.FOLDER.resolve("02-grpc-export.java"));

    assertThat(dependencies(PROGRAMS.resolve("Troubleshooting.java"))).isEqualTo(ofLesson);
    String version = ofLesson.get(0).replaceAll(".*:([0-9.]+)@pom", "$1");
    assertThat(dependencies(PROGRAMS.resolve("MixedVersions.java")).get(0)).endsWith(version);
  }

  private static List<String> dependencies(Path script) throws Exception {
    return Files.readAllLines(script).stream().filter(line -> line.startsWith("//DEPS ")).toList();
  }
}
