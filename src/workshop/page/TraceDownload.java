package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import workshop.text.BoundedBytes;
import workshop.wire.Exchange;
import workshop.wire.OtlpJson;

/** One trace as OTLP/JSON: an export request that any OTLP/HTTP receiver accepts. */
final class TraceDownload {
  private static final int MOST_BYTES = 16 << 20;

  private TraceDownload() {}

  /**
   * The trace's spans, each below its resource and scope, in UTF-8.
   *
   * @throws HttpError if no span of the trace is kept, or the trace is too large
   */
  static byte[] of(ByteString id, List<Exchange> exchanges) throws HttpError {
    BoundedBytes json = new BoundedBytes(MOST_BYTES);
    String before = "{\"resourceSpans\":[\n";
    boolean found = false;
    try {
      for (Exchange exchange : exchanges) {
        for (ResourceSpans resource : exchange.traces().getResourceSpansList()) {
          ResourceSpans part = onlyTrace(resource, id);
          if (part.getScopeSpansCount() > 0) {
            json.write(before.getBytes(UTF_8));
            json.write(OtlpJson.print(part, MOST_BYTES));
            before = ",\n";
            found = true;
          }
        }
      }
      json.write("\n]}\n".getBytes(UTF_8));
    } catch (BoundedBytes.TooMany e) {
      throw new HttpError(413, "as JSON this trace is " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!found) {
      throw new HttpError(404, "no span of this trace is kept");
    }
    return json.toByteArray();
  }

  private static ResourceSpans onlyTrace(ResourceSpans resource, ByteString id) {
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
