package workshop.task;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a solution changes in its lesson: the hunks of the difference between both texts. The
 * comment {@code // task N} at the end of an added line says which task a hunk belongs to.
 */
final class Solution {
  private static final Pattern MARKER = Pattern.compile("\\s*// task (\\d{1,4})$");

  private static final Pattern STEP = Pattern.compile("\\s*// %% (.*)");

  private final List<LineDiff.Hunk> hunks;
  private final List<String> solved;

  /**
   * Compares both texts.
   *
   * @param lesson the text as shipped
   * @param solution the text of the solution
   */
  Solution(String lesson, String solution) {
    this.solved = solution.lines().toList();
    this.hunks = LineDiff.of(lesson.lines().toList(), solved);
  }

  /**
   * The change that a task asks for, below the step to change: the lines to remove, marked with
   * {@code -}, and those to add, marked with {@code +}, without the comments that name the task.
   */
  List<String> change(int task) {
    List<String> lines = new ArrayList<>();
    String before = "";
    for (LineDiff.Hunk hunk : hunks) {
      if (tasks(hunk).contains(task)) {
        String step = step(hunk);
        if (!step.equals(before)) {
          lines.add("In the step \"%s\":".formatted(step));
          before = step;
        }
        List<String> both = new ArrayList<>(hunk.removed());
        hunk.added().forEach(line -> both.add(MARKER.matcher(line).replaceAll("")));
        List<String> stripped = String.join("\n", both).stripIndent().lines().toList();
        for (int i = 0; i < stripped.size(); i++) {
          lines.add((i < hunk.removed().size() ? "- " : "+ ") + stripped.get(i));
        }
      }
    }
    return lines;
  }

  /** The title above a hunk, else "". */
  private String step(LineDiff.Hunk hunk) {
    for (int i = hunk.line() - 1; i >= 0; i--) {
      Matcher title = STEP.matcher(solved.get(i));
      if (title.matches()) {
        return title.group(1);
      }
    }
    return "";
  }

  /**
   * What keeps the changes from being shown by task, a sentence each.
   *
   * @param tasks how many tasks the lesson has
   */
  List<String> problems(int tasks) {
    List<String> problems = new ArrayList<>();
    TreeSet<Integer> changed = new TreeSet<>();
    for (LineDiff.Hunk hunk : hunks) {
      TreeSet<Integer> marked = tasks(hunk);
      changed.addAll(marked);
      if (hunk.added().isEmpty()) {
        problems.add(
            "line %d: lines are missing here, and no added line can carry \"// task N\""
                .formatted(hunk.line()));
      } else if (marked.isEmpty()) {
        problems.add(
            "line %d: \"// task N\" is missing at the end of a changed line"
                .formatted(hunk.line()));
      } else if (marked.size() > 1) {
        problems.add(
            "line %d: this change belongs to several tasks: %s; separate them by an unchanged line"
                .formatted(hunk.line(), marked));
      } else if (marked.first() < 1 || marked.first() > tasks) {
        problems.add("line %d: there is no task %d".formatted(hunk.line(), marked.first()));
      }
    }
    for (int task = 1; task <= tasks; task++) {
      if (!changed.contains(task)) {
        problems.add("task %d changes nothing: no line ends with \"// task %1$d\"".formatted(task));
      }
    }
    return problems;
  }

  private static TreeSet<Integer> tasks(LineDiff.Hunk hunk) {
    TreeSet<Integer> tasks = new TreeSet<>();
    for (String line : hunk.added()) {
      Matcher marker = MARKER.matcher(line);
      if (marker.find()) {
        tasks.add(Integer.parseInt(marker.group(1)));
      }
    }
    return tasks;
  }
}
