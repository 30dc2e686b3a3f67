package workshop.wire;

/** An HTTP request was rejected: the response's status code, and the reason for the sender. */
final class HttpStatusException extends Exception {
  private static final long serialVersionUID = 1;
  private final int code;
  private final String name;

  HttpStatusException(int code, String name, String message) {
    super(message);
    this.code = code;
    this.name = name;
  }

  Answer answer() {
    return Answer.ofHttp(code, name, getMessage());
  }

  static HttpStatusException tooLarge(String message) {
    return new HttpStatusException(413, "Content Too Large", message);
  }

  static HttpStatusException busy(String message) {
    return new HttpStatusException(503, "Service Unavailable", message);
  }
}
