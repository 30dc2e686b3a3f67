package workshop.guide;

import java.util.ArrayList;
import java.util.List;
import workshop.lesson.Lesson;
import workshop.task.Finding;
import workshop.task.Task;
import workshop.terminal.TaskText;
import workshop.text.Words;

/** What the guide shows, as lines with a role each; the terminal decides how a role looks. */
final class GuideText {
  private static final int BAR = 18;

  private GuideText() {}

  /** What a line is for. */
  enum Role {
    TITLE,
    PLAIN,
    GOOD,
    BAD,
    HINT,
    QUIET
  }

  /** One line without a line break. */
  record Line(Role role, String text) {}

  /** The lesson's name and number on the left, the progress of all tasks on the right. */
  static Line title(GuideView view, int width) {
    int all = view.all();
    int done = view.allDone();
    int filled = all == 0 ? 0 : BAR * done / all;
    String left =
        "%s  (%d of %d)".formatted(view.lesson().name(), view.current() + 1, view.lessons().size());
    String right =
        "[" + "#".repeat(filled) + "-".repeat(BAR - filled) + "] %d of %d".formatted(done, all);
    int gap = Math.max(2, width - left.length() - right.length());
    return new Line(Role.TITLE, left + " ".repeat(gap) + right);
  }

  /** The current lesson: its tasks, what was found, the hint, and what to do next. */
  static List<Line> lesson(GuideView view, int width) {
    List<Line> lines = new ArrayList<>();
    add(lines, Role.PLAIN, Words.wrap("", view.lesson().description(), width));
    blank(lines);
    for (Task task : view.tasks()) {
      if (view.done().contains(task.id())) {
        add(lines, Role.GOOD, TaskText.task(task, true, width));
        add(lines, Role.QUIET, TaskText.below(task.about(), width));
        continue;
      }
      add(lines, Role.PLAIN, TaskText.task(task, false, width));
      Finding finding = view.findings().get(task.id());
      if (finding != null) {
        add(lines, Role.BAD, TaskText.below(finding.text(), width));
      }
      int hint = view.hints().getOrDefault(task.id(), 0);
      if (hint > 0) {
        add(lines, Role.HINT, TaskText.hint(task, hint, view.answers(), width));
      }
    }
    blank(lines);
    add(lines, Role.QUIET, Words.wrap("", next(view), width));
    return lines;
  }

  /** What runs or how the last run ended, and what is wrong with the progress file. */
  static List<Line> status(GuideView view, int width) {
    List<Line> lines = new ArrayList<>();
    for (String word : List.of(view.status(), view.note())) {
      if (!word.isEmpty()) {
        add(lines, Role.QUIET, Words.wrap("", word, width));
      }
    }
    return lines;
  }

  /** What to do next. */
  private static String next(GuideView view) {
    if (view.allDone() == view.all()) {
      return "All tasks of all lessons are done.";
    }
    if (view.lessonDone()) {
      return "This lesson is done. To go on, press n.";
    }
    return "Edit %s. Each save runs it and checks what arrives.".formatted(view.lesson().fileName())
        + view.withFault()
            .filter(task -> !view.done().contains(task.id()))
            .map(task -> " Press f to run it with the faults of task %d.".formatted(task.number()))
            .orElse("");
  }

  /** The lessons, and how many of their tasks are done. */
  static List<Line> list(GuideView view, int width) {
    List<Line> lines = new ArrayList<>();
    for (Lesson lesson : view.lessons()) {
      List<Task> tasks = view.tasks(lesson);
      int done = view.done(tasks);
      String start =
          "%s %d/%d  %-20s "
              .formatted(
                  lesson.equals(view.lesson()) ? ">" : " ", done, tasks.size(), lesson.name());
      add(
          lines,
          done == tasks.size() ? Role.GOOD : Role.PLAIN,
          Words.wrap(start, lesson.description(), width));
    }
    return lines;
  }

  /** What to change for each task. */
  static List<Line> solution(GuideView view) {
    List<Line> lines = new ArrayList<>();
    for (String line : TaskText.solution(view.lesson(), view.tasks(), view.answers())) {
      String text = line.strip();
      Role role = text.startsWith("+ ") ? Role.GOOD : text.startsWith("- ") ? Role.BAD : Role.PLAIN;
      lines.add(new Line(role, line));
    }
    return lines;
  }

  private static void add(List<Line> lines, Role role, List<String> texts) {
    texts.forEach(text -> lines.add(new Line(role, text)));
  }

  private static void blank(List<Line> lines) {
    lines.add(new Line(Role.PLAIN, ""));
  }
}
