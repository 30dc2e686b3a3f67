package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import workshop.wire.Exchange;
import workshop.wire.OtlpJson;

/**
 * One trace as OTLP/JSON: an export request that any OTLP/HTTP receiver accepts. Its parts are
 * written one at a time, so that the whole is never in memory.
 */
final class TraceDownload implements Parts {
  private final ByteString id;
  private final Executor thread;
  private final Iterator<ResourceSpans> parts;
  private String separator = "{\"resourceSpans\":[\n";
  private boolean ended;

  private TraceDownload(ByteString id, List<Exchange> exchanges, Executor thread) {
    this.id = id;
    this.thread = thread;
    this.parts =
        exchanges.stream()
            .flatMap(exchange -> exchange.traces().getResourceSpansList().stream())
            .map(this::onlyTrace)
            .filter(part -> part.getScopeSpansCount() > 0)
            .iterator();
  }

  /**
   * @param thread where the parts are made
   * @throws HttpError if no span of the trace is kept
   */
  static TraceDownload of(ByteString id, List<Exchange> exchanges, Executor thread)
      throws HttpError {
    List<Exchange> with = exchanges.stream().filter(exchange -> holds(exchange, id)).toList();
    if (with.isEmpty()) {
      throw new HttpError(404, "no span of this trace is kept");
    }
    return new TraceDownload(id, with, thread);
  }

  @Override
  public CompletableFuture<byte[]> next() {
    return CompletableFuture.supplyAsync(this::part, thread);
  }

  private byte[] part() {
    if (ended) {
      return null;
    }
    ended = !parts.hasNext();
    String part = ended ? "\n]}\n" : separator + OtlpJson.print(parts.next());
    separator = ",\n";
    return part.getBytes(UTF_8);
  }

  @Override
  public void close() {}

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
