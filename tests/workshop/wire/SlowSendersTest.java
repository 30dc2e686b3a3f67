package workshop.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import support.Orders;
import support.RawHttp;
import support.Slow;

/** Senders that stop in the middle. They are waited for side by side, as each takes 30 s. */
@Slow
public class SlowSendersTest {
  private static final byte[] ORDER = RawHttp.post("/v1/traces", Orders.request().toByteArray());
  private static final String HALF_A_HEAD = "POST /v1/traces HTTP/1.1\r\nContent-Le";

  @Test
  void areNotWaitedForWithoutEnd() throws Exception {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts());
        RawHttp halfAHead = new RawHttp(backend.httpPort());
        RawHttp halfABody = new RawHttp(backend.httpPort());
        RawHttp halfAHeadBehindARequest = new RawHttp(backend.httpPort());
        Socket neverReads = new Socket()) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("localhost", backend.grpcPort()).usePlaintext().build();
      try {
        CompletableFuture<Status> half = halfACall(channel);
        neverReads.setReceiveBufferSize(4096);
        neverReads.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), backend.httpPort()));
        CompletableFuture<Void> unread = CompletableFuture.runAsync(() -> sendToTheEnd(neverReads));
        halfAHead.send(HALF_A_HEAD);
        halfABody.send(Arrays.copyOf(ORDER, ORDER.length - 1));
        byte[] both = Arrays.copyOf(ORDER, ORDER.length + HALF_A_HEAD.length());
        System.arraycopy(
            HALF_A_HEAD.getBytes(US_ASCII), 0, both, ORDER.length, HALF_A_HEAD.length());
        halfAHeadBehindARequest.send(both);

        assertThat(halfAHeadBehindARequest.reply().code()).isEqualTo(200);
        for (RawHttp http : new RawHttp[] {halfAHead, halfABody, halfAHeadBehindARequest}) {
          assertThat(http.reply().code()).isEqualTo(408);
          assertThat(http.ended()).isTrue();
        }
        Status status = half.get(60, TimeUnit.SECONDS);
        assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(status.getDescription()).isEqualTo("the request was not complete after 30 s");
        assertThat(unread).succeedsWithin(60, TimeUnit.SECONDS);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  /** Begins a call, and does not say that its message was the last. */
  public static CompletableFuture<Status> halfACall(ManagedChannel channel) {
    CompletableFuture<Status> ended = new CompletableFuture<>();
    ClientCall<ExportTraceServiceRequest, ExportTraceServiceResponse> call =
        channel.newCall(TraceServiceGrpc.getExportMethod(), CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
          }
        },
        new Metadata());
    call.request(1);
    call.sendMessage(Orders.request());
    return ended;
  }

  /** Sends requests until the other end has had enough, and reads no answer. */
  private static void sendToTheEnd(Socket socket) {
    byte[] request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(1000).getBytes(US_ASCII);
    try {
      while (true) {
        socket.getOutputStream().write(request);
      }
    } catch (SocketException closed) {
      // By the other end.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
