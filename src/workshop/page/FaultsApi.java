package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import workshop.wire.FaultScript;
import workshop.wire.Faults;

/**
 * {@code /api/faults}: GET returns the queued faults, POST adds those of the script in its body,
 * PUT replaces them, DELETE clears them. Each response contains the queued faults.
 */
final class FaultsApi {
  static final String PATH = "/api/faults";
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
  Response answer(Request request) throws HttpError {
    switch (request.method()) {
      case "GET" -> {}
      case "POST", "PUT" -> take(script(request), request.method().equals("PUT"));
      case "DELETE" -> faults.clear();
      default ->
          throw HttpError.method(
              request.method(), "GET, POST, PUT, DELETE", "use GET, POST, PUT or DELETE");
    }
    return Response.json(Json.GSON.toJson(new Queued(faults.waiting())));
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

  private static String script(Request request) throws HttpError {
    if (request.body().length > MOST_BYTES) {
      throw new HttpError(413, "the script is too long: at most " + MOST_BYTES + " bytes");
    }
    return new String(request.body(), UTF_8);
  }
}
