package workshop.terminal;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import workshop.text.Style;
import workshop.text.Text;
import workshop.trace.Range;
import workshop.trace.Times;
import workshop.trace.Trace;

/** Traces as trees with bars, 80 columns wide. */
public final class TraceText {
  private static final int NAME = 29;
  private static final int BAR = 20;
  private static final int MOST_ROWS = 40;

  private static final int MOST_TRACES = 4;

  private TraceText() {}

  /** One trace of each shape, so that twenty traces that look alike do not fill the screen. */
  public static List<String> lines(List<Trace> traces, Style style) {
    Map<List<String>, Trace> shapes = new LinkedHashMap<>();
    traces.forEach(trace -> shapes.putIfAbsent(shape(trace), trace));
    List<String> lines = new ArrayList<>();
    shapes.values().stream().limit(MOST_TRACES).forEach(trace -> lines.addAll(lines(trace, style)));
    int more = traces.size() - Math.min(MOST_TRACES, shapes.size());
    if (more > 0) {
      lines.add(style.quiet("and " + more + (more == 1 ? " more trace" : " more traces")));
    }
    return lines;
  }

  private static List<String> shape(Trace trace) {
    return trace.rows().stream()
        .map(row -> row.depth() + row.received().service() + row.received().span().getName())
        .toList();
  }

  /** The lines of one trace: one for each span, with its error and its events below it. */
  private static List<String> lines(Trace trace, Style style) {
    Range range = new Range();
    int serviceWidth = 4;
    for (Trace.Row row : trace.rows()) {
      range.add(row.received().span());
      serviceWidth = Math.max(serviceWidth, Text.safe(row.received().service(), 10).length());
    }
    List<String> lines = new ArrayList<>();
    lines.add(style.quiet("trace " + trace.hexId()));
    for (Trace.Row row : trace.rows().subList(0, Math.min(MOST_ROWS, trace.rows().size()))) {
      span(row, range, serviceWidth, style, lines);
    }
    if (trace.rows().size() > MOST_ROWS) {
      lines.add("and " + (trace.rows().size() - MOST_ROWS) + " more spans");
    }
    return lines;
  }

  private static void span(
      Trace.Row row, Range range, int serviceWidth, Style style, List<String> lines) {
    Span span = row.received().span();
    String indent = "  ".repeat(Math.min(row.depth(), 8));
    String name = Text.left(indent + Text.safe(span.getName(), NAME - indent.length()), NAME);
    String kind =
        switch (span.getKind()) {
          case SPAN_KIND_INTERNAL, SPAN_KIND_UNSPECIFIED, UNRECOGNIZED -> "";
          default -> span.getKind().name().replace("SPAN_KIND_", "");
        };
    lines.add(
        String.format(
            Locale.ROOT,
            "%s %s %s %s %s",
            Text.left(Text.safe(row.received().service(), 10), serviceWidth),
            style.strong(name),
            Text.left(kind, 8),
            bar(span, range),
            Text.right(duration(span), 9)));
    String below = " ".repeat(serviceWidth + 1) + indent + "  ";
    int room = Math.max(20, 76 - below.length());
    if (row.parentMissing()) {
      lines.add(below + style.bad("its parent did not arrive"));
    }
    row.received().problems().stream()
        .filter(problem -> !problem.equals(duration(span)))
        .forEach(problem -> lines.add(below + style.bad(problem)));
    if (span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR) {
      String message = span.getStatus().getMessage();
      lines.add(below + style.bad(Text.safe("ERROR " + message, room).strip()));
    }
    for (Span.Event event : span.getEventsList()) {
      String at = after(event.getTimeUnixNano(), span, range);
      lines.add(below + style.quiet(Text.safe("event " + at + "  " + event(event), room)));
    }
  }

  private static String duration(Span span) {
    OptionalLong nanos = Times.duration(span);
    return nanos.isPresent()
        ? Text.duration(nanos.getAsLong())
        : span.getEndTimeUnixNano() == 0
            ? "no end"
            : span.getStartTimeUnixNano() == 0 ? "no start" : "";
  }

  /** The time of an event after the start of its span. */
  private static String after(long nanos, Span span, Range range) {
    OptionalLong event = range.after(nanos);
    OptionalLong start = range.after(span.getStartTimeUnixNano());
    return event.isPresent() && start.isPresent()
        ? "+" + Text.duration(event.getAsLong() - start.getAsLong())
        : "without a time";
  }

  private static String event(Span.Event event) {
    for (KeyValue attribute : event.getAttributesList()) {
      if (attribute.getKey().equals("exception.message")) {
        return event.getName() + ": " + attribute.getValue().getStringValue();
      }
    }
    return event.getName();
  }

  /** Where the span lies within the trace: at least one mark, none if that is not known. */
  private static String bar(Span span, Range range) {
    OptionalLong start = range.after(span.getStartTimeUnixNano());
    if (start.isEmpty()) {
      return " ".repeat(BAR);
    }
    double scale = BAR / (double) Math.max(1, range.nanos());
    long end = range.after(span.getEndTimeUnixNano()).orElse(start.getAsLong());
    int from = (int) Math.min(BAR - 1, start.getAsLong() * scale);
    int to = (int) Math.min(BAR, Math.max(from + 1, end * scale + 0.5));
    return " ".repeat(from) + "#".repeat(to - from) + " ".repeat(BAR - to);
  }
}
