package workshop.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import support.Await;

/** What JShell knows about a place in a cell. The place is where the code has a {@code |}. */
@ResourceLock("JShell") // each one takes much memory
class CompletionTest {
  private static JShell shell;
  private static SourceCodeAnalysis analysis;

  @BeforeAll
  static void start() {
    shell = JShell.builder().executionEngine("local").build();
    shell.eval("import java.util.Map;");
    shell.eval("int declared = 1;");
    analysis = shell.sourceCodeAnalysis();
  }

  @AfterAll
  static void stop() {
    shell.close();
  }

  private static Completion at(String code) {
    return above("", code);
  }

  private static Completion above(String before, String code) {
    return Completion.at(analysis, before, code.replace("|", ""), code.indexOf('|'));
  }

  private static List<String> suggested(Completion completion) {
    return completion.suggestions(analysis).suggestions();
  }

  @Test
  void suggestsMembersInPlaceOfWhatIsTyped() {
    NotebookView.Completions found = at("\"a\".len| + 1").suggestions(analysis);

    assertThat(found.suggestions()).containsExactly("length()");
    assertThat(found.from()).isEqualTo("\"a\".".length());
    assertThat(found.imports()).isEmpty();
  }

  @Test
  void knowsWhatTheSessionDeclares() {
    assertThat(suggested(at("decl|"))).containsExactly("declared");
  }

  @Test
  void knowsVariablesOfTheSameCell() {
    assertThat(suggested(at("var text = new StringBuilder();\nint n = 2;\ntext.appendC|")))
        .containsExactly("appendCodePoint(");
    assertThat(suggested(at("var text = new StringBuilder();\nif (true) {\n  text.rever|\n}")))
        .containsExactly("reverse()");
    assertThat(suggested(at("var text = \"a\"; // why\n\n tex|"))).containsExactly("text");
  }

  @Test
  void knowsVariablesOfCellsThatDidNotRun() {
    NotebookView.Completions found =
        above("import java.util.Set;\nvar text = new StringBuilder();", "int a = 1;\ntext.rever|")
            .suggestions(analysis);

    assertThat(found.suggestions()).containsExactly("reverse()");
    assertThat(found.from()).isEqualTo("int a = 1;\ntext.".length());
  }

  @Test
  void knowsParametersOfAHelper() {
    assertThat(
            suggested(
                at(
                    "private static int one() { return 1; }\n\n"
                        + "/** Two. */\nprivate static int two(String text) {\n  text.codePointB|")))
        .containsExactly("codePointBefore(");
    assertThat(
            suggested(at("private record Pair(String left) {\n  int n() {\n    return left.len|")))
        .containsExactly("length()");
  }

  @Test
  void knowsWhatCanBeImported() {
    assertThat(suggested(at("import java.util.Map;\nimport java.util.concurrent.TimeU|")))
        .containsExactly("TimeUnit");
  }

  @Test
  void suggestsWhatFitsFirst() {
    List<String> found = suggested(at("int fits = 1;\nString text = \"\";\nMath.abs(|"));

    assertThat(found).startsWith("declared", "fits").hasSizeLessThanOrEqualTo(100);
  }

  @Test
  void suggestsNothingInCommentsAndStrings() {
    assertThat(suggested(at("// a.len|"))).isEmpty();
    assertThat(suggested(at("int a = 1; // a.len|"))).isEmpty();
    assertThat(suggested(at("String a = \"a.len|"))).isEmpty();
  }

  @Test
  void offersToImportANameThatIsNotKnown() throws Exception {
    Await.until("JShell's index", () -> !at("List|").imports(analysis).isEmpty());

    List<String> found = at("int a = 1;\nList|").suggestions(analysis).imports();
    assertThat(found).contains("java.util.List").hasSizeLessThanOrEqualTo(10);
    assertThat(found.get(0)).startsWith("java.");
    assertThat(at("Map|").imports(analysis)).isEmpty();
    assertThat(at("declared|").imports(analysis)).isEmpty();
  }

  @Test
  void describesAMethodWithAllItsSignatures() {
    List<NotebookView.Described> found =
        at("String text = \"\";\ntext.length()|").described(analysis);
    assertThat(found)
        .extracting(NotebookView.Described::signature)
        .containsExactly("int String.length()");

    assertThat(at("Math.max(|").described(analysis))
        .extracting(NotebookView.Described::signature)
        .contains("int Math.max(int a, int b)", "double Math.max(double a, double b)");
    assertThat(at("declared|").described(analysis))
        .extracting(NotebookView.Described::signature)
        .containsExactly("declared:int");
    assertThat(at("nothing|").described(analysis)).isEmpty();
  }

  @Test
  void describesWithASentenceIfTheJdkHasSources() {
    boolean sources = Files.exists(Path.of(System.getProperty("java.home"), "lib", "src.zip"));
    List<String> sentences =
        at("\"\".length()|").described(analysis).stream()
            .map(NotebookView.Described::sentence)
            .toList();

    assertThat(sentences).containsExactly(sources ? "Returns the length of this string." : "");
  }

  @Test
  void rejectsAPlaceOutsideTheCell() {
    assertThatThrownBy(() -> Completion.at(analysis, "", "ab", 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the cell has no place 3");
    assertThatThrownBy(() -> Completion.at(analysis, "", "ab", -1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
