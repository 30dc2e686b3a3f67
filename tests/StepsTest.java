package tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import workshop.lesson.Lesson;
import workshop.lesson.LessonClassPath;
import workshop.lesson.LessonProcess;
import workshop.lesson.Steps;
import workshop.lesson.Verdict;
import workshop.wire.Backend;

/** Lessons in steps: nothing is lost, and each step works by itself in JShell. */
class StepsTest {
  private static final String SOURCE =
      """
      //DEPS org.example:a-bom:1.2@pom
      //DEPS org.example:a
      //DEPS org.example.other:b:3

      import java.util.List;

      class Example {
        // %% A helper
        // It says why,
        //    on two lines.
        static int one() {
          return 1;
        }

        // %% Another
        // Why.
        record Two(int value) {}

        public static void main(String[] args) throws Exception {
          // %% First
          // Why first.
          var list = List.of(one());

          // Not prose.
          if (list.isEmpty()) {
            System.exit(1);
          }

          // %% Your turn
          // 1. Do it.
        }
      }
      """;

  /** What a lesson did as a process: its own verdict, and what arrived. */
  record Done(Optional<Verdict> verdict, List<String> arrived) {}

  private static final Map<String, Done> AS_PROCESS = new ConcurrentHashMap<>();

  @TempDir Path temp;

  static List<Lesson> lessons() {
    return Lesson.in(Checkout.FOLDER);
  }

  static Stream<Arguments> lessonsOnEachJdk() {
    return lessons().stream()
        .flatMap(
            lesson ->
                Stream.of("the JDK at hand", "JDK 25")
                    .map(jdk -> Arguments.of(lesson.name(), jdk)));
  }

  @Test
  void takesALessonApart() {
    Steps steps = Steps.parse("example.java", SOURCE);

    assertThat(steps.dependencies()).containsExactly("org.example:a:1.2", "org.example.other:b:3");
    assertThat(steps.imports()).isEqualTo("import java.util.List;");
    assertThat(steps.steps())
        .containsExactly(
            new Steps.Step(
                "A helper",
                List.of("It says why,", "   on two lines."),
                "static int one() {\n  return 1;\n}",
                8,
                true),
            new Steps.Step("Another", List.of("Why."), "record Two(int value) {}", 15, true),
            new Steps.Step(
                "First",
                List.of("Why first."),
                "var list = List.of(one());\n\n// Not prose.\nif (list.isEmpty()) {\n"
                    + "  System.exit(1);\n}",
                20,
                false),
            new Steps.Step("Your turn", List.of("1. Do it."), "", 29, false));
    assertThat(steps.steps().get(2).sessionCode())
        .endsWith("{\n  throw new IllegalStateException(\"exit code 1\");\n}");
  }

  /** Each is one edit to the example, and what is said then. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      quoteCharacter = '"',
      value = {
        "// %% First|// %%|line 20: the step has no title",
        "// %% First|// First|line 20: a step has to begin here, with: // %% Title",
        "    // %% First|      // %% First|step \"First\", line 20: a step cannot begin here:"
            + " inside",
        "    // Why first.\\n||step \"First\", line 20: no lines that say why",
        "  var list|var list|step \"First\", line 22: the line is indented by less than 4 spaces",
        "// %% Your turn|// %% a Helper!|step \"a Helper!\", line 29: the title is too much like"
            + " the one in line 8",
        "String[] args|String... args|line 1: there is no line of the form: public static void"
            + " main",
        "class Example|enum Example|line 1: there is no line of the form: class NAME {",
        "  }\\n}\\n|  }\\n\\n  int x;\\n}\\n|after main's closing brace only that of the class",
        "a-bom:1.2@pom|a:1|org.example:a has no version, and no BOM of its group gives one",
      })
  void saysWhatIsWrongAndWhere(String from, String to, String message) {
    String edited = edit(from.replace("\\n", "\n"), to == null ? "" : to.replace("\\n", "\n"));

    assertThatThrownBy(() -> Steps.parse("example.java", edited))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("example.java, ")
        .hasMessageContaining(message);
  }

  private static String edit(String from, String to) {
    int at = SOURCE.lastIndexOf(from);
    assertThat(at).as(from).isNotNegative();
    return SOURCE.substring(0, at) + to + SOURCE.substring(at + from.length());
  }

  /**
   * All that a lesson's file says after its head stands in its steps, and at the line they name.
   */
  @ParameterizedTest
  @MethodSource("lessons")
  void loseNothingOfALesson(Lesson lesson) throws Exception {
    Path file = Checkout.FOLDER.resolve(lesson.fileName());
    List<String> lines = Files.readAllLines(file);
    Steps steps = Steps.read(file);
    StringBuilder rebuilt = new StringBuilder();
    boolean inMain = false;
    for (Steps.Step step : steps.steps()) {
      if (!step.declares() && !inMain) {
        rebuilt.append("public static void main(String[] args) throws Exception {\n");
        inMain = true;
      }
      rebuilt.append("// %% ").append(step.title()).append('\n');
      step.prose().forEach(line -> rebuilt.append("// ").append(line).append('\n'));
      rebuilt.append(step.code()).append('\n');
      assertThat(lines.get(step.line() - 1).strip()).isEqualTo("// %% " + step.title());
    }
    String source = Files.readString(file);
    String body = source.substring(source.indexOf("\nclass ") + 1);
    body = body.substring(body.indexOf('\n') + 1, body.lastIndexOf("  }\n}\n"));
    assertThat(flat(rebuilt.toString())).isEqualTo(flat(body));
    assertThat(flat(source)).containsAll(flat(steps.imports()));
  }

  private static List<String> flat(String code) {
    return code.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  @ParameterizedTest
  @MethodSource("lessonsOnEachJdk")
  void workInJShellAsTheLessonDoesAsAProcess(String name, String jdk) throws Exception {
    Path home =
        jdk.equals("JDK 25") ? LessonRun.jdk25OrSkip() : Path.of(System.getProperty("java.home"));
    Lesson lesson = lessons().stream().filter(each -> each.name().equals(name)).findFirst().get();
    Done asProcess = AS_PROCESS.get(name);
    if (asProcess == null) {
      try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
        RealProcess.Ended ended =
            LessonRun.run(
                lesson.fileName(),
                LessonRun.Place.CHECKOUT,
                temp,
                LessonProcess.environment(lesson, backend));
        asProcess = done(ended, backend);
        AS_PROCESS.put(name, asProcess);
      }
    }
    String classPath =
        LessonClassPath.dependencies(Checkout.FOLDER, Checkout.FOLDER.resolve(lesson.fileName()));
    try (Backend backend = Backend.start(Backend.Options.onFreePorts());
        RealProcess process =
            RealProcess.start(
                "jshell",
                temp,
                LessonProcess.environment(lesson, backend),
                List.of(
                    home.resolve("bin/java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "tests.StepsInJShell",
                    Checkout.FOLDER.resolve(lesson.fileName()).toString(),
                    classPath))) {
      RealProcess.Ended ended = process.end(Duration.ofMinutes(3));

      assertThat(ended.exitCode()).as(ended.err()).isZero();
      assertThat(done(ended, backend)).isEqualTo(asProcess);
      assertThat(asProcess.verdict()).get().matches(Verdict::complete);
    }
  }

  private static Done done(RealProcess.Ended ended, Backend backend) {
    return new Done(Verdict.find(ended.out().lines().toList()), ArrivedSpans.at(backend));
  }
}
