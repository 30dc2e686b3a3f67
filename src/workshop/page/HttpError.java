package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A request was not served: the status code of the response, and the reason for the user. */
final class HttpError extends Exception {
  private static final long serialVersionUID = 1;
  final int code;

  private record Body(String error) {}

  HttpError(int code, String message) {
    super(message);
    this.code = code;
  }

  byte[] json() {
    return Json.GSON.toJson(new Body(getMessage())).getBytes(UTF_8);
  }
}
