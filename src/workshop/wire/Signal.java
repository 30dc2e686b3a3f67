package workshop.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.MethodDescriptor;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What OTLP carries, with the path and the method the protocol gives each signal.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/">OTLP specification</a>
 */
public enum Signal {
  TRACES(
      "/v1/traces",
      "span",
      TraceServiceGrpc.getExportMethod(),
      ExportTraceServiceRequest.getDefaultInstance(),
      ExportTraceServiceResponse.getDefaultInstance()),
  METRICS(
      "/v1/metrics",
      "data point",
      MetricsServiceGrpc.getExportMethod(),
      ExportMetricsServiceRequest.getDefaultInstance(),
      ExportMetricsServiceResponse.getDefaultInstance()),
  LOGS(
      "/v1/logs",
      "log record",
      LogsServiceGrpc.getExportMethod(),
      ExportLogsServiceRequest.getDefaultInstance(),
      ExportLogsServiceResponse.getDefaultInstance());

  private final String path;
  private final String item;
  private final MethodDescriptor<?, ?> method;
  private final Message request;
  private final Message response;

  Signal(
      String path, String item, MethodDescriptor<?, ?> method, Message request, Message response) {
    this.path = path;
    this.item = item;
    this.method = method;
    this.request = request;
    this.response = response;
  }

  /** Null if this is not an OTLP/HTTP path. */
  static Signal ofPath(String path) {
    for (Signal signal : values()) {
      if (signal.path.equals(path)) {
        return signal;
      }
    }
    return null;
  }

  /** The OTLP/HTTP path, for example {@code /v1/traces}. */
  public String path() {
    return path;
  }

  /** The unary {@code Export} method of OTLP/gRPC. */
  MethodDescriptor<?, ?> method() {
    return method;
  }

  /** An empty response, which the protocol defines as full success. */
  Message success() {
    return response;
  }

  /**
   * A response that accepts a request except for some of its items.
   *
   * @see <a href="https://opentelemetry.io/docs/specs/otlp/#partial-success">Partial success</a>
   */
  Message partialSuccess(long rejected, String message) {
    return switch (this) {
      case TRACES -> {
        var traces = ExportTraceServiceResponse.newBuilder();
        traces.getPartialSuccessBuilder().setRejectedSpans(rejected).setErrorMessage(message);
        yield traces.build();
      }
      case METRICS -> {
        var metrics = ExportMetricsServiceResponse.newBuilder();
        metrics.getPartialSuccessBuilder().setRejectedDataPoints(rejected).setErrorMessage(message);
        yield metrics.build();
      }
      case LOGS -> {
        var logs = ExportLogsServiceResponse.newBuilder();
        logs.getPartialSuccessBuilder().setRejectedLogRecords(rejected).setErrorMessage(message);
        yield logs.build();
      }
    };
  }

  /** The type of this signal's export request. */
  Descriptor requestType() {
    return request.getDescriptorForType();
  }

  /** A builder for this signal's export request. */
  Message.Builder newRequest() {
    return request.newBuilderForType();
  }

  /**
   * Decodes an export request.
   *
   * @param protobuf the uncompressed protobuf bytes
   * @throws InvalidProtocolBufferException if they are not such a request
   */
  Message decode(ByteString protobuf) throws InvalidProtocolBufferException {
    Parser<? extends Message> parser = request.getParserForType();
    return parser.parseFrom(protobuf);
  }

  /** The {@code service.name} of each resource of an accepted request that has one. */
  Set<String> services(ByteString protobuf) {
    Message request;
    try {
      request = decode(protobuf);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
    Stream<Resource> resources =
        switch (this) {
          case TRACES ->
              ((ExportTraceServiceRequest) request)
                  .getResourceSpansList().stream().map(ResourceSpans::getResource);
          case METRICS ->
              ((ExportMetricsServiceRequest) request)
                  .getResourceMetricsList().stream().map(ResourceMetrics::getResource);
          case LOGS ->
              ((ExportLogsServiceRequest) request)
                  .getResourceLogsList().stream().map(ResourceLogs::getResource);
        };
    return resources
        .flatMap(resource -> resource.getAttributesList().stream())
        .filter(attribute -> attribute.getKey().equals(Attributes.SERVICE_NAME))
        .map(attribute -> attribute.getValue().getStringValue())
        .collect(Collectors.toSet());
  }

  /** {@code "1 span"}, {@code "3 spans"}. */
  public String items(long count) {
    return count + " " + item + (count == 1 ? "" : "s");
  }
}
