package workshop.lesson;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import support.Checkout;
import support.CollectorAndJaeger;
import support.JaegerSpan;
import support.RealProcess;
import support.RealPrograms;
import support.Slow;

/** The lessons' traces go through a real Collector into a real Jaeger, and come out whole. */
@Slow
class LessonsInJaegerTest {
  private static final String ORDER =
      """
      shop: POST /orders SERVER
        shop: reserve stock INTERNAL
        shop: charge card CLIENT
      """;

  @TempDir Path temp;
  private Path folder;
  private CollectorAndJaeger real;

  @BeforeEach
  void start() throws Exception {
    folder = Files.createDirectory(temp.resolve("a folder"));
    real = CollectorAndJaeger.start(RealPrograms.orSkip(folder), folder);
  }

  @AfterEach
  void stop() {
    if (real != null) {
      real.close();
    }
  }

  @Test
  void grpcExport() throws Exception {
    Verdict verdict = run("02-grpc-export.java", real.grpcPort());

    assertThat(JaegerSpan.trees(real.spans("shop", verdict.exported()))).isEqualTo(ORDER);
    assertThat(real.services()).containsExactly("shop");
  }

  /** The two mistakes that the lesson makes leave nothing behind. */
  @Test
  void httpExport() throws Exception {
    Verdict verdict = run("03-http-export.java", real.httpPort());

    assertThat(JaegerSpan.trees(real.spans("shop", verdict.exported()))).isEqualTo(ORDER);
    assertThat(real.services()).containsExactly("shop");
  }

  @Test
  void baggage() throws Exception {
    Verdict verdict = run("04-baggage.java", real.grpcPort());

    List<JaegerSpan> spans = real.spans("shop", verdict.exported());
    assertThat(JaegerSpan.trees(spans))
        .isEqualTo(
            """
            shop: charge card CLIENT
              payment: POST /charges SERVER
            """);
    assertThat(real.services()).containsExactlyInAnyOrder("shop", "payment");
    assertThat(spans.stream().map(JaegerSpan::traceId).distinct())
        .as("one trace over two services")
        .hasSize(1);
    assertThat(spans)
        .as("only one entry of the baggage was copied, to one span")
        .flatExtracting(span -> span.attributes().entrySet())
        .filteredOn(
            attribute -> List.of("tenant.id", "checkout.variant").contains(attribute.getKey()))
        .containsExactly(Map.entry("tenant.id", "acme"));
  }

  /** A Collector ignores the header that asks for faults: the lesson says so, and counts on. */
  @Test
  void errorsAndRetry() throws Exception {
    RealProcess.Ended ended = end("05-errors-and-retry.java", real.httpPort());

    assertThat(ended.out())
        .contains("bad-request: forceFlush() succeeds, 3 of 3 spans acknowledged")
        .contains("More than expected: a changed case, or an ignored header.")
        .endsWith("\n21 spans ended, 18 acknowledged, 3 lost on purpose\n");
    assertThat(real.spans("shop", 18)).hasSize(18);
  }

  /** What a lesson counts as acknowledged is in Jaeger. */
  @ParameterizedTest
  @ValueSource(strings = {"06-shutdown.java", "07-threads.java", "08-batching.java"})
  void counts(String lesson) throws Exception {
    int port = lesson.startsWith("07") ? real.grpcPort() : real.httpPort();

    Verdict verdict = run(lesson, port);

    assertThat(real.spans("shop", verdict.exported())).hasSize(verdict.exported());
  }

  private Verdict run(String lesson, int port) throws Exception {
    return Verdict.find(end(lesson, port).out().lines().toList()).orElseThrow();
  }

  private RealProcess.Ended end(String lesson, int port) throws Exception {
    List<String> command =
        List.of(
            Checkout.FOLDER.resolve("jbang").toString(),
            Checkout.FOLDER.resolve(lesson).toString());
    Map<String, String> environment =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "http://127.0.0.1:" + port,
            "WORKSHOP_GRPC_ENDPOINT",
            "http://127.0.0.1:" + real.grpcPort());
    try (RealProcess process = RealProcess.start("lesson", folder, environment, command)) {
      RealProcess.Ended ended = process.end(Duration.ofMinutes(2));
      assertThat(ended.exitCode()).as(ended.out() + ended.err()).isZero();
      return ended;
    }
  }
}
