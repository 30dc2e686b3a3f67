package tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./jbang workshop list}, {@code check}, {@code hint}, {@code solution}, {@code reset}. */
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "the stand-in for the launcher is a shell script")
class GuideCommandTest {
  private static final String PROGRESS = ".workshop-progress.json";

  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void folder() throws Exception {
    folder = GuideFolder.in(temp);
  }

  @Test
  void checkNamesEachOpenTaskWithWhatArrived() throws Exception {
    RealProcess.Ended ended = run("check", "2");

    assertThat(normal(ended))
        .isEqualTo(
            """
            02-grpc-export
              open  1. Send a second header, `x-team` with the value `blue`.
                       A request arrived without the header x-team. It has: authorization,
                       content-type, grpc-accept-encoding, grpc-encoding, accept-encoding,
                       user-agent.
              open  2. Set the batch size to 2, so that the three spans arrive in two
                       calls.
                       3 spans arrived in 1 request: 3. With batches of 2 they are 2, then
                       1.
              open  3. Send uncompressed: the name of the compression is `none`.
                       1 request came with gzip, the first with N B that hold N B.
              open  4. `./jbang backend --fault '3x UNAVAILABLE delay=500ms'` refuses 3
                       attempts. Let the exporter try a fourth time: all 3 spans arrive.
                       0 of 3 spans arrived. Refused: N attempts within N s.

            4 of 4 tasks open. A hint: ./jbang workshop hint LESSON
            """);
    assertThat(ended.exitCode()).isEqualTo(1);
  }

  /** A batch of two is lost then; without the faults, both arrive. */
  @Test
  void checkJudgesTheTaskWithFaultsByARunOfItsOwn() throws Exception {
    Path lesson = folder.resolve("02-grpc-export.java");
    Files.writeString(
        lesson,
        Files.readString(folder.resolve("solutions/02-grpc-export.java"))
            .replace("setMaxAttempts(4)", "setMaxAttempts(3)"));
    RealProcess.Ended three = run("check", "02");

    assertThat(normal(three))
        .contains("  done  1. ", "  done  2. ", "  done  3. ", "  open  4. ")
        .endsWith(
            """
                       1 of 3 spans arrived. Refused: N attempts within N s.

            1 of 4 tasks open. A hint: ./jbang workshop hint LESSON
            """);
    assertThat(three.exitCode()).isEqualTo(1);

    GuideFolder.edit(lesson, "setMaxAttempts(3)", "setMaxAttempts(4)");
    RealProcess.Ended all = run("check", "02");

    assertThat(all.out())
        .endsWith("           3 spans arrived; it took 4 attempts.\n\nAll done: 4 tasks.\n");
    assertThat(all.exitCode()).isZero();
    assertThat(run("list").out()).contains("  done  4. ").endsWith("\n4 of 19 tasks done.\n");
  }

  @Test
  void checkOfASolutionExitsZeroAndIsRemembered() throws Exception {
    Path lesson = folder.resolve("01-setup.java");
    Files.writeString(lesson, Files.readString(folder.resolve("solutions/01-setup.java")));

    RealProcess.Ended ended = run("check", "01-setup.java");

    assertThat(ended.out()).contains("  done  1. ").endsWith("\nAll done: 3 tasks.\n");
    assertThat(ended.exitCode()).isZero();
    assertThat(run("list").out()).contains("  done  3. End the span").contains("\n3 of 19 tasks");
    assertThat(files()).contains(PROGRESS).noneMatch(file -> file.endsWith(".tmp"));
  }

  @Test
  void whatArrivedDoesNothingToTheTerminal() throws Exception {
    GuideFolder.edit(
        folder.resolve("03-http-export.java"),
        "put(\"service.name\", \"shop\")",
        "put(\"service.name\", \"shop\").put(\"deployment.environment.name\", \"\\u001b[2Jroom\")");

    RealProcess.Ended ended = run("check", "03");

    assertThat(ended.out()).contains("= \\u001B[2Jroom, not").doesNotContain("\u001b");
  }

