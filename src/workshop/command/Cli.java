package workshop.command;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;
import workshop.lesson.Launcher;
import workshop.lesson.UnknownLessonException;
import workshop.lesson.WorkshopFolder;
import workshop.task.Shipped;
import workshop.text.Style;

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
      VersionCommand.class,
      BenchCommand.class
    },
    description = {
      "The OTLP workshop: runs the lessons against an embedded backend and checks what arrived."
          + " Without a command, it guides you through the lessons and their tasks in this"
          + " terminal. If there is no terminal, it does the same as run."
    },
    footer = {
      "",
      "Examples:",
      "  ./jbang workshop                  work through the lessons and their tasks",
      "  ./jbang workshop 04               start at lesson 04",
      "  ./jbang workshop run              run all lessons",
      "  ./jbang workshop doctor           check that this machine is ready",
      "  ./jbang backend                   receive OTLP and show it",
      "  ./jbang 02-grpc-export.java       run one lesson alone"
    })
public final class Cli implements Callable<Integer> {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @Mixin private Ports ports;

  @Parameters(
      arity = "0..1",
      paramLabel = "LESSON",
      description = "The lesson to start with: its number, name or file.")
  private String lesson;

  @Option(names = "--open", description = "Open the guide's page in the browser.")
  private boolean open;

  private Cli() {}

  /**
   * Runs a command.
   *
   * @return 0 for success, 1 if the command failed, 2 for an invalid command line
   */
  public static int run(String... args) {
    WorkshopFolder.ifAny().ifPresent(Shipped::keep);
    CommandLine line = new CommandLine(new Cli());
    Map<String, IHelpSectionRenderer> sections = new HashMap<>(line.getHelpSectionMap());
    sections.replaceAll((name, section) -> help -> Launcher.typed(section.render(help)));
    return line.setHelpSectionMap(sections)
        .setUsageHelpAutoWidth(true)
        .setOverwrittenOptionsAllowed(true)
        .setExpandAtFiles(false)
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
    if (!Style.hasTerminal()) {
      return lesson == null ? run("run") : run("run", lesson);
    }
    return LiveGuide.run(ports, lesson, open);
  }

  private static int explain(ParameterException problem, String[] args) {
    CommandLine command = problem.getCommandLine();
    System.err.println(problem.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(problem, new PrintWriter(System.err, true))) {
      System.err.println(
          Launcher.typed(
              "For help, type " + command.getCommandSpec().qualifiedName() + " --help."));
    }
    return 2;
  }
}
