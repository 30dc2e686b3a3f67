package workshop.wire;

/** How a request was carried and encoded. */
public enum Protocol {
  GRPC("gRPC"),
  HTTP_PROTOBUF("HTTP"),
  HTTP_JSON("HTTP JSON"),
  /** An HTTP request whose content type is not one of OTLP's. */
  HTTP_OTHER("HTTP"),
  /** Not received: loaded from a file, see {@link OtlpLines}. */
  FILE("file");

  private final String label;

  Protocol(String label) {
    this.label = label;
  }

  /** A short name for people. */
  public String label() {
    return label;
  }
}
