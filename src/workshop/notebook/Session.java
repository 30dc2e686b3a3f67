package workshop.notebook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.Kind;
import jdk.jshell.Snippet.Status;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/** A JShell whose code runs in a process of its own: what the cells of one lesson share. */
final class Session implements AutoCloseable {
  private static final int LONGEST_VALUE = 4000;
  private static final int MOST_FRAMES = 20;
  private static final Pattern STATEMENT = Pattern.compile(";(?:\\s|//.*)*\\z");
  private static final Pattern COMMENTS = Pattern.compile("(?:\\s|//.*)+");

  private CellProcess process;
  private final JShell shell;

  /** Where the snippets of this session came from, by their id. */
  private final Map<String, Origin> origins = new HashMap<>();

  private final Definitions definitions = new Definitions();

  /** What the helpers declare that needed something else when it was declared, by their cell. */
  private final Map<String, List<Unresolved>> unresolved = new HashMap<>();

  private final CellOutput.Printed out;
  private final CellOutput.Printed err;
  private final CellOutput.Printed log;
  private volatile boolean stopping;
  private volatile boolean shutDown;

  /**
   * @param line the line of the cell in which the snippet begins, from 1
   */
  private record Origin(String cell, String title, int line) {}

  private record Unresolved(String code, int start, Snippet snippet) {}

  /**
   * How a cell ended.
   *
   * @param value of its last expression, null if it ends with none
   * @param exception null if none was thrown
   */
  record Result(
      String value,
      List<NotebookView.Problem> problems,
      NotebookView.Thrown exception,
      boolean stopped) {
    boolean failed() {
      return !problems.isEmpty() || exception != null || stopped;
    }
  }

  /**
   * Starts a session; takes about a second.
   *
   * @param environment variables to set; with the value null, to remove
   * @param printed gets what is printed, in several threads
   * @throws IOException if its process cannot be started
   */
  Session(
      String classPath,
      Path folder,
      Map<String, String> environment,
      BiConsumer<CellOutput.Stream, String> printed)
      throws IOException {
    out = new CellOutput.Printed(CellOutput.Stream.OUT, printed);
    err = new CellOutput.Printed(CellOutput.Stream.ERR, printed);
    log = new CellOutput.Printed(CellOutput.Stream.LOG, printed);
    CellProcess.Launch launch = new CellProcess.Launch(classPath, folder, environment, log);
    boolean started = false;
    try {
      shell =
          JShell.builder()
              .out(new PrintStream(out, true, UTF_8))
              .err(new PrintStream(err, true, UTF_8))
              .compilerOptions("-classpath", classPath, "-Xlint:-options")
              .executionEngine(provider(launch), Map.of())
              .build();
      shell.onShutdown(down -> shutDown = true);
      // The first compilation sets the class path, and the first use of sourceCodeAnalysis()
      // starts a thread that asks for it. If it is not set by then, that thread computes the
      // workshop's own and puts it in place of the lesson's, possibly while a cell is compiled.
      shell.eval("import java.lang.Object;");
      started = true;
    } catch (IllegalStateException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      if (!started && process != null) {
        process.close();
      }
    }
  }

