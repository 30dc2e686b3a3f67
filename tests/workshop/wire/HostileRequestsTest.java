package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import support.Await;
import support.Orders;
import support.RealProcess;
import support.Slow;
import support.Tool;

/**
 * Requests that take far more memory than their bytes, several at a time and damaged at random, to
 * a backend with its heap of 256 MB, while a page shows all that arrived. With the first
 * OutOfMemoryError the backend would end. The same requests each run.
 */
@Isolated
@Slow
class HostileRequestsTest {
  private static final int ROUNDS = 2;
  private static final int AT_ONCE = 5;
  private static final int KINDS = 10;

  /** Requests of 15 MB in each round: those of all rounds together do not fit into the heap. */
  private static final int LARGE = 9;

  private static final int MB = 1 << 20;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @TempDir Path temp;

  private final Random random = new Random(13);
  private final Deque<Integer> kinds = new ArrayDeque<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Test
  void leaveRoomForTheNextRequest() throws Exception {
    List<String> command =
        Tool.command("backend", "--grpc-port=0", "--http-port=0", "--page-port=0");
    try (RealProcess backend = RealProcess.start("backend", temp, Map.of(), command)) {
      Await.until("the backend is ready", () -> backend.printed().contains("In another terminal"));
      String http = find(backend, "HTTP  (http://\\S+)/v1/traces");
      String page = find(backend, "page  (http://\\S+)/#");
      String token = find(backend, "#token=(\\S+)");
      HttpRequest large =
          post(http + Signal.TRACES.path(), HttpCall.PROTOBUF, BadBodies.unknown(15 * MB));
      int sent = 0;
      int kept = 0;
      for (int round = 1; round <= ROUNDS; round++) {
        for (int i = 0; i < LARGE; i++, sent++) {
          assertThat(client.send(large, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
        List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++, sent++) {
          responses.add(client.sendAsync(hostile(http), BodyHandlers.ofString()));
        }
        for (CompletableFuture<HttpResponse<String>> response : responses) {
          assertThat(response.join().statusCode()).isIn(200, 400, 413, 503);
          kept += response.join().statusCode() == 200 ? 1 : 0;
        }
        for (String view : views(sent)) {
          HttpRequest request =
              HttpRequest.newBuilder(URI.create(page + view))
                  .header("Authorization", "Bearer " + token)
                  .timeout(LIMIT)
                  .build();
          assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
              .as(view)
              .isIn(200, 404, 413);
        }
        assertThat(backend.isAlive()).as(backend.printed()).isTrue();
        HttpRequest good =
            post(http + Signal.TRACES.path(), HttpCall.PROTOBUF, Orders.request().toByteArray());
        assertThat(client.send(good, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        sent++;
      }
      backend.terminate();
      RealProcess.Ended ended = backend.end(LIMIT);

      assertThat(kept).isBetween(ROUNDS * AT_ONCE / 10, ROUNDS * AT_ONCE * 9 / 10);
      assertThat(ended.err()).isEmpty();
      assertThat(ended.out()).endsWith(" in " + sent + " requests.\n");
    }
  }

  /** What the page shows of all requests, and of each of the newest; some are not kept. */
  private static List<String> views(int total) {
    List<String> views = new ArrayList<>();
    views.addAll(List.of("/api/exchanges", "/api/traces?q=a", "/api/traces/-"));
    views.addAll(List.of("/api/metrics", "/api/logs"));
    for (int number = total - AT_ONCE + 1; number <= total; number++) {
      String exchange = "/api/exchanges/" + number;
      views.addAll(List.of(exchange, exchange + "/request", exchange + "/spans/0"));
    }
    return views;
  }

  /** Each kind as often as the others, in random order. */
  private int nextKind() {
    if (kinds.isEmpty()) {
      List<Integer> all = new ArrayList<>(IntStream.range(0, KINDS).boxed().toList());
      Collections.shuffle(all, random);
      kinds.addAll(all);
    }
    return kinds.remove();
  }

  private HttpRequest hostile(String http) throws IOException {
    Signal signal = Signal.TRACES;
    byte[] body;
    String type = HttpCall.PROTOBUF;
    switch (nextKind()) {
      case 0 -> body = BadBodies.wrongType(random.nextInt(200_000));
      case 1 -> body = BadBodies.links(random.nextInt(500_000));
      case 2 -> body = BadBodies.longName(random.nextInt(15 * MB), random.nextBoolean());
      case 3 -> body = BadBodies.emptySpans();
      case 4 -> body = BadBodies.behindAGroup();
      case 5 -> {
        body = BadBodies.packedNumbers(random.nextInt(4 * MB));
        signal = Signal.METRICS;
      }
      case 6 -> body = BadBodies.nested(random.nextInt(200));
      case 7 -> {
        body = json("{\"name\":\"€" + "a".repeat(random.nextInt(4 * MB)) + "\"}");
        type = HttpCall.JSON;
      }
      case 8 -> {
        body = json("{}" + ",{}".repeat(random.nextInt(200_000)));
        type = HttpCall.JSON;
      }
      default -> body = Orders.request().toByteArray();
    }
    if (random.nextInt(4) == 0 && body.length > 0) {
      body[random.nextInt(body.length)] = (byte) random.nextInt();
    }
    return post(http + signal.path(), type, body);
  }

  private static byte[] json(String spans) {
    return ("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + spans + "]}]}]}").getBytes(UTF_8);
  }

  private static HttpRequest post(String url, String type, byte[] body) throws IOException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(wire)) {
      gzip.write(body);
    }
    return HttpRequest.newBuilder(URI.create(url))
        .header("Content-Type", type)
        .header("Content-Encoding", "gzip")
        .timeout(LIMIT)
        .POST(BodyPublishers.ofByteArray(wire.toByteArray()))
        .build();
  }

  private static String find(RealProcess backend, String pattern) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(backend.printed());
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }
}