  @Test
  void listNamesEveryTaskWithin80Columns() throws Exception {
    RealProcess.Ended ended = run("list");

    assertThat(ended.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(ended.out().lines().filter(line -> line.startsWith("  open  "))).hasSize(19);
    assertThat(ended.out()).endsWith("\n0 of 19 tasks done.\n");
    assertThat(ended.exitCode()).isZero();
  }

  @Test
  void hintsGoFromANudgeToTheAnswer() throws Exception {
    assertThat(run("hint", "02").out())
        .isEqualTo(
            """
              open  1. Send a second header, `x-team` with the value `blue`.
                       hint 1 of 3: The first header is set in the step "The exporter".
            """);
    assertThat(run("hint", "02").out()).contains("hint 2 of 3: addHeader() can be called");
    String answer = run("hint", "02").out();
    assertThat(answer)
        .contains("hint 3 of 3: The answer:\n           + grpc.addHeader(\"x-team\", \"blue\");\n");
    assertThat(run("hint", "02").out()).isEqualTo(answer);
  }

  @Test
  void solutionShowsTheEditsAndTheFile() throws Exception {
    RealProcess.Ended ended = run("solution", "2");

    assertThat(ended.out())
        .contains(
            """
            3. Send uncompressed: the name of the compression is `none`.
               - grpc.setCompression("gzip");
               + grpc.setCompression("none");
            4. `./jbang backend --fault '3x UNAVAILABLE delay=500ms'` refuses 3 attempts.
               Let the exporter try a fourth time: all 3 spans arrive.
               - var timeout = Duration.ofSeconds(5);
               + var timeout = Duration.ofSeconds(9);
               - grpc.setRetryPolicy(RetryPolicy.builder().setMaxAttempts(3).build());
               + grpc.setRetryPolicy(RetryPolicy.builder().setMaxAttempts(4).build());

            The whole file, to run as it is: ./jbang solutions/02-grpc-export.java
            """);
    assertThat(ended.exitCode()).isZero();
  }

  @Test
  void resetBringsTheShippedTextBackAndKeepsTheLearners() throws Exception {
    Path lesson = folder.resolve("03-http-export.java");
    Files.writeString(lesson, "mine");
    RealProcess.Ended first = run("reset", "03");
    Files.writeString(lesson, "mine again");
    run("reset", "03");

    assertThat(first.out())
        .isEqualTo(
            "03-http-export.java is as it was shipped; your text is kept as"
                + " 03-http-export.mine-1.java.\n");
    assertThat(lesson).hasSameTextualContentAs(Checkout.FOLDER.resolve("03-http-export.java"));
    assertThat(folder.resolve("03-http-export.mine-1.java")).hasContent("mine");
    assertThat(folder.resolve("03-http-export.mine-2.java")).hasContent("mine again");
    assertThat(run("reset", "03").out()).isEqualTo("03-http-export.java is as it was shipped.\n");
    assertThat(files()).noneMatch(file -> file.contains("mine-3") || file.endsWith(".tmp"));
  }

  @Test
  void resetOpensTheLessonsTasksAgain() throws Exception {
    Files.writeString(
        folder.resolve(PROGRESS),
        """
        {"current": "", "done": ["01-setup/1", "02-grpc-export/1"], "hints": {"01-setup/1": 2}}
        """);
    run("reset", "01");

    assertThat(run("list").out()).contains("\n1 of 19 tasks done.");
    assertThat(Files.readString(folder.resolve(PROGRESS)))
        .contains("02-grpc-export/1")
        .doesNotContain("01-setup");
  }

  @Test
  void resetWithoutTheSolutionSaysWhatToDoAndTouchesNothing() throws Exception {
    Files.writeString(folder.resolve("01-setup.java"), "mine");
    Files.delete(folder.resolve("solutions/01-setup.java"));

    RealProcess.Ended ended = run("reset", "01");

    assertThat(ended.err())
        .startsWith("solutions/01-setup.java is missing")
        .contains("git checkout");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(folder.resolve("01-setup.java")).hasContent("mine");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"done\": 1}",
        "{\"current\":\"\",\"done\":[],\"hints\":{\"a\":\"b\"}}"
      })
  void damagedProgressIsSetAsideWithAWord(String damaged) throws Exception {
    Files.writeString(folder.resolve(PROGRESS), damaged);

    RealProcess.Ended ended = run("list");

    assertThat(ended.err())
        .isEqualTo(
            "The progress in .workshop-progress.json could not be read. It is kept as"
                + " .workshop-progress.damaged-1.json, and a new one begins.\n");
    assertThat(ended.exitCode()).isZero();
    assertThat(folder.resolve(".workshop-progress.damaged-1.json")).hasContent(damaged);
    assertThat(folder.resolve(PROGRESS)).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "hint", "solution", "reset"})
  void anUnknownLessonIsAnsweredWithTheList(String command) throws Exception {
    RealProcess.Ended ended = run(command, "9");

    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(ended.err())
        .startsWith("There is no lesson \"9\". The lessons are:\n  01-setup\n  02-grpc-export\n");
  }

  private static String normal(RealProcess.Ended ended) {
    return ended
        .out()
        .replaceAll("\\d+ B", "N B")
        .replaceAll("\\d (attempts .*) \\S+ s", "N $1 N s");
  }

  private List<String> files() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private RealProcess.Ended run(String... arguments) throws Exception {
    try (RealProcess process =
        RealProcess.start(
            "guide", temp, Map.of("WORKSHOP_DIR", folder.toString()), Tool.command(arguments))) {
      return process.end(LessonRun.LIMIT);
    }
  }
}
