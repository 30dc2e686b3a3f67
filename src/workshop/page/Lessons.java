package workshop.page;

/** What the page shows of the lessons and their tasks. */
@FunctionalInterface
public interface Lessons {
  /** The lessons with their tasks as a JSON object; called at each change. */
  String json();

  /**
   * Shows one more hint for a task.
   *
   * @param task its id, for example {@code 02-grpc-export/1}
   */
  default void hint(String task) {}
}
