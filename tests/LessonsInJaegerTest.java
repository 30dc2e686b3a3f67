package tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import workshop.lesson.Verdict;

/** The lessons' traces go through a real Collector into a real Jaeger, and come out whole. */
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

    List<JaegerSpan> spans = real.spans("shop", verdict.exported());
    assertThat(JaegerSpan.trees(spans)).isEqualTo(ORDER);
    assertThat(spans)
        .anySatisfy(span -> assertThat(span.attributes()).containsEntry("order.id", "1002"));
    assertThat(real.services()).containsExactly("shop");
  }

  /** The two mistakes that the lesson makes leave nothing behind. */
  @Test
  void httpExport() throws Exception {
    Verdict verdict = run("03-http-export.java", real.httpPort());

    List<JaegerSpan> spans = real.spans("shop", verdict.exported());
    assertThat(JaegerSpan.trees(spans)).isEqualTo(ORDER);
    assertThat(spans)
        .anySatisfy(span -> assertThat(span.attributes()).containsEntry("order.id", "1003"));
    assertThat(real.services()).containsExactly("shop");
  }

  @Test
  void baggage() throws Exception {
    Verdict verdict = run("04-baggage.java", real.grpcPort());

    List<JaegerSpan> spans = real.spans("shop", verdict.exported());
    assertThat(JaegerSpan.trees(spans))
        .isEqualTo(
            """
            shop: POST /orders SERVER
              shop: reserve stock INTERNAL
              shop: charge card CLIENT
                payment: POST /charges SERVER
              shop: receipt, kept INTERNAL
            shop: receipt, lost INTERNAL
            """);
    assertThat(real.services()).containsExactlyInAnyOrder("shop", "payment");
    assertThat(spans)
        .filteredOn(span -> !span.name().equals("receipt, lost"))
        .extracting(JaegerSpan::traceId)
        .as("one trace over two services")
        .hasSize(5)
        .containsOnly(traceId(spans, "POST /orders"));
    assertThat(traceId(spans, "receipt, lost")).isNotEqualTo(traceId(spans, "POST /orders"));
    assertThat(spans)
        .as("only one entry of the baggage was copied, to one span")
        .flatExtracting(span -> span.attributes().entrySet())
        .filteredOn(attribute -> attribute.getKey().startsWith("customer."))
        .containsExactly(Map.entry("customer.name", "john"));
  }

  /** What the receiver in the lesson sends on arrives once; what it refuses does not arrive. */
  @Test
  void errorsAndRetry() throws Exception {
    Verdict verdict = run("05-errors-and-retry.java", real.httpPort());

    List<JaegerSpan> spans = real.spans("shop", verdict.exported());
    assertThat(spans).extracting(JaegerSpan::name).containsOnly("POST /orders");
    assertThat(countByCase(spans))
        .containsOnly(
            Map.entry("retried", 3L),
            Map.entry("own-policy", 3L),
            Map.entry("retry-after", 3L),
            Map.entry("queue-full", 16L));
  }

  @Test
  void shutdown() throws Exception {
    Verdict verdict = run("06-shutdown.java", real.httpPort());

    List<JaegerSpan> spans = real.spans("shop", verdict.exported());
    assertThat(JaegerSpan.trees(spans)).isEqualTo(ORDER.repeat(3));
    assertThat(countByCase(spans))
        .containsOnly(
            Map.entry("try (sdk)", 1L),
            Map.entry("try (sdk), exception", 1L),
            Map.entry("SIGTERM, hook", 1L));
  }

  private static String traceId(List<JaegerSpan> spans, String name) {
    return spans.stream()
        .filter(span -> span.name().equals(name))
        .map(JaegerSpan::traceId)
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Long> countByCase(List<JaegerSpan> spans) {
    return spans.stream()
        .map(span -> span.attributes().get("lesson.case"))
        .filter(Objects::nonNull)
        .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
  }

  private Verdict run(String lesson, int port) throws Exception {
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
      return Verdict.find(ended.out().lines().toList()).orElseThrow();
    }
  }
}
