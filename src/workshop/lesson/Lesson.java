package workshop.lesson;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A lesson: a file in the workshop's folder, and its tasks.
 *
 * @param name the file's name without {@code .java}, for example {@code 02-grpc-export}
 * @param description the sentence after {@code //DESCRIPTION}
 */
public record Lesson(String name, String description, TasksFile tasks) {
  private static final Pattern FILE = Pattern.compile("\\d\\d-[a-z-]+\\.java");
  private static final String DESCRIPTION = "//DESCRIPTION ";

  /**
   * The lessons of a folder in the order of their numbers.
   *
   * @throws IllegalArgumentException if a tasks file is not as it should be; the message names the
   *     place
   */
  public static List<Lesson> in(Path folder) {
    return names(folder).stream().map(name -> read(folder, name)).toList();
  }

  /** The names of the lessons of a folder, in order. */
  public static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> FILE.matcher(file).matches())
          .map(file -> file.substring(0, file.length() - ".java".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The lesson with this name.
   *
   * @throws IllegalArgumentException as {@link #in}
   */
  public static Lesson read(Path folder, String name) {
    try {
      List<String> lines = Files.readAllLines(folder.resolve(name + ".java"));
      String description =
          lines.stream()
              .filter(line -> line.startsWith(DESCRIPTION))
              .map(line -> line.substring(DESCRIPTION.length()))
              .findFirst()
              .orElse("");
      return new Lesson(name, description, TasksFile.read(folder, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The lessons that a learner has typed, in that order.
   *
   * @param typed numbers, names or files; all lessons if there are none
   * @throws UnknownLessonException if there is no such lesson
   */
  public static List<Lesson> chosen(Path folder, List<String> typed) {
    List<Lesson> all = in(folder);
    return typed.isEmpty() ? all : typed.stream().map(each -> find(all, each)).toList();
  }

  private static Lesson find(List<Lesson> all, String typed) {
    return all.stream()
        .filter(lesson -> lesson.matches(typed))
        .findFirst()
        .orElseThrow(() -> new UnknownLessonException(typed, all));
  }

  public String fileName() {
    return name + ".java";
  }

  /** The file with the lesson's tasks done, from the workshop's folder. */
  public String solutionFile() {
    return "solutions/" + fileName();
  }

  /** Whether a learner who types this means this lesson: its name, its file or its number. */
  public boolean matches(String typed) {
    String wanted = typed.endsWith(".java") ? typed.substring(0, typed.length() - 5) : typed;
    return name.equals(wanted)
        || name.startsWith(wanted + "-")
        || name.startsWith("0" + wanted + "-");
  }
}
