package workshop.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import workshop.lesson.WorkshopFolder;

/** {@code bench}: measures two or more things side by side in one run. */
@Command(
    name = "bench",
    description = "Measures side by side what is fast.",
    footer = {"", "Examples:", "  ./jbang bench start", "  ./jbang bench backend"})
public final class BenchCommand implements Runnable {
  private static final int MOST_SECONDS = 600;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "What to measure is missing: " + String.join(", ", spec.subcommands().keySet()));
  }

  @Command(
      name = "start",
      description = "Starts a lesson through ./jbang and through java -cp; medians of both.")
  int start(
      @Option(
              names = "--rounds",
              paramLabel = "N",
              defaultValue = "7",
              description = "How often each is run (default: ${DEFAULT-VALUE}).")
          int rounds)
      throws IOException, InterruptedException {
    check(rounds, 1);
    StartBench.run(WorkshopFolder.find(), rounds, System.out);
    return 0;
  }

  @Command(
      name = "backend",
      description = {
        "Loads the backend, and beside it a Collector and Jaeger if Go is there to build them:"
            + " spans a second, latency, memory and CPU. With --soak, the backend alone and for"
            + " long."
      })
  int backend(
      @Option(
              names = "--rounds",
              paramLabel = "N",
              defaultValue = "3",
              description = "How often each is started and measured (default: ${DEFAULT-VALUE}).")
          int rounds,
      @Option(
              names = "--seconds",
              paramLabel = "S",
              description = "How long each line of the table is sent in a round (default: 1).")
          Double seconds)
      throws IOException, InterruptedException {
    double each = seconds == null ? 1 : seconds;
    check(rounds, each);
    List<Candidate> candidates = new ArrayList<>();
    candidates.add(Candidate.embedded(1000));
    candidates.add(Candidate.embedded(100_000));
    candidates.addAll(Candidate.real(WorkshopFolder.find()));
    return BackendBench.run(candidates, rounds, each, System.out) ? 0 : 1;
  }

  private void check(int rounds, double seconds) {
    if (rounds < 1) {
      throw new ParameterException(spec.commandLine(), "--rounds must be at least 1");
    }
    if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
      throw new ParameterException(
          spec.commandLine(), "--seconds must be more than 0, and at most " + MOST_SECONDS);
    }
  }
}
