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
          "app.js",
          "chart.js",
          "dom.js",
          "exchange.js",
          "format.js",
          "hints.js",
          "json.js",
          "lessons.js",
          "list.js",
          "live.js",
          "services.js",
          "span.js",
          "tables.js",
          "traces.js",
          "waterfall.js",
          "wire.js");
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
   * @throws IllegalStateException if one is not there: the tool was put together without it
   */
  static StaticFiles load() {
    Map<String, File> files = new HashMap<>();
    for (String name : NAMES) {
      try (InputStream in = StaticFiles.class.getResourceAsStream("static/" + name)) {
        if (in == null) {
          throw new IllegalStateException(
              "workshop/page/static/" + name + " is not on the class path");
        }
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        files.put("/" + name, new File(type, in.readAllBytes()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    files.put("/", files.get("/index.html"));
    return new StaticFiles(files);
  }

  /** Null if none of the files has this path. */
  File find(String path) {
    return files.get(path);
  }
}
