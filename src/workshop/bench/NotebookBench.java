package workshop.bench;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import workshop.lesson.TemporaryFolder;
import workshop.notebook.Notebooks;
import workshop.page.Page;
import workshop.wire.Backend;

/**
 * How long a cell takes in the page's notebook, and in Jupyter with the JJava kernel: from the
 * click on Run to its first output, and the whole of lesson 02. Both are warm: their sessions are
 * open, and each cell ran before.
 */
public final class NotebookBench {
  private static final String LESSON = "02-grpc-export";

  private final PageClient page;
  private final Child jupyter;
  private final List<String> jupyterCells;

  private NotebookBench(PageClient page, Child jupyter, List<String> jupyterCells) {
    this.page = page;
    this.jupyter = jupyter;
    this.jupyterCells = jupyterCells;
  }

  /**
   * The command that runs cells in Jupyter, installed from PyPI the first time: reads cells as
   * JSON, writes {@link PageClient.Times}.
   *
   * @param folder the workshop's folder
   * @return empty without Python 3, or if PyPI cannot be reached
   */
  public static List<String> jupyter(Path folder) throws IOException, InterruptedException {
    List<String> python = Installed.by(folder, "tests/jupyter.sh");
    return python.isEmpty()
        ? List.of()
        : List.of(python.get(0), folder.resolve("src/bench/jjava_cells.py").toString());
  }

  /**
   * Measures, and prints a table of medians.
   *
   * @param folder the workshop's folder
   * @param jupyter the command that runs cells in Jupyter; empty to measure only the page
   * @param rounds how often each is measured, in turn
   * @throws IOException if a cell fails
   */
  public static void run(Path folder, List<String> jupyter, int rounds, PrintStream out)
      throws IOException, InterruptedException {
    try (TemporaryFolder temporary = new TemporaryFolder("bench");
        Backend backend = Backend.start(Backend.Options.onFreePorts());
        Notebooks notebooks = new Notebooks(folder, backend);
        Page page = Page.start(InetAddress.getLoopbackAddress(), 0, backend, null, notebooks);
        PageClient client = new PageClient(page.addressWithToken(), LESSON);
        Child kernel = jupyter.isEmpty() ? null : kernel(jupyter, backend, temporary)) {
      new NotebookBench(client, kernel, notebookCells(folder)).measure(rounds, out);
    }
  }

  private static Child kernel(List<String> jupyter, Backend backend, TemporaryFolder temporary)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add("env");
    command.add("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:" + backend.grpcPort());
    command.addAll(jupyter);
    return Child.answering("Jupyter", command, temporary.path().resolve("jupyter"));
  }

  /** The code cells of the lesson's Jupyter notebook. */
  private static List<String> notebookCells(Path folder) throws IOException {
    String notebook = Files.readString(folder.resolve("notebooks/" + LESSON + ".ipynb"));
    List<String> cells = new ArrayList<>();
    for (JsonElement each :
        JsonParser.parseString(notebook).getAsJsonObject().get("cells").getAsJsonArray()) {
      JsonObject cell = each.getAsJsonObject();
      if (cell.get("cell_type").getAsString().equals("code")) {
        cells.add(
            cell.get("source").getAsJsonArray().asList().stream()
                .map(JsonElement::getAsString)
                .collect(Collectors.joining()));
      }
    }
    return cells;
  }

  private PageClient.Times jupyter(List<String> cells) throws InterruptedException {
    return jupyter == null
        ? new PageClient.Times(Double.NaN, Double.NaN)
        : jupyter.ask(new Gson().toJson(cells), PageClient.Times.class);
  }

  private void measure(int rounds, PrintStream out) throws IOException, InterruptedException {
    List<String> lesson = page.cells();
    List<String> inJupyter =
        jupyterCells.stream().filter(cell -> !cell.startsWith("%maven")).toList();
    out.printf(
        "Cells of %s, warm, %d round%s of each in turn%n", LESSON, rounds, rounds == 1 ? "" : "s");
    out.println(Machine.line());
    jupyter(jupyterCells); // its libraries
    page.run(lesson);
    String trivial = lesson.get(1);
    String println = "System.out.println(\"round %d\");";
    List<PageClient.Times> cellHere = new ArrayList<>();
    List<PageClient.Times> cellThere = new ArrayList<>();
    List<PageClient.Times> lessonHere = new ArrayList<>();
    List<PageClient.Times> lessonThere = new ArrayList<>();
    for (int round = -1; round < rounds; round++) { // the first one warms up
      page.type(trivial, println.formatted(round));
      PageClient.Times here = page.run(List.of(trivial));
      PageClient.Times there = jupyter(List.of(println.formatted(round)));
      page.reset();
      PageClient.Times allHere = page.run(lesson);
      PageClient.Times allThere = jupyter(inJupyter);
      if (round >= 0) {
        cellHere.add(here);
        cellThere.add(there);
        lessonHere.add(allHere);
        lessonThere.add(allThere);
      }
    }
    out.printf("%n%-42s %9s %9s%n", "median of " + rounds + ", ms", "page", "JJava");
    row(out, "a println(): to its first output", cellHere, cellThere, PageClient.Times::first);
    row(
        out,
        "all of lesson 02: to its first output",
        lessonHere,
        lessonThere,
        PageClient.Times::first);
    row(out, "all of lesson 02: to its end", lessonHere, lessonThere, PageClient.Times::end);
    if (jupyter == null) {
      out.println(
          "\nJJava was not measured: Python 3 is not installed, or PyPI cannot be reached.");
    }
  }

  private static void row(
      PrintStream out,
      String what,
      List<PageClient.Times> here,
      List<PageClient.Times> there,
      ToDoubleFunction<PageClient.Times> time) {
    out.printf("%-42s %9s %9s%n", what, millis(here, time), millis(there, time));
  }

  private static String millis(
      List<PageClient.Times> all, ToDoubleFunction<PageClient.Times> time) {
    double seconds = Median.of(all, time);
    return Double.isNaN(seconds) ? "-" : String.valueOf(Math.round(seconds * 1000));
  }
}
