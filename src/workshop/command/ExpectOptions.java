package workshop.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import workshop.task.Expectation;

/** What should arrive, by when, and from which command. */
final class ExpectOptions {
  private static final Pattern TIME = Pattern.compile("(\\d{1,6})(ms|s|m)");

  @Option(
      names = "--expect",
      paramLabel = "EXPECTATION",
      description = {
        "Exits with 0 if this arrives, else with 1; several must all arrive. See below."
      })
  private List<String> expect = new ArrayList<>();

  @Option(
      names = "--within",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "How long to wait for it, and for COMMAND (default: ${DEFAULT-VALUE}).")
  private String within;

  @Parameters(
      paramLabel = "COMMAND",
      description = {
        "With --expect, after --: a program that sends. The backend is then on free ports; the"
            + " program gets OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_PROTOCOL."
      })
  private List<String> command = new ArrayList<>();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /**
   * In the order given; none without {@code --expect}.
   *
   * @throws ParameterException if one is not valid, or if there is a command without one
   */
  List<Expectation> expectations() {
    if (expect.isEmpty() && !command.isEmpty()) {
      throw wrong("COMMAND needs --expect: " + String.join(" ", command));
    }
    try {
      return expect.stream().map(Expectation::parse).toList();
    } catch (IllegalArgumentException e) {
      throw wrong("--expect: " + e.getMessage());
    }
  }

  /**
   * How long to wait.
   *
   * @throws ParameterException if it is not valid
   */
  Duration within() {
    Matcher time = TIME.matcher(within);
    if (!time.matches()) {
      throw wrong("--within: expected a time such as 500ms, 30s or 5m, not " + within);
    }
    long number = Long.parseLong(time.group(1));
    return switch (time.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      default -> Duration.ofMinutes(number);
    };
  }

  /** The command and its arguments; empty if others send. */
  List<String> command() {
    return command;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
