package workshop.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import workshop.thread.Daemons;

/** Runs cells of a notebook as the page in a browser does: over HTTP, with server-sent events. */
final class PageClient implements AutoCloseable {
  private static final int LIMIT_SECONDS = 120;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Semaphore news = new Semaphore(0);
  private final String origin;
  private final String authorization;
  private final String notebook;
  private final InputStream events;

  /** Seconds from the click to the first output, and to the end of the last cell. */
  record Times(double first, double end) {}

  /**
   * @param address with its token
   * @throws IOException if the page cannot be reached
   */
  PageClient(String address, String lesson) throws IOException, InterruptedException {
    URI page = URI.create(address);
    origin = page.getScheme() + "://" + page.getAuthority();
    notebook = "/api/notebooks/" + lesson;
    authorization = "Bearer " + page.getFragment().substring("token=".length());
    events = client.send(request("/api/events").build(), BodyHandlers.ofInputStream()).body();
    Daemons.start("events", this::listen);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(origin + path)).header("Authorization", authorization);
  }

  private void listen() {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(events, UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals("event: notebook")) {
          news.release();
        }
      }
    } catch (IOException e) {
      // The client was closed.
    }
  }

  private JsonObject ask(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("The page's response: " + answer.statusCode() + " " + answer.body());
    }
    return JsonParser.parseString(answer.body()).getAsJsonObject();
  }

  private JsonObject post(String action, Map<String, ?> body)
      throws IOException, InterruptedException {
    return ask(
        request(notebook + "/" + action)
            .header("Origin", origin)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(new Gson().toJson(body)))
            .build());
  }

  /** The ids of the code cells, without the imports. */
  List<String> cells() throws IOException, InterruptedException {
    return cells(ask(request(notebook).build())).stream()
        .filter(cell -> cell.get("kind").getAsString().equals("code"))
        .map(cell -> cell.get("id").getAsString())
        .toList();
  }

  private static List<JsonObject> cells(JsonObject state) {
    return state.get("cells").getAsJsonArray().asList().stream()
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  void type(String cell, String code) throws IOException, InterruptedException {
    post("edit", Map.of("cell", cell, "code", code, "base", ""));
  }

  void reset() throws IOException, InterruptedException {
    post("reset", Map.of());
  }

  /**
   * Runs cells in the current session.
   *
   * @throws IOException if one fails, or times out
   */
  Times run(List<String> ids) throws IOException, InterruptedException {
    news.drainPermits();
    long click = System.nanoTime();
    double first = Double.NaN;
    JsonObject state = post("run", Map.of("cells", ids));
    while (true) {
      List<JsonObject> wanted =
          cells(state).stream().filter(cell -> ids.contains(cell.get("id").getAsString())).toList();
      double seconds = (System.nanoTime() - click) / 1e9;
      boolean begun = wanted.stream().anyMatch(PageClient::hasFreshOutput);
      if (begun && Double.isNaN(first)) {
        first = seconds;
      }
      if (wanted.stream().anyMatch(cell -> is(cell, "failed") || is(cell, "stopped"))) {
        throw new IOException("A cell failed: " + wanted);
      }
      if (wanted.stream().allMatch(cell -> is(cell, "ok"))) {
        return new Times(first, seconds);
      }
      if (!news.tryAcquire(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("The cells timed out after " + LIMIT_SECONDS + " s");
      }
      news.drainPermits();
      state = ask(request(notebook).build());
    }
  }

  /** A queued cell still has the output of its last run. */
  private static boolean hasFreshOutput(JsonObject cell) {
    return !is(cell, "queued") && !cell.get("output").getAsJsonArray().isEmpty();
  }

  private static boolean is(JsonObject cell, String state) {
    return cell.get("state").getAsString().equals(state);
  }

  /** Closes the stream, not its reader, which is locked until the page sends something. */
  @Override
  public void close() throws IOException {
    events.close();
  }
}
