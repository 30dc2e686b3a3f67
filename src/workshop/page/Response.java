package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonElement;
import java.util.Map;

/**
 * A response of the page's server.
 *
 * @param headers besides those that each response has
 * @param body all of it, or its beginning
 * @param rest null if the body is complete
 */
record Response(int code, String type, Map<String, String> headers, byte[] body, Parts rest) {
  private static final String JSON = "application/json";

  static Response of(StaticFiles.File file) {
    return new Response(200, file.type(), Map.of(), file.content(), null);
  }

  static Response of(HttpError error) {
    return new Response(error.code, JSON, error.headers, error.json(), null);
  }

  static Response json(JsonElement json) {
    return json(json.toString());
  }

  static Response json(String json) {
    return new Response(200, JSON, Map.of(), json.getBytes(UTF_8), null);
  }

  /** A body whose size is not known at its beginning. */
  static Response of(String type, Parts parts) {
    return new Response(200, type, Map.of(), new byte[0], parts);
  }
}
