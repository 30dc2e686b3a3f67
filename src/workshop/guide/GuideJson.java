package workshop.guide;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import workshop.lesson.Lesson;
import workshop.lesson.TasksFile;
import workshop.task.Finding;
import workshop.task.Task;
import workshop.task.Where;

/** What the page gets of the guide. The names of the components are those of the JSON. */
record GuideJson(List<OfLesson> lessons, String current) {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private record OfLesson(
      String name,
      String description,
      int minutes,
      String protocol,
      List<TasksFile.Prediction> predictions,
      Map<String, String> terms,
      List<OfTask> tasks) {}

  /**
   * @param hints those that were shown
   * @param change the lines of the change, with a sentence about the place before them; empty until
   *     all hints were shown
   * @param allHints how many hints there are, with the change
   */
  private record OfTask(
      String id,
      int number,
      String text,
      String step,
      String fault,
      boolean done,
      String finding,
      String about,
      List<String> hints,
      List<String> change,
      int allHints) {}

  static String of(GuideView view) {
    List<OfLesson> lessons = view.lessons().stream().map(lesson -> of(view, lesson)).toList();
    return GSON.toJson(new GuideJson(lessons, view.lesson().name()));
  }

  private static OfLesson of(GuideView view, Lesson lesson) {
    TasksFile file = lesson.tasks();
    return new OfLesson(
        lesson.name(),
        lesson.description(),
        file.minutes(),
        file.protocol().name().toLowerCase(Locale.ROOT),
        file.predictions(),
        file.terms(),
        view.tasks(lesson).stream().map(task -> of(view, task)).toList());
  }

  private static OfTask of(GuideView view, Task task) {
    boolean done = view.done().contains(task.id());
    // A task that is done stays done, so the page does not show that a later run does without it.
    Finding finding = view.findings().get(task.id());
    boolean tells = finding != null && finding.done() == done;
    int hints = view.hints().getOrDefault(task.id(), 0);
    return new OfTask(
        task.id(),
        task.number(),
        task.text(Where.PAGE),
        task.step(),
        task.fault().orElse(null),
        done,
        tells ? finding.text(Where.PAGE) : "",
        done ? task.about() : "",
        task.hints().subList(0, Math.min(hints, task.hints().size())),
        hints >= task.allHints() ? view.answers().of(task) : List.of(),
        task.allHints());
  }
}
