package workshop.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.Await;
import support.Orders;
import support.Ports;
import support.RawHttp;
import support.RealProcess;
import support.Slow;
import support.Tool;
import workshop.wire.Backend;
import workshop.wire.FaultScript;
import workshop.wire.PortTakenException;
import workshop.wire.Signal;

/** The end of a backend and the start of the next: what is acknowledged has arrived. */
class StopAndStartTest {
  private static final byte[] ORDER = Orders.request().toByteArray();

  @TempDir Path temp;

  @Test
  void answersWhatIsUnderWayBeforeItCloses() throws Exception {
    Backend backend = Backend.start(Backend.Options.onFreePorts());
    backend.faults().add(FaultScript.parse("2x delay=20s"));
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", backend.grpcPort()).usePlaintext().build();
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      var grpc = TraceServiceGrpc.newFutureStub(channel).export(Orders.request());
      http.send(RawHttp.post("/v1/traces", ORDER));
      Await.until("both are delayed", () -> backend.faults().waiting().isEmpty());
      CompletableFuture<Void> closed = CompletableFuture.runAsync(backend::close);

      assertThat(grpc.get(20, TimeUnit.SECONDS).hasPartialSuccess()).isFalse();
      assertThat(http.reply().code()).isEqualTo(200);
      closed.get(20, TimeUnit.SECONDS);
      assertThat(backend.inbox().received(Signal.TRACES)).isEqualTo(4);
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void answersWhatIsHalfSentBeforeItCloses() throws Exception {
    Backend backend = Backend.start(Backend.Options.onFreePorts());
    try (RawHttp http = new RawHttp(backend.httpPort())) {
      byte[] asks = RawHttp.post("/v1/traces", ORDER, "Expect: 100-continue");
      int half = asks.length - ORDER.length / 2;
      http.send(Arrays.copyOf(asks, half));
      assertThat(http.reply().code()).isEqualTo(100); // so its head has been read
      CompletableFuture<Void> closed = CompletableFuture.runAsync(backend::close);
      Await.until("it takes no connection any more", () -> refuses(backend.httpPort()));
      http.send(Arrays.copyOfRange(asks, half, asks.length));

      assertThat(http.reply().code()).isEqualTo(200);
      closed.get(20, TimeUnit.SECONDS);
      assertThat(backend.inbox().received(Signal.TRACES)).isEqualTo(2);
    }
  }

  /** A request that was acknowledged is in the inbox, and one that is in the inbox was answered. */
  @Test
  void closesUnderLoadWithNothingHalfDone() throws Exception {
    Backend backend = Backend.start(Backend.Options.onFreePorts());
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<Integer>> senders = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        senders.add(threads.submit(() -> sendOverHttpUntilRefused(backend.httpPort())));
        senders.add(threads.submit(() -> sendOverGrpcUntilRefused(backend.grpcPort())));
      }
      Await.until("all are sending", () -> backend.inbox().total() > 200);
      backend.close();
      int acknowledged = 0;
      for (Future<Integer> sender : senders) {
        acknowledged += sender.get(60, TimeUnit.SECONDS);
      }

      assertThat(backend.inbox().received(Signal.TRACES)).isEqualTo(acknowledged * 2L);
    } finally {
      threads.shutdownNow();
      backend.close();
    }
  }

  @Test
  void closesSoonThoughASenderIsSlowAndOthersAreIdle() throws Exception {
    Backend backend = Backend.start(Backend.Options.onFreePorts());
    byte[] request = RawHttp.post("/v1/traces", ORDER);
    try (RawHttp slow = new RawHttp(backend.httpPort());
        RawHttp idle = new RawHttp(backend.httpPort())) {
      idle.send(request);
      assertThat(idle.reply().code()).isEqualTo(200);
      slow.send(Arrays.copyOf(request, request.length - 5));
      CompletableFuture.runAsync(backend::close).get(20, TimeUnit.SECONDS);

      assertThat(slow.ended()).isTrue();
      assertThat(idle.ended()).isTrue();
    }
  }

  @Test
  void startsAtOnceOnThePortsOfTheOneBefore() throws Exception {
    var options =
        new Backend.Options(InetAddress.getLoopbackAddress(), Ports.unused(), Ports.unused(), 10);
    for (int i = 0; i < 5; i++) {
      Backend backend = Backend.start(options);
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", backend.grpcPort()).usePlaintext().build();
      try (RawHttp open = new RawHttp(backend.httpPort())) {
        TraceServiceGrpc.newBlockingStub(channel).export(Orders.request());
        open.send(RawHttp.post("/v1/traces", ORDER));
        assertThat(open.reply().code()).isEqualTo(200);
        // The server ends these connections first, so that its side is left in TIME_WAIT.
        backend.close();
        assertThat(open.ended()).isTrue();
      } finally {
        channel.shutdownNow();
        backend.close();
      }
    }
  }

  @Test
  void leavesNothingBehindWhenAPortIsTaken() throws Exception {
    try (Backend first = Backend.start(Backend.Options.onFreePorts())) {
      int free = Ports.unused();
      var options =
          new Backend.Options(InetAddress.getLoopbackAddress(), first.grpcPort(), free, 10);
      PortTakenException taken =
          catchThrowableOfType(PortTakenException.class, () -> Backend.start(options));

      assertThat(taken.port()).isEqualTo(first.grpcPort());
      assertThat(refuses(free)).isTrue();
    }
  }

  @Slow
  @Test
  void endsOnSigtermWithTheCountOfWhatItAcknowledged() throws Exception {
    List<String> command =
        Tool.command("backend", "--grpc-port", "0", "--http-port", "0", "--page-port", "0");
    try (RealProcess backend = RealProcess.start("backend", temp, Map.of(), command)) {
      Await.until("the backend is ready", () -> backend.printed().contains("In another terminal"));
      String port = backend.printed().replaceAll("(?s).*HTTP  http://[a-z0-9.]+:(\\d+)/.*", "$1");
      ExecutorService sender = Executors.newSingleThreadExecutor();
      Future<Integer> acknowledged =
          sender.submit(() -> sendOverHttpUntilRefused(Integer.parseInt(port)));
      sender.shutdown();
      Await.until("requests arrive", () -> backend.printed().contains("2 spans"));
      backend.terminate();
      RealProcess.Ended ended = backend.end(Duration.ofSeconds(20));

      assertThat(ended.exitCode()).isEqualTo(143);
      assertThat(ended.err()).isEmpty();
      assertThat(ended.out())
          .contains("Received " + acknowledged.get(20, TimeUnit.SECONDS) * 2 + " spans in ");
    }
  }

  private static int sendOverHttpUntilRefused(int port) throws IOException {
    int acknowledged = 0;
    try (RawHttp http = new RawHttp(port)) {
      while (true) {
        RawHttp.Reply reply = http.send(RawHttp.post("/v1/traces", ORDER)).reply();
        if (reply == null || reply.code() != 200) {
          return acknowledged;
        }
        acknowledged++;
      }
    } catch (IOException closed) {
      return acknowledged;
    }
  }

  private static int sendOverGrpcUntilRefused(int port) throws InterruptedException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    int acknowledged = 0;
    try {
      while (true) {
        TraceServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .export(Orders.request());
        acknowledged++;
      }
    } catch (StatusRuntimeException closed) {
      return acknowledged;
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
  }

  static boolean refuses(int port) throws IOException {
    try {
      new RawHttp(port).close();
      return false;
    } catch (ConnectException refused) {
      return true;
    } catch (SocketException endedWhileItOpened) {
      return false;
    }
  }
}
