package workshop.lesson;

import java.util.List;
import java.util.stream.Collectors;
import workshop.text.Text;

/** A learner typed a lesson that does not exist; the message lists the lessons. */
public final class UnknownLessonException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnknownLessonException(String typed, List<Lesson> all) {
    super(
        all.stream()
            .map(lesson -> "\n  " + lesson.name())
            .collect(
                Collectors.joining(
                    "",
                    "There is no lesson \"" + Text.safe(typed, 60) + "\". The lessons are:",
                    "")));
  }
}
