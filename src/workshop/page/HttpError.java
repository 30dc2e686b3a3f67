package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/** A request was not served: the status code of the response, and the reason for the user. */
final class HttpError extends Exception {
  private static final long serialVersionUID = 1;
  final int code;
  final transient Map<String, String> headers;

  private record Body(String error) {}

  HttpError(int code, String message) {
    this(code, message, Map.of());
  }

  /**
   * @param headers of the response
   */
  HttpError(int code, String message, Map<String, String> headers) {
    super(message);
    this.code = code;
    this.headers = headers;
  }

  /** The method does not fit the address. */
  static HttpError method(String given, String allowed, String message) {
    return new HttpError(405, message + ", not " + given, Map.of("Allow", allowed));
  }

  byte[] json() {
    return Json.GSON.toJson(new Body(getMessage())).getBytes(UTF_8);
  }
}
