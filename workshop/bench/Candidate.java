package workshop.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A backend to be measured.
 *
 * @param name as the table has it
 * @param received what it prints of the spans that it received: their number is the sum of this
 *     pattern's group 1 over all that it printed; null if it prints nothing of the kind
 */
public record Candidate(String name, Command command, Pattern received) {
  /** How it is started. */
  @FunctionalInterface
  public interface Command {
    /** The command and its arguments, for a start on these ports of loopback. */
    List<String> at(int grpcPort, int httpPort);
  }

  /** {@code ./jbang backend --keep N}, with the heap and the compiler that it has there. */
  public static Candidate embedded(int keep) {
    return embedded("backend, --keep " + keep, "Workshop", "backend", "--keep=" + keep);
  }

  /** A program of the tool's class path that takes the options of the backend, and prints alike. */
  public static Candidate embedded(String name, String... mainClassAndArguments) {
    return new Candidate(
        name,
        (grpc, http) -> {
          List<String> command = new ArrayList<>(Child.java(mainClassAndArguments));
          command.addAll(1, List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
          command.addAll(List.of("--grpc-port=" + grpc, "--http-port=" + http, "--page-port=0"));
          return command;
        },
        Pattern.compile("^Received (\\d+) spans? in "));
  }

  /**
   * The Collector and Jaeger, built from source as the tests have them: that takes some minutes the
   * first time.
   *
   * @param folder the workshop's folder
   * @return none where there is no Go; the reason is then on standard error
   * @throws IllegalStateException if they cannot be built; the reason is on standard error
   */
  static List<Candidate> real(Path folder) throws IOException, InterruptedException {
    List<String> programs = Installed.by(folder, "tests/real-backends.sh");
    if (programs.isEmpty()) {
      return List.of();
    }
    Path configuration = folder.resolve("otel-collector.yaml");
    return List.of(
        collector(programs.get(0), configuration, "Collector", "[memory_limiter,batch]"),
        collector(programs.get(0), configuration, "Collector, no processors", "[]"),
        jaeger(programs.get(1)));
  }

  /** With the receivers of otel-collector.yaml, and a line printed for each batch, as ours does. */
  private static Candidate collector(
      String program, Path configuration, String name, String processors) {
    return new Candidate(
        name,
        (grpc, http) ->
            List.of(
                program,
                "--config=" + configuration,
                "--set=receivers.otlp.protocols.grpc.endpoint=127.0.0.1:" + grpc,
                "--set=receivers.otlp.protocols.http.endpoint=127.0.0.1:" + http,
                "--set=exporters.debug.verbosity=basic",
                "--set=service.pipelines.traces.processors=" + processors,
                "--set=service.pipelines.traces.exporters=[debug]",
                // Its own metrics would be served on port 8888.
                "--set=service.telemetry.metrics.level=none"),
        Pattern.compile("\"spans\": (\\d+)"));
  }

  private static Candidate jaeger(String program) {
    return new Candidate(
        "Jaeger",
        (grpc, http) -> {
          List<String> command =
              new ArrayList<>(
                  List.of(
                      program,
                      "--collector.otlp.grpc.host-port=127.0.0.1:" + grpc,
                      "--collector.otlp.http.host-port=127.0.0.1:" + http,
                      "--log-level=warn"));
          // What else it listens on is of no use here.
          for (String server :
              List.of(
                  "--query.http-server.host-port",
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
        },
        null);
  }
}
