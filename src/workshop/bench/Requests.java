package workshop.bench;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import workshop.wire.Attributes;

/** Requests prepared in advance, so that a load generator only has to send them. */
final class Requests {
  /** How many different ones, so that a backend gets more than a handful of traces. */
  private static final int COUNT = 64;

  private static final long START = 1_700_000_000_000_000_000L;

  private Requests() {}

  /**
   * Requests with spans of about 140 bytes. In every other request, all spans belong to one trace;
   * in the others, each span has its own trace.
   *
   * @param spans how many per request
   * @return export requests as protobuf
   */
  static List<byte[]> of(int spans) {
    Random random = new Random(spans);
    List<byte[]> requests = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      requests.add(request(spans, i % 2 == 0, random).toByteArray());
    }
    return requests;
  }

  private static ExportTraceServiceRequest request(int spans, boolean oneTrace, Random random) {
    ByteString trace = id(16, random);
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (int i = 0; i < spans; i++) {
      scope
          .addSpansBuilder()
          .setTraceId(oneTrace ? trace : id(16, random))
          .setSpanId(id(8, random))
          .setName("POST /orders")
          .setKind(Span.SpanKind.SPAN_KIND_SERVER)
          .setStartTimeUnixNano(START + i * 1_000_000L)
          .setEndTimeUnixNano(START + (i + 1) * 1_000_000L)
          .addAttributes(attribute("http.route", "/orders"))
          .addAttributes(attribute("server.address", "shop.example"));
    }
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    request
        .addResourceSpansBuilder()
        .addScopeSpans(scope)
        .getResourceBuilder()
        .addAttributes(attribute(Attributes.SERVICE_NAME, "shop"));
    return request.build();
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static ByteString id(int bytes, Random random) {
    byte[] id = new byte[bytes];
    random.nextBytes(id);
    return ByteString.copyFrom(id);
  }
}
