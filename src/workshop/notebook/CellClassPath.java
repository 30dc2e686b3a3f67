package workshop.notebook;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import workshop.lesson.Dependencies;
import workshop.lesson.JBangInfo;
import workshop.lesson.Lesson;

/** What the cells of a lesson need on their class path. Used by one thread at a time. */
final class CellClassPath {
  private final Path folder;
  private final Lesson lesson;
  private String dependencies;
  private List<String> dependenciesOf;

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
    List<String> named = Dependencies.in(text);
    if (!named.equals(dependenciesOf)) {
      dependencies = JBangInfo.classPath(folder, folder.resolve(lesson.fileName()));
      dependenciesOf = named;
    }
    return dependencies;
  }
}
