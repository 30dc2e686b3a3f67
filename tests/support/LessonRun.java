package support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import workshop.lesson.Lesson;
import workshop.lesson.LessonProcess;
import workshop.lesson.TemporaryFolder;
import workshop.wire.Backend;

/** A lesson as a learner runs it: {@code ./jbang LESSON}, in a process of its own. */
public final class LessonRun {
  public static final Duration LIMIT = Duration.ofMinutes(3);

  private static final Path JDKS = Path.of("/usr/lib/jvm");

  private static final Map<String, Shipped> SHIPPED = new ConcurrentHashMap<>();

  private LessonRun() {}

  /**
   * A run of a lesson in the checkout that is over.
   *
   * @param endpoint the variable that it read; empty for a lesson that sends nothing
   * @param backend where it sent to, alone; closed, so only what arrived is of use
   */
  public record Shipped(RealProcess.Ended ended, String endpoint, Backend backend, Duration took) {
    /** What was printed, standard output first. */
    public List<String> lines() {
      return Stream.concat(ended.out().lines(), ended.err().lines()).toList();
    }
  }

  /** Runs a lesson as shipped, once for all tests that look at what it printed and sent. */
  public static Shipped shipped(Lesson lesson) {
    return SHIPPED.computeIfAbsent(lesson.name(), name -> runOnce(lesson));
  }

  private static Shipped runOnce(Lesson lesson) {
    try (TemporaryFolder temp = new TemporaryFolder("lesson");
        Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      Map<String, String> environment = LessonProcess.environment(lesson, backend);
      long start = System.nanoTime();
      RealProcess.Ended ended = run(lesson.fileName(), Place.CHECKOUT, temp.path(), environment);
      String endpoint = environment.getOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT", "");
      return new Shipped(ended, endpoint, backend, Duration.ofNanos(System.nanoTime() - start));
    } catch (Exception e) {
      throw new AssertionError(lesson.name() + " cannot be run", e);
    }
  }

  /** Where a lesson's file lies, and what runs it. */
  public enum Place {
    CHECKOUT,
    /** Alone in a folder, and on JDK 25 where there is one. */
    COPY;

    /** The file to run; a copy lies in a folder of its own, whose path has a space. */
    private Path file(String lesson, Path temp) throws IOException {
      Path original = Checkout.FOLDER.resolve(lesson);
      if (this == CHECKOUT) {
        return original;
      }
      Path alone = Files.createDirectories(temp.resolve("a folder"));
      Path copy = alone.resolve(lesson);
      return Files.exists(copy) ? copy : Files.copy(original, copy);
    }
  }

  /** Runs a lesson to its end. */
  public static RealProcess.Ended run(
      String lesson, Place place, Path temp, Map<String, String> environment) throws Exception {
    try (RealProcess process = start(lesson, place, temp, environment)) {
      return process.end(LIMIT);
    }
  }

  /** Starts a lesson with these variables beside those of the test run. */
  public static RealProcess start(
      String lesson, Place place, Path temp, Map<String, String> environment) throws Exception {
    Map<String, String> all = new HashMap<>(environment);
    if (place == Place.COPY) {
      jdk25().ifPresent(jdk -> all.put("JAVA_HOME", jdk.toString()));
    }
    return RealProcess.start(
        lesson,
        temp,
        all,
        List.of(Checkout.FOLDER.resolve("jbang").toString(), place.file(lesson, temp).toString()));
  }

  /** A JDK 25; where there is none, the calling test is skipped. */
  public static Path jdk25OrSkip() throws IOException {
    Optional<Path> jdk = jdk25();
    assumeTrue(jdk.isPresent(), "there is no JDK 25 in " + JDKS);
    return jdk.get();
  }

  /** A JDK 25, where Linux distributions put it, or the one this runs on. */
  public static Optional<Path> jdk25() throws IOException {
    if (Runtime.version().feature() == 25) {
      return Optional.of(Path.of(System.getProperty("java.home")));
    }
    if (!Files.isDirectory(JDKS)) {
      return Optional.empty();
    }
    try (Stream<Path> jdks = Files.list(JDKS)) {
      return jdks.filter(jdk -> jdk.getFileName().toString().contains("25"))
          .filter(jdk -> Files.isExecutable(jdk.resolve("bin/javac")))
          .findFirst();
    }
  }
}
