package tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import workshop.lesson.Snippets;
import workshop.lesson.Steps;

/**
 * Runs a lesson step by step through {@code jdk.jshell}, on the JDK that this program runs on. It
 * has nothing but the lesson's own imports. What the steps print goes to standard output and error.
 *
 * <p>Arguments: the lesson's file, the class path. Exit code 1 if a step failed; the last lines on
 * standard error then begin with {@code STEP}, its title and line.
 */
final class StepsInJShell {
  private StepsInJShell() {}

  public static void main(String[] arguments) throws Exception {
    Steps steps = Steps.read(Path.of(arguments[0]));
    List<String> problems = new ArrayList<>();
    try (JShell shell =
        JShell.builder()
            .out(new PrintStream(System.out, true, UTF_8))
            .err(new PrintStream(System.err, true, UTF_8))
            .compilerOptions("-classpath", arguments[1])
            .remoteVMOptions("-classpath", arguments[1])
            .build()) {
      problems.addAll(run(shell, "imports", steps.imports()));
      for (Steps.Step step : steps.steps()) {
        String name = "\"" + step.title() + "\", line " + step.line();
        problems.addAll(run(shell, name, step.sessionCode()));
      }
    }
    problems.forEach(System.err::println);
    System.exit(problems.isEmpty() ? 0 : 1);
  }

  private static List<String> run(JShell shell, String step, String code) {
    List<String> problems = new ArrayList<>();
    for (Snippets.Part part : Snippets.of(code, shell.sourceCodeAnalysis())) {
      if (!part.whole()) {
        problems.add("STEP " + step + ": ends in the middle of " + part.source());
        break;
      }
      for (SnippetEvent event : shell.eval(part.source())) {
        if (event.status() != Snippet.Status.VALID
            && event.status() != Snippet.Status.OVERWRITTEN) {
          problems.add("STEP " + step + ": " + event.status() + " " + event.snippet().source());
          shell
              .diagnostics(event.snippet())
              .forEach(each -> problems.add("STEP " + step + ": " + each.getMessage(null)));
        }
        if (event.exception() != null) {
          problems.add("STEP " + step + ": " + said(event.exception()));
        }
      }
    }
    return problems;
  }

  private static String said(JShellException problem) {
    return problem.getMessage() == null ? problem.toString() : problem.getMessage();
  }
}
