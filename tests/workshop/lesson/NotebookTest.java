package workshop.lesson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import support.ArrivedSpans;
import support.Checkout;
import support.LessonRun;
import support.Ports;
import support.RealProcess;
import support.Slow;
import support.Tool;
import workshop.wire.Backend;

/** The notebooks: made from the lessons, and run by a real Jupyter kernel. */
class NotebookTest {
  private static final int NO_JUPYTER = 69;

  private static RealProcess.Ended jupyter;

  @TempDir Path temp;

  static List<Lesson> lessons() {
    return Lesson.in(Checkout.FOLDER);
  }

  @ParameterizedTest
  @MethodSource("lessons")
  void isWhatTheLessonSays(Lesson lesson) throws Exception {
    Path notebook = Checkout.FOLDER.resolve("notebooks").resolve(JupyterFile.name(lesson));
    Steps steps = Steps.read(Checkout.FOLDER.resolve(lesson.fileName()));
    String made = JupyterFile.text(lesson, steps);

    // Cell by cell first: a difference then bears the step's name.
    assertThat(cells(Files.readString(notebook)))
        .as("type ./jbang workshop notebooks")
        .isEqualTo(cells(made));
    assertThat(Files.readString(notebook)).as("type ./jbang workshop notebooks").isEqualTo(made);
    assertThat(made).contains("%maven io.opentelemetry:opentelemetry-sdk:").endsWith("}\n");
    assertThat(made).doesNotContain("System.exit(1)");
    for (Steps.Step step : steps.steps()) {
      assertThat(cells(made)).containsKey(lesson.name().substring(0, 2) + "-" + step.id());
    }
  }

  @Test
  void areNoneBesideThoseOfTheLessons() throws Exception {
    try (Stream<Path> files = Files.list(Checkout.FOLDER.resolve("notebooks"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith(".ipynb"))
          .containsExactlyInAnyOrderElementsOf(lessons().stream().map(JupyterFile::name).toList());
    }
  }

  @Slow
  @Test
  void aChangedStepChangesItsOwnCellOnly() throws Exception {
    Path folder = Files.createDirectory(temp.resolve("a workshop"));
    for (Lesson lesson : lessons()) {
      Files.copy(Checkout.FOLDER.resolve(lesson.fileName()), folder.resolve(lesson.fileName()));
    }
    assertThat(notebooks(folder).exitCode()).isZero();
    assertThat(notebooks(folder, "--check").out())
        .isEqualTo("All " + lessons().size() + " notebooks match their lessons.\n");
    Path notebook = folder.resolve("notebooks/02-grpc-export.ipynb");
    Map<String, String> before = cells(Files.readString(notebook));
    Path lesson = folder.resolve("02-grpc-export.java");
    Files.writeString(lesson, Files.readString(lesson).replace("201);", "200);"));
    Files.copy(notebook, folder.resolve("notebooks/09-gone.ipynb"));

    RealProcess.Ended checked = notebooks(folder, "--check");
    assertThat(checked.exitCode()).isEqualTo(1);
    assertThat(checked.out())
        .isEqualTo(
            "notebooks/02-grpc-export.ipynb differs from its lesson\n"
                + "notebooks/09-gone.ipynb belongs to no lesson\n");
    assertThat(checked.err()).isEqualTo("Type ./jbang workshop notebooks to write them again.\n");

    assertThat(notebooks(folder).out())
        .isEqualTo(
            "notebooks/02-grpc-export.ipynb written\n"
                + "notebooks/09-gone.ipynb deleted: no such lesson\n");
    Map<String, String> after = cells(Files.readString(notebook));
    assertThat(after.keySet()).isEqualTo(before.keySet());
    assertThat(after.entrySet())
        .filteredOn(cell -> !before.entrySet().contains(cell))
        .singleElement()
        .satisfies(cell -> assertThat(cell.getKey()).isEqualTo("02-the-order-code"));
  }

  @Slow
  @Test
  void aLessonThatCannotBeTakenApartIsNamedWithItsStep() throws Exception {
    String source = Files.readString(Checkout.FOLDER.resolve("01-setup.java"));
    Files.writeString(
        temp.resolve("01-setup.java"),
        source.replaceAll("( +// %% The verdict\n)( +//.*\n)+", "$1"));

    RealProcess.Ended ended = notebooks(temp);

    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.err())
        .matches("01-setup.java, step \"The verdict\", line \\d+: no lines that say why .*\n");
    assertThat(temp.resolve("notebooks")).doesNotExist();
  }