  private ExecutionControlProvider provider(CellProcess.Launch launch) {
    return new ExecutionControlProvider() {
      @Override
      public String name() {
        return "cells";
      }

      @Override
      public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters)
          throws IOException {
        process = CellProcess.start(env, launch);
        return process;
      }
    };
  }

  /**
   * Runs code. Its parts run one after the other, up to the first that fails.
   *
   * @param cell the id of the code's cell, and its title for a stack trace
   * @param setsUp whether it may need what a later cell declares; see {@link #unresolved}
   */
  Result run(String cell, String title, String code, boolean setsUp) {
    stopping = false;
    hold(true);
    unresolved.put(cell, new ArrayList<>());
    definitions.begin(cell, title);
    String value = null;
    for (Snippets.Part part : Snippets.of(code, shell.sourceCodeAnalysis())) {
      String source = part.source().strip();
      int start = part.start() + part.source().indexOf(source);
      if (!part.whole()) {
        Matcher comments = COMMENTS.matcher(source);
        int begins = comments.lookingAt() ? start + comments.end() : start;
        String says = "the cell ends in the middle of what begins here";
        return new Result(null, List.of(problem(code, begins, begins + 1, says)), null, false);
      }
      if (stopping) {
        return new Result(null, List.of(), null, true);
      }
      for (SnippetEvent event : eval(source)) {
        if (event.causeSnippet() != null) {
          continue; // an earlier declaration, compiled again
        }
        Snippet snippet = event.snippet();
        origins.put(snippet.id(), new Origin(cell, title, line(code, start)));
        definitions.add(cell, snippet);
        List<NotebookView.Problem> problems = List.of();
        if (setsUp && isRecoverable(event.status())) {
          unresolved.get(cell).add(new Unresolved(code, start, snippet));
        } else {
          problems = problems(code, start, snippet, event.status());
        }
        NotebookView.Thrown exception =
            event.exception() == null ? null : thrown(event.exception());
        if (stopping || !problems.isEmpty() || exception != null) {
          return new Result(null, problems, exception, stopping);
        }
        // A statement such as printf(...); also has a value, which the cell does not show.
        int end = Math.min(code.length(), start + source.length());
        boolean asked = !STATEMENT.matcher(code.substring(start, end)).find();
        boolean expression = snippet.kind() == Kind.EXPRESSION || isUnnamed(snippet);
        value = expression && asked ? event.value() : null;
      }
    }
    boolean shows = value != null && !value.isEmpty();
    return new Result(shows ? cut(value) : null, List.of(), null, stopping);
  }

  /** Nothing if the process has ended, or ends meanwhile; it is gone when this returns. */
  private List<SnippetEvent> eval(String source) {
    List<SnippetEvent> events = List.of();
    try {
      events = shell.eval(source);
    } catch (IllegalStateException e) {
      shutDown = true; // JShell's word for it
    }
    if (shutDown) {
      // Its exit code is known in a moment.
      process.process().onExit().completeOnTimeout(null, 2, TimeUnit.SECONDS).join();
      kill();
    }
    return events;
  }

  /** Whether JShell made a variable such as {@code $1} for the value of an expression. */
  private static boolean isUnnamed(Snippet snippet) {
    return snippet.subKind() == SubKind.TEMP_VAR_EXPRESSION_SUBKIND;
  }

  private static String cut(String value) {
    return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "…";
  }

  private List<NotebookView.Problem> problems(
      String code, int start, Snippet snippet, Status status) {
    List<NotebookView.Problem> problems = new ArrayList<>();
    if (status == Status.REJECTED) {
      shell
          .diagnostics(snippet)
          .filter(Diag::isError)
          .forEach(
              diag ->
                  problems.add(
                      problem(
                          code,
                          start + (int) diag.getStartPosition(),
                          start + (int) diag.getEndPosition(),
                          diag.getMessage(Locale.ENGLISH),
                          missing(code, start, diag))));
    }
    if (snippet instanceof DeclarationSnippet declaration && isRecoverable(status)) {
      String missing = shell.unresolvedDependencies(declaration).collect(Collectors.joining(", "));
      problems.add(
          problem(
              code,
              start,
              start + 1,
              "this needs what is not there yet: " + missing,
              shell
                  .unresolvedDependencies(declaration)
                  .flatMap(each -> imports(each.substring(each.lastIndexOf(' ') + 1)))
                  .toList()));
    }
    return problems;
  }

  /** Whether it is declared, or will be, once something else is. */
  private static boolean isRecoverable(Status status) {
    return status == Status.RECOVERABLE_DEFINED || status == Status.RECOVERABLE_NOT_DEFINED;
  }

  /** What a cell that sets up still needs, after the others have run. */
  List<NotebookView.Problem> unresolved(String cell) {
    return unresolved.getOrDefault(cell, List.of()).stream()
        .flatMap(
            each ->
                problems(each.code(), each.start(), each.snippet(), shell.status(each.snippet()))
                    .stream())
        .toList();
  }

  /** What to import if the compiler does not know the name of a class. */
  private List<String> missing(String code, int start, Diag diag) {
    int end = start + (int) diag.getEndPosition();
    return diag.getCode().startsWith("compiler.err.cant.resolve") && end <= code.length()
        ? imports(code.substring(Math.max(0, start + (int) diag.getStartPosition()), end)).toList()
        : List.of();
  }

  private Stream<String> imports(String name) {
    return new Completion(name, name.length()).imports(shell.sourceCodeAnalysis()).stream();
  }

  /** What its cells used and defined; any thread may ask. */
  Definitions definitions() {
    return definitions;
  }

  /** See {@link Completion#at}; not while a cell runs. */
  NotebookView.Completions complete(String before, String code, int cursor) {
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    return Completion.at(analysis, before, code, cursor).suggestions(analysis);
  }

  /** See {@link Completion#described}; not while a cell runs. */
  List<NotebookView.Described> describe(String before, String code, int cursor) {
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    return Completion.at(analysis, before, code, cursor).described(analysis);
  }

  private static NotebookView.Problem problem(String code, int from, int to, String message) {
    return problem(code, from, to, message, List.of());
  }

  private static NotebookView.Problem problem(
      String code, int from, int to, String message, List<String> imports) {
    int start = Math.max(0, Math.min(from, code.length()));
    int end = Math.max(start, Math.min(to, code.length()));
    return new NotebookView.Problem(
        line(code, start),
        column(code, start),
        line(code, end),
        column(code, end),
        message,
        imports);
  }

  private static int line(String code, int position) {
    return 1 + (int) code.substring(0, position).chars().filter(c -> c == '\n').count();
  }

  private static int column(String code, int position) {
    return position - code.lastIndexOf('\n', position - 1);
  }

  private NotebookView.Thrown thrown(JShellException exception) {
    StringBuilder text = new StringBuilder(said(exception));
    List<NotebookView.Frame> frames = new ArrayList<>();
    for (StackTraceElement element : exception.getStackTrace()) {
      if (frames.size() < MOST_FRAMES) {
        frame(element).ifPresent(frames::add);
      }
    }
    Throwable cause = exception.getCause();
    for (int depth = 0; cause != null && depth < 5; depth++, cause = cause.getCause()) {
      text.append("\ncaused by ").append(said(cause));
    }
    return new NotebookView.Thrown(text.toString(), frames);
  }

  private static String said(Throwable problem) {
    String name =
        problem instanceof EvalException exception
            ? exception.getExceptionClassName()
            : problem.getClass().getName();
    return problem.getMessage() == null ? name : name + ": " + problem.getMessage();
  }

  /** Nothing for a frame of JShell's own. */
  private Optional<NotebookView.Frame> frame(StackTraceElement element) {
    String file = element.getFileName();
    Origin origin = file != null && file.startsWith("#") ? origins.get(file.substring(1)) : null;
    if (origin != null) {
      int line = origin.line() + element.getLineNumber() - 1;
      String where = "\"" + origin.title() + "\", line " + line;
      String method = element.getMethodName();
      boolean named = !method.isEmpty() && !method.startsWith("do_it$");
      return Optional.of(
          new NotebookView.Frame(
              named ? where + ", in " + method + "()" : where, origin.cell(), line));
    }
    return element.getClassName().startsWith("REPL.")
            || element.getClassName().startsWith("jdk.jshell.")
        ? Optional.empty()
        : Optional.of(new NotebookView.Frame("at " + element, null, 0));
  }

  /**
   * Stops what runs; the session goes on. It may take a moment, and does nothing to code that
   * JShell has still to compile.
   */
  void stop() {
    stopping = true;
    hold(false); // its last word comes behind all that it has printed
    process.stop();
  }

  private void hold(boolean holds) {
    List.of(out, err, log).forEach(stream -> stream.hold(holds));
  }

  /** Ends the process at once. */
  void kill() {
    process.close();
  }

  boolean isAlive() {
    return process.process().isAlive();
  }

  /** The exit code of the process, which has ended. */
  int exitCode() {
    return process.process().exitValue();
  }

  @Override
  public void close() {
    process.close();
    shell.close(); // after it: a JVM that does not answer would keep JShell waiting
  }
}
