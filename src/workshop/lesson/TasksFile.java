package workshop.lesson;

import com.google.gson.JsonElement;
import com.google.gson.JsonIOException;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code tasks/NN-name.json} says about the lesson with that name.
 *
 * @param minutes how long the lesson takes; 0 if nobody said
 * @param protocol how the lesson sends
 * @param terms the lesson's glossary: a sentence for each term
 */
public record TasksFile(
    int minutes,
    Protocol protocol,
    Map<String, String> terms,
    List<Prediction> predictions,
    List<Entry> tasks) {

  /** Of a lesson without such a file. The default protocol of OTLP is HTTP. */
  static final TasksFile NONE = new TasksFile(0, Protocol.HTTP, Map.of(), List.of(), List.of());

  private static final Pattern LINE = Pattern.compile("at line (\\d+)");

  /** What a lesson sends with. */
  public enum Protocol {
    GRPC,
    HTTP,
    /** OTLP/HTTP over TLS. */
    TLS,
    /** The lesson sends nothing. */
    NONE
  }

  /**
   * A question that a step asks before its code answers it.
   *
   * @param step the step's title
   * @param answer a line that the lesson prints
   */
  public record Prediction(String step, String question, String answer) {}

  /**
   * A task.
   *
   * @param text as in the lesson's last step, which also says how to get the faults
   * @param step the title of the step to change
   * @param check its kind and the arguments of that kind
   * @param fault the script of the faults that its run has to meet
   * @param hints the vaguest first; the change itself is not among them
   * @param about what the task was about, for a learner who has done it
   */
  public record Entry(
      String text,
      String step,
      JsonObject check,
      Optional<String> fault,
      List<String> hints,
      String about) {}

  /** The file of a lesson. */
  public static Path file(Path folder, String lesson) {
    return folder.resolve("tasks").resolve(lesson + ".json");
  }

  /**
   * Reads the file of a lesson; without one, the lesson has no tasks.
   *
   * @throws IllegalArgumentException if the file is not as it should be; the message names the
   *     file, the place in it and what was expected
   */
  static TasksFile read(Path folder, String lesson) throws IOException {
    Path file = file(folder, lesson);
    return Files.exists(file) ? JsonRecord.read(TasksFile.class, parse(file), place(lesson)) : NONE;
  }

  /** The file's name for messages. */
  public static String place(String lesson) {
    return "tasks/" + lesson + ".json";
  }

  private static JsonObject parse(Path file) throws IOException {
    String place = "tasks/" + file.getFileName();
    String text;
    try {
      text = Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(place + ": the file is not UTF-8.", e);
    }
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    try {
      JsonElement json = JsonParser.parseReader(reader);
      if (json instanceof JsonObject object) {
        return object;
      }
    } catch (JsonIOException e) {
      throw new IOException(e);
    } catch (JsonParseException e) {
      Matcher line = LINE.matcher(e.getMessage());
      throw new IllegalArgumentException(
          place
              + (line.find() ? ", line " + line.group(1) : "")
              + ": this is not JSON. Look for a comma, a quote or a bracket that is missing or too"
              + " much, here or in the line before.",
          e);
    }
    throw new IllegalArgumentException(place + ": an object in { } is expected here.");
  }
}
