package support;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A program that sends the spans of {@link Orders} to {@code OTEL_EXPORTER_OTLP_ENDPOINT}, prints a
 * line, and ends with the exit code that is its argument; without one, it does not end.
 */
public final class SendOrders {
  private SendOrders() {}

  /** The command that starts it. */
  public static List<String> command(String... exitCode) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(java, "-cp", System.getProperty("java.class.path"), SendOrders.class.getName());
    return Stream.of(command, List.of(exitCode)).flatMap(List::stream).toList();
  }

  public static void main(String[] arguments) throws Exception {
    URI traces = URI.create(System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT") + "/v1/traces");
    int status =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(traces)
                    .header("content-type", "application/x-protobuf")
                    .POST(BodyPublishers.ofByteArray(Orders.request().toByteArray()))
                    .build(),
                BodyHandlers.discarding())
            .statusCode();
    System.out.println("sent, got " + status);
    if (arguments.length == 0) {
      Thread.currentThread().join();
    }
    System.exit(Integer.parseInt(arguments[0]));
  }
}
