package workshop.wire;

import io.grpc.Status;

/**
 * What the sender was told.
 *
 * @param accepted whether the sender may count the request as delivered
 * @param code an HTTP status code, or a gRPC status code (0 to 16)
 * @param name the code in words, {@code "OK"} for success with either protocol
 * @param message the reason as the sender was given it, empty for success
 */
public record Answer(boolean accepted, int code, String name, String message) {

  static Answer ofHttp(int code, String name, String message) {
    return new Answer(code / 100 == 2, code, name, message);
  }

  static Answer ofGrpc(Status status) {
    String message = status.getDescription() == null ? "" : status.getDescription();
    return new Answer(status.isOk(), status.getCode().value(), status.getCode().name(), message);
  }
}
