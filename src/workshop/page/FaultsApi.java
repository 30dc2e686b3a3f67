package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import workshop.wire.FaultScript;
import workshop.wire.Faults;

/**
 * {@code /api/faults}: GET returns the queued faults, POST adds those of the script in its body,
 * PUT replaces them, DELETE clears them. Each response contains the queued faults.
 */
final class FaultsApi {
  private static final int MOST_BYTES = 8000;

  private final Faults faults;

  private record Queued(List<String> waiting) {}

  FaultsApi(Faults faults) {
    this.faults = faults;
  }

  /**
   * @throws HttpError if the script is not valid (the message says where) or too long, or the queue
   *     is full
   */
  void answer(HttpExchange http) throws IOException, HttpError {
    switch (http.getRequestMethod()) {
      case "GET" -> {}
      case "POST", "PUT" -> take(script(http), http.getRequestMethod().equals("PUT"));
      case "DELETE" -> faults.clear();
      default -> {
        http.getResponseHeaders().set("Allow", "GET, POST, PUT, DELETE");
        throw new HttpError(405, "use GET, POST, PUT or DELETE, not " + http.getRequestMethod());
      }
    }
    byte[] body = Json.GSON.toJson(new Queued(faults.waiting())).getBytes(UTF_8);
    http.getResponseHeaders().set("Content-Type", "application/json");
    http.sendResponseHeaders(200, body.length);
    http.getResponseBody().write(body);
  }

  private void take(String text, boolean inPlace) throws HttpError {
    try {
      FaultScript script = FaultScript.parse(text);
      if (inPlace) {
        faults.replace(script);
      } else {
        faults.add(script);
      }
    } catch (IllegalArgumentException e) {
      throw new HttpError(400, e.getMessage());
    } catch (IllegalStateException e) {
      throw new HttpError(409, e.getMessage());
    }
  }

  private static String script(HttpExchange http) throws IOException, HttpError {
    byte[] body = http.getRequestBody().readNBytes(MOST_BYTES + 1);
    if (body.length > MOST_BYTES) {
      throw new HttpError(413, "the script is too long: at most " + MOST_BYTES + " bytes");
    }
    return new String(body, UTF_8);
  }
}
