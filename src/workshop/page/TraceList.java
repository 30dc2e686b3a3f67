package workshop.page;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import workshop.trace.Hex;
import workshop.trace.Range;
import workshop.trace.ReceivedSpan;
import workshop.trace.Times;
import workshop.wire.Exchange;

/** The newest traces that a search finds, with a summary of each. */
final class TraceList {
  private static final int MOST_TRACES = 1000;

  /** How many traces with one of the words are searched, to limit memory. */
  private static final int MOST_CANDIDATES = 20_000;

  private static final int MOST_SERVICES = 12;
  private static final int LONGEST = 200;

  /** How long a trace id may be. */
  private static final int LONGEST_ID = 128;

  private TraceList() {}

  /**
   * @param query words, each of which must occur somewhere in a trace's spans; see {@link Search}
   * @return {@code traces}, the one with the latest request first, and {@code more} if there may be
   *     others
   */
  static byte[] find(List<Exchange> exchanges, String query) {
    Map<ByteString, Summary> candidates = candidates(exchanges, new Search(query));
    Map<ByteString, Summary> found = new LinkedHashMap<>();
    candidates.entrySet().stream()
        .limit(MOST_TRACES)
        .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
    ReceivedSpan.in(exchanges)
        .forEach(
            received -> {
              Summary summary = found.get(received.span().getTraceId());
              if (summary != null) {
                summary.add(received);
              }
            });
    Rows traces = new Rows(MOST_TRACES);
    boolean all = true;
    for (Map.Entry<ByteString, Summary> entry : found.entrySet()) {
      all = all && traces.addIfRoom(entry.getValue().json(entry.getKey()));
    }
    JsonObject json = new JsonObject();
    json.addProperty("more", !all || candidates.size() > found.size());
    return traces.in(json, "traces");
  }

  /** The traces in which all words occur, the newest first, summaries still empty. */
  private static Map<ByteString, Summary> candidates(List<Exchange> exchanges, Search search) {
    int all = search.all();
    Map<ByteString, Summary> candidates = new LinkedHashMap<>();
    for (int i = exchanges.size() - 1; i >= 0; i--) {
      if (search.isEmpty() && candidates.size() > MOST_TRACES) {
        break;
      }
      List<ReceivedSpan> spans =
          new ArrayList<>(ReceivedSpan.in(exchanges.subList(i, i + 1)).toList());
      Collections.reverse(spans);
      for (ReceivedSpan received : spans) {
        ByteString id = received.span().getTraceId();
        Summary known = candidates.get(id);
        if ((known != null && known.words == all) || id.size() > LONGEST_ID) {
          continue;
        }
        int found = search.in(received);
        if (known != null) {
          known.words |= found;
        } else if ((found != 0 || search.isEmpty()) && candidates.size() < MOST_CANDIDATES) {
          Summary summary = new Summary();
          summary.words = found;
          candidates.put(id, summary);
        }
      }
    }
    candidates.values().removeIf(summary -> summary.words != all);
    return candidates;
  }

  /** The summary of one trace. */
  private static final class Summary {
    private int words;
    private int spans;
    private int errors;
    private final Range range = new Range();
    private final Set<String> services = new LinkedHashSet<>();
    private boolean rootArrived;
    private String rootName;
    private String rootService;
    private long rootStart;

    void add(ReceivedSpan received) {
      Span span = received.span();
      spans++;
      errors += span.getStatus().getCode() == StatusCode.STATUS_CODE_ERROR ? 1 : 0;
      range.add(span);
      if (services.size() < MOST_SERVICES) {
        services.add(Texts.cut(received.service(), LONGEST));
      }
      // The earliest root names the trace, or the earliest span where no root arrived.
      boolean root = !received.hasParent();
      boolean better = root == rootArrived && Times.order(span) < rootStart;
      if (rootName == null || (root && !rootArrived) || better) {
        rootArrived = root;
        rootName = Texts.cut(span.getName(), LONGEST);
        rootService = Texts.cut(received.service(), LONGEST);
        rootStart = Times.order(span);
      }
    }

    JsonObject json(ByteString id) {
      JsonObject json = new JsonObject();
      json.addProperty("id", Hex.of(id));
      json.addProperty("name", rootName);
      json.addProperty("service", rootService);
      json.addProperty("rootArrived", rootArrived);
      json.addProperty("spans", spans);
      json.addProperty("errors", errors);
      json.addProperty("at", range.start() / 1_000_000);
      json.addProperty("nanos", range.nanos());
      json.add("services", Json.GSON.toJsonTree(services));
      return json;
    }
  }
}
