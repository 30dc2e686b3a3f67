package workshop.wire;

import io.grpc.Status;
import workshop.text.Secrets;

/**
 * The response that the sender got.
 *
 * @param accepted whether the sender may count the request as delivered
 * @param code an HTTP status code, or a gRPC status code (0 to 16); -1 if none was sent
 * @param name the code in words, {@code "OK"} for success with either protocol; what happened
 *     instead if none was sent, for example {@code "reset"}
 * @param message the reason that was sent, empty for success; for a fault on demand, which one;
 *     credentials masked, because it may repeat a part of the request
 * @param rejected how many items a partial success rejected, else 0
 */
public record Answer(boolean accepted, int code, String name, String message, long rejected) {
  private static final String ON_DEMAND = "fault on demand: ";

  public Answer {
    message = Secrets.inText(message);
  }

  static Answer ofHttp(int code, String name, String message) {
    return new Answer(code / 100 == 2, code, name, message, 0);
  }

  static Answer ofGrpc(Status status) {
    String message = status.getDescription() == null ? "" : status.getDescription();
    return new Answer(status.isOk(), status.getCode().value(), status.getCode().name(), message, 0);
  }

  /** The response of a fault on demand. */
  static Answer of(Faults.Served served, Protocol protocol) {
    Fault fault = served.fault();
    boolean grpc = protocol == Protocol.GRPC;
    String message = ON_DEMAND + served.log();
    if (fault.refuses()) {
      int code = grpc ? fault.grpcCode() : fault.httpCode();
      String name = grpc ? StatusCodes.grpcName(code) : StatusCodes.httpName(code);
      return new Answer(false, code, name, message, 0);
    }
    return switch (fault.action()) {
      case SERVE, PARTIAL -> new Answer(true, grpc ? 0 : 200, "OK", message, fault.rejected());
      default -> new Answer(false, -1, fault.name(), message, 0);
    };
  }

  /** The same response, sent while a fault was being served. */
  Answer during(Faults.Served served) {
    return new Answer(accepted, code, name, ON_DEMAND + served.log() + ": " + message, rejected);
  }

  /** Whether a {@link FaultScript} caused the response. */
  public boolean onDemand() {
    return message.startsWith(ON_DEMAND);
  }

  /** For people: {@code "503 Service Unavailable"}, or the name alone if no code was sent. */
  public String text() {
    return code < 0 ? name : code + " " + name;
  }
}
