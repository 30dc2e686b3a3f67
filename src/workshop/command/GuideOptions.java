package workshop.command;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of the guide. */
public final class GuideOptions {
  @Option(
      names = "--grpc-port",
      paramLabel = "PORT",
      defaultValue = "4317",
      description = "The guide's port of OTLP/gRPC, 0 for a free one (default: ${DEFAULT-VALUE}).")
  int grpcPort;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      defaultValue = "4318",
      description = "The guide's port of OTLP/HTTP, 0 for a free one (default: ${DEFAULT-VALUE}).")
  int httpPort;

  @Option(
      names = "--page-port",
      paramLabel = "PORT",
      defaultValue = "4319",
      description = "The port of the guide's page, 0 for a free one (default: ${DEFAULT-VALUE}).")
  int pagePort;

  @Option(names = "--open", description = "Open the guide's page in the browser.")
  boolean open;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /**
   * Checks the ports.
   *
   * @throws ParameterException if a number is not a port, or given twice
   */
  void validate() {
    Set<Integer> given = new HashSet<>();
    for (int port : List.of(grpcPort, httpPort, pagePort)) {
      if (port < 0 || port > 65535) {
        throw new ParameterException(
            spec.commandLine(), "a port is a number from 0 to 65535, not " + port);
      }
      if (port != 0 && !given.add(port)) {
        throw new ParameterException(
            spec.commandLine(), "gRPC, HTTP and the page need a port each; two were given " + port);
      }
    }
  }
}
