package workshop.wire;

/** An HTTP request was rejected: the response's status code, and the reason for the sender. */
final class Refused extends Exception {
  private static final long serialVersionUID = 1;
  private final int code;
  private final String name;

  Refused(int code, String name, String message) {
    super(message);
    this.code = code;
    this.name = name;
  }

  Answer answer() {
    return Answer.ofHttp(code, name, getMessage());
  }

  static Refused tooLarge(String message) {
    return new Refused(413, "Content Too Large", message);
  }

  static Refused busy(String message) {
    return new Refused(503, "Service Unavailable", message);
  }
}
