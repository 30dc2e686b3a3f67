package workshop.page;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import workshop.trace.Hex;
import workshop.trace.KeptSpans;
import workshop.trace.Range;
import workshop.trace.ReceivedSpan;
import workshop.trace.Times;
import workshop.trace.Trace;
import workshop.wire.Exchange;

/** A trace as the rows of a waterfall: of each span only what is drawn. */
final class TraceJson {
  private static final int MOST_SPANS = 20_000;
  private static final int MOST_EVENTS = 100;
  private static final int LONGEST = 300;

  private TraceJson() {}

  /** An event; its time is null if it is not known. */
  private record Mark(Long at, String name) {}

  /**
   * Times are nanoseconds after {@code start}, the first moment of the spans in nanoseconds after
   * 1970; null if they are not known. {@code problems} says what is wrong with a span. A row's
   * {@code exchange} and {@code index} name the span for {@link SpanJson}.
   *
   * @param query words: {@code found} says of a row whether the span has all of them
   * @throws HttpError if no span of the trace is kept
   */
  static byte[] of(ByteString id, List<Exchange> exchanges, String query) throws HttpError {
    Map<ReceivedSpan, Integer> indexes = new IdentityHashMap<>();
    KeptSpans kept = new KeptSpans(MOST_SPANS);
    boolean room = true;
    int total = 0;
    for (Exchange exchange : exchanges) {
      int index = 0;
      for (ReceivedSpan received : ReceivedSpan.in(List.of(exchange)).toList()) {
        if (received.span().getTraceId().equals(id)) {
          total++;
          room = room && kept.add(received);
          if (room) {
            indexes.put(received, index);
          }
        }
        index++;
      }
    }
    List<ReceivedSpan> spans = kept.list();
    if (total == 0) {
      throw new HttpError(404, "no span of this trace is kept");
    }
    if (spans.isEmpty()) {
      throw new HttpError(413, "the first span of this trace is too large to show");
    }
    Trace trace = Trace.of(spans).get(0);
    Range range = Range.of(spans);
    Search search = new Search(query);
    Rows rows = new Rows(MOST_SPANS);
    for (Trace.Row row : trace.rows()) {
      JsonObject drawn = row(row, indexes.get(row.received()), range);
      drawn.addProperty("found", search.in(row.received()) == search.all());
      if (!rows.addIfRoom(drawn)) {
        break;
      }
    }
    JsonObject json = new JsonObject();
    json.addProperty("id", trace.hexId());
    json.addProperty("start", String.valueOf(range.start()));
    json.addProperty("nanos", range.nanos());
    json.addProperty("total", total);
    return rows.in(json, "rows");
  }

  private static JsonObject row(Trace.Row row, int index, Range range) {
    Span span = row.received().span();
    JsonObject json = new JsonObject();
    json.addProperty("exchange", row.received().exchange());
    json.addProperty("index", index);
    json.addProperty("id", Hex.of(span.getSpanId()));
    json.addProperty("depth", row.depth());
    json.addProperty("parentMissing", row.parentMissing());
    json.addProperty("service", Texts.cut(row.received().service(), LONGEST));
    json.addProperty("name", Texts.cut(span.getName(), LONGEST));
    json.addProperty("kind", word(span.getKind().name(), "SPAN_KIND_"));
    json.addProperty("at", orNull(range.after(span.getStartTimeUnixNano())));
    json.addProperty("nanos", orNull(Times.duration(span)));
    json.addProperty("problems", String.join(", ", row.received().problems()));
    json.addProperty("status", word(span.getStatus().getCode().name(), "STATUS_CODE_"));
    json.addProperty("message", Texts.cut(span.getStatus().getMessage(), LONGEST));
    json.addProperty("links", span.getLinksCount());
    List<Mark> events =
        span.getEventsList().stream().limit(MOST_EVENTS).map(e -> mark(e, range)).toList();
    json.add("events", Json.GSON.toJsonTree(events));
    return json;
  }

  private static Mark mark(Span.Event event, Range range) {
    return new Mark(
        orNull(range.after(event.getTimeUnixNano())), Texts.cut(event.getName(), LONGEST));
  }

  private static Long orNull(OptionalLong nanos) {
    return nanos.isPresent() ? nanos.getAsLong() : null;
  }

  private static String word(String constant, String prefix) {
    return constant.startsWith(prefix) ? constant.substring(prefix.length()) : constant;
  }
}
