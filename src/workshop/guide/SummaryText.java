package workshop.guide;

import java.util.ArrayList;
import java.util.List;
import workshop.guide.GuideText.Line;
import workshop.guide.GuideText.Role;
import workshop.lesson.Launcher;
import workshop.text.Words;

/** What to remember of all lessons, on one screen. */
final class SummaryText {
  private SummaryText() {}

  static List<Line> lines(int width) {
    List<Line> lines = new ArrayList<>();
    title(lines, "The defaults to remember");
    item(
        lines,
        width,
        "endpoint  ",
        "gRPC http://localhost:4317, HTTP http://localhost:4318/v1/traces");
    item(lines, width, "timeout   ", "10 s for an export, together with its retries");
    item(lines, width, "retries   ", "up to 5 attempts, about 1, 1.5, 2.25 and 3.4 s apart");
    item(lines, width, "batches   ", "every 5 s, or when 512 spans wait; gzip is off");
    item(lines, width, "queue     ", "2048 spans; a full queue drops what ends");
    blank(lines);
    title(lines, "In your own program");
    item(lines, width, "1. ", "Set service.name; without it, the service is unknown_service:java.");
    item(lines, width, "2. ", "End each span in finally, and close each scope.");
    item(
        lines, width, "3. ", "Close the SDK in a shutdown hook, which sends what is still queued.");
    item(
        lines,
        width,
        "4. ",
        "Do not trust forceFlush(): it succeeds even when every export failed. The metric"
            + " otel.sdk.exporter.span.exported counts what was acknowledged.");
    item(
        lines,
        width,
        "5. ",
        "Copy what you search for from the baggage to a span. Keep secrets out of it.");
    blank(lines);
    title(lines, "When spans are missing");
    item(
        lines,
        width,
        "",
        Launcher.typed(
            "Type ./jbang workshop explain and the log line, or look in TROUBLESHOOTING.md. To see"
                + " what your program sends, type ./jbang backend"));
    return lines;
  }

  private static void title(List<Line> lines, String text) {
    lines.add(new Line(Role.TITLE, text));
  }

  private static void item(List<Line> lines, int width, String start, String text) {
    Words.wrap("  " + start, text, width).forEach(line -> lines.add(new Line(Role.PLAIN, line)));
  }

  private static void blank(List<Line> lines) {
    lines.add(new Line(Role.PLAIN, ""));
  }
}
