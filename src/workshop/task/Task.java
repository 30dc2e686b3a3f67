package workshop.task;

import java.util.List;
import java.util.Optional;
import workshop.lesson.Launcher;

/**
 * A task at the end of a lesson.
 *
 * @param lesson the lesson's name, for example {@code 02-grpc-export}
 * @param number counts the tasks of a lesson from 1
 * @param text what to do; {@link #text(Where)} adds how to get its faults
 * @param step the title of the step to change
 * @param fault the script of the faults that its run has to meet
 * @param hints the vaguest first; the change itself comes after them
 * @param about what the task was about, shown when it is done
 */
public record Task(
    String lesson,
    int number,
    String text,
    String step,
    Check check,
    Optional<String> fault,
    List<String> hints,
    String about) {

  /** Names the task among all tasks, for example {@code 02-grpc-export/1}. */
  public String id() {
    return lesson + "/" + number;
  }

  /** What to do, for a learner who reads it there. */
  public String text(Where where) {
    return Launcher.typed(where.tell(text, fault));
  }

  /** How many hints there are: the last one is the change itself. */
  public int allHints() {
    return hints.size() + 1;
  }
}
