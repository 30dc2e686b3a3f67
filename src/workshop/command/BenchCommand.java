package workshop.command;

import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import workshop.bench.BackendBench;
import workshop.bench.Candidate;
import workshop.bench.GuideBench;
import workshop.bench.NotebookBench;
import workshop.bench.ProtocolBench;
import workshop.bench.ProtocolResult;
import workshop.bench.Soak;
import workshop.bench.StartBench;
import workshop.lesson.Lesson;
import workshop.lesson.WholeFile;
import workshop.lesson.WorkshopFolder;
import workshop.wire.Backend;

/** {@code bench}: measures two or more things in one run, to compare them. */
@Command(
    name = "bench",
    description =
        "Measures how fast the lessons, the guide, the protocols, the backend and the notebook"
            + " are.",
    footer = {
      "",
      "Examples:",
      "  ./jbang bench start               the start of each lesson",
      "  ./jbang bench guide               a saved lesson in the guide, and workshop run",
      "  ./jbang bench protocol            gRPC and HTTP",
      "  ./jbang bench backend             the load that the backend can process",
      "  ./jbang bench backend --soak      five minutes of load",
      "  ./jbang bench notebook            cells on the page and in Jupyter"
    })
public final class BenchCommand implements Runnable {
  private static final int MOST_SECONDS = 600;

  @Spec private CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      scope = ScopeType.INHERIT,
      description = "How often to measure each (default: 7; protocol 5, backend 3).")
  private Integer askedRounds;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Say what to measure: " + String.join(", ", spec.subcommands().keySet()));
  }

  @Command(
      name = "start",
      description =
          "Starts lessons with ./jbang and with java -cp. Prints medians of several rounds.")
  int start(
      @Parameters(
              paramLabel = "LESSON",
              arity = "0..*",
              description = "Numbers or names of lessons (default: all).")
          List<String> typed,
      @Option(
              names = "--jdk",
              paramLabel = "FOLDER",
              description = "Another JDK to start them with; may be repeated.")
          List<Path> others)
      throws IOException, InterruptedException {
    Path folder = WorkshopFolder.find();
    List<Path> jdks = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
    for (Path jdk : others == null ? List.<Path>of() : others) {
      if (!Files.isExecutable(jdk.resolve("bin/javac"))) {
        throw new ParameterException(spec.commandLine(), "There is no JDK in " + jdk);
      }
      jdks.add(jdk.toAbsolutePath());
    }
    List<Lesson> lessons = Lesson.chosen(folder, typed == null ? List.of() : typed);
    StartBench.run(folder, lessons, jdks, rounds(7), System.out);
    return 0;
  }

  @Command(
      name = "guide",
      description = {
        "Saves lessons in the guide and waits for the verdict, and runs all lessons with workshop"
            + " run; compares both with ./jbang LESSON. Prints medians of several rounds."
      })
  int guide() throws IOException, InterruptedException {
    GuideBench.run(WorkshopFolder.find(), Integer.MAX_VALUE, rounds(7), System.out);
    return 0;
  }

  @Command(
      name = "protocol",
      description = {
        "Sends prepared spans through the SDK's exporters over gRPC and HTTP, with and without"
            + " gzip. Prints bytes, spans per second, CPU and latency: medians of several rounds."
      })
  int protocol(
      @Option(
              names = "--seconds",
              paramLabel = "S",
              defaultValue = "1",
              description = "How long to send each in a round (default: ${DEFAULT-VALUE}).")
          double seconds)
      throws IOException, InterruptedException {
    int rounds = rounds(5);
    check(seconds);
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      ProtocolBench.Target target =
          new ProtocolBench.Target(backend.inbox(), backend.grpcPort(), backend.httpPort());
      Path folder = WorkshopFolder.find();
      ProtocolResult result =
          ProtocolBench.run(folder, target, List.of(1, 64, 512), rounds, seconds);
      result.print(System.out);
      WholeFile.write(folder.resolve(WorkshopFolder.PROTOCOL_RESULT), new Gson().toJson(result));
      return result.problems().isEmpty() ? 0 : 1;
    }
  }

  @Command(
      name = "backend",
      description = {
        "Puts load on the backend and, if Go is installed to build them, on a Collector and on"
            + " Jaeger. Prints spans per second, latency, memory and CPU. With --soak, it puts a"
            + " long load on the backend alone."
      })
  int backend(
      @Option(
              names = "--seconds",
              paramLabel = "S",
              description =
                  "How long to send each line of the table in a round (default: 1), or how long the"
                      + " soak takes (default: 300).")
          Double seconds,
      @Option(
              names = "--soak",
              description = "Put load on the backend alone, and check its memory.")
          boolean soak)
      throws IOException, InterruptedException {
    double each = seconds != null ? seconds : soak ? 300 : 1;
    int rounds = rounds(3);
    check(each);
    if (soak) {
      return Soak.run(Candidate.embedded(1000), each, System.out) ? 0 : 1;
    }
    List<Candidate> candidates = new ArrayList<>();
    candidates.add(Candidate.embedded(1000));
    candidates.add(Candidate.embedded(100_000));
    candidates.addAll(Candidate.real(WorkshopFolder.find()));
    return BackendBench.run(candidates, rounds, each, System.out) ? 0 : 1;
  }

  @Command(
      name = "notebook",
      description = {
        "Runs cells in the page's notebook and, if Python 3 is installed, in Jupyter with the"
            + " JJava kernel. Prints the time from the click to the output: medians."
      })
  int notebook() throws IOException, InterruptedException {
    int rounds = rounds(7);
    Path folder = WorkshopFolder.find();
    NotebookBench.run(folder, NotebookBench.jupyter(folder), rounds, System.out);
    return 0;
  }

  private int rounds(int usual) {
    if (askedRounds != null && askedRounds < 1) {
      throw new ParameterException(spec.commandLine(), "--rounds must be at least 1");
    }
    return askedRounds == null ? usual : askedRounds;
  }

  private void check(double seconds) {
    if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
      throw new ParameterException(
          spec.commandLine(), "--seconds must be more than 0, and at most " + MOST_SECONDS);
    }
  }
}
