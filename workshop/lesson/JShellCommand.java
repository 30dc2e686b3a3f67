package workshop.lesson;

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

/** {@code jshell}: the JDK's own JShell, ready for the steps of a lesson. */
@Command(
    name = "jshell",
    description = {
      "Opens the JDK's JShell with a lesson's libraries, its imports done, its steps at hand.",
      "Exit code: that of JShell, 0 after /exit; 2: there is no such lesson."
    },
    footer = {"", "Example:", "  ./jbang workshop jshell 02        then: /open all.jsh"})
public final class JShellCommand implements Callable<Integer> {
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
    String classPath = LessonClassPath.dependencies(folder, folder.resolve(lesson.fileName()));
    Path imports = Files.writeString(session.resolve("imports.jsh"), steps.imports() + "\n");
    List<String> files = writeSteps(steps, session);
    System.out.println(
        "Lesson " + lesson.name() + " in JShell; its libraries and imports are there.");
    System.out.println("Its steps are files in " + session + ":");
    files.forEach(file -> System.out.println("  /open " + file));
    System.out.println(
        "One by one, in this order; /open all.jsh runs all of them. Edit a file, or");
    System.out.println("paste from the lesson. /vars shows what there is, /exit ends.");
    System.out.println();
    Path jshell = Path.of(System.getProperty("java.home"), "bin", "jshell");
    List<String> command =
        List.of(
            jshell.toString(),
            "--class-path",
            classPath,
            "--startup",
            "DEFAULT",
            "--startup",
            imports.toString());
    return run(command, session);
  }

  /**
   * Writes {@code 01-where-to.jsh} and so on, and {@code all.jsh}; returns the names of the first.
   */
  private static List<String> writeSteps(Steps steps, Path session) throws IOException {
    List<String> names = new ArrayList<>();
    StringBuilder all = new StringBuilder();
    for (Steps.Step step : steps.steps()) {
      StringBuilder text = new StringBuilder("// %% " + step.title() + "\n");
      step.prose().forEach(line -> text.append(("// " + line).stripTrailing()).append('\n'));
      text.append(step.sessionCode()).append('\n');
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
