package workshop.wire;

import java.time.Duration;
import java.util.Set;

/**
 * One fault of a {@link FaultScript}: what happens, how often, and to which requests.
 *
 * @param text as it was written, without the count; a token is masked
 * @param name what it does in a word, for example {@code 503} or {@code hang}
 * @param times how many requests it applies to; 0 for all until it is cleared
 * @param number a status, how many items are rejected, or the most bytes, as the action has it
 * @param token the bearer token that is required, or null
 * @param delay how long the response is delayed
 * @param retry how long the sender is asked to wait, or null
 * @param message the message for the sender, or null for the backend's own
 */
record Fault(
    String text,
    String name,
    int times,
    Action action,
    long number,
    String token,
    Duration delay,
    Duration retry,
    String message,
    Who who) {

  /** What happens to a request. */
  enum Action {
    /** Processed normally, after the delay. */
    SERVE,
    /** The response is an error: an HTTP code from 300 to 599, or a gRPC code from 1 to 16. */
    STATUS,
    /** There is no response. */
    HANG,
    /** The connection is closed without a response. */
    CLOSE,
    /** The connection is reset (TCP RST). */
    RESET,
    /** The response is not a valid one. */
    GARBAGE,
    /** The response breaks off. */
    HALF,
    /** The response is a success that rejects a number of items. */
    PARTIAL,
    /** Rejects requests without a bearer token. */
    TOKEN,
    /** Rejects requests above a size. */
    LIMIT
  }

  /**
   * Which requests a fault applies to; null matches all.
   *
   * @param grpc true for gRPC only, false for HTTP only
   * @param service the {@code service.name} of one of the request's resources
   */
  record Who(Boolean grpc, String path, String service) {
    private boolean includes(Incoming incoming) throws Budget.Spent {
      return (grpc == null || grpc == (incoming.protocol() == Protocol.GRPC))
          && (path == null || path.equals(incoming.path()))
          && (service == null || incoming.services().names().contains(service));
    }
  }

  /**
   * A request that would be served.
   *
   * @param services each {@code service.name} in it, which takes decoding it
   * @param bytes the size of the body after decompression
   * @param bodyHash as {@link Attempts#hash} has it, of the same body
   * @param authorization the header as it was sent, or null
   * @param script the header {@code workshop-fault} as it was sent, "" if there is none
   */
  record Incoming(
      Protocol protocol,
      String path,
      Services services,
      long bytes,
      long bodyHash,
      String authorization,
      String script) {}

  /** Each {@code service.name} in a request. */
  @FunctionalInterface
  interface Services {
    /**
     * @throws Budget.Spent if there is no memory left to decode the request
     */
    Set<String> names() throws Budget.Spent;
  }

  /** Whether this applies to the request: also not if the request has the token or the size. */
  boolean appliesTo(Incoming incoming) throws Budget.Spent {
    return switch (action) {
          case TOKEN -> !("Bearer " + token).equals(incoming.authorization());
          case LIMIT -> incoming.bytes() > number;
          default -> true;
        }
        && who.includes(incoming);
  }

  /** The HTTP status code of the response, if this rejects. */
  int httpCode() {
    return switch (action) {
      case TOKEN -> 401;
      case LIMIT -> 413;
      default -> number > 16 ? (int) number : StatusCodes.toHttp((int) number);
    };
  }

  /** The gRPC status code of the response, if this rejects. */
  int grpcCode() {
    return switch (action) {
      case TOKEN -> 16;
      case LIMIT -> 8;
      default -> number > 16 ? StatusCodes.toGrpc((int) number) : (int) number;
    };
  }

  /** How many items of an accepted request are rejected. */
  long rejected() {
    return action == Action.PARTIAL ? number : 0;
  }

  /** Whether the response has to wait. */
  boolean holds() {
    return !delay.isZero() || action == Action.HANG;
  }

  /** Whether the response is an error. */
  boolean refuses() {
    return action == Action.STATUS || action == Action.TOKEN || action == Action.LIMIT;
  }
}
