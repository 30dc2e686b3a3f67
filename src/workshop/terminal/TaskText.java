package workshop.terminal;

import java.util.ArrayList;
import java.util.List;
import workshop.lesson.Launcher;
import workshop.lesson.Lesson;
import workshop.task.Answers;
import workshop.task.Task;
import workshop.task.Where;
import workshop.text.Words;

/** A task, its hints and its solution as lines. */
public final class TaskText {
  private static final String INDENT = " ".repeat(11);

  private TaskText() {}

  /** {@code done 1. Send …} or {@code open 1. Send …}. */
  public static List<String> task(Task task, Where where, boolean done, int width) {
    String start = "  " + (done ? "done" : "open") + "  " + task.number() + ". ";
    return Words.wrap(start, task.text(where), width);
  }

  /** A text below a task, indented as deep as the task's. */
  public static List<String> below(String text, int width) {
    return Words.wrap(INDENT, text, width);
  }

  /** A hint by its number from 1; the last one is the change itself. */
  public static List<String> hint(Task task, int number, Answers answers, int width) {
    boolean last = number >= task.allHints();
    String start =
        "%shint %d of %d: ".formatted(INDENT, last ? task.allHints() : number, task.allHints());
    if (!last) {
      return Words.wrap(start, task.hints().get(number - 1), width);
    }
    List<String> answer = answers.of(task);
    List<String> lines = new ArrayList<>(Words.wrap(start, answer.get(0), width));
    answer.stream().skip(1).forEach(line -> lines.addAll(Words.code(INDENT, line, width)));
    return lines;
  }

  /** What to change in a lesson for each of its tasks. */
  public static List<String> solution(
      Lesson lesson, List<Task> tasks, Where where, Answers answers, int width) {
    if (tasks.isEmpty()) {
      return List.of(lesson.name() + " has no tasks.");
    }
    List<String> lines = new ArrayList<>();
    for (Task task : tasks) {
      lines.addAll(Words.wrap(task.number() + ". ", task.text(where), width));
      answers.of(task).forEach(line -> lines.addAll(Words.code("   ", line, width)));
    }
    lines.add("");
    lines.add(Launcher.typed("To run the solution, type ./jbang " + lesson.solutionFile()));
    return lines;
  }
}
