package workshop.task;

import java.util.ArrayList;
import java.util.List;
import workshop.lesson.Launcher;
import workshop.lesson.Lesson;
import workshop.lesson.TasksFile;
import workshop.wire.FaultScript;

/** The tasks of the lessons. */
public final class Tasks {
  private Tasks() {}

  /**
   * The tasks of a lesson; none for a lesson without a tasks file.
   *
   * @throws IllegalArgumentException if a check or a fault in that file is wrong; the message names
   *     the file and the place
   */
  public static List<Task> of(Lesson lesson) {
    List<Task> tasks = new ArrayList<>();
    for (TasksFile.Entry entry : lesson.tasks().tasks()) {
      int number = tasks.size() + 1;
      String place = TasksFile.place(lesson.name()) + ", tasks " + number;
      Check check = Checks.of(entry.check(), place + ", check");
      entry.fault().ifPresent(fault -> validate(fault, place + ", fault"));
      tasks.add(
          new Task(
              lesson.name(),
              number,
              entry.text(),
              entry.step(),
              check,
              entry.fault(),
              entry.hints().stream().map(Launcher::typed).toList(),
              Launcher.typed(entry.about())));
    }
    return tasks;
  }

  /** The tasks of a lesson whose run has to meet faults. */
  public static List<Task> withFault(List<Task> tasks) {
    return tasks.stream().filter(task -> task.fault().isPresent()).toList();
  }

  private static void validate(String fault, String place) {
    try {
      FaultScript.parse(fault);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
    }
  }
}
