package workshop.lesson;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import workshop.wire.Backend;

/**
 * Compiles lessons in this JVM and starts them with {@code java}. For a lesson that was edited,
 * this takes a fraction of the time of {@code ./jbang LESSON}, which starts a JVM for JBang and a
 * compiler that is cold. JBang is asked for the libraries and options, and asked again only when
 * the directives change. Used by one thread at a time.
 */
public final class LessonCompiler implements AutoCloseable {
  /** The lines that JBang reads: in a lesson, a space stands before the text of a comment. */
  private static final Pattern DIRECTIVE =
      Pattern.compile("\\s*//([A-Z][A-Z_]*)(?![a-z]).*|.*@Grab.*");

  private static final String DESCRIPTION = "DESCRIPTION";

  /** The directives that {@link JBangInfo} covers. A file with another one is left to JBang. */
  private static final Set<String> COVERED =
      Set.of(
          DESCRIPTION,
          "JAVA",
          "DEPS",
          "REPOS",
          "JAVAC_OPTIONS",
          "COMPILE_OPTIONS",
          "JAVA_OPTIONS",
          "RUNTIME_OPTIONS");

  private final Path folder;
  private final Map<List<String>, JBangInfo> known = new HashMap<>();
  private final JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
  private StandardJavaFileManager files;
  private TemporaryFolder temporary;

  /**
   * @param folder the workshop's folder
   */
  public LessonCompiler(Path folder) {
    this.folder = folder;
  }

  /**
   * How to run a file.
   *
   * @param command starts it, in the workshop's folder
   * @param errors what the compiler printed if it failed, else empty
   */
  public record Program(List<String> command, List<String> errors) {}

  /**
   * Compiles a lesson and runs it to its end. A lesson that does not compile ends with exit code 1
   * and what the compiler printed.
   *
   * @param backend where the lesson sends
   * @param limit when it is over, the process and all that it started are killed
   * @param progress gets each line that the lesson prints, as it is printed
   * @throws IOException if the file cannot be read, or the process cannot be started
   */
  public LessonProcess.Result run(
      Lesson lesson, Backend backend, Duration limit, Consumer<String> progress)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    Program program = compile(lesson.fileName());
    if (!program.errors().isEmpty()) {
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      return new LessonProcess.Result(1, false, program.errors(), took);
    }
    return LessonProcess.run(program.command(), folder, lesson, backend, limit, progress);
  }

  /**
   * Compiles a file. The program is valid until the next call.
   *
   * @param file from the workshop's folder
   * @return {@code ./jbang FILE} if the file needs more of JBang than libraries and options, or if
   *     JBang cannot resolve them: it then says why
   * @throws IOException if the file cannot be read
   */
  public Program compile(String file) throws IOException, InterruptedException {
    Program launcher = new Program(List.of(Launcher.path(folder), file), List.of());
    Path source = folder.resolve(file);
    Optional<List<String>> directives = directives(Files.readString(source));
    if (directives.isEmpty()) {
      return launcher;
    }
    try {
      JBangInfo info = info(directives.get(), source);
      return thisJdk(info) ? compile(source, info).orElse(launcher) : launcher;
    } catch (IOException | IllegalArgumentException e) {
      return launcher; // which says why
    }
  }

  /** The lines on which JBang's answer depends; empty if one is not covered. */
  static Optional<List<String>> directives(String text) {
    List<String> lines = new ArrayList<>();
    for (String line : text.lines().toList()) {
      Matcher directive = DIRECTIVE.matcher(line);
      if (directive.matches()) {
        if (directive.group(1) == null || !COVERED.contains(directive.group(1))) {
          return Optional.empty();
        }
        if (!directive.group(1).equals(DESCRIPTION)) {
          lines.add(line.strip());
        }
      }
    }
    return Optional.of(lines);
  }

  private JBangInfo info(List<String> directives, Path source)
      throws IOException, InterruptedException {
    JBangInfo info = known.get(directives);
    if (info == null) {
      info = JBangInfo.ask(folder, source, ProcessBuilder.Redirect.DISCARD);
      known.put(directives, info);
    }
    return info;
  }

  private static boolean thisJdk(JBangInfo info) throws IOException {
    return info.availableJdkPath() != null
        && Files.isSameFile(Path.of(info.availableJdkPath()), javaHome());
  }

  private static Path javaHome() {
    return Path.of(System.getProperty("java.home"));
  }

  /** Empty if there is not exactly one class to start. */
  Optional<Program> compile(Path source, JBangInfo info) throws IOException, InterruptedException {
    if (temporary == null) {
      temporary = new TemporaryFolder("lesson");
      files = javac.getStandardFileManager(null, null, UTF_8); // keeps the libraries open
    }
    Path classes = temporary.empty("classes");
    String classPath = classes + File.pathSeparator + info.classPath();
    List<String> options = new ArrayList<>(info.compileOptions());
    options.addAll(List.of("-d", classes.toString(), "-cp", classPath));
    StringWriter printed = new StringWriter();
    JavacTask task =
        (JavacTask)
            javac.getTask(printed, files, null, options, null, files.getJavaFileObjects(source));
    Mains mains = new Mains();
    task.addTaskListener(mains);
    boolean compiled = task.call();
    if (Thread.interrupted()) {
      close(); // an interrupt closes the files that are being read
      throw new InterruptedException();
    }
    if (!compiled) {
      return Optional.of(new Program(List.of(), printed.toString().lines().toList()));
    }
    if (mains.names.size() != 1) {
      return Optional.empty();
    }
    List<String> command = new ArrayList<>();
    command.add(javaHome().resolve("bin").resolve("java").toString());
    if (info.runtimeOptions().stream().noneMatch(option -> option.startsWith("-XX:"))) {
      command.add("-XX:TieredStopAtLevel=1"); // as the launcher does: it ends soon
    }
    command.addAll(info.runtimeOptions());
    command.addAll(List.of("-cp", classPath, mains.names.get(0)));
    return Optional.of(new Program(command, List.of()));
  }

  /** Collects the classes that can be started. */
  private static final class Mains implements TaskListener {
    private final List<String> names = new ArrayList<>();

    @Override
    public void finished(TaskEvent event) {
      if (event.getKind() == TaskEvent.Kind.PARSE) {
        CompilationUnitTree unit = event.getCompilationUnit();
        String in = unit.getPackageName() == null ? "" : unit.getPackageName() + ".";
        for (Tree type : unit.getTypeDecls()) {
          if (type instanceof ClassTree tree && tree.getMembers().stream().anyMatch(Mains::main)) {
            names.add(in + tree.getSimpleName());
          }
        }
      }
    }

    private static boolean main(Tree member) {
      return member instanceof MethodTree method
          && method.getName().contentEquals("main")
          && method.getModifiers().getFlags().containsAll(Set.of(Modifier.PUBLIC, Modifier.STATIC))
          && method.getParameters().size() == 1;
    }
  }

  /** Deletes what was compiled. */
  @Override
  public void close() {
    if (temporary != null) {
      try {
        files.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        temporary.close();
        temporary = null;
      }
    }
  }
}
