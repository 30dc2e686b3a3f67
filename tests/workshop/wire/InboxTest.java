package workshop.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import support.Await;
import support.Orders;
import support.RawHttp;

/** What is kept is bounded, and what is no longer kept is still counted. */
class InboxTest {
  /** The method of each request, and the reason why it is rejected, take memory too. */
  @Test
  void keepsFewerRequestsWhenTheirMethodsAreLong() throws Exception {
    var options = new Backend.Options(InetAddress.getLoopbackAddress(), 0, 0, 20_000);
    try (Backend backend = Backend.start(options);
        RawHttp http = new RawHttp(backend.httpPort())) {
      http.send(RawHttp.head("M".repeat(15_000) + " /v1/traces HTTP/1.1", 0));
      assertThat(http.reply().code()).isEqualTo(405);
      Exchange rejected = backend.inbox().exchanges().get(0);
      assertThat(rejected.method()).hasSize(15_000);
      assertThat(rejected.answer().message()).hasSizeLessThan(1000);

      for (int i = 0; i < 3000; i++) {
        backend.inbox().add(rejected);
      }
      assertThat(backend.inbox().total()).isEqualTo(3001);
      assertThat(backend.inbox().exchanges())
          .hasSizeBetween(100, (int) (Limits.KEPT_BYTES / 30_000));
    }
  }

  @Test
  void keepsTheNewestAndCountsTheRest() throws Exception {
    var options = new Backend.Options(InetAddress.getLoopbackAddress(), 0, 0, 2);
    try (Backend backend = Backend.start(options)) {
      List<Long> heard = new CopyOnWriteArrayList<>();
      backend
          .inbox()
          .onArrival((exchanges, missed) -> exchanges.forEach(each -> heard.add(each.number())));
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", backend.grpcPort()).usePlaintext().build();
      for (int i = 0; i < 5; i++) {
        TraceServiceGrpc.newBlockingStub(channel).export(Orders.request());
      }
      channel.shutdownNow();

      Await.until("the listener has all", () -> heard.size() == 5);
      assertThat(backend.inbox().exchanges()).extracting(Exchange::number).containsExactly(4L, 5L);
      assertThat(backend.inbox().total()).isEqualTo(5);
      assertThat(backend.inbox().dropped()).isEqualTo(3);
      assertThat(backend.inbox().received(Signal.TRACES)).isEqualTo(10);
      assertThat(heard).containsExactly(1L, 2L, 3L, 4L, 5L);
    }
  }
}
