package workshop.lesson;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import support.Checkout;

class SdkVersionTest {
  private static final List<String> ABOUT_SEVERAL_VERSIONS =
      List.of(
          "CHANGELOG.md",
          "TROUBLESHOOTING.md",
          "tests/workshop/explain/wordings.txt",
          "troubleshooting/wordings.sh");

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//DEPS io.opentelemetry:opentelemetry-bom:7.1.0@pom\n",
        "    \"%maven io.opentelemetry:opentelemetry-sdk:7.1.0\\n\",",
        "implementation(platform(\"io.opentelemetry:opentelemetry-bom:7.1.0\"))",
        "//DEPS io.opentelemetry:opentelemetry-exporter-prometheus:7.1.0-alpha",
        "with io.opentelemetry:opentelemetry-sdk:7.1.0.",
        "<groupId>io.opentelemetry</groupId><artifactId>opentelemetry-api</artifactId><version>7.1.0",
        "<groupId>io.opentelemetry</groupId>\n  <artifactId>opentelemetry-bom</artifactId>\n"
            + "  <version>7.1.0</version>"
      })
  void changesTheVersionBesideALibrary(String text) {
    assertThat(SdkVersion.isNamed(text, "7.1.0")).isTrue();
    assertThat(SdkVersion.change(text, "7.1.0", "7.20.3"))
        .isEqualTo(text.replace("7.1.0", "7.20.3"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Jaeger 7.1.0",
        "//DEPS io.opentelemetry.semconv:opentelemetry-semconv:7.1.0",
        "//DEPS io.opentelemetry.proto:opentelemetry-proto:7.1.0-alpha",
        "//DEPS io.opentelemetry:opentelemetry-sdk:7.1.01",
        "//DEPS io.opentelemetry:opentelemetry-sdk:7.1.0.1",
        "//DEPS io.opentelemetry:opentelemetry-sdk:7.1.0-rc.1",
        "//DEPS io.opentelemetry:opentelemetry-sdk:17.1.0",
        "<groupId>org.example</groupId><artifactId>opentelemetry-bom</artifactId><version>7.1.0<"
      })
  void leavesEverythingElse(String text) {
    assertThat(SdkVersion.isNamed(text, "7.1.0")).isFalse();
    assertThat(SdkVersion.change(text, "7.1.0", "7.20.3")).isEqualTo(text);
  }

  @Test
  void aReleaseHasThreeNumbers() {
    assertThat(SdkVersion.isRelease("7.1.0")).isTrue();
    assertThat(List.of("7.1", "7.1.0-SNAPSHOT", "v7.1.0", "latest", "", "7.1.0 "))
        .noneMatch(SdkVersion::isRelease);
  }

  @Test
  void theScriptHasEachLibraryOnceAndNoOtherVersion() {
    String one =
        """
        //DEPS io.opentelemetry:opentelemetry-bom:7.1.0@pom
        //DEPS io.opentelemetry:opentelemetry-sdk
        //DEPS info.picocli:picocli:4.7.7
        """;
    String other =
        """
        //DEPS io.opentelemetry:opentelemetry-bom:7.1.0@pom
        //DEPS io.opentelemetry:opentelemetry-exporter-otlp:6.0.0
        //DEPS io.opentelemetry:opentelemetry-exporter-logging
        """;
    assertThat(SdkVersion.script(List.of(one, other), "7.1.0"))
        .startsWith(
            """
            //DEPS io.opentelemetry:opentelemetry-bom:7.1.0@pom
            //DEPS io.opentelemetry:opentelemetry-exporter-logging
            //DEPS io.opentelemetry:opentelemetry-sdk

            class""");
  }

  @Test
  void changesNoOtherByteOfAFile() throws Exception {
    byte[] bytes =
        "\u00ff\r\nio.opentelemetry:opentelemetry-sdk:7.1.0\r\n\u0000".getBytes(ISO_8859_1);
    Path file = Files.write(temp.resolve("file"), bytes);
    Path hidden = Files.createDirectory(temp.resolve(".hidden"));
    Files.write(hidden.resolve("file"), bytes);

    var found = SdkVersion.files(temp, "7.1.0");
    assertThat(found).containsOnlyKeys(file);
    SdkVersion.write(file, SdkVersion.change(found.get(file), "7.1.0", "7.1.0"));
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  /** TROUBLESHOOTING.md is printed by its programs, and CHANGELOG.md tells of the past. */
  @Test
  void theCheckoutNamesItsVersionOnlyBesideALibrary() throws Exception {
    Path lesson = Checkout.FOLDER.resolve("01-setup.java");
    String version = SdkVersion.of(Files.readString(lesson)).orElseThrow();
    List<String> other = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Checkout.FOLDER)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = Checkout.FOLDER.relativize(file).toString().replace('\\', '/');
        if (name.startsWith(".") || ABOUT_SEVERAL_VERSIONS.contains(name)) {
          continue;
        }
        String text = Files.readString(file, ISO_8859_1);
        if (text.contains(version) && SdkVersion.change(text, version, "").contains(version)) {
          other.add(name);
        }
      }
    }
    assertThat(other).isEmpty();
    assertThat(SdkVersion.files(Checkout.FOLDER, version)).hasSizeGreaterThan(20);
  }
}
