package workshop.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import workshop.lesson.Lesson;
import workshop.lesson.TasksFile;
import workshop.lesson.WorkshopFolder;
import workshop.task.Checks;
import workshop.task.Finding;
import workshop.task.LessonReview;
import workshop.task.LessonRuns;
import workshop.task.Task;
import workshop.task.Tasks;
import workshop.text.ProgressLine;
import workshop.text.Style;
import workshop.text.Words;

/** {@code authors}: what is missing in the lessons, for those who write them. */
@Command(
    name = "authors",
    description = {
      "Checks the three files of each lesson: the lesson, its tasks and its solution. Runs the"
          + " lesson as shipped, where each task has to be open, and its solution, where each task"
          + " has to be done.",
      "Exit code 0; 1: something is missing."
    },
    footer = {
      "",
      "Examples:",
      "  ./jbang workshop authors            all of it",
      "  ./jbang workshop authors --quick    runs no lesson"
    })
final class AuthorsCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int MEDIAN_LINES = 100;

  @Option(names = "--quick", description = "Only read the files; run no lesson.")
  private boolean quick;

  private final Style style = Style.detect();
  private final ProgressLine progress = new ProgressLine(style);

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = WorkshopFolder.find();
    List<Integer> lines = new ArrayList<>();
    int problems = 0;
    for (String name : names(folder)) {
      LessonReview.Result result = LessonReview.of(folder, name);
      List<String> found = new ArrayList<>(result.problems());
      if (!quick && result.lesson().isPresent()) {
        found.addAll(runs(folder, result.lesson().get()));
      }
      System.out.printf(
          "%s %-20s %3d lines%n",
          found.isEmpty() ? style.good("ok   ") : style.bad("FAIL "), name, result.lines());
      found.forEach(problem -> Words.wrap("      ", problem, Words.WIDTH).forEach(this::print));
      problems += found.size();
      lines.add(result.lines());
    }
    Collections.sort(lines);
    int median = (lines.get((lines.size() - 1) / 2) + lines.get(lines.size() / 2)) / 2;
    boolean tooLong = median > MEDIAN_LINES;
    System.out.printf("%nLines from the class line to the end: median %d.%n", median);
    if (tooLong) {
      System.out.println(style.bad("The median must not be more than " + MEDIAN_LINES + "."));
    }
    problems += tooLong ? 1 : 0;
    System.out.println(
        problems == 0
            ? style.good("Nothing is missing") + " in " + Checks.count(lines.size(), "lesson") + "."
            : style.bad(Checks.count(problems, "problem") + " found."));
    return problems == 0 ? 0 : 1;
  }

  private void print(String line) {
    System.out.println(line);
  }

  /** Each name that one of the three files has. */
  private static TreeSet<String> names(Path folder) throws IOException {
    TreeSet<String> names = new TreeSet<>(Lesson.names(folder));
    names.addAll(names(folder.resolve("tasks"), ".json"));
    names.addAll(names(folder.resolve("solutions"), ".java"));
    return names;
  }

  private static List<String> names(Path folder, String ending) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(ending))
          .map(file -> file.substring(0, file.length() - ending.length()))
          .toList();
    }
  }

  /** What goes wrong when the lesson and its solution run. */
  private List<String> runs(Path folder, Lesson lesson) throws IOException, InterruptedException {
    LessonRuns runs = new LessonRuns(folder, lesson, LIMIT);
    List<String> problems = new ArrayList<>();
    for (String file : List.of(lesson.fileName(), lesson.solutionFile())) {
      progress.show(file);
      problems.addAll(problems(runs, file, runs.run(file, Optional.empty())));
    }
    progress.clear();
    return problems;
  }

  /**
   * What went wrong in a run; a task that needs a fault is judged by a further one.
   *
   * @param file the lesson's, or its solution's
   */
  static List<String> problems(LessonRuns runs, String file, LessonRuns.Run run)
      throws IOException, InterruptedException {
    Lesson lesson = runs.lesson();
    boolean solved = !file.equals(lesson.fileName());
    List<String> problems = new ArrayList<>();
    run.problems().forEach(problem -> problems.add(file + ": " + problem + "."));
    if (!solved) {
      List<String> printed = run.arrived().printed().orElseThrow();
      for (TasksFile.Prediction each : lesson.tasks().predictions()) {
        if (!printed.contains(each.answer().strip())) {
          problems.add(file + ": it does not print the answer of a prediction: " + each.answer());
        }
      }
    }
    for (Map.Entry<Task, Finding> each : runs.judge(file, Tasks.of(lesson), run).entrySet()) {
      if (each.getValue().done() != solved) {
        problems.add(
            "%s: task %d is %s: %s"
                .formatted(
                    file,
                    each.getKey().number(),
                    solved ? "open" : "done as shipped",
                    each.getValue().text()));
      }
    }
    return problems;
  }
}
