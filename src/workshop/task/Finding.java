package workshop.task;

import workshop.lesson.Launcher;

/**
 * What a check found.
 *
 * @param done whether the task is done
 * @param text what arrived and, if that differs, what was expected: one or two sentences with names
 *     and values. Received text in it is unchanged, so it has to be made safe before it is shown.
 */
public record Finding(boolean done, String text) {
  /** Of a task that is checked by what the lesson prints, after a run by hand. */
  static final Finding UNSEEN =
      open(
          "This task is checked by what the lesson prints, and the tool cannot see the output of a"
              + " run by hand.");

  static Finding done(String format, Object... values) {
    return new Finding(true, format.formatted(values));
  }

  static Finding open(String format, Object... values) {
    return new Finding(false, format.formatted(values));
  }

  /** What was found, for a learner who reads it there. */
  public String text(Where where) {
    return equals(UNSEEN) ? Launcher.typed(text + " To check it, " + where.run()) : text;
  }
}
