package workshop.doctor;

import java.util.ArrayList;
import java.util.List;
import workshop.text.Style;
import workshop.text.Text;

/**
 * What one check found.
 *
 * @param topic what was checked, 11 characters at most
 * @param found what was found, a phrase
 * @param advice what to do about it: phrases, and commands, which begin with {@link #TYPE} and are
 *     never broken; empty if there is nothing to do
 */
public record Diagnosis(Level level, String topic, String found, List<String> advice) {
  /** Starts a line of advice that is a command to type. */
  static final String TYPE = "  ";

  private static final int WIDTH = 80;
  private static final int TOPIC_COLUMN = 9;
  private static final int FOUND_COLUMN = 22;

  /** How bad it is. */
  public enum Level {
    OK("ok"),
    /** The lessons can run, but something may be unexpected. */
    WARNING("warning"),
    /** Lessons fail. */
    PROBLEM("problem");

    private final String word;

    Level(String word) {
      this.word = word;
    }
  }

  static Diagnosis ok(String topic, String found) {
    return new Diagnosis(Level.OK, topic, found, List.of());
  }

  public static Diagnosis warning(String topic, String found, String... advice) {
    return new Diagnosis(Level.WARNING, topic, found, List.of(advice));
  }

  static Diagnosis problem(String topic, String found, String... advice) {
    return new Diagnosis(Level.PROBLEM, topic, found, List.of(advice));
  }

  /** As it is printed: at most 80 columns, unless a command is longer than 56. */
  public List<String> lines(Style style) {
    List<String> texts = new ArrayList<>(wrap(found));
    advice.forEach(line -> texts.addAll(line.startsWith(TYPE) ? List.of(line) : wrap(line)));
    List<String> lines = new ArrayList<>();
    for (String text : texts) {
      lines.add((lines.isEmpty() ? head(style) : " ".repeat(FOUND_COLUMN)) + text);
    }
    return lines;
  }

  private String head(Style style) {
    String word = Text.left(level.word, TOPIC_COLUMN);
    String painted =
        switch (level) {
          case OK -> style.good(word);
          case WARNING -> style.warn(word);
          case PROBLEM -> style.bad(word);
        };
    return painted + Text.left(topic, FOUND_COLUMN - TOPIC_COLUMN);
  }

  /** Wrapped at spaces; a word that is longer than a line is cut where the line ends. */
  private static List<String> wrap(String text) {
    int width = WIDTH - FOUND_COLUMN;
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > width) {
      int space = rest.lastIndexOf(' ', width);
      int end = space > 0 ? space : width;
      lines.add(rest.substring(0, end));
      rest = rest.substring(end).strip();
    }
    if (!rest.isEmpty()) {
      lines.add(rest);
    }
    return lines;
  }
}
