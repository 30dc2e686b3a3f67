package workshop.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import workshop.lesson.Dependencies;
import workshop.lesson.Launcher;

/** Which lessons JBang can run without a network: asks it, offline, for their class paths. */
final class LessonCache {
  private static final Duration LIMIT = Duration.ofSeconds(4);

  private LessonCache() {}

  /**
   * The lessons for which something is missing.
   *
   * @param lessons the lessons' sources by their names
   */
  static List<String> missing(Path folder, Map<String, String> lessons)
      throws InterruptedException, ExecutionException {
    String jbang = Launcher.path(folder);
    // Lessons with the same dependencies have the same result.
    Map<List<String>, List<String>> alike =
        lessons.keySet().stream()
            .collect(Collectors.groupingBy(lesson -> Dependencies.in(lessons.get(lesson))));
    ExecutorService pool = Executors.newCachedThreadPool();
    try {
      List<Callable<List<String>>> questions = new ArrayList<>();
      for (List<String> group : alike.values()) {
        questions.add(() -> canRun(jbang, folder, group.get(0)) ? List.of() : group);
      }
      List<String> missing = new ArrayList<>();
      for (Future<List<String>> answer : pool.invokeAll(questions)) {
        missing.addAll(answer.get());
      }
      return missing.stream().sorted().toList();
    } finally {
      pool.shutdownNow();
    }
  }

  private static boolean canRun(String jbang, Path folder, String lesson)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(jbang, "--offline", "info", "classpath", "--deps-only", lesson + ".java");
    return Bounded.ask(folder, Bounded.nothing(), LIMIT, command)
        .map(Bounded.Answer::good)
        .orElse(false);
  }
}
