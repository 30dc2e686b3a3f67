package support;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import workshop.wire.Signal;

/** Requests for tests that are not about the SDK. */
public final class Orders {
  public static final ByteString TRACE = ByteString.fromHex("0af7651916cd43dd8448eb211c80319c");
  public static final ByteString ROOT = ByteString.fromHex("b7ad6b7169203331");
  public static final ByteString CHILD = ByteString.fromHex("00f067aa0ba902b7");

  private Orders() {}

  /** {@code POST /orders} of the service {@code shop}, and below it {@code reserve stock}. */
  public static ExportTraceServiceRequest request() {
    Span order =
        span("POST /orders", ROOT, ByteString.EMPTY, 0, 30)
            .setKind(Span.SpanKind.SPAN_KIND_SERVER)
            .build();
    return request("shop", order, span("reserve stock", CHILD, ROOT, 5, 11).build());
  }

  public static ExportTraceServiceRequest request(String service, Span... spans) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    var resourceSpans = request.addResourceSpansBuilder();
    resourceSpans
        .getResourceBuilder()
        .addAttributesBuilder()
        .setKey("service.name")
        .getValueBuilder()
        .setStringValue(service);
    var scopeSpans = resourceSpans.addScopeSpansBuilder();
    for (Span span : spans) {
      scopeSpans.addSpans(span);
    }
    return request.build();
  }

  /** A request with one resource for each value of the attribute {@code workshop.lesson}. */
  public static Message ofRuns(Signal signal, AnyValue... runs) {
    var traces = ExportTraceServiceRequest.newBuilder();
    var metrics = ExportMetricsServiceRequest.newBuilder();
    var logs = ExportLogsServiceRequest.newBuilder();
    for (AnyValue run : runs) {
      Resource resource =
          Resource.newBuilder()
              .addAttributes(KeyValue.newBuilder().setKey("service.name").setValue(text("shop")))
              .addAttributes(KeyValue.newBuilder().setKey("workshop.lesson").setValue(run))
              .build();
      traces.addResourceSpansBuilder().setResource(resource);
      metrics.addResourceMetricsBuilder().setResource(resource);
      logs.addResourceLogsBuilder().setResource(resource);
    }
    return switch (signal) {
      case TRACES -> traces.build();
      case METRICS -> metrics.build();
      case LOGS -> logs.build();
    };
  }

  public static AnyValue text(String text) {
    return AnyValue.newBuilder().setStringValue(text).build();
  }

  /** A span whose start and end are milliseconds after an arbitrary moment. */
  public static Span.Builder span(
      String name, ByteString id, ByteString parent, long startMillis, long endMillis) {
    long epoch = 1_700_000_000_000_000_000L;
    return Span.newBuilder()
        .setTraceId(TRACE)
        .setSpanId(id)
        .setParentSpanId(parent)
        .setName(name)
        .setStartTimeUnixNano(epoch + startMillis * 1_000_000)
        .setEndTimeUnixNano(epoch + endMillis * 1_000_000);
  }
}
