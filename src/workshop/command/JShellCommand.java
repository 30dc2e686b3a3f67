package workshop.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import workshop.lesson.JBangInfo;
import workshop.lesson.Lesson;
import workshop.lesson.StatementLines;
import workshop.lesson.Steps;
import workshop.lesson.TemporaryFolder;
import workshop.lesson.WorkshopFolder;

/** {@code jshell}: the JDK's own JShell, ready for the steps of a lesson. */
@Command(
    name = "jshell",
    description = {
      "Opens the JDK's JShell with a lesson's libraries, imports and helpers; its steps are files.",
      "Exit code: that of JShell, 0 after /exit; 2: there is no such lesson."
    },
    footer = {"", "Example:", "  ./jbang workshop jshell 02        then: /open all.jsh"})
final class JShellCommand implements Callable<Integer> {
  @Parameters(paramLabel = "LESSON", description = "A lesson's number, name or file.")
  private String typed;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = WorkshopFolder.find();
    Lesson lesson = Lesson.chosen(folder, List.of(typed)).get(0);
    try (TemporaryFolder session = new TemporaryFolder("jshell")) {
      return open(folder, lesson, session.path());
    }
  }

  private static int open(Path folder, Lesson lesson, Path session)
      throws IOException, InterruptedException {
    Steps steps = Steps.read(folder.resolve(lesson.fileName()));
    String classPath = JBangInfo.classPath(folder, folder.resolve(lesson.fileName()));
    StringBuilder startup = new StringBuilder(steps.imports()).append('\n');
    steps.steps().stream()
        .filter(Steps.Step::declares)
        .forEach(helper -> startup.append(StatementLines.of(helper.sessionCode())).append('\n'));
    Path helpers = Files.writeString(session.resolve("helpers.jsh"), startup);
    List<String> files = writeSteps(steps, session);
    System.out.println(
        "Lesson " + lesson.name() + " in JShell. Its libraries, imports and helpers are loaded.");
    System.out.println("Its steps are files in " + session + ":");
    files.forEach(file -> System.out.println("  /open " + file));
    System.out.println("Open them one by one, in this order, or all of them with /open all.jsh.");
    System.out.println("/vars lists the variables, /exit ends JShell.");
    System.out.println();
    Path jshell = Path.of(System.getProperty("java.home"), "bin", "jshell");
    // As the launcher does, because both JVMs end soon: JShell's, and that of what is typed.
    String quick = "-XX:TieredStopAtLevel=1";
    List<String> command =
        List.of(
            jshell.toString(),
            "-J" + quick,
            "-R" + quick,
            "--class-path",
            classPath,
            "--startup",
            "DEFAULT",
            "--startup",
            helpers.toString());
    return run(command, session);
  }

  /**
   * Writes {@code 01-the-exporter.jsh} and so on, and {@code all.jsh}; returns the names of the
   * first.
   */
  private static List<String> writeSteps(Steps steps, Path session) throws IOException {
    List<String> names = new ArrayList<>();
    StringBuilder all = new StringBuilder();
    for (Steps.Step step : steps.steps().stream().filter(each -> !each.declares()).toList()) {
      StringBuilder text = new StringBuilder("// %% " + step.title() + "\n");
      step.prose().forEach(line -> text.append(("// " + line).stripTrailing()).append('\n'));
      text.append(StatementLines.of(step.sessionCode())).append('\n');
      String name = String.format(Locale.ROOT, "%02d-%s.jsh", names.size() + 1, step.id());
      Files.writeString(session.resolve(name), text);
      names.add(name);
      all.append(text).append('\n');
    }
    Files.writeString(session.resolve("all.jsh"), all);
    return names;
  }

  /**
   * Runs JShell in this terminal, and in the session's folder: {@code /open} then needs no path.
   */
  private static int run(List<String> command, Path session)
      throws IOException, InterruptedException {
    // Ctrl-C is for JShell: it stops what runs there, and this program has to outlast it.
    Object before = Signals.register("INT", () -> {});
    Process jshell = new ProcessBuilder(command).directory(session.toFile()).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(jshell)));
    try {
      return jshell.waitFor();
    } finally {
      end(jshell);
      Signals.unregister("INT", before);
    }
  }

  private static void end(Process jshell) {
    List<ProcessHandle> all = new ArrayList<>(jshell.descendants().toList());
    all.add(jshell.toHandle());
    all.forEach(ProcessHandle::destroy);
    all.forEach(each -> each.onExit().completeOnTimeout(each, 5, TimeUnit.SECONDS).join());
  }
}
