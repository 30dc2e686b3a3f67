package tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./jbang backend} with its heap of 256 MB under a load that exporters with a full batch
 * make: every request is answered, every span is counted, and the memory stays within its bound.
 */
class LoadTest {
  private static final Duration LOAD = Duration.ofSeconds(5);
  private static final int CONNECTIONS = 16;
  private static final int SPANS = 512;
  private static final long MOST_RESIDENT_KB = 450_000;

  @TempDir Path temp;

  /** How many requests a sender got through, and how many times it was told to wait. */
  private record Sent(long accepted, long refused) {}

  @Test
  void answersEachRequestAndCountsEachSpanWithinItsMemory() throws Exception {
    List<String> command =
        Tool.command("backend", "--grpc-port", "0", "--http-port", "0", "--page-port", "0");
    command.add(1, "-Xmx256m");
    try (RealProcess backend = RealProcess.start("backend", temp, Map.of(), command)) {
      ProcessHandle process =
          ProcessHandle.current()
              .children()
              .max(Comparator.comparing(child -> child.info().startInstant().orElseThrow()))
              .orElseThrow();
      Await.until("the backend is ready", () -> backend.printed().contains("In another terminal"));
      String greeting = backend.printed();

      Sent sent = load(port(greeting, "gRPC"), port(greeting, "HTTP"));
      long residentKb = mostResidentKb(process);
      backend.terminate();
      RealProcess.Ended ended = backend.end(Duration.ofSeconds(30));

      System.out.printf(
          "      %d requests accepted, %d refused, at most %d MB resident%n",
          sent.accepted(), sent.refused(), residentKb / 1000);
      assertThat(ended.err()).isEmpty();
      assertThat(sent.accepted()).isPositive();
      assertThat(ended.out().lines().reduce((line, next) -> next))
          .contains(
              String.format(
                  "Received %d spans in %d requests.",
                  sent.accepted() * SPANS, sent.accepted() + sent.refused()));
      assertThat(residentKb).isLessThan(MOST_RESIDENT_KB);
    }
  }

  private static Sent load(int grpcPort, int httpPort) throws Exception {
    long end = System.nanoTime() + LOAD.toNanos();
    ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      List<Callable<Sent>> senders = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        boolean oneTrace = i % 4 < 2;
        senders.add(
            i % 2 == 0
                ? () -> overGrpc(grpcPort, oneTrace, end)
                : () -> overHttp(httpPort, oneTrace, end));
      }
      long accepted = 0;
      long refused = 0;
      for (Future<Sent> sender : threads.invokeAll(senders)) {
        accepted += sender.get().accepted();
        refused += sender.get().refused();
      }
      return new Sent(accepted, refused);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Sent overHttp(int port, boolean oneTrace, long end) throws Exception {
    long accepted = 0;
    long refused = 0;
    try (RawHttp http = new RawHttp(port)) {
      while (System.nanoTime() < end) {
        RawHttp.Reply reply =
            http.send(RawHttp.post("/v1/traces", request(oneTrace).toByteArray())).reply();
        if (reply.code() == 200) {
          accepted++;
        } else {
          assertThat(reply.code()).isEqualTo(503);
          assertThat(reply.headers()).containsKey("retry-after");
          refused++;
        }
      }
    }
    return new Sent(accepted, refused);
  }

  private static Sent overGrpc(int port, boolean oneTrace, long end) throws Exception {
    long accepted = 0;
    long refused = 0;
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    try {
      while (System.nanoTime() < end) {
        try {
          TraceServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(30, TimeUnit.SECONDS)
              .export(request(oneTrace));
          accepted++;
        } catch (StatusRuntimeException e) {
          assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
          refused++;
        }
      }
    } finally {
      channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
    return new Sent(accepted, refused);
  }

  /** 512 spans of about 140 bytes, all of one trace or each of a trace of its own. */
  private static ExportTraceServiceRequest request(boolean oneTrace) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    Span[] spans = new Span[SPANS];
    for (int i = 0; i < SPANS; i++) {
      byte[] ids = new byte[24];
      random.nextBytes(ids);
      Span.Builder span =
          Orders.span("POST /orders", ByteString.copyFrom(ids, 16, 8), ByteString.EMPTY, i, i + 1);
      if (!oneTrace) {
        span.setTraceId(ByteString.copyFrom(ids, 0, 16));
      }
      for (String key : List.of("http.route", "server.address")) {
        span.addAttributesBuilder().setKey(key).getValueBuilder().setStringValue("/orders");
      }
      spans[i] = span.build();
    }
    return Orders.request("shop", spans);
  }

  private static int port(String greeting, String protocol) {
    Matcher port = Pattern.compile(protocol + "  http://[a-z0-9.]+:(\\d+)").matcher(greeting);
    assertThat(port.find()).isTrue();
    return Integer.parseInt(port.group(1));
  }

  /** As Linux counts it; 0 where there is no such count, so that the bound is not checked. */
  private static long mostResidentKb(ProcessHandle process) throws Exception {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
