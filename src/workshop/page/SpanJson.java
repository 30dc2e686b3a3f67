package workshop.page;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import workshop.wire.Exchange;

/** One span as OTLP/JSON, with its resource and its scope around it. */
final class SpanJson {
  private SpanJson() {}

  /**
   * @param index counts the spans of the exchange's request from 0
   * @return an export request with this span alone
   * @throws HttpError if there is no such span, or if it is too large
   */
  static byte[] of(Exchange exchange, int index) throws HttpError {
    int left = index;
    for (ResourceSpans resource : exchange.traces().getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        if (left < scope.getSpansCount()) {
          return ExchangeJson.print(
              ExportTraceServiceRequest.newBuilder()
                  .addResourceSpans(
                      resource.toBuilder()
                          .clearScopeSpans()
                          .addScopeSpans(
                              scope.toBuilder().clearSpans().addSpans(scope.getSpans(left))))
                  .build());
        }
        left -= scope.getSpansCount();
      }
    }
    throw new HttpError(404, "exchange " + exchange.number() + " has no span " + index);
  }
}
