package support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A lesson as a learner runs it: {@code ./jbang LESSON}, in a process of its own. */
public final class LessonRun {
  public static final Duration LIMIT = Duration.ofMinutes(3);

  private LessonRun() {}

  /** Where a lesson's file lies, and what runs it. */
  public enum Place {
    CHECKOUT,
    COPY_ALONE_IN_A_FOLDER,
    COPY_ON_JDK_25;

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
    if (place == Place.COPY_ON_JDK_25) {
      all.put("JAVA_HOME", jdk25OrSkip().toString());
    }
    return RealProcess.start(
        lesson,
        temp,
        all,
        List.of(Checkout.FOLDER.resolve("jbang").toString(), place.file(lesson, temp).toString()));
  }

  /** A JDK 25 where Linux distributions put one, or the one this runs on. */
  public static Path jdk25OrSkip() throws IOException {
    if (Runtime.version().feature() == 25) {
      return Path.of(System.getProperty("java.home"));
    }
    Path folder = Path.of("/usr/lib/jvm");
    assumeTrue(Files.isDirectory(folder), "there is no JDK 25 in " + folder);
    try (Stream<Path> jdks = Files.list(folder)) {
      Path found =
          jdks.filter(jdk -> jdk.getFileName().toString().contains("25"))
              .filter(jdk -> Files.isExecutable(jdk.resolve("bin/javac")))
              .findFirst()
              .orElse(null);
      assumeTrue(found != null, "there is no JDK 25 in " + folder);
      return found;
    }
  }
}
