package workshop.lesson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import support.Checkout;

/** Lessons in steps: nothing of a lesson is lost. */
class StepsTest {
  private static final String SOURCE =
      """
      //DEPS org.example:a-bom:1.2@pom
      //DEPS org.example:a
      //DEPS org.example.other:b:3

      import java.util.List;

      class Example {
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

        // %% A helper
        // It says why,
        //    on two lines.
        static int one() {
          return 1;
        }

        // %% Another
        // Why.
        record Two(int value) {}
      }
      """;

  static List<Lesson> lessons() {
    return Lesson.in(Checkout.FOLDER);
  }

  @Test
  void takesALessonApart() {
    Steps steps = Steps.parse("example.java", SOURCE);

    assertThat(steps.dependencies()).containsExactly("org.example:a:1.2", "org.example.other:b:3");
    assertThat(steps.imports()).isEqualTo("import java.util.List;");
    assertThat(steps.steps())
        .containsExactly(
            new Steps.Step(
                "First",
                List.of("Why first."),
                "var list = List.of(one());\n\n// Not prose.\nif (list.isEmpty()) {\n"
                    + "  System.exit(1);\n}",
                9,
                false),
            new Steps.Step("Your turn", List.of("1. Do it."), "", 18, false),
            new Steps.Step(
                "A helper",
                List.of("It says why,", "   on two lines."),
                "static int one() {\n  return 1;\n}",
                22,
                true),
            new Steps.Step("Another", List.of("Why."), "record Two(int value) {}", 29, true));
    assertThat(steps.steps().get(0).sessionCode())
        .endsWith("{\n  throw new IllegalStateException(\"exit code 1\");\n}");
  }

  /** Each is one edit to the example, and what is said then. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      quoteCharacter = '"',
      value = {
        "// %% First|// %%|line 9: the step has no title",
        "// %% First|// First|line 9: a step has to begin here, with: // %% Title",
        "    // %% First|      // %% First|step \"First\", line 9: a step cannot begin here:"
            + " inside",
        "    // Why first.\\n||step \"First\", line 9: no lines that say why",
        "  var list|var list|step \"First\", line 11: the line is indented by less than 4 spaces",
        "// %% Your turn|// %% a Helper!|step \"A helper\", line 22: the title is too much like"
            + " the one in line 18",
        "String[] args|String... args|line 1: there is no line of the form: public static void"
            + " main",
        "class Example|enum Example|line 1: there is no line of the form: class NAME {",
        "  }\\n\\n  // %% A helper|  }\\n\\n  int x;\\n|line 22: a step has to begin here",
        "{}\\n}\\n|{}\\n|line 31: main closes with } below its own line, the class with } at the end",
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
    rebuilt.append("public static void main(String[] args) throws Exception {\n");
    boolean inMain = true;
    for (Steps.Step step : steps.steps()) {
      if (step.declares() && inMain) {
        rebuilt.append("}\n");
        inMain = false;
      }
      rebuilt.append("// %% ").append(step.title()).append('\n');
      step.prose().forEach(line -> rebuilt.append("// ").append(line).append('\n'));
      rebuilt.append(step.code()).append('\n');
      assertThat(lines.get(step.line() - 1).strip()).isEqualTo("// %% " + step.title());
    }
    String source = Files.readString(file);
    String body = source.substring(source.indexOf("\nclass ") + 1);
    body = body.substring(body.indexOf('\n') + 1, body.lastIndexOf("}\n"));
    assertThat(flat(rebuilt.toString())).isEqualTo(flat(body));
    assertThat(flat(source)).containsAll(flat(steps.imports()));
  }

  private static List<String> flat(String code) {
    return code.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  @Test
  void putsEachStatementOnOneLine() {
    String code =
        """
        // Why.
        var names =
            List.of("a // b", "c").stream() // a comment
                .map(
                    each -> {
                      return each + '"';
                    })
                .toList();
        try {
          run();
        } finally {
          end();
        }
        var text =
            \"""
            one "quoted"
              two
            \""";
        record Two(int value) {
          int twice() {
            return 2 * value;
          }
        }
        """;

    assertThat(StatementLines.of(code).lines())
        .containsExactly(
            "// Why.",
            "var names = List.of(\"a // b\", \"c\").stream()"
                + ".map(each -> { return each + '\"'; }).toList();",
            "try { run(); } finally { end(); }",
            "var text = \"one \\\"quoted\\\"\\n  two\\n\";",
            "record Two(int value) { int twice() { return 2 * value; } }");
  }
}
