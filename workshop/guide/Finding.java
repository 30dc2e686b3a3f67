package workshop.guide;

/**
 * What a check found.
 *
 * @param done whether the task is done
 * @param text what arrived, and what was expected if that differs: one sentence or two, with names
 *     and values; received text in it is as received
 */
public record Finding(boolean done, String text) {
  static Finding done(String format, Object... values) {
    return new Finding(true, format.formatted(values));
  }

  static Finding open(String format, Object... values) {
    return new Finding(false, format.formatted(values));
  }
}
