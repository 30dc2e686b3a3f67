package workshop.task;

/**
 * What a check found.
 *
 * @param done whether the task is done
 * @param text what arrived and, if that differs, what was expected: one or two sentences with names
 *     and values. Received text in it is unchanged, so it has to be made safe before it is shown.
 */
public record Finding(boolean done, String text) {
  static Finding done(String format, Object... values) {
    return new Finding(true, format.formatted(values));
  }

  static Finding open(String format, Object... values) {
    return new Finding(false, format.formatted(values));
  }
}
