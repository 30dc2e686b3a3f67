package workshop.guide;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import workshop.lesson.Lesson;
import workshop.task.Answers;
import workshop.task.Finding;
import workshop.task.Task;
import workshop.task.Tasks;

/**
 * What to show of the guide now.
 *
 * @param allTasks the tasks of each lesson, by its name
 * @param done the ids of the tasks that are done
 * @param hints how many hints were shown, by the task's id
 * @param findings the newest finding of each task that was checked, by its id
 * @param finished the ids of the tasks that were done last
 * @param run the newest run of the current lesson
 * @param status what runs now, or how the last run ended
 * @param note a sentence about the progress file, else empty
 */
record GuideView(
    List<Lesson> lessons,
    Map<String, List<Task>> allTasks,
    Answers answers,
    int current,
    Set<String> done,
    Map<String, Integer> hints,
    Map<String, Finding> findings,
    Set<String> finished,
    GuideRun run,
    String status,
    String note) {
  Lesson lesson() {
    return lessons.get(current);
  }

  List<Task> tasks() {
    return tasks(lesson());
  }

  List<Task> tasks(Lesson lesson) {
    return allTasks.get(lesson.name());
  }

  /** The task of the current lesson that needs faults: the first open one, if one is open. */
  Optional<Task> withFault() {
    List<Task> withFault = Tasks.withFault(tasks());
    return withFault.stream()
        .filter(task -> !done.contains(task.id()))
        .findFirst()
        .or(() -> withFault.stream().findFirst());
  }

  /** Whether a task is the first open one, or the open one whose faults the newest run met. */
  boolean isCurrent(Task task) {
    Optional<Task> first = tasks().stream().filter(each -> !done.contains(each.id())).findFirst();
    return first.equals(Optional.of(task))
        || run.withFault().equals(task.id()) && !done.contains(task.id());
  }

  boolean last() {
    return current == lessons.size() - 1;
  }

  int all() {
    return allTasks.values().stream().mapToInt(List::size).sum();
  }

  int allDone() {
    return lessons.stream().mapToInt(lesson -> done(tasks(lesson))).sum();
  }

  /** How many of these tasks are done. */
  int done(List<Task> tasks) {
    return (int) tasks.stream().filter(task -> done.contains(task.id())).count();
  }

  boolean lessonDone() {
    return done(tasks()) == tasks().size();
  }
}
