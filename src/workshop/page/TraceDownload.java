package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import workshop.wire.Exchange;
import workshop.wire.OtlpJson;

/**
 * One trace as OTLP/JSON: an export request that any OTLP/HTTP receiver accepts. Its parts are
 * written one at a time, so that the whole is never in memory.
 */
final class TraceDownload {
  private final ByteString id;
  private final List<Exchange> exchanges;

  private TraceDownload(ByteString id, List<Exchange> exchanges) {
    this.id = id;
    this.exchanges = exchanges;
  }

  /**
   * @throws HttpError if no span of the trace is kept
   */
  static TraceDownload of(ByteString id, List<Exchange> exchanges) throws HttpError {
    List<Exchange> with = exchanges.stream().filter(exchange -> holds(exchange, id)).toList();
    if (with.isEmpty()) {
      throw new HttpError(404, "no span of this trace is kept");
    }
    return new TraceDownload(id, with);
  }

  void write(OutputStream out) throws IOException {
    String separator = "{\"resourceSpans\":[\n";
    for (Exchange exchange : exchanges) {
      for (ResourceSpans resource : exchange.traces().getResourceSpansList()) {
        ResourceSpans part = onlyTrace(resource);
        if (part.getScopeSpansCount() > 0) {
          out.write((separator + OtlpJson.print(part)).getBytes(UTF_8));
          separator = ",\n";
        }
      }
    }
    out.write("\n]}\n".getBytes(UTF_8));
  }

  private static boolean holds(Exchange exchange, ByteString id) {
    return exchange.traces().getResourceSpansList().stream()
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .anyMatch(span -> span.getTraceId().equals(id));
  }

  private ResourceSpans onlyTrace(ResourceSpans resource) {
    ResourceSpans.Builder part = resource.toBuilder().clearScopeSpans();
    for (ScopeSpans scope : resource.getScopeSpansList()) {
      ScopeSpans.Builder spans = scope.toBuilder().clearSpans();
      scope.getSpansList().stream()
          .filter(span -> span.getTraceId().equals(id))
          .forEach(spans::addSpans);
      if (spans.getSpansCount() > 0) {
        part.addScopeSpans(spans);
      }
    }
    return part.build();
  }
}
