package workshop.trace;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The spans of one trace that arrived, as a forest: a span whose parent did not arrive is a root.
 *
 * @param id the trace id, 16 bytes if it is valid
 * @param rows depth first, siblings by their start time
 */
public record Trace(ByteString id, List<Row> rows) {

  /**
   * A span and its place in the tree.
   *
   * @param depth 0 for a root
   * @param parentMissing whether it names a parent that did not arrive
   */
  public record Row(ReceivedSpan received, int depth, boolean parentMissing) {}

  /** Groups spans by trace id, in the order in which the traces were first seen. */
  public static List<Trace> of(List<ReceivedSpan> spans) {
    Map<ByteString, List<ReceivedSpan>> byTrace = new LinkedHashMap<>();
    for (ReceivedSpan span : spans) {
      byTrace.computeIfAbsent(span.span().getTraceId(), id -> new ArrayList<>()).add(span);
    }
    List<Trace> traces = new ArrayList<>();
    byTrace.forEach((id, members) -> traces.add(new Trace(id, rows(members))));
    return traces;
  }

  /** The trace id as hexadecimal digits, 32 if it is valid. */
  public String hexId() {
    return Hex.of(id);
  }

  private static List<Row> rows(List<ReceivedSpan> members) {
    List<ReceivedSpan> sorted = new ArrayList<>(members);
    sorted.sort(Comparator.comparingLong(member -> Times.order(member.span())));
    Set<ByteString> ids = new HashSet<>();
    Map<ByteString, List<ReceivedSpan>> children = new HashMap<>();
    for (ReceivedSpan member : sorted) {
      ids.add(member.span().getSpanId());
      if (member.hasParent()) {
        children
            .computeIfAbsent(member.span().getParentSpanId(), id -> new ArrayList<>())
            .add(member);
      }
    }
    List<Row> rows = new ArrayList<>();
    Set<ReceivedSpan> placed = Collections.newSetFromMap(new IdentityHashMap<>());
    for (ReceivedSpan member : sorted) {
      if (!member.hasParent() || !ids.contains(member.span().getParentSpanId())) {
        place(new Row(member, 0, member.hasParent()), children, placed, rows);
      }
    }
    // Spans that name each other as parents have no root; they are shown too.
    sorted.forEach(member -> place(new Row(member, 0, false), children, placed, rows));
    return List.copyOf(rows);
  }

  /** Adds a span and all below it, each once. No recursion: the sender decides the depth. */
  private static void place(
      Row root,
      Map<ByteString, List<ReceivedSpan>> children,
      Set<ReceivedSpan> placed,
      List<Row> rows) {
    Deque<Row> todo = new ArrayDeque<>(List.of(root));
    while (!todo.isEmpty()) {
      Row row = todo.pop();
      if (placed.add(row.received())) {
        rows.add(row);
        List<ReceivedSpan> below =
            children.getOrDefault(row.received().span().getSpanId(), List.of());
        for (int i = below.size() - 1; i >= 0; i--) {
          todo.push(new Row(below.get(i), row.depth() + 1, false));
        }
      }
    }
  }
}
