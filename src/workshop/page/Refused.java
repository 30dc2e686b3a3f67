package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;

/** A request was rejected: the response's status code, and the reason for the user. */
final class Refused extends Exception {
  private static final long serialVersionUID = 1;
  final int code;

  Refused(int code, String message) {
    super(message);
    this.code = code;
  }

  byte[] json() {
    JsonObject json = new JsonObject();
    json.addProperty("error", getMessage());
    return json.toString().getBytes(UTF_8);
  }
}
