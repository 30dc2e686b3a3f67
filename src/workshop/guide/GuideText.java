package workshop.guide;

import java.util.ArrayList;
import java.util.List;
import workshop.lesson.Lesson;
import workshop.task.Finding;
import workshop.task.Task;
import workshop.task.Where;
import workshop.terminal.TaskText;
import workshop.text.Text;
import workshop.text.Words;

/** What the guide shows, as lines with a role each; the terminal decides how a role looks. */
final class GuideText {
  private static final int BAR = 18;

  /** How many lines of a run stay visible before parts of the tasks are left out for them. */
  private static final int LEAST_OF_RUN = 9;

  /** A title, the id of a trace, and its first span. */
  private static final int LEAST_OF_TRACES = 3;

  /** Deeper than any line of a solution that is not the rest of a long line of code. */
  private static final String HANGING = " ".repeat(9);

  /** How far the text of the problem's lines is from the left. */
  private static final String INDENT = "  ";

  private static final String CUT = " ...";

  private static final int LONGEST_LINE = 500;

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

  /**
   * A lesson as it fits.
   *
   * @param whole whether nothing is left out
   */
  record Fitted(List<Line> lines, boolean whole) {}

  /** What is left out of a lesson's text when space is short, from nothing to almost everything. */
  private enum Room {
    ALL,
    /** Only the tasks that were done last are explained. */
    NEWEST_EXPLAINED,
    /** The tasks that are neither current nor done last have one line each. */
    ONE_LINE_EACH,
    /** Without the description. */
    TASKS_ONLY,
    /** Only the tasks that are current or done last, and the run only if it fits. */
    CURRENT_ONLY
  }

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

  /** The current lesson with nothing left out, but for what its run has shown. */
  static List<Line> lesson(GuideView view, int width) {
    return lesson(view, width, Room.ALL);
  }

  /**
   * The current lesson and the end of what its run has shown, in this many rows. The current task
   * comes first when not everything fits.
   */
  static Fitted lesson(GuideView view, int width, int rows) {
    int run = Math.min(LEAST_OF_RUN, run(view, width, Integer.MAX_VALUE).size());
    for (Room room : Room.values()) {
      List<Line> lines = new ArrayList<>(lesson(view, width, room));
      if (lines.size() + (room == Room.CURRENT_ONLY ? 0 : run) <= rows) {
        if (run > 0 && rows - lines.size() > run(view, width, Integer.MAX_VALUE).size()) {
          blank(lines);
        }
        lines.addAll(run(view, width, rows - lines.size()));
        return new Fitted(lines, room == Room.ALL);
      }
    }
    return new Fitted(lesson(view, width, Room.CURRENT_ONLY).subList(0, Math.max(0, rows)), false);
  }

  /** The lesson's tasks, what was found, the hint, and what to do next. */
  private static List<Line> lesson(GuideView view, int width, Room room) {
    List<Line> lines = new ArrayList<>();
    if (room.compareTo(Room.TASKS_ONLY) < 0) {
      add(lines, Role.PLAIN, Words.wrap("", view.lesson().description(), width));
      blank(lines);
    }
    if (!view.run().problem().isEmpty()) {
      add(lines, Role.BAD, Words.wrap("", view.run().problem(), width));
      add(lines, Role.BAD, place(view.run().place(), width - INDENT.length()));
      blank(lines);
    }
    for (Task task : view.tasks()) {
      boolean wanted = view.isCurrent(task) || view.finished().contains(task.id());
      if (wanted || room.compareTo(Room.ONE_LINE_EACH) < 0) {
        lines.addAll(task(view, task, width, wanted || room == Room.ALL));
      } else if (room != Room.CURRENT_ONLY) {
        lines.add(oneLine(view, task, width));
      }
    }
    if (room != Room.CURRENT_ONLY) {
      blank(lines);
    }
    add(lines, Role.QUIET, Words.wrap("", next(view), width));
    return lines;
  }

  /** A line of code and the caret below it, without their start if the caret is too far right. */
  private static List<String> place(List<String> both, int width) {
    int start = both.isEmpty() ? 0 : Math.max(0, both.get(1).length() - width);
    return both.stream()
        .map(line -> INDENT + safe(line.substring(Math.min(start, line.length()))))
        .toList();
  }

  private static List<Line> task(GuideView view, Task task, int width, boolean explained) {
    List<Line> lines = new ArrayList<>();
    boolean done = done(view, task);
    add(lines, done ? Role.GOOD : Role.PLAIN, TaskText.task(task, Where.GUIDE, done, width));
    if (done) {
      if (explained) {
        add(lines, Role.QUIET, TaskText.below(task.about(), width));
      }
      return lines;
    }
    Finding finding = view.findings().get(task.id());
    if (finding != null && view.run().problem().isEmpty()) {
      add(lines, Role.BAD, TaskText.below(finding.text(Where.GUIDE), width));
    }
    int hint = view.hints().getOrDefault(task.id(), 0);
    if (hint > 0) {
      add(lines, Role.HINT, TaskText.hint(task, hint, view.answers(), width));
    }
    return lines;
  }

