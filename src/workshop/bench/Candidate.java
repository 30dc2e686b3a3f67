package workshop.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A backend to be measured.
 *
 * @param name as shown in the table
 * @param received what it prints about received spans: their number is the sum of this pattern's
 *     group 1 over its whole output; null if it does not print that
 */
public record Candidate(String name, Command command, Pattern received) {
  /** How it is started. */
  @FunctionalInterface
  public interface Command {
    /** The command and its arguments, to start it on these loopback ports. */
    List<String> at(int grpcPort, int httpPort);
  }

  /** {@code ./jbang backend --keep N}, with its usual heap. */
  public static Candidate embedded(int keep) {
    return embedded("backend, --keep " + keep, "Workshop", "backend", "--keep=" + keep);
  }

  /** A program on the tool's class path with the backend's options and output. */
  public static Candidate embedded(String name, String... mainClassAndArguments) {
    return new Candidate(
        name,
        (grpc, http) -> {
          List<String> command = new ArrayList<>(Child.java(mainClassAndArguments));
          command.add(1, "-Xmx256m");
          command.addAll(List.of("--grpc-port=" + grpc, "--http-port=" + http, "--page-port=0"));
          return command;
        },
        Pattern.compile("^Received (\\d+) spans? in "));
  }

  /**
   * The Collector and Jaeger, built from source like for the tests: that takes some minutes the
   * first time.
   *
   * @param folder the workshop's folder
   * @return none without Go; the reason is then on standard error
   * @throws IllegalStateException if they cannot be built; the reason is on standard error
   */
  public static List<Candidate> real(Path folder) throws IOException, InterruptedException {
    List<String> programs = Installed.by(folder, "tests/real-backends.sh");
    if (programs.isEmpty()) {
      return List.of();
    }
    Path configuration = folder.resolve("otel-collector.yaml");
    return List.of(
        printing("Collector", programs.get(0), configuration, "[memory_limiter,batch]"),
        printing("Collector, no processors", programs.get(0), configuration, "[]"),
        new Candidate("Jaeger", jaeger(programs.get(1), 0), null));
  }

  /** A Collector that prints a line for each batch, and sends none on. */
  private static Candidate printing(
      String name, String program, Path configuration, String processors) {
    return new Candidate(
        name,
        collector(
            program,
            configuration,
            "exporters.debug.verbosity=basic",
            "service.pipelines.traces.processors=" + processors,
            "service.pipelines.traces.exporters=[debug]"),
        Pattern.compile("\"spans\": (\\d+)"));
  }

  /**
   * A Collector that listens on loopback only.
   *
   * @param settings {@code key=value}, which override the configuration
   */
  public static Command collector(String program, Path configuration, String... settings) {
    return (grpc, http) ->
        Stream.concat(
                Stream.of(
                    program,
                    "--config=" + configuration,
                    "--set=receivers.otlp.protocols.grpc.endpoint=127.0.0.1:" + grpc,
                    "--set=receivers.otlp.protocols.http.endpoint=127.0.0.1:" + http,
                    // Its own metrics would be served on port 8888.
                    "--set=service.telemetry.metrics.level=none"),
                Stream.of(settings).map(setting -> "--set=" + setting))
            .toList();
  }

  /**
   * A Jaeger that listens on loopback only.
   *
   * @param queryPort the port for queries; 0 for any port
   */
  public static Command jaeger(String program, int queryPort) {
    return (grpc, http) -> {
      List<String> command =
          new ArrayList<>(
              List.of(
                  program,
                  "--collector.otlp.grpc.host-port=127.0.0.1:" + grpc,
                  "--collector.otlp.http.host-port=127.0.0.1:" + http,
                  "--query.http-server.host-port=127.0.0.1:" + queryPort,
                  "--log-level=warn"));
      // Its other ports are not used here.
      for (String server :
          List.of(
              "--query.grpc-server.host-port",
              "--collector.grpc-server.host-port",
              "--collector.http-server.host-port",
              "--admin.http.host-port",
              "--http-server.host-port",
              "--processor.jaeger-compact.server-host-port",
              "--processor.jaeger-binary.server-host-port",
              "--processor.zipkin-compact.server-host-port")) {
        command.add(server + "=127.0.0.1:0");
      }
      return command;
    };
  }
}
