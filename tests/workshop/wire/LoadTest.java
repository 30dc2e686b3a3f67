package workshop.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import support.RealProcess;
import support.Slow;
import support.Tool;

/**
 * {@code ./jbang backend} with its heap of 256 MB under a load that exporters with a full batch
 * make: every request is answered, every span is counted, and the memory stays within its bound.
 */
@Isolated
@Slow
class LoadTest {
  @TempDir Path temp;

  @Test
  void answersEachRequestAndCountsEachSpanWithinItsMemory() throws Exception {
    try (RealProcess bench =
        RealProcess.start(
            "soak", temp, Map.of(), Tool.command("bench", "backend", "--soak", "--seconds=5"))) {
      RealProcess.Ended ended = bench.end(Duration.ofMinutes(2));
      System.out.print(ended.out().indent(6));
      assertThat(ended.exitCode()).as(bench.printed()).isZero();
      assertThat(ended.err()).isEmpty();
      assertThat(ended.out())
          .containsPattern(
              "requests  [1-9][\\d,]* accepted, [\\d,]+ rejected \\(retry later\\), 0 failed")
          .containsPattern("spans     ([1-9][\\d,]+) acknowledged, \\1 received")
          .endsWith("Every request got a response, and every acknowledged span was received.\n");
    }
  }
}
