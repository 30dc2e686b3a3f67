package workshop.command;

import java.util.Map;
import workshop.wire.Signal;

/**
 * The variables of the environment that make a program's exporters send to a backend.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otel/protocol/exporter/">OpenTelemetry Protocol
 *     Exporter</a>
 */
final class ExporterVariables {
  private static final String PREFIX = "OTEL_EXPORTER_OTLP_";

  /** Which of OTLP's encodings and transports exporters use. */
  static final String PROTOCOL = PREFIX + "PROTOCOL";

  private ExporterVariables() {}

  /**
   * Sets the endpoint to that of the protocol that the environment names, else of {@code
   * http/protobuf}, which it then names. A signal that has a protocol of its own gets an endpoint
   * of its own; other endpoints of signals are removed, because they go before.
   */
  static void set(Map<String, String> environment, String host, int grpcPort, int httpPort) {
    String grpc = "http://" + host + ":" + grpcPort;
    String http = "http://" + host + ":" + httpPort;
    if (isUnset(environment, PROTOCOL)) { // empty counts as unset
      environment.put(PROTOCOL, "http/protobuf");
    }
    boolean usesGrpc = isGrpc(environment, PROTOCOL);
    environment.put(PREFIX + "ENDPOINT", usesGrpc ? grpc : http);
    for (Signal signal : Signal.values()) {
      String prefix = PREFIX + signal.name() + "_";
      if (isUnset(environment, prefix + "PROTOCOL")) {
        environment.remove(prefix + "ENDPOINT");
      } else {
        environment.put(
            prefix + "ENDPOINT",
            isGrpc(environment, prefix + "PROTOCOL") ? grpc : http + signal.path());
      }
    }
  }

  private static boolean isUnset(Map<String, String> environment, String name) {
    return environment.getOrDefault(name, "").isBlank();
  }

  private static boolean isGrpc(Map<String, String> environment, String name) {
    return environment.get(name).strip().equals("grpc");
  }
}
