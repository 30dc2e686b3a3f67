package support;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import workshop.bench.Candidate;

/**
 * What docker-compose.yml starts, without Docker: a Collector with the repository's own
 * otel-collector.yaml, of which only addresses are set, and behind it a Jaeger.
 */
public final class CollectorAndJaeger implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<RealProcess> processes = new ArrayList<>();
  private final int grpcPort;
  private final int httpPort;
  private final int queryPort;
  private final int jaegerPort;

  private CollectorAndJaeger(List<Integer> ports) {
    grpcPort = ports.get(0);
    httpPort = ports.get(1);
    queryPort = ports.get(2);
    jaegerPort = ports.get(3);
  }

  /**
   * Starts both on free ports of loopback, and returns when both answer.
   *
   * @param folder takes their output
   */
  public static CollectorAndJaeger start(RealPrograms programs, Path folder) throws Exception {
    CollectorAndJaeger both = new CollectorAndJaeger(Ports.unused(4));
    try {
      both.startJaeger(programs.jaeger(), folder);
      both.startCollector(programs.collector(), folder);
      return both;
    } catch (Throwable e) {
      both.close();
      throw e;
    }
  }

  /** The Collector's port of OTLP over gRPC. */
  public int grpcPort() {
    return grpcPort;
  }

  /** The Collector's port of OTLP over HTTP. */
  public int httpPort() {
    return httpPort;
  }

  /**
   * What the Collector printed so far: its own lines, and all that its debug exporter was given.
   */
  public String collectorPrinted() throws IOException {
    return processes.get(1).printed();
  }

  /** The services that Jaeger knows. */
  public List<String> services() throws Exception {
    List<String> names = new ArrayList<>();
    JsonElement services = ask("/api/v3/services").get("services");
    if (services != null) {
      services.getAsJsonArray().forEach(name -> names.add(name.getAsString()));
    }
    return names;
  }

  /**
   * The spans of all traces in which a service took part.
   *
   * @param count how many to wait for
   */
  public List<JaegerSpan> spans(String service, int count) throws Exception {
    String query =
        "/api/v3/traces?query.service_name=%s&query.start_time_min=%s&query.start_time_max=%s"
            .formatted(
                service,
                Instant.now().minus(Duration.ofDays(1)),
                Instant.now().plus(Duration.ofDays(1)));
    List<JaegerSpan> spans = new ArrayList<>();
    await(
        count + " spans of " + service + " in Jaeger",
        () -> {
          spans.clear();
          spans.addAll(JaegerSpan.in(ask(query)));
          return spans.size() >= count;
        });
    return spans;
  }

  /** Waits until the Collector has printed a text. */
  public void awaitCollectorPrinted(String text) throws Exception {
    await("'" + text + "' in the Collector's output", () -> collectorPrinted().contains(text));
  }

  @Override
  public void close() {
    processes.forEach(RealProcess::close);
  }

  private void startJaeger(Path program, Path folder) throws Exception {
    List<String> command = Candidate.jaeger(program.toString(), queryPort).at(jaegerPort, 0);
    processes.add(RealProcess.start("jaeger", folder, Map.of(), command));
    await("Jaeger's start", () -> accepts(queryPort) && accepts(jaegerPort));
  }

  private void startCollector(Path program, Path folder) throws Exception {
    Candidate.Command collector =
        Candidate.collector(
            program.toString(),
            Checkout.FOLDER.resolve("otel-collector.yaml"),
            "exporters.otlp_grpc.endpoint=127.0.0.1:" + jaegerPort);
    List<String> command = collector.at(grpcPort, httpPort);
    processes.add(RealProcess.start("collector", folder, Map.of(), command));
    await("the Collector's start", () -> accepts(grpcPort) && accepts(httpPort));
  }

  private JsonObject ask(String pathAndQuery) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + queryPort + pathAndQuery);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(LIMIT).build();
    HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() == 404) {
      return new JsonObject(); // no such trace yet
    }
    if (response.statusCode() != 200) {
      throw new AssertionError(uri + " answered " + response.statusCode() + response.body());
    }
    return JsonParser.parseString(response.body()).getAsJsonObject();
  }

  /** As {@link Await}, but a process that has ended is not waited for, and its output is shown. */
  private void await(String what, Await.Condition condition) throws Exception {
    try {
      Await.until(
          what,
          () -> {
            for (RealProcess process : processes) {
              assertThat(process.isAlive()).as("the process is running").isTrue();
            }
            return condition.holds();
          });
    } catch (AssertionError e) {
      StringBuilder message = new StringBuilder(e.getMessage());
      for (RealProcess process : processes) {
        message.append('\n').append(process.printed());
      }
      throw new AssertionError(message.toString(), e);
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
