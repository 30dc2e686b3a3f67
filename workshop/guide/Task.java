package workshop.guide;

import java.util.ArrayList;
import java.util.List;

/**
 * A task at the end of a lesson.
 *
 * @param lesson the lesson's name, for example {@code 02-grpc-export}
 * @param number counts the tasks of a lesson from 1
 * @param text the sentence of the lesson's comment
 * @param fault the script of the faults that its run is to meet, or null; a lesson has one such
 *     task at most
 * @param nudges hints that do not give the answer away, the vaguest first
 * @param edits what to change in the lesson as shipped; a solution is the lesson with all of them
 */
public record Task(
    String lesson,
    int number,
    String text,
    String fault,
    Check check,
    List<String> nudges,
    List<Edit> edits) {

  /** A task whose run is to meet no fault. */
  Task(String lesson, int number, String text, Check check, List<String> nudges, List<Edit> edits) {
    this(lesson, number, text, null, check, nudges, edits);
  }

  /** Judges a task by one run of its lesson. */
  @FunctionalInterface
  public interface Check {
    Finding judge(Arrived arrived);
  }

  /**
   * A change in a lesson's source. Each of the two texts stands exactly once in the file that has
   * it, so that the shipped lesson can be had from its solution.
   */
  public record Edit(String shipped, String solved) {}

  /** Names the task among all, for example {@code 02-grpc-export/1}. */
  public String id() {
    return lesson + "/" + number;
  }

  /** From a nudge to the answer; the answer has a line for each line of code. */
  public List<String> hints() {
    List<String> hints = new ArrayList<>(nudges);
    StringBuilder answer = new StringBuilder("The answer:");
    answerLines().forEach(line -> answer.append('\n').append(line));
    hints.add(answer.toString());
    return hints;
  }

  /** The lines to take out, marked with {@code -}, to put in, with {@code +}, and between them. */
  public List<String> answerLines() {
    List<String> lines = new ArrayList<>();
    for (Edit edit : edits) {
      List<String> before = edit.shipped().lines().map(String::strip).toList();
      List<String> after = edit.solved().lines().map(String::strip).toList();
      before.stream().filter(line -> !after.contains(line)).forEach(line -> lines.add("- " + line));
      after.forEach(line -> lines.add((before.contains(line) ? "  " : "+ ") + line));
    }
    return lines;
  }
}
