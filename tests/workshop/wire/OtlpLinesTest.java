package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import support.Checkout;
import support.Orders;
import support.Recorded;

/** What was saved is loaded again as it was, and is not counted as received. */
class OtlpLinesTest {
  private final Inbox inbox = new Inbox(10);

  @Test
  void whatWasSavedIsLoadedAgain() throws Exception {
    Recorded recorded = new Recorded();
    for (Signal signal : Signal.values()) {
      recorded.request(signal, Orders.ofRuns(signal, Orders.text("02-grpc-export/1")));
    }
    recorded.rejected(1, 503);
    recorded.request(Signal.TRACES, Orders.request());
    recorded.request(Signal.LOGS, ExportLogsServiceRequest.getDefaultInstance());
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    OtlpLines.save(recorded.exchanges(), file);

    assertThat(file.toString(UTF_8).lines()).hasSize(5).last().isEqualTo("{}");
    assertThat(load(file.toString(UTF_8))).isEqualTo(4);
    assertThat(inbox.exchanges())
        .extracting(Exchange::request)
        .containsExactlyElementsOf(
            recorded.exchanges().stream()
                .filter(exchange -> exchange.answer().accepted())
                .limit(4)
                .map(Exchange::request)
                .toList());
    assertThat(inbox.exchanges()).allMatch(exchange -> exchange.run().isEmpty());
    assertThat(inbox.exchanges()).extracting(Exchange::path).containsOnly("saved.jsonl");
    assertThat(inbox.received(Signal.TRACES)).isZero();
    assertThat(inbox.total() - inbox.loaded()).isZero();
  }

  /** A trace, a metric of each kind and logs of telemetrygen, as the Collector wrote them. */
  @Test
  void whatACollectorWroteIsLoadedAndSavedAgain() throws Exception {
    String written =
        Files.readString(Checkout.FOLDER.resolve("tests/workshop/wire/collector-0.158.0.jsonl"));
    assertThat(load(written)).isEqualTo(5);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    OtlpLines.save(inbox.exchanges(), file);

    assertThat(file.toString(UTF_8).lines().map(JsonParser::parseString))
        .containsExactlyElementsOf(written.lines().map(JsonParser::parseString).toList());
  }

  @Test
  void anInvalidLineIsNamedByItsNumber() {
    for (String line : new String[] {"{\"resourceSpans\":[", "{\"spans\":[]}", "x", "[]"}) {
      assertThatThrownBy(() -> load("\n{\"resourceLogs\":[]}\n" + line + "\n"))
          .as(line)
          .isInstanceOf(OtlpLines.InvalidLine.class)
          .hasMessageStartingWith("line 3: not an export request in OTLP/JSON: ");
    }
    assertThat(inbox.exchanges()).hasSize(4);
  }

  @Test
  void aLineOfAnyLengthIsBounded() {
    assertThatThrownBy(() -> load(" ".repeat(Limits.BODY_BYTES + 1)))
        .hasMessage("line 1: longer than 16 MB");
  }

  private long load(String text) throws Exception {
    return OtlpLines.load(new ByteArrayInputStream(text.getBytes(UTF_8)), "saved.jsonl", 1, inbox);
  }
}
