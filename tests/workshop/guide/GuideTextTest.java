package workshop.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.MadeUpLessons;
import workshop.lesson.Lesson;
import workshop.task.Answers;
import workshop.task.Finding;
import workshop.task.Task;
import workshop.task.Tasks;

/** What the guide shows of a lesson, from the state of the guide to lines. */
class GuideTextTest {
  private static final int WIDTH = 79;

  /** Of a terminal with 24 rows. */
  private static final int ROWS = 19;

  @TempDir Path temp;
  private Lesson lesson;
  private List<Task> tasks;

  @BeforeEach
  void lesson() throws Exception {
    Path folder = MadeUpLessons.in(temp);
    lesson = Lesson.read(folder, MadeUpLessons.SENDS);
    tasks = Tasks.of(lesson);
  }

  @Test
  void theEndOfTheOutputAndTheTracesAreBelowTheTasks() {
    List<String> shown = shown(view(Set.of(), Map.of(), run(30, 5)), ROWS);

    assertThat(shown)
        .hasSize(ROWS)
        .contains("  open  1. Send the header `x-team` with the value `blue`.")
        .containsSubsequence("Output, 3 of 30 lines (o shows all):", "printed 28", "printed 30")
        .containsSubsequence("Traces, 4 of 5 lines (o shows all):", "span 1", "span 4")
        .doesNotContain("printed 27");
  }

  @Test
  void allOfARunHasEachLine() {
    assertThat(texts(GuideText.wholeRun(view(Set.of(), Map.of(), run(300, 2)), WIDTH)))
        .hasSize(304)
        .containsSubsequence("Output:", "printed 1", "printed 300", "Traces:", "span 2");
  }

  @Test
  void aLongLineOfTheOutputIsNotCut() {
    GuideRun run = GuideRun.NONE.withOutput(List.of("  a " + "b ".repeat(50) + "\u001b[2J"));

    assertThat(texts(GuideText.wholeRun(view(Set.of(), Map.of(), run), WIDTH)))
        .containsExactly(
            "Output:", "  a" + " b".repeat(38), "      " + "b ".repeat(12) + "\\u001B[2J");
  }

  @Test
  void theTaskThatTheFaultsAreForIsShownWithWhatWasFound() {
    GuideRun run = new GuideRun(tasks.get(2).id(), run(5, 0).output(), List.of(), "", List.of());

    List<String> shown = shown(view(Set.of(), finding(2, "No attempt 4."), run), 12);

    assertThat(shown)
        .contains(
            "  open  3. Let a third attempt arrive. For these faults, press f.",
            "           No attempt 4.");
  }

  @Test
  void theCurrentTaskAndItsHintStayWhenThereIsLittleRoom() {
    GuideView view = view(Set.of(tasks.get(0).id()), finding(1, "3 spans."), run(30, 8));

    List<String> shown = shown(view, 8);

    assertThat(shown)
        .hasSizeLessThanOrEqualTo(8)
        .contains(
            "  open  2. Send two requests, the first with 2 spans.",
            "           3 spans.",
            "           - var batches = List.of(3);",
            "           + var batches = List.of(2, 1);");
    assertThat(GuideText.lesson(view, WIDTH, 8).whole()).isFalse();
    assertThat(GuideText.lesson(view, WIDTH, 60).whole()).isTrue();
  }

  @Test
  void aTaskThatIsDoneIsExplained() {
    Set<String> done = Set.of(tasks.get(0).id());

    assertThat(shown(view(done, Map.of(), GuideRun.NONE), ROWS))
        .containsSubsequence(
            "  done  1. Send the header `x-team` with the value `blue`.",
            "           A header tells the backend who sends. It comes with each request.");
  }

  @Test
  void aCompileErrorIsShownOnceWithItsLineAndACaret() {
    GuideRun run =
        new GuideRun(
            "",
            List.of("02-send.java:7: error: ';' expected", "x", "^", "1 error"),
            List.of(),
            "It does not compile, 02-send.java:7: ';' expected",
            List.of("var x = 1", "         ^"));

    List<String> shown =
        shown(view(Set.of(), finding(0, "It does not compile, 02-send.java:7"), run), ROWS);

    assertThat(shown)
        .containsSubsequence(
            "It does not compile, 02-send.java:7: ';' expected",
            "  var x = 1",
            "           ^",
            "  open  1. Send the header `x-team` with the value `blue`.")
        .doesNotContain("Output:");
    assertThat(shown.stream().filter(line -> line.contains("compile"))).hasSize(1);
  }

  @Test
  void aCaretFarToTheRightIsVisible() {
    List<String> place = List.of("a".repeat(90), " ".repeat(85) + "^");
    GuideRun run = new GuideRun("", List.of(), List.of(), "It does not compile.", place);

    List<String> shown = shown(view(Set.of(), Map.of(), run), ROWS);

    assertThat(shown).contains("  " + "a".repeat(81), "  " + " ".repeat(76) + "^");
  }

  @Test
  void theTracesAreLeftOutIfNoSpanOfThemFits() {
    GuideView view = view(Set.of(), Map.of(), run(30, 5)); // "span 1" is the id of a trace

    for (int rows = 5; rows < 40; rows++) {
      String shown = String.join("\n", shown(view, rows));
      assertThat(shown.contains("Traces")).isEqualTo(shown.contains("span 2"));
    }
  }

  @Test
  void aSolutionStaysWithinTheWidthOfTheTerminal() {
    List<String> shown = texts(GuideText.solution(view(Set.of(), Map.of(), GuideRun.NONE), 30));

    assertThat(shown)
        .allMatch(line -> line.length() <= 30 || line.startsWith("To run"))
        .containsSubsequence("   + var attempts = 3; // the", "         rest is lost");
  }

  @Test
  void theSummaryAndTheKeysFitOnOneScreen() {
    assertThat(texts(SummaryText.lines(WIDTH)))
        .hasSizeLessThanOrEqualTo(ROWS)
        .allMatch(line -> line.length() <= WIDTH)
        .contains("  timeout   10 s for an export, together with its retries");
    assertThat(texts(GuideText.keys(WIDTH)))
        .hasSizeLessThanOrEqualTo(ROWS)
        .contains("  o      show all that the lesson has printed, and its traces");
  }

  private Map<String, Finding> finding(int task, String text) {
    return Map.of(tasks.get(task).id(), new Finding(false, text));
  }

  private static GuideRun run(int printed, int spans) {
    return GuideRun.NONE
        .withOutput(IntStream.rangeClosed(1, printed).mapToObj(i -> "printed " + i).toList())
        .withTraces(IntStream.rangeClosed(1, spans).mapToObj(i -> "span " + i).toList());
  }

  /** With all hints of the second task. */
  private GuideView view(Set<String> done, Map<String, Finding> findings, GuideRun run) {
    return new GuideView(
        List.of(lesson),
        Map.of(lesson.name(), tasks),
        new Answers(temp.resolve("a folder")),
        0,
        done,
        Map.of(tasks.get(1).id(), 3),
        findings,
        done,
        run,
        "",
        "");
  }

  private static List<String> shown(GuideView view, int rows) {
    return texts(GuideText.lesson(view, WIDTH, rows).lines());
  }

  private static List<String> texts(List<GuideText.Line> lines) {
    return lines.stream().map(GuideText.Line::text).toList();
  }
}
