package workshop.bench;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import workshop.lesson.WorkshopFolder;

/** {@code bench}: measures two things side by side in one run. */
@Command(
    name = "bench",
    description = "Measures side by side what is fast.",
    footer = {"", "Example:", "  ./jbang bench start"})
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "What to measure is missing: start");
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
    if (rounds < 1) {
      throw new ParameterException(spec.commandLine(), "--rounds must be at least 1");
    }
    StartBench.run(WorkshopFolder.find(), rounds, System.out);
    return 0;
  }
}
