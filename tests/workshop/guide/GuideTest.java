package workshop.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import support.Await;
import support.LessonRun;
import support.MadeUpLessons;
import support.Slow;
import workshop.lesson.Lesson;
import workshop.lesson.LessonProcess;
import workshop.wire.Backend;
import workshop.wire.FaultScript;

/** The guide of a made-up workshop: what it judges and what the page gets. */
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "the stand-in for the launcher is a shell script")
class GuideTest {
  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void folder() throws Exception {
    folder = MadeUpLessons.in(temp);
  }

  /** The guide of another terminal sees only what arrives. */
  @Slow
  @Test
  void aRunByHandIsJudgedByWhatArrives() throws Exception {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts());
        Guide guide = new Guide(folder, backend)) {
      String shipped = Files.readString(folder.resolve("02-send.java"));
      byHand(backend);
      Await.until("it is judged", () -> guide.json().contains("with the value red, not blue."));
      assertThat(guide.json()).contains("but the backend served no fault.");
      assertThat(guide.json()).doesNotContain("\"done\":true", "It comes with each request.");

      Files.writeString(
          folder.resolve("02-send.java"),
          Files.readString(folder.resolve("solutions/02-send.java")));
      byHand(backend);
      Await.until("two tasks are done", () -> done(guide) == 2);
      assertThat(guide.json())
          .contains("\"about\":\"A batch is a request. Small ones cost more.\"");

      Files.writeString(folder.resolve("02-send.java"), shipped);
      backend.faults().add(FaultScript.parse("2x 503"));
      byHand(backend);
      Await.until(
          "the rejected run is judged",
          () ->
              guide.json().contains("0 of 3 spans arrived. The backend rejected 1 attempt within"));
      assertThat(done(guide)).isEqualTo(2);
      backend.faults().clear();

      Files.writeString(
          folder.resolve("02-send.java"),
          Files.readString(folder.resolve("solutions/02-send.java")));
      backend.faults().add(FaultScript.parse("2x 503"));
      byHand(backend);
      Await.until("the task with faults is done", () -> done(guide) == 3);
    }
  }

  @Test
  void thePageGetsWhatTheTasksFilesSay() throws Exception {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts());
        Guide guide = new Guide(folder, backend)) {
      assertThat(guide.json())
          .startsWith(
              """
              {"lessons":[{"name":"01-setup","description":"Print what ends","minutes":5,\
              "protocol":"none","predictions":[{"step":"The spans","question":"How many spans are logged?",\
              "answer":"INFO 'a span'"}],\
              "terms":{"span":"A piece of work with a start and an end."},\
              "tasks":[{"id":"01-setup/1","number":1,"text":"End the span that is forgotten.","step":"The spans",\
              "fault":null,"done":false,"finding":"","about":"","hints":[],"change":[],"allHints":3}]},\
              """)
          .contains("\"fault\":\"2x 503\"")
          .endsWith("\"current\":\"01-setup\"}");
    }
  }

  @Test
  void thePageGetsHintsOneAtATimeAndThenTheChange() throws Exception {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts());
        Guide guide = new Guide(folder, backend)) {
      guide.hint("01-setup/1");
      assertThat(guide.json()).contains("\"hints\":[\"Look for the number.\"],\"change\":[]");
      guide.hint("01-setup/1");
      assertThat(guide.json()).contains("\"It is one too small.\"],\"change\":[]");
      guide.hint("01-setup/1");
      assertThat(guide.json()).contains("\"change\":[\"In the step \\\"The spans\\\":\",\"- ");
      guide.hint("there is no such task");
    }
  }

  private void byHand(Backend backend) throws Exception {
    LessonProcess.run(folder, Lesson.read(folder, "02-send"), backend, LessonRun.LIMIT, line -> {});
  }

  private static int done(Guide guide) {
    return guide.json().split("\"done\":true", -1).length - 1;
  }
}
