package workshop.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.common.v1.AnyValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import support.Await;
import support.Orders;

/** OTLP/gRPC through the socket: what is answered, and what is kept of it. */
class GrpcReceiverTest {
  private Backend backend;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    backend = Backend.start(Backend.Options.onFreePorts());
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", backend.grpcPort()).usePlaintext().build();
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow();
    assertThat(channel.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    backend.close();
  }

  @Test
  void acceptsTraces() {
    ExportTraceServiceResponse response = traces().export(Orders.request());

    assertThat(response).isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
    Exchange exchange = only();
    assertThat(exchange.protocol()).isEqualTo(Protocol.GRPC);
    assertThat(exchange.path())
        .isEqualTo("/opentelemetry.proto.collector.trace.v1.TraceService/Export");
    assertThat(exchange.request()).isEqualTo(Orders.request());
    assertThat(exchange.items()).isEqualTo(2);
    assertThat(exchange.wireBytes()).isEqualTo(Orders.request().getSerializedSize());
    assertThat(exchange.decodedBytes()).isEqualTo(Orders.request().getSerializedSize());
    assertThat(exchange.gzip()).isFalse();
  }

  @Test
  void acceptsGzipAndKeepsBothSizes() {
    traces().withCompression("gzip").export(Orders.request());

    assertThat(only().gzip()).isTrue();
    assertThat(only().decodedBytes()).isEqualTo(Orders.request().getSerializedSize());
    assertThat(only().wireBytes()).isPositive().isNotEqualTo(only().decodedBytes());
    assertThat(only().request()).isEqualTo(Orders.request());
  }

  @Test
  void acceptsMetricsAndLogs() {
    MetricsServiceGrpc.newBlockingStub(channel)
        .export(ExportMetricsServiceRequest.getDefaultInstance());
    LogsServiceGrpc.newBlockingStub(channel).export(ExportLogsServiceRequest.getDefaultInstance());

    assertThat(backend.inbox().exchanges())
        .extracting(Exchange::signal)
        .containsExactly(Signal.METRICS, Signal.LOGS);
  }

  @Test
  void knowsWhichRunARequestBelongsTo() {
    AnyValue run = Orders.text("04-baggage/17");
    backend.faults().add(FaultScript.parse("503"));
    assertThatThrownBy(
            () -> traces().export((ExportTraceServiceRequest) Orders.ofRuns(Signal.TRACES, run)))
        .hasMessageContaining("UNAVAILABLE");
    traces()
        .withCompression("gzip")
        .export((ExportTraceServiceRequest) Orders.ofRuns(Signal.TRACES, run));
    MetricsServiceGrpc.newBlockingStub(channel)
        .export((ExportMetricsServiceRequest) Orders.ofRuns(Signal.METRICS, run));
    LogsServiceGrpc.newBlockingStub(channel)
        .export((ExportLogsServiceRequest) Orders.ofRuns(Signal.LOGS, run));
    traces().export(Orders.request());

    assertThat(backend.inbox().exchanges())
        .extracting(Exchange::run)
        .containsExactly("04-baggage/17", "04-baggage/17", "04-baggage/17", "04-baggage/17", "");
  }

  @Test
  void answersInvalidArgumentToAMalformedMessage() {
    Status status = refusal(TraceServiceGrpc.getExportMethod().getFullMethodName(), "no protobuf");

    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(status.getDescription()).startsWith("not an OTLP request: ");
    assertThat(only().answer().code()).isEqualTo(3);
    assertThat(only().answer().accepted()).isFalse();
  }

  @Test
  void answersUnimplementedToAnotherMethod() throws Exception {
    Status status = refusal("opentelemetry.proto.collector.trace.v1.TraceService/Import", "x");

    assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    Await.until("the refused call is recorded", () -> backend.inbox().total() == 1);
    assertThat(only().path()).endsWith("TraceService/Import");
    assertThat(only().answer().name()).isEqualTo("UNIMPLEMENTED");
  }

  @Test
  void answersResourceExhaustedToAMessageThatIsTooLarge() throws Exception {
    Status status =
        refusal(TraceServiceGrpc.getExportMethod().getFullMethodName(), "x".repeat((16 << 20) + 1));

    assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    Await.until("the refused call is recorded", () -> backend.inbox().total() == 1);
    assertThat(only().answer().name()).isEqualTo("RESOURCE_EXHAUSTED");
    traces().export(Orders.request());
    assertThat(backend.inbox().received(Signal.TRACES)).isEqualTo(2);
  }

  @Test
  void masksAToken() {
    Metadata metadata = new Metadata();
    metadata.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer s3cret");
    metadata.put(
        Metadata.Key.of("signoz-ingestion-key", Metadata.ASCII_STRING_MARSHALLER), "s3cret key");
    metadata.put(Metadata.Key.of("x-class", Metadata.ASCII_STRING_MARSHALLER), "room 5");
    traces()
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
        .export(Orders.request());

    assertThat(only().headers())
        .contains(
            new Header("authorization", "Bearer ****"),
            new Header("signoz-ingestion-key", "****"),
            new Header("x-class", "room 5"));
    assertThat(only().toString()).doesNotContain("s3cret");
  }

  private TraceServiceGrpc.TraceServiceBlockingStub traces() {
    return TraceServiceGrpc.newBlockingStub(channel);
  }

  private Exchange only() {
    assertThat(backend.inbox().exchanges()).hasSize(1);
    return backend.inbox().exchanges().get(0);
  }

  /** Sends any text as a message to any method. */
  private Status refusal(String method, String message) {
    MethodDescriptor<String, String> descriptor =
        MethodDescriptor.<String, String>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method)
            .setRequestMarshaller(new TextMarshaller())
            .setResponseMarshaller(new TextMarshaller())
            .build();
    return catchThrowableOfType(
            StatusRuntimeException.class,
            () -> ClientCalls.blockingUnaryCall(channel, descriptor, CallOptions.DEFAULT, message))
        .getStatus();
  }

  private static final class TextMarshaller implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes());
    }

    @Override
    public String parse(InputStream stream) {
      return "";
    }
  }
}
