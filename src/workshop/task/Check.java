package workshop.task;

/** How a task is checked: by what arrived from a run of its lesson, and what the run printed. */
@FunctionalInterface
public interface Check {
  Finding judge(Arrived arrived);
}
