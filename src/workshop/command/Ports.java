package workshop.command;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options for the ports to listen on. */
final class Ports {
  @Option(
      names = "--grpc-port",
      paramLabel = "PORT",
      defaultValue = "4317",
      description = "The port for OTLP/gRPC; 0 picks a free one (default: ${DEFAULT-VALUE}).")
  int grpc;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "4318",
      description = "The port for OTLP/HTTP; 0 picks a free one (default: ${DEFAULT-VALUE}).")
  int http;

  @Option(
      names = "--page-port",
      paramLabel = "PORT",
      defaultValue = "4319",
      description = "The port for the page; 0 picks a free one (default: ${DEFAULT-VALUE}).")
  int page;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * Checks the numbers.
   *
   * @throws ParameterException if one is not a port, or was given twice
   */
  void validate() {
    Set<Integer> given = new HashSet<>();
    for (int port : List.of(grpc, http, page)) {
      if (port < 0 || port > 65535) {
        throw new ParameterException(
            command.commandLine(), "a port is a number from 0 to 65535, not " + port);
      }
      if (port != 0 && !given.add(port)) {
        throw new ParameterException(
            command.commandLine(),
            "gRPC, HTTP and the page need different ports; " + port + " was given twice");
      }
    }
  }
}
