package workshop.task;

import static org.assertj.core.api.Assertions.assertThat;
import static support.Recorded.span;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import support.MadeUpLessons;
import support.Recorded;
import workshop.lesson.LessonProcess;

/** Which tasks a run is about, and why a run failed. */
class LessonCheckTest {
  @TempDir Path temp;

  @Test
  void aRunThatMetAFaultIsOnlyAboutTheTaskThatNeedsOne() throws Exception {
    List<Task> tasks = MadeUpLessons.tasks(temp, "'kind': 'spans', 'name': 'a', 'count': 1", "503");
    Recorded rejected = new Recorded().retried(1, 503, span("a"));

    assertThat(judged(tasks, rejected)).isEqualTo(Map.of(2, true));
    assertThat(judged(tasks, new Recorded().request(span("a"))))
        .isEqualTo(Map.of(1, true, 2, true));
  }

  @Test
  void aFaultThatTheRequestAsksForIsPartOfTheLesson() throws Exception {
    List<Task> tasks = MadeUpLessons.tasks(temp, "'kind': 'spans', 'name': 'a', 'count': 1", "503");
    Recorded rejected = new Recorded().header("workshop-fault", "503").retried(1, 503, span("a"));

    assertThat(judged(tasks, rejected)).isEqualTo(Map.of(1, true, 2, true));
  }

  @Test
  void inALessonWithoutSuchATaskAFaultChangesNothing() throws Exception {
    List<Task> tasks = MadeUpLessons.tasks(temp, "'kind': 'spans', 'name': 'a', 'count': 1", null);

    assertThat(judged(tasks, new Recorded().retried(1, 503, span("a"))))
        .isEqualTo(Map.of(1, true, 2, true));
  }

  private static Map<Integer, Boolean> judged(List<Task> tasks, Recorded arrived) {
    return LessonCheck.judge(tasks, Arrived.byHand(arrived.exchanges())).entrySet().stream()
        .collect(Collectors.toMap(each -> each.getKey().number(), each -> each.getValue().done()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | anything | null",
        "1 | /tmp/a b/02-send.java:22: error: illegal start | It does not compile,"
            + " 02-send.java:22: illegal start",
        "1 | Exception in thread \"main\" java.io.IOException: gone | It ended with an exception:"
            + " IOException: gone",
        "1 | 2 of 3 are gone#  In another terminal, type ./jbang backend | It ended with exit code"
            + " 1: 2 of 3 are gone",
        "1 | Lost because of [8]#In another terminal, type ./jbang workshop explain | It ended with"
            + " exit code 1: Lost because of [8]",
        "3 | '' | It ended with exit code 3.",
      },
      nullValues = "null")
  void aRunThatFailedSaysWhy(int exitCode, String printed, String problem) {
    var result =
        new LessonProcess.Result(
            exitCode, false, List.of(printed.split("#")), Duration.ofSeconds(1));

    assertThat(LessonCheck.problem(result).orElse(null)).isEqualTo(problem);
  }

  @Test
  void theLineThatDoesNotCompileComesWithItsCaret() {
    List<String> output =
        List.of(
            "/tmp/a b/02-send.java:22: error: incompatible types:",
            "    an int is no String",
            "      String a = 1;",
            "                 ^",
            "1 error");

    assertThat(LessonCheck.place(output)).containsExactly("String a = 1;", "           ^");
    assertThat(LessonCheck.place(output.subList(0, 1))).isEmpty();
    assertThat(LessonCheck.place(List.of("all is well", "a", "^"))).isEmpty();
  }

  @Test
  void aRunThatTimedOutSaysSo() {
    var result = new LessonProcess.Result(-1, true, List.of("waiting"), Duration.ofSeconds(7));

    assertThat(LessonCheck.problem(result)).contains("The lesson timed out after 7 s.");
  }

  /** What arrived says more than how the run ended, so that comes first. */
  @Test
  void whyARunFailedIsTheFindingIfNothingArrived() throws Exception {
    List<Task> tasks = MadeUpLessons.tasks(temp, "'kind': 'spans', 'name': 'a', 'count': 2", null);
    var result = new LessonProcess.Result(3, false, List.of("gone"), Duration.ZERO);
    Recorded one = new Recorded().request(span("a"));

    assertThat(finding(tasks, new Recorded(), result)).isEqualTo("It ended with exit code 3: gone");
    assertThat(finding(tasks, one, result)).isEqualTo("1 span named a arrived, not 2.");
  }

  private static String finding(List<Task> tasks, Recorded arrived, LessonProcess.Result result) {
    Arrived all = Arrived.of(arrived.exchanges(), result.output(), "");
    return LessonCheck.judge(tasks, all, result).get(tasks.get(0)).text();
  }
}
