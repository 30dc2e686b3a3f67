package workshop.notebook;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import workshop.lesson.Lesson;
import workshop.lesson.LessonClassPath;
import workshop.lesson.Steps;
import workshop.lesson.TemporaryFolder;

/**
 * What the cells of a lesson need on their class path. Used by one thread at a time.
 *
 * <p>A lesson that starts JVMs of its own class path needs its own class there, too: as it stands
 * in the cells, which may not be as it stands in the file.
 */
final class CellClassPath implements AutoCloseable {
  private final Path folder;
  private final Lesson lesson;
  private String dependencies;
  private String dependenciesOf;
  private TemporaryFolder classes;
  private String compiled;

  CellClassPath(Path folder, Lesson lesson) {
    this.folder = folder;
    this.lesson = lesson;
  }

  /**
   * The class path; JBang is asked only if the text names other libraries than before.
   *
   * @param text of the lesson
   * @throws IOException if JBang fails
   */
  String of(String text) throws IOException, InterruptedException {
    String named =
        text.lines().filter(line -> line.startsWith("//DEPS ")).collect(Collectors.joining());
    if (!named.equals(dependenciesOf)) {
      dependencies = LessonClassPath.dependencies(folder, folder.resolve(lesson.fileName()));
      dependenciesOf = named;
    }
    if (!LessonClassPath.startsItself(Steps.parse(lesson.fileName(), text))) {
      return dependencies;
    }
    if (classes == null) {
      classes = new TemporaryFolder("cells");
    }
    return dependencies + File.pathSeparator + classes.path();
  }

  /** Whether the lesson's own class has to be there. */
  boolean hasOwnClass() {
    return classes != null;
  }

  /** Compiles the lesson, if this is another text; returns a word if that fails, else empty. */
  String compile(String text) {
    if (text.equals(compiled)) {
      return "";
    }
    Path source = classes.path().resolve(lesson.fileName());
    try {
      Files.writeString(source, text);
      LessonClassPath.compile(source, dependencies, classes.path());
      compiled = text;
      return "";
    } catch (IOException e) {
      return compiled == null
          ? "The JVMs that this lesson starts have no class to run: " + e.getMessage()
          : "The JVMs that this lesson starts run it as it compiled last.\n";
    }
  }

  @Override
  public void close() {
    if (classes != null) {
      classes.close();
    }
  }
}
