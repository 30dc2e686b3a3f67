package workshop.lesson;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a lesson says of itself in the last line it prints.
 *
 * @param ended spans that were ended
 * @param exported spans that were acknowledged by a backend or, if {@code logged}, written to a log
 * @param logged whether the lesson sends nothing and only logs
 * @param lostOnPurpose spans whose loss the lesson shows
 */
public record Verdict(int ended, int exported, boolean logged, int lostOnPurpose) {
  private static final Pattern LINE =
      Pattern.compile(
          "(\\d+) spans? ended, (\\d+) (acknowledged|logged)(?:, (\\d+) lost on purpose)?\\b.*");

  /** The last line of the output that has the form of a verdict. */
  public static Optional<Verdict> find(List<String> output) {
    for (int i = output.size() - 1; i >= 0; i--) {
      Matcher line = LINE.matcher(output.get(i).strip());
      if (line.matches()) {
        return Optional.of(
            new Verdict(
                Integer.parseInt(line.group(1)),
                Integer.parseInt(line.group(2)),
                line.group(3).equals("logged"),
                line.group(4) == null ? 0 : Integer.parseInt(line.group(4))));
      }
    }
    return Optional.empty();
  }

  /** Whether each ended span was exported, or lost on purpose. */
  public boolean complete() {
    return ended > 0 && exported + lostOnPurpose == ended;
  }

  /** How many spans must have arrived at the backend if the verdict is true. */
  public int expectedArrivals() {
    return logged ? 0 : exported;
  }
}
