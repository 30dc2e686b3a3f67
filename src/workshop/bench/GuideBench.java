package workshop.bench;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import workshop.guide.FileWatch;
import workshop.guide.Guide;
import workshop.lesson.Lesson;
import workshop.lesson.LessonProcess;
import workshop.lesson.TemporaryFolder;
import workshop.wire.Backend;

/**
 * How long a learner waits: in the guide, from the save of a lesson to its verdict, compared with
 * {@code ./jbang LESSON} after a save; and {@code ./jbang workshop run}, compared with {@code
 * ./jbang LESSON} for one lesson after the other.
 */
public final class GuideBench {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String LAUNCHED = "launched/";

  private final Path folder;
  private final Path copies;
  private final List<Lesson> lessons;
  private final Backend backend;
  private final PrintStream out;

  private GuideBench(Path folder, Path copies, Backend backend, PrintStream out) {
    this.folder = folder;
    this.copies = copies;
    this.lessons = Lesson.in(folder);
    this.backend = backend;
    this.out = out;
  }

  /**
   * Measures, and prints two tables of medians. Saves copies of the lessons, which are deleted at
   * the end.
   *
   * @param folder the workshop's folder
   * @param most how many lessons to save, and to run
   * @param rounds how often each is measured, in turn
   * @throws IllegalStateException if a lesson fails
   */
  public static void run(Path folder, int most, int rounds, PrintStream out)
      throws IOException, InterruptedException {
    if (File.separatorChar == '\\') {
      throw new IllegalStateException(
          "bench guide needs a POSIX shell, which Windows does not have.");
    }
    try (TemporaryFolder temporary = new TemporaryFolder("bench");
        Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      GuideBench bench = new GuideBench(folder, temporary.path(), backend, out);
      bench.copy();
      out.println(Machine.line());
      out.printf("%n%-36s%10s%16s%n", "median of " + rounds + ", s", "guide", "./jbang LESSON");
      bench.saves(Math.min(most, 4), rounds);
      out.printf("%n%-36s%10s%16s%n", "", "workshop run", "one by one");
      bench.all(most, rounds);
    }
  }

  /** The lessons and their tasks, with a launcher that calls the one of the workshop's folder. */
  private void copy() throws IOException {
    Files.createDirectory(copies.resolve("tasks"));
    Files.createDirectory(copies.resolve(LAUNCHED));
    for (Lesson lesson : lessons) {
      for (String file : List.of(lesson.fileName(), "tasks/" + lesson.name() + ".json")) {
        Files.copy(folder.resolve(file), copies.resolve(file));
      }
    }
    Path launcher = copies.resolve("jbang");
    Files.writeString(launcher, "#!/bin/sh\nexec '" + folder.resolve("jbang") + "' \"$@\"\n");
    if (!launcher.toFile().setExecutable(true)) {
      throw new IOException(launcher + " cannot be made executable");
    }
  }

  // --- A save ------------------------------------------------------------------------------------

  private void saves(int most, int rounds) throws IOException, InterruptedException {
    List<Path> files = lessons.stream().map(each -> copies.resolve(each.fileName())).toList();
    Semaphore verdicts = new Semaphore(0);
    try (Guide guide = new Guide(copies, backend);
        FileWatch watch = new FileWatch()) {
      guide.onChange(
          () -> {
            if (guide.status().contains(" ran for ")) {
              verdicts.release();
            }
          });
      watch.start(files, file -> guide.saved(files.indexOf(file)));
      for (Lesson lesson : lessons.subList(0, most)) {
        String text = Files.readString(copies.resolve(lesson.fileName()));
        List<Double> guided = new ArrayList<>();
        List<Double> launched = new ArrayList<>();
        for (int round = -1; round < rounds; round++) { // the first one warms up
          String saved = text + "// round " + round + "\n";
          verdicts.drainPermits();
          long start = System.nanoTime();
          Files.writeString(copies.resolve(lesson.fileName()), saved);
          if (!verdicts.tryAcquire(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(lesson.name() + ": " + guide.status());
          }
          double inGuide = seconds(start);
          start = System.nanoTime();
          Files.writeString(copies.resolve(LAUNCHED + lesson.fileName()), saved);
          launch(copies, lesson, LAUNCHED + lesson.fileName());
          if (round >= 0) {
            guided.add(inGuide);
            launched.add(seconds(start));
          }
        }
        row("save to verdict, " + lesson.name(), guided, launched);
      }
    }
  }

  private void launch(Path from, Lesson lesson, String file)
      throws IOException, InterruptedException {
    LessonProcess.Result result = LessonProcess.run(from, lesson, file, backend, LIMIT, line -> {});
    if (result.exitCode() != 0) {
      throw new IllegalStateException(
          "./jbang %s failed with exit code %d:%n%s"
              .formatted(file, result.exitCode(), String.join("\n", result.output())));
    }
  }

  private static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private void row(String name, List<Double> ours, List<Double> others) {
    out.printf(
        "%-36s%10.2f%16.2f%n",
        name, Median.of(ours, each -> each), Median.of(others, each -> each));
  }

  // --- All lessons -------------------------------------------------------------------------------

  private void all(int most, int rounds) throws IOException, InterruptedException {
    List<Lesson> chosen = lessons.subList(0, Math.min(most, lessons.size()));
    List<String> command = new ArrayList<>(List.of(folder.resolve("jbang").toString()));
    command.addAll(List.of("workshop", "run"));
    chosen.forEach(lesson -> command.add(lesson.name()));
    List<Double> together = new ArrayList<>();
    List<Double> oneByOne = new ArrayList<>();
    for (int round = -2; round < rounds; round++) { // the second run creates archives of classes
      long start = System.nanoTime();
      for (Lesson lesson : chosen) {
        launch(folder, lesson, lesson.fileName());
      }
      double launched = seconds(start);
      start = System.nanoTime();
      run(command);
      if (round >= 0) {
        oneByOne.add(launched);
        together.add(seconds(start));
      }
    }
    row(
        "all of %d lesson%s".formatted(chosen.size(), chosen.size() == 1 ? "" : "s"),
        together,
        oneByOne);
  }

  private void run(List<String> command) throws IOException, InterruptedException {
    Path printed = copies.resolve("printed");
    try (Child child = Child.serving("./jbang workshop run", command, printed)) {
      if (child.waitFor(LIMIT) != 0) {
        throw child.problem("failed");
      }
    }
  }
}
