package workshop.lesson;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** What a lesson's steps need on the class path of a session. */
public final class LessonClassPath {
  private LessonClassPath() {}

  /**
   * Asks JBang for a lesson's dependencies; it downloads what is missing. The classes of a lesson
   * that starts JVMs of its own class path are compiled and put there, too: the JVMs then run the
   * file, whatever became of its declarations in the session.
   *
   * @param folder the workshop's folder
   * @param classes an existing folder that takes the classes
   * @throws IOException if JBang or the compiler fails; the message is what it said
   */
  public static String of(Path folder, Lesson lesson, Path classes)
      throws IOException, InterruptedException {
    Path file = folder.resolve(lesson.fileName());
    String dependencies = dependencies(folder, file);
    if (!startsItself(Steps.read(file))) {
      return dependencies;
    }
    compile(file, dependencies, classes);
    return dependencies + File.pathSeparator + classes;
  }

  /** Whether a lesson starts JVMs with its own class path. */
  public static boolean startsItself(Steps steps) {
    return steps.steps().stream().anyMatch(step -> step.code().contains("\"java.class.path\""));
  }

  /**
   * Compiles a lesson's file.
   *
   * @throws IOException if it does not compile; the message is what the compiler said
   */
  public static void compile(Path file, String dependencies, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    String[] options = {
      "-proc:none", "-cp", dependencies, "-d", classes.toString(), file.toString()
    };
    if (compiler.run(null, said, said, options) != 0) {
      throw new IOException(file.getFileName() + " does not compile:\n" + said.toString(UTF_8));
    }
  }

  /**
   * Asks JBang for the dependencies of a script; it downloads what is missing.
   *
   * @throws IOException if JBang fails; the message is what to try
   */
  public static String dependencies(Path folder, Path file)
      throws IOException, InterruptedException {
    Process jbang =
        new ProcessBuilder(
                LessonProcess.launcher(folder), "info", "classpath", "--deps-only", file.toString())
            .redirectInput(ProcessBuilder.Redirect.from(LessonProcess.nullDevice()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String answer = new String(jbang.getInputStream().readAllBytes(), UTF_8).strip();
    if (jbang.waitFor() != 0 || answer.isEmpty()) {
      throw new IOException(
          "JBang could not say what "
              + file.getFileName()
              + " needs. Try ./jbang "
              + file.getFileName());
    }
    return answer;
  }
}
