package workshop.wire;

/** An HTTP request was rejected: the response's status code, and the reason for the sender. */
final class HttpStatusException extends Exception {
  private static final long serialVersionUID = 1;
  private static final int LONGEST = 100;
  private final int code;

  HttpStatusException(int code, String message) {
    super(message);
    this.code = code;
  }

  /** What the sender sent, short enough for a message. */
  static String cut(String received) {
    return received.length() <= LONGEST ? received : received.substring(0, LONGEST) + "...";
  }

  Answer answer() {
    return Answer.ofHttp(code, StatusCodes.httpName(code), getMessage());
  }

  static HttpStatusException invalid(String message) {
    return new HttpStatusException(400, message);
  }

  static HttpStatusException tooLarge(String message) {
    return new HttpStatusException(413, message);
  }

  static HttpStatusException busy(String message) {
    return new HttpStatusException(503, message);
  }
}
