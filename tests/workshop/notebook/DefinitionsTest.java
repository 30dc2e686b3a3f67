package workshop.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jdk.jshell.JShell;
import jdk.jshell.SnippetEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Which cells are outdated. A cell's title is its id in capitals; helpers begin with an h. */
@ResourceLock("JShell") // each one takes much memory
class DefinitionsTest {
  private final JShell shell = JShell.builder().executionEngine("local").build();
  private final Definitions definitions = new Definitions();
  private final Map<String, Boolean> ran = new HashMap<>();

  @BeforeEach
  void declareAnSdk() {
    run(
        "h",
        "class Tracer { int spans() { return 1; } }",
        "class SdkTracerProvider implements AutoCloseable {"
            + " Tracer tracer() { return new Tracer(); }"
            + " public void close() {}"
            + " SdkTracerProvider shutdown() { return this; }"
            + " void join() {} }");
  }

  @AfterEach
  void close() {
    shell.close();
  }

  private void run(String cell, String... parts) {
    ran.put(cell, true);
    definitions.begin(cell, cell.toUpperCase());
    for (String part : parts) {
      for (SnippetEvent event : shell.eval(part)) {
        if (event.causeSnippet() == null) {
          definitions.add(cell, event.snippet());
        }
      }
    }
  }

  /** What the page shows, by cell. */
  private Map<String, String> outdated(String... edited) {
    Set<String> runnable =
        Set.copyOf(ran.keySet().stream().filter(each -> !each.startsWith("h")).toList());
    Map<String, String> texts = new TreeMap<>();
    definitions
        .outdated(Set.of(edited), runnable)
        .forEach((cell, found) -> texts.put(cell, found.text()));
    return texts;
  }

  private List<String> again(String cell, String... edited) {
    return definitions.outdated(Set.of(edited), ran.keySet()).get(cell).cells();
  }

  @Test
  void aVariableThatWasSetAgain() {
    run("a", "int a = 1;");
    run("b", "int b = a + 1;");
    run("c", "System.out.println(b)");
    run("other", "int a2 = 1;");
    assertThat(outdated()).isEmpty();
    run("a", "int a = 1;");
    assertThat(outdated())
        .isEqualTo(
            Map.of(
                "b", "Depends on a as it was before “A” ran again. Run this cell again.",
                "c",
                    "Depends on a as it was before “A” ran again. Run “B” again, then this cell."));
    assertThat(again("c")).containsExactly("b", "c");
    run("b", "int b = a + 1;");
    assertThat(outdated())
        .isEqualTo(
            Map.of("c", "Depends on b as it was before “B” ran again. Run this cell again."));
  }

  @Test
  void aCellThatWasEdited() {
    run("a", "int a = 1;");
    run("b", "int b = a;");
    run("c", "b");
    assertThat(outdated("a"))
        .isEqualTo(
            Map.of(
                "b",
                "Depends on a as it was before “A” was edited. Run “A” again, then this cell.",
                "c",
                "Depends on a as it was before “A” was edited. Run “A” and “B” again, then this"
                    + " cell."));
    assertThat(again("c", "a")).containsExactly("a", "b", "c");
  }

  @Test
  void aHelperCountsByItsCodeAndThroughOthers() {
    run("helper1", "int one() { return two(); }");
    run("helper2", "int two() { return 2; }");
    run("a", "int a = one();");
    run("helper2", "int two() { return 2; }");
    assertThat(outdated()).as("the same code").isEmpty();
    assertThat(outdated("helper2"))
        .isEqualTo(
            Map.of(
                "a", "Depends on two as it was before “HELPER2” was edited. Run this cell again."));
    run("helper2", "int two() { return 3; }");
    assertThat(outdated())
        .isEqualTo(
            Map.of(
                "a", "Depends on two as it was before “HELPER2” ran again. Run this cell again."));
  }

  @Test
  void whatOnlyHasTheSameNameCountsForNothing() {
    run("a", "int a = 1;");
    run("b", "for (int a = 0; a < 2; a++) { System.out.println(a + \".a\"); }");
    run("c", "java.util.function.IntUnaryOperator twice = a -> 2 * a;");
    run("d", "int fact(int n) { return n < 2 ? 1 : n * fact(n - 1); }", "fact(3)");
    run("a", "int a = 2;");
    run("d", "int fact(int n) { return n < 1 ? 1 : n * fact(n - 1); }", "fact(3)");
    assertThat(outdated()).isEmpty();
    run("e", "a");
    run("f", "int a = 3;"); // takes the name, and is no newer version of it
    assertThat(outdated()).isEmpty();
  }

  @Test
  void whatComesFromAnSdkThatWasClosed() {
    run("sdk", "var sdk = new SdkTracerProvider();");
    run("tracer", "var tracer = sdk.tracer();");
    run("a", "int spans = tracer.spans();");
    run("close", "sdk.close();");
    assertThat(outdated()).as("they ran before").isEmpty();
    run("a", "int spans = tracer.spans();");
    assertThat(outdated())
        .isEqualTo(
            Map.of(
                "a",
                "Depends on sdk, which “CLOSE” had closed. Run “SDK” and “TRACER” again, then this"
                    + " cell."));
    assertThat(again("a")).containsExactly("sdk", "tracer", "a");
    run("sdk", "var sdk = new SdkTracerProvider();");
    run("tracer", "var tracer = sdk.tracer();");
    run("a", "int spans = tracer.spans();");
    assertThat(outdated()).as("nobody has to close it again").isEmpty();
  }

  @Test
  void waysToClose() {
    for (String way : List.of("sdk.shutdown().join();", "try (sdk) {}", "sdk.close()")) {
      run("sdk", "var sdk = new SdkTracerProvider();");
      run("close", way);
      run("a", "sdk.tracer()");
      assertThat(outdated()).as(way).containsOnlyKeys("a");
    }
    for (String other :
        List.of(
            "var hook = new Thread(sdk::close);",
            "Runnable r = () -> sdk.close();",
            "void later() { sdk.close(); }",
            "if (sdk == null) sdk.close();",
            "try (var sdk = new SdkTracerProvider()) {}")) {
      run("sdk", "var sdk = new SdkTracerProvider();");
      run("close", other);
      run("a", "sdk.tracer()");
      assertThat(outdated()).as(other).isEmpty();
    }
  }
}