  /** With the kernel that learners install; the spans are those of the lesson as a process. */
  @Slow
  @ParameterizedTest
  @MethodSource("lessons")
  void runsInJupyter(Lesson lesson) throws Exception {
    String python = pythonOrSkip();
    LessonRun.Shipped process = LessonRun.shipped(lesson);
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      RealProcess.Ended ended = execute(python, lesson, LessonProcess.environment(lesson, backend));
      assertThat(ended.exitCode()).as(ended.err()).isZero();
      List<String> arrived = ArrivedSpans.at(backend);
      List<String> ofProcess = ArrivedSpans.at(process.backend());
      Optional<Verdict> verdict = Verdict.find(ended.out().lines().toList());
      assertThat(verdict).get().matches(Verdict::complete);
      if (lesson.name().equals("11-sampling")) { // which samples a part of random trace ids
        assertThat(Set.copyOf(arrived)).isEqualTo(Set.copyOf(ofProcess));
      } else {
        assertThat(arrived).isEqualTo(ofProcess);
        assertThat(verdict).isEqualTo(Verdict.find(process.lines()));
      }
    }
  }

  @Slow
  @Test
  void aLossFailsOneCellAndLeavesTheKernelAlive() throws Exception {
    String python = pythonOrSkip();
    Lesson lesson = lessons().get(1);
    String nobody = "http://127.0.0.1:" + Ports.unused();

    RealProcess.Ended ended =
        execute(python, lesson, Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", nobody));

    assertThat(ended.exitCode()).as(ended.err()).isEqualTo(1);
    assertThat(ended.err())
        .contains("Lost because of [java.net.ConnectException]")
        .contains("In another terminal, type ./jbang backend")
        .contains("CELL 02-the-verdict-code: ")
        .containsOnlyOnce("CELL ");
  }

  private RealProcess.Ended execute(String python, Lesson lesson, Map<String, String> environment)
      throws Exception {
    Map<String, String> all = new HashMap<>(environment);
    Path bin = Path.of(System.getProperty("java.home"), "bin");
    all.put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1"); // as the launcher does
    all.put("PATH", bin + File.pathSeparator + System.getenv("PATH"));
    try (RealProcess process =
        RealProcess.start(
            "notebook",
            temp,
            all,
            List.of(
                python,
                Checkout.FOLDER.resolve("tests/execute_notebook.py").toString(),
                Checkout.FOLDER
                    .resolve("notebooks")
                    .resolve(JupyterFile.name(lesson))
                    .toString()))) {
      return process.end(Duration.ofMinutes(4));
    }
  }

  private String pythonOrSkip() throws Exception {
    synchronized (NotebookTest.class) {
      if (jupyter == null) {
        String script = Checkout.FOLDER.resolve("tests/jupyter.sh").toString();
        try (RealProcess process =
            RealProcess.start("jupyter", temp, Map.of(), List.of("bash", script))) {
          jupyter = process.end(Duration.ofMinutes(4));
        }
      }
    }
    assumeTrue(jupyter.exitCode() != NO_JUPYTER, jupyter.err().strip());
    assertThat(jupyter.exitCode()).as(jupyter.err()).isZero();
    return jupyter.out().strip();
  }

  private RealProcess.Ended notebooks(Path folder, String... options) throws Exception {
    String option = options.length == 0 ? "" : options[0];
    try (RealProcess process =
        RealProcess.start(
            "notebooks",
            temp,
            Map.of("WORKSHOP_DIR", folder.toString()),
            Tool.command("notebooks", option))) {
      return process.end(Duration.ofMinutes(1));
    }
  }

  /** The cells' sources by their ids, in their order. */
  private static Map<String, String> cells(String notebook) {
    Map<String, String> sources = new LinkedHashMap<>();
    for (JsonElement each :
        JsonParser.parseString(notebook).getAsJsonObject().getAsJsonArray("cells")) {
      JsonObject cell = each.getAsJsonObject();
      String source =
          StreamSupport.stream(cell.getAsJsonArray("source").spliterator(), false)
              .map(JsonElement::getAsString)
              .collect(Collectors.joining());
      assertThat(sources.put(cell.get("id").getAsString(), source)).isNull();
      if (cell.has("outputs")) {
        assertThat(cell.getAsJsonArray("outputs")).isEmpty();
      }
    }
    return sources;
  }
}
