package workshop.trace;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Which trace and span ids are valid. An id that is not valid identifies nothing: a log record with
 * such a trace id belongs to no trace, and a span with such a parent id has no parent.
 */
public final class Ids {
  private static final int TRACE_BYTES = 16;
  private static final int SPAN_BYTES = 8;

  private Ids() {}

  /** Whether this is a trace id: 16 bytes, not all of them zero. */
  public static boolean isTraceId(ByteString id) {
    return problem(id, TRACE_BYTES).isEmpty();
  }

  /** Whether this is a span id: 8 bytes, not all of them zero. */
  public static boolean isSpanId(ByteString id) {
    return problem(id, SPAN_BYTES).isEmpty();
  }

  /**
   * What is wrong with the ids of a span, for people: for example {@code "invalid trace id (4 bytes
   * instead of 16)"}. A parent id without bytes, or with zeros only, is not wrong: the span is a
   * root.
   */
  static List<String> problems(Span span) {
    List<String> problems = new ArrayList<>();
    add(problems, "trace id", problem(span.getTraceId(), TRACE_BYTES));
    add(problems, "span id", problem(span.getSpanId(), SPAN_BYTES));
    if (!isZero(span.getParentSpanId())) {
      add(problems, "parent id", problem(span.getParentSpanId(), SPAN_BYTES));
    }
    return problems;
  }

  private static void add(List<String> problems, String name, String problem) {
    if (!problem.isEmpty()) {
      problems.add("invalid " + name + " (" + problem + ")");
    }
  }

  private static String problem(ByteString id, int length) {
    if (id.isEmpty()) {
      return "missing";
    }
    if (id.size() != length) {
      return id.size() + (id.size() == 1 ? " byte" : " bytes") + " instead of " + length;
    }
    return isZero(id) ? "all zero" : "";
  }

  private static boolean isZero(ByteString id) {
    for (int i = 0; i < id.size(); i++) {
      if (id.byteAt(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
