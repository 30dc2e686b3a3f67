package workshop;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;
import workshop.backend.BackendCommand;
import workshop.bench.BenchCommand;
import workshop.doctor.DoctorCommand;
import workshop.explain.ExplainCommand;
import workshop.guide.AuthorsCommand;
import workshop.guide.CheckCommand;
import workshop.guide.GuideOptions;
import workshop.guide.HintCommand;
import workshop.guide.ListCommand;
import workshop.guide.LiveGuide;
import workshop.guide.ResetCommand;
import workshop.guide.Shipped;
import workshop.guide.SolutionCommand;
import workshop.lesson.JShellCommand;
import workshop.lesson.NotebooksCommand;
import workshop.lesson.UnknownLessonException;
import workshop.lesson.WorkshopFolder;
import workshop.terminal.RunCommand;

/** The command line of the workshop's tool. */
@Command(
    name = "./jbang workshop",
    subcommands = {
      RunCommand.class,
      BackendCommand.class,
      DoctorCommand.class,
      ExplainCommand.class,
      ListCommand.class,
      CheckCommand.class,
      HintCommand.class,
      SolutionCommand.class,
      ResetCommand.class,
      JShellCommand.class,
      NotebooksCommand.class,
      AuthorsCommand.class,
      BenchCommand.class
    },
    description = {
      "The OTLP workshop: runs the lessons against an embedded backend, and judges them by what"
          + " arrived. Without a command it leads through the lessons and their tasks; without a"
          + " terminal it then does what run does."
    },
    footer = {
      "",
      "Examples:",
      "  ./jbang workshop                  lead through the lessons and their tasks",
      "  ./jbang workshop run              run all lessons",
      "  ./jbang workshop doctor           is this machine ready for it?",
      "  ./jbang backend                   receive OTLP and show it",
      "  ./jbang 02-grpc-export.java       one lesson alone"
    })
public final class Cli implements Callable<Integer> {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @Mixin private GuideOptions guide;

  private Cli() {}

  /**
   * Runs a command.
   *
   * @return 0 for success, 1 for a failure of what was asked, 2 for a wrong command line
   */
  public static int run(String... args) {
    WorkshopFolder.ifAny().ifPresent(Shipped::keep);
    return new CommandLine(new Cli())
        .setUsageHelpAutoWidth(true)
        .setOverwrittenOptionsAllowed(true)
        .setParameterExceptionHandler(Cli::explain)
        .setExecutionExceptionHandler(
            (problem, commandLine, parsed) -> {
              System.err.println(problem.getMessage());
              return problem instanceof UnknownLessonException ? 2 : 1;
            })
        .execute(args);
  }

  @Override
  public Integer call() throws Exception {
    return LiveGuide.hasTerminal() ? LiveGuide.run(guide) : run("run");
  }

  private static int explain(ParameterException problem, String[] args) {
    CommandLine command = problem.getCommandLine();
    System.err.println(problem.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(problem, new PrintWriter(System.err, true))) {
      System.err.println(
          "Type " + command.getCommandSpec().qualifiedName() + " --help for what it takes.");
    }
    return 2;
  }
}
