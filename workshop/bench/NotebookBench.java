package workshop.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import workshop.notebook.Notebooks;
import workshop.page.Page;
import workshop.wire.Backend;

/**
 * How long a cell takes in the page's notebook, beside the same cell in Jupyter with the JJava
 * kernel: from the click on Run to its first output, and lesson 02 as a whole. Both are warm: their
 * sessions are open, and each cell ran before.
 */
final class NotebookBench {
  private static final String LESSON = "02-grpc-export";

  /** The exit code of tests/jupyter.sh where there is no Python, or no way to PyPI. */
  private static final int NO_JUPYTER = 69;

  private final PageClient page;
  private final Child jupyter;
  private final List<String> jupyterCells;

  private NotebookBench(PageClient page, Child jupyter, List<String> jupyterCells) {
    this.page = page;
    this.jupyter = jupyter;
    this.jupyterCells = jupyterCells;
  }

  /**
   * Measures, and prints a table of medians.
   *
   * @param folder the workshop's folder
   * @param rounds how often each is measured, in turn
   * @throws IOException if a cell fails
   */
  static void run(Path folder, int rounds, PrintStream out)
      throws IOException, InterruptedException {
    Optional<String> python = python(folder);
    try (TemporaryFolder temporary = new TemporaryFolder();
        Backend backend = Backend.start(Backend.Options.onFreePorts());
        Notebooks notebooks = new Notebooks(folder, backend);
        Page page = Page.start(InetAddress.getLoopbackAddress(), 0, backend, null, notebooks);
        PageClient client = new PageClient(page.addressWithToken().orElseThrow(), LESSON)) {
      Child jupyter = python.isEmpty() ? null : jupyter(folder, python.get(), backend, temporary);
      try (jupyter) {
        new NotebookBench(client, jupyter, notebookCells(folder)).measure(rounds, out);
      }
    }
  }

  /** The Python with the kernel; empty where there is none. */
  private static Optional<String> python(Path folder) throws InterruptedException {
    try {
      Process script =
          new ProcessBuilder("bash", folder.resolve("tests/jupyter.sh").toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (InputStream in = script.getInputStream()) {
        String python = new String(in.readAllBytes(), UTF_8).strip();
        int exitCode = script.waitFor();
        if (exitCode != 0 && exitCode != NO_JUPYTER) {
          throw new IllegalStateException("The JJava kernel could not be installed.");
        }
        return python.isEmpty() ? Optional.empty() : Optional.of(python);
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Child jupyter(
      Path folder, String python, Backend backend, TemporaryFolder temporary) throws IOException {
    return Child.answering(
        "Jupyter",
        List.of(
            "env",
            "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:" + backend.grpcPort(),
            python,
            folder.resolve("bench/jjava_cells.py").toString()),
        temporary.path().resolve("jupyter"));
  }

  /** The code of the cells of the lesson's notebook for Jupyter. */
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
    out.printf("Cells of %s, warm, %d rounds of each in turn%n", LESSON, rounds);
    jupyter(jupyterCells); // its libraries
    page.run(lesson);
    String trivial = lesson.get(1);
    String shipped = "System.out.println(\"round %d\");";
    List<PageClient.Times> cellHere = new ArrayList<>();
    List<PageClient.Times> cellThere = new ArrayList<>();
    List<PageClient.Times> lessonHere = new ArrayList<>();
    List<PageClient.Times> lessonThere = new ArrayList<>();
    for (int round = -1; round < rounds; round++) { // the first one warms up
      page.type(trivial, shipped.formatted(round));
      PageClient.Times here = page.run(List.of(trivial));
      PageClient.Times there = jupyter(List.of(shipped.formatted(round)));
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
    row(out, "a println(): to its first output", cellHere, cellThere, true);
    row(out, "lesson 02 whole: to its first output", lessonHere, lessonThere, true);
    row(out, "lesson 02 whole: to its end", lessonHere, lessonThere, false);
    if (jupyter == null) {
      out.println("\nJJava was not measured: there is no Python 3, or no way to PyPI.");
    }
  }

  private static void row(
      PrintStream out,
      String what,
      List<PageClient.Times> here,
      List<PageClient.Times> there,
      boolean first) {
    out.printf("%-42s %9s %9s%n", what, millis(here, first), millis(there, first));
  }

  private static String millis(List<PageClient.Times> all, boolean first) {
    double seconds = Median.of(all, times -> first ? times.first() : times.end());
    return Double.isNaN(seconds) ? "-" : String.valueOf(Math.round(seconds * 1000));
  }
}
