package workshop.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.Checkout;
import support.RealProcess;
import support.Slow;

/** What the page's scripts compute, tested in JavaScript: {@code static/*.test.mjs}. */
@Slow
class PageScriptsTest {
  private static final Path TESTS = Checkout.FOLDER.resolve("tests/workshop/page/static");

  /** The first that take a file with {@code import} in it for a module, without being told. */
  private static final String VERSIONS =
      "v(20\\.(19|[2-9]\\d)|22\\.([7-9]|\\d\\d)|2[3-9]|[3-9]\\d)\\..*";

  @TempDir Path temp;

  @Test
  void computeWhatTheirTestsSay() throws Exception {
    assumeNode();
    List<String> arguments = new ArrayList<>(List.of("--test", "--test-reporter=tap"));
    try (Stream<Path> files = Files.list(TESTS)) {
      files.map(Path::toString).sorted().forEach(arguments::add);
    }

    RealProcess.Ended ended = node(arguments);

    assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out()).containsPattern("\n# pass [1-9]").contains("\n# skipped 0\n");
  }

  private void assumeNode() throws Exception {
    String version = "none on the PATH";
    try {
      version = node(List.of("--version")).out().strip();
    } catch (IOException e) {
      // It stays at that.
    }
    assumeTrue(version.matches(VERSIONS), "Node 20.19 or 22.7 is needed; here: " + version);
  }

  private RealProcess.Ended node(List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("node"));
    command.addAll(arguments);
    try (RealProcess node = RealProcess.start("node", temp, Map.of(), command)) {
      return node.end(Duration.ofMinutes(2));
    }
  }
}