  private static Line oneLine(GuideView view, Task task, int width) {
    boolean done = done(view, task);
    List<String> text = TaskText.task(task, Where.GUIDE, done, width);
    if (text.size() > 1) {
      text = List.of(TaskText.task(task, Where.GUIDE, done, width - CUT.length()).get(0) + CUT);
    }
    return new Line(done ? Role.GOOD : Role.PLAIN, text.get(0));
  }

  private static boolean done(GuideView view, Task task) {
    return view.done().contains(task.id());
  }

  /** The end of the output and the traces of the newest run, a title above each. */
  private static List<Line> run(GuideView view, int width, int rows) {
    if (!view.run().place().isEmpty()) {
      return List.of(); // the compiler's message is above the tasks
    }
    return parts(view, width, rows);
  }

  private static List<Line> parts(GuideView view, int width, int rows) {
    List<Line> output = output(view, width);
    List<Line> traces = traces(view);
    int tree = traces.isEmpty() ? 0 : traces.size() + 1;
    int text = output.isEmpty() ? 0 : output.size() + 1;
    if (text > 0 && tree > 0) {
      tree = Math.min(tree, Math.max((rows + 1) / 2, rows - text));
      tree = tree < LEAST_OF_TRACES ? 0 : tree;
    }
    List<Line> lines = new ArrayList<>();
    part(lines, "Output", output, Math.min(text, rows - tree), true);
    part(lines, "Traces", traces, Math.min(tree, rows), false);
    return lines;
  }

  /** The lines of a run that fit below their title; the last ones or the first ones. */
  private static void part(List<Line> lines, String name, List<Line> all, int rows, boolean last) {
    int shown = Math.min(all.size(), rows - 1);
    if (shown <= 0) {
      return;
    }
    String title =
        shown == all.size()
            ? name + ":"
            : "%s, %d of %d lines (o shows all):".formatted(name, shown, all.size());
    lines.add(new Line(Role.QUIET, title));
    lines.addAll(last ? all.subList(all.size() - shown, all.size()) : all.subList(0, shown));
  }

  private static List<Line> output(GuideView view, int width) {
    List<Line> lines = new ArrayList<>();
    view.run().output().forEach(line -> add(lines, Role.PLAIN, Words.code("", line, width)));
    return lines;
  }

  private static List<Line> traces(GuideView view) {
    return view.run().traces().stream().map(line -> new Line(Role.PLAIN, line)).toList();
  }

  /** Everything that the newest run has shown. */
  static List<Line> wholeRun(GuideView view, int width) {
    List<Line> lines = parts(view, width, Integer.MAX_VALUE);
    return lines.isEmpty()
        ? List.of(new Line(Role.PLAIN, "This lesson has not printed anything. Press r to run it."))
        : lines;
  }

  private static String safe(String line) {
    return Text.safe(line, LONGEST_LINE);
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
      return "All tasks of all lessons are done. To sum up, go to the last lesson and press n.";
    }
    if (view.lessonDone()) {
      return view.last()
          ? "This lesson is done. It is the last one: to sum up, press n."
          : "This lesson is done. To go on, press n.";
    }
    return "Edit %s. Each save runs it and checks what arrives."
        .formatted(view.lesson().fileName());
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
  static List<Line> solution(GuideView view, int width) {
    List<Line> lines = new ArrayList<>();
    Role role = Role.PLAIN;
    for (String line :
        TaskText.solution(view.lesson(), view.tasks(), Where.GUIDE, view.answers(), width)) {
      String text = line.strip();
      if (text.startsWith("+ ")) {
        role = Role.GOOD;
      } else if (text.startsWith("- ")) {
        role = Role.BAD;
      } else if (!line.startsWith(HANGING)) {
        role = Role.PLAIN;
      }
      lines.add(new Line(role, line));
    }
    return lines;
  }

  /** What each key does. */
  static List<Line> keys(int width) {
    List<Line> lines = new ArrayList<>();
    add(lines, Role.TITLE, List.of("The keys", ""));
    for (String[] key :
        new String[][] {
          {"r", "run the lesson and check its tasks; each save does the same"},
          {"f", "run it with the faults that one of its tasks needs"},
          {"h", "show a hint for the first open task; the last hint is the change itself"},
          {"s", "show the solution of the lesson"},
          {"o", "show all that the lesson has printed, and its traces"},
          {"n", "go to the next lesson; after the last one, sum up"},
          {"p", "go to the previous lesson"},
          {"l", "list the lessons and what is done"},
          {"space", "show the next page, if not everything fits"},
          {"?", "show the keys"},
          {"q", "quit, as Ctrl-C and Ctrl-D do"}
        }) {
      add(lines, Role.PLAIN, Words.wrap("  %-5s  ".formatted(key[0]), key[1], width));
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
