package workshop.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import support.Await;
import support.Orders;
import support.RawHttp;

/** The senders' connections have numbers, whatever their addresses. */
class ConnectionNumbersTest {
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no two sockets may have one port there")
  @Test
  void differForOneOverHttpAndOneOverGrpcFromTheSamePort() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (Backend backend = Backend.start(Backend.Options.onFreePorts());
        Socket http = new Socket()) {
      http.setReuseAddress(true);
      http.bind(new InetSocketAddress(loopback, 0));
      http.connect(new InetSocketAddress(loopback, backend.httpPort()));
      http.getOutputStream().write(RawHttp.post("/v1/traces", Orders.request().toByteArray()));
      Await.until("it has arrived", () -> backend.inbox().total() == 1);

      ManagedChannel channel =
          NettyChannelBuilder.forAddress(new InetSocketAddress(loopback, backend.grpcPort()))
              .withOption(ChannelOption.SO_REUSEADDR, true)
              .localSocketPicker(new From(http.getLocalSocketAddress()))
              .usePlaintext()
              .build();
      try {
        for (int i = 0; i < 2; i++) {
          TraceServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(20, TimeUnit.SECONDS)
              .export(Orders.request());
        }
      } finally {
        channel.shutdownNow();
      }
      assertThat(backend.inbox().exchanges())
          .extracting(Exchange::connection)
          .containsExactly(1, 2, 2);
    }
  }

  private static final class From extends NettyChannelBuilder.LocalSocketPicker {
    private final SocketAddress address;

    From(SocketAddress address) {
      this.address = address;
    }

    @Override
    public SocketAddress createSocketAddress(SocketAddress remote, Attributes attributes) {
      return address;
    }
  }
}
