package workshop.guide;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import workshop.lesson.Lesson;
import workshop.terminal.Text;

/** The lessons that a learner has typed. */
final class Lessons {
  private Lessons() {}

  /**
   * @param typed numbers, names or files; all lessons if there are none
   * @throws ParameterException if there is no such lesson; its message lists those that there are
   */
  static List<Lesson> chosen(CommandSpec spec, Path folder, List<String> typed) {
    List<Lesson> all = Lesson.in(folder);
    List<Lesson> chosen = new ArrayList<>();
    for (String each : typed) {
      Optional<Lesson> lesson = all.stream().filter(one -> one.matches(each)).findFirst();
      if (lesson.isEmpty()) {
        StringBuilder message =
            new StringBuilder(
                "There is no lesson \"" + Text.safe(each, 60) + "\". The lessons are:");
        all.forEach(one -> message.append("\n  ").append(one.name()));
        CommandLine line = spec.commandLine();
        throw new ParameterException(line, message.toString());
      }
      chosen.add(lesson.get());
    }
    return typed.isEmpty() ? all : chosen;
  }
}
