package checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.Checkout;
import support.RealProcess;
import support.Slow;

/** What docker-compose.yml and otel-collector.yaml promise each other, and the network. */
class ComposeFileTest {
  @Test
  void everyPortIsPublishedOnLoopbackOnly() throws IOException {
    assertThat(found("docker-compose.yml", "(?m)^ +- \"?(\\S*\\d+:\\d+)"))
        .containsExactly("127.0.0.1:4317:4317", "127.0.0.1:4318:4318", "127.0.0.1:16686:16686");
  }

  @Test
  void theCollectorListensOnThePublishedPortsAndFindsJaeger() throws IOException {
    assertThat(found("otel-collector.yaml", "endpoint: (\\S+)"))
        .containsExactly("0.0.0.0:4317", "0.0.0.0:4318", "jaeger:4317");
    assertThat(found("docker-compose.yml", "(?m)^  (\\w+):$"))
        .containsExactly("collector", "jaeger");
  }

  @Test
  void theCollectorOfTheTestsHasTheVersionOfTheImage() throws IOException {
    assertThat(found("docker-compose.yml", "image: otel/opentelemetry-collector:(\\S+)"))
        .isEqualTo(found("tests/real-backends.sh", "(?m)^COLLECTOR=(\\S+)"))
        .hasSize(1);
  }

  @Slow
  @Test
  void dockerComposeReadsItWithoutWarning(@TempDir Path folder) throws Exception {
    assumeTrue(dockerComposeRuns(folder), "`docker compose` does not run on this machine");
    RealProcess.Ended config = compose(folder, "config", "--quiet");
    assertThat(config.out() + config.err()).isEmpty();
    assertThat(config.exitCode()).isZero();
  }

  private static boolean dockerComposeRuns(Path folder) throws Exception {
    try {
      return compose(folder, "version").exitCode() == 0;
    } catch (IOException e) {
      return false; // no docker on the PATH
    }
  }

  private static RealProcess.Ended compose(Path folder, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("docker", "compose"));
    command.add("--file=" + Checkout.FOLDER.resolve("docker-compose.yml"));
    command.addAll(List.of(arguments));
    try (RealProcess docker = RealProcess.start("docker", folder, Map.of(), command)) {
      return docker.end(Duration.ofSeconds(60));
    }
  }

  private static List<String> found(String file, String pattern) throws IOException {
    return Pattern.compile(pattern)
        .matcher(Files.readString(Checkout.FOLDER.resolve(file)))
        .results()
        .map(result -> result.group(1))
        .toList();
  }
}
