package workshop.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.lesson.Lesson;
import workshop.lesson.Steps;
import workshop.lesson.TasksFile;

/**
 * Compares the three files of a lesson with each other and with what a lesson looks like, without
 * running anything.
 */
public final class LessonReview {
  private static final int MOST_LINES = 130;
  private static final int MOST_COLUMNS = 90;

  /** Lesson 06 starts a program for each way in which a program can end. */
  private static final Map<String, Integer> MORE_LINES = Map.of("06-shutdown", 170);

  private static final String LAST_STEP = "Your turn";
  private static final Pattern CLASS = Pattern.compile("(final )?class \\w+ \\{");
  private static final Pattern INTERNAL = Pattern.compile("import .*\\.internal\\..*");
  private static final Pattern ITEM = Pattern.compile("(\\d+)\\. (.*)");
  private static final Pattern SENTENCE_END = Pattern.compile("[.!?](?=\\s|$)");

  private final Path folder;
  private final String name;
  private final List<String> problems = new ArrayList<>();

  private LessonReview(Path folder, String name) {
    this.folder = folder;
    this.name = name;
  }

  /**
   * What was found.
   *
   * @param lesson empty if a file is missing or cannot be read
   * @param lines from the line of the class to the end
   * @param problems a sentence each, which begins with the file
   */
  public record Result(Optional<Lesson> lesson, int lines, List<String> problems) {}

  /** Reviews the files with this name. */
  public static Result of(Path folder, String name) throws IOException {
    return new LessonReview(folder, name).review();
  }

  private Result review() throws IOException {
    Path file = folder.resolve(name + ".java");
    Path solution = folder.resolve("solutions").resolve(name + ".java");
    boolean complete = true;
    for (Path each : List.of(file, TasksFile.file(folder, name), solution)) {
      if (!Files.exists(each)) {
        problem(folder.relativize(each).toString().replace('\\', '/'), "there is no such file");
        complete = false;
      }
    }
    if (!Files.exists(file)) {
      return new Result(Optional.empty(), 0, problems);
    }
    String text = Files.readString(file);
    int lines = layout(text.lines().toList());
    readme();
    if (!complete) {
      return new Result(Optional.empty(), lines, problems);
    }
    try {
      Lesson lesson = Lesson.read(folder, name);
      Tasks.of(lesson);
      compare(text, lesson.tasks());
      words(lesson.tasks());
      new Solution(text, Files.readString(solution))
          .problems(lesson.tasks().tasks().size())
          .forEach(problem -> problem(lesson.solutionFile(), problem));
      return new Result(Optional.of(lesson), lines, problems);
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
      return new Result(Optional.empty(), lines, problems);
    }
  }

  // --- The lesson's file -------------------------------------------------------------------------

  private int layout(List<String> lines) {
    String file = name + ".java";
    int opens = 0;
    while (opens < lines.size() && !CLASS.matcher(lines.get(opens)).matches()) {
      opens++;
    }
    int count = lines.size() - opens;
    int most = MORE_LINES.getOrDefault(name, MOST_LINES);
    if (count > most) {
      problem(file, "%d lines from the class line on, more than %d".formatted(count, most));
    }
    boolean inMain = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (i >= opens && line.length() > MOST_COLUMNS) {
        problem(
            file,
            "line %d has %d columns, more than %d".formatted(i + 1, line.length(), MOST_COLUMNS));
      }
      if (INTERNAL.matcher(line).matches()) {
        problem(file, "line %d imports an internal class: %s".formatted(i + 1, line));
      }
      inMain |= line.startsWith("  public static void main(");
      if (!inMain && line.strip().startsWith("// %%")) {
        problem(file, "line %d: a step before main; put helpers below main".formatted(i + 1));
      }
    }
    return count;
  }

  private void readme() throws IOException {
    Path readme = folder.resolve("README.md");
    String file = name + ".java";
    boolean named =
        Files.exists(readme)
            && Files.readAllLines(readme).stream()
                .anyMatch(line -> line.startsWith("|") && line.contains(file));
    if (!named) {
      problem("README.md", "the table of the lessons has no row with " + file);
    }
  }

  // --- The tasks file ----------------------------------------------------------------------------

  /** The texts that stand in two files. */
  private void compare(String text, TasksFile tasks) {
    Map<String, Steps.Step> steps = new HashMap<>();
    try {
      Steps.parse(name + ".java", text).steps().forEach(step -> steps.put(step.title(), step));
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
      return;
    }
    List<String> asked =
        steps.containsKey(LAST_STEP) ? items(steps.get(LAST_STEP).prose()) : List.of();
    if (asked.size() != tasks.tasks().size()) {
      problem(
          tasksFile(),
          "%s, but the step \"%s\" has %d"
              .formatted(Checks.count(tasks.tasks().size(), "task"), LAST_STEP, asked.size()));
    }
    for (int i = 0; i < tasks.tasks().size(); i++) {
      TasksFile.Entry task = tasks.tasks().get(i);
      if (i < asked.size()
          && !asked.get(i).equals(oneLine(Where.BY_HAND.tell(task.text(), task.fault())))) {
        problem(
            tasksFile(),
            "the text of task %d is not that of the step \"%s\": \"%s\""
                .formatted(i + 1, LAST_STEP, asked.get(i)));
      }
      if (!steps.containsKey(task.step())) {
        problem(tasksFile(), "task %d: no step is titled \"%s\"".formatted(i + 1, task.step()));
      }
    }
    for (TasksFile.Prediction each : tasks.predictions()) {
      Steps.Step step = steps.get(each.step());
      if (step == null) {
        problem(tasksFile(), "a prediction: no step is titled \"%s\"".formatted(each.step()));
      } else if (!oneLine(String.join(" ", step.prose())).contains(oneLine(each.question()))) {
        problem(
            tasksFile(),
            "the prose of the step \"%s\" does not ask \"%s\""
                .formatted(each.step(), each.question()));
      }
    }
  }

  private void words(TasksFile tasks) {
    int number = 0;
    for (TasksFile.Entry task : tasks.tasks()) {
      number++;
      int hints = task.hints().size();
      if (hints < 2 || hints > 3) {
        problem(
            tasksFile(),
            "task %d has %s, not 2 or 3".formatted(number, Checks.count(hints, "hint")));
      }
      long sentences = SENTENCE_END.matcher(task.about()).results().count();
      if (sentences != 2) {
        problem(
            tasksFile(),
            "task %d: \"about\" has %s, not 2"
                .formatted(number, Checks.count(sentences, "sentence")));
      }
    }
  }

  /** The items of a numbered list; a line that is not indented ends it. */
  private static List<String> items(List<String> prose) {
    List<String> items = new ArrayList<>();
    boolean within = false;
    for (String line : prose) {
      Matcher item = ITEM.matcher(line);
      if (item.matches()) {
        items.add(oneLine(item.group(2)));
      } else if (within && line.startsWith("  ")) {
        items.set(items.size() - 1, items.get(items.size() - 1) + " " + oneLine(line));
      }
      within = item.matches() || (within && line.startsWith("  "));
    }
    return items;
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private String tasksFile() {
    return TasksFile.place(name);
  }

  private void problem(String file, String what) {
    problems.add(file + ": " + what + ".");
  }
}
