package workshop.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The page's own files, by their path. */
final class StaticFiles {
  private static final List<String> NAMES =
      List.of(
          "index.html",
          "style.css",
          "icon.svg",
          "notebook.css",
          "app.js",
          "caused.js",
          "cell.js",
          "chart.js",
          "columns.js",
          "commands.js",
          "completion.js",
          "dialog.js",
          "dom.js",
          "drafts.js",
          "editor.js",
          "exchange.js",
          "exchanges.js",
          "faults.js",
          "files.js",
          "format.js",
          "glossary.js",
          "hints.js",
          "json.js",
          "lessons.js",
          "list.js",
          "live.js",
          "logs.js",
          "metrics.js",
          "notebook.js",
          "output.js",
          "predictions.js",
          "search.js",
          "series.js",
          "services.js",
          "shortcuts.js",
          "span.js",
          "splitter.js",
          "storage.js",
          "tables.js",
          "task.js",
          "tasks.js",
          "timeline.js",
          "token.js",
          "traces.js",
          "waterfall.js",
          "wire.js");

  /** The editor of the notebooks' cells, from its library on the class path. */
  private static final String CODE_MIRROR = "/META-INF/resources/webjars/codemirror/5.65.19/";

  private static final List<String> CODE_MIRROR_NAMES =
      List.of(
          "lib/codemirror.css",
          "lib/codemirror.js",
          "mode/clike/clike.js",
          "addon/edit/matchbrackets.js",
          "addon/edit/closebrackets.js",
          "addon/hint/show-hint.css",
          "addon/hint/show-hint.js");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final Map<String, File> files;

  private StaticFiles(Map<String, File> files) {
    this.files = files;
  }

  record File(String type, byte[] content) {}

  /**
   * Reads the files from the class path.
   *
   * @throws IllegalStateException if one is missing: the tool was built without it
   */
  static StaticFiles load() {
    Map<String, File> files = new HashMap<>();
    NAMES.forEach(name -> files.put("/" + name, read("static/" + name)));
    CODE_MIRROR_NAMES.forEach(name -> files.put("/codemirror/" + name, read(CODE_MIRROR + name)));
    files.put("/", files.get("/index.html"));
    return new StaticFiles(files);
  }

  private static File read(String resource) {
    try (InputStream in = StaticFiles.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      String type = TYPES.get(resource.substring(resource.lastIndexOf('.') + 1));
      return new File(type, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Null if there is no file with this path. */
  File find(String path) {
    return files.get(path);
  }
}
