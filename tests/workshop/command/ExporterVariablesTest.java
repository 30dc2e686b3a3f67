package workshop.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Endpoint and protocol fit each other, whatever the environment had. */
class ExporterVariablesTest {
  private static final String GRPC = "http://127.0.0.1:1";
  private static final String HTTP = "http://127.0.0.1:2";

  @Test
  void isHttpUnlessTheEnvironmentNamesAProtocol() {
    assertThat(set(Map.of("OTEL_EXPORTER_OTLP_PROTOCOL", "")))
        .containsOnly(
            Map.entry("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            Map.entry("OTEL_EXPORTER_OTLP_ENDPOINT", HTTP));
  }

  @Test
  void keepsTheProtocolAndOtherVariables() {
    assertThat(
            set(
                Map.of(
                    "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc",
                    "OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example:4317",
                    "OTEL_EXPORTER_OTLP_HEADERS", "a=b")))
        .containsOnly(
            Map.entry("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            Map.entry("OTEL_EXPORTER_OTLP_ENDPOINT", GRPC),
            Map.entry("OTEL_EXPORTER_OTLP_HEADERS", "a=b"));
  }

  @Test
  void letsNoEndpointOfASignalLeadElsewhere() {
    assertThat(
            set(
                Map.of(
                    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://traces.example",
                    "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc",
                    "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http/json")))
        .containsOnly(
            Map.entry("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            Map.entry("OTEL_EXPORTER_OTLP_ENDPOINT", HTTP),
            Map.entry("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc"),
            Map.entry("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", GRPC),
            Map.entry("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http/json"),
            Map.entry("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", HTTP + "/v1/logs"));
  }

  private static Map<String, String> set(Map<String, String> environment) {
    Map<String, String> changed = new HashMap<>(environment);
    ExporterVariables.set(changed, "127.0.0.1", 1, 2);
    return changed;
  }
}
