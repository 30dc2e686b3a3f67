package workshop.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import workshop.lesson.Lesson;

/** The changes that the tasks ask for, computed when they are first needed. */
public final class Answers {
  private final Path folder;
  private final Map<String, Solution> solutions = new ConcurrentHashMap<>();

  public Answers(Path folder) {
    this.folder = folder;
  }

  /** The change that a task asks for, below the step to change; else why it cannot be shown. */
  public List<String> of(Task task) {
    try {
      Solution solution = solutions.get(task.lesson());
      if (solution == null) {
        solution = read(task.lesson());
        solutions.put(task.lesson(), solution);
      }
      List<String> change = solution.change(task.number());
      return change.isEmpty()
          ? List.of("No line of the solution ends with // task " + task.number())
          : change;
    } catch (IOException e) {
      return List.of("The solution cannot be read: " + e.getMessage());
    }
  }

  private Solution read(String name) throws IOException {
    Lesson lesson = Lesson.read(folder, name);
    Path solved = folder.resolve(lesson.solutionFile());
    if (!Files.exists(solved)) {
      throw new IOException("there is no file " + lesson.solutionFile());
    }
    // A lesson that is not yet shipped is its own shipped text.
    Optional<Shipped.Text> shipped = Shipped.text(folder, lesson);
    String text =
        shipped.isPresent()
            ? shipped.get().text()
            : Files.readString(folder.resolve(lesson.fileName()));
    return new Solution(text, Files.readString(solved));
  }
}
