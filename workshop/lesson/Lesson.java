package workshop.lesson;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A lesson: one file in the workshop's folder.
 *
 * @param name the file's name without {@code .java}, for example {@code 02-grpc-export}
 * @param description the sentence after {@code //DESCRIPTION}
 * @param speaksGrpc whether the first endpoint in its source has the port of OTLP/gRPC, 4317
 */
public record Lesson(String name, String description, boolean speaksGrpc) {
  private static final Pattern FILE = Pattern.compile("\\d\\d-[a-z-]+\\.java");
  private static final Pattern DESCRIPTION =
      Pattern.compile("^//DESCRIPTION (.*)$", Pattern.MULTILINE);
  private static final Pattern ENDPOINT = Pattern.compile("http://localhost:(4317|4318)");

  /** The lessons of a folder in the order of their numbers. */
  public static List<Lesson> in(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> FILE.matcher(file.getFileName().toString()).matches())
          .sorted()
          .map(Lesson::read)
          .toList();
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

  private static Lesson read(Path file) {
    try {
      String source = Files.readString(file);
      Matcher description = DESCRIPTION.matcher(source);
      Matcher endpoint = ENDPOINT.matcher(source);
      return new Lesson(
          file.getFileName().toString().replace(".java", ""),
          description.find() ? description.group(1) : "",
          endpoint.find() && endpoint.group(1).equals("4317"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String fileName() {
    return name + ".java";
  }

  /** Whether a learner who types this means this lesson: its name, its file or its number. */
  public boolean matches(String typed) {
    String wanted = typed.endsWith(".java") ? typed.substring(0, typed.length() - 5) : typed;
    return name.equals(wanted)
        || name.startsWith(wanted + "-")
        || name.startsWith("0" + wanted + "-");
  }
}
