package workshop.wire;

import com.google.common.base.Supplier;
import java.time.Duration;
import java.util.Set;

/**
 * One fault of a {@link FaultScript}: what is done, how often, and to whom.
 *
 * @param text as it was written, without the count; a token is masked
 * @param name what it does in a word, for example {@code 503} or {@code hang}
 * @param times how many exchanges it is for; 0 for all until it is cleared
 * @param number a status, how many items are rejected, or the most bytes, as the action has it
 * @param token the bearer token that is required, or null
 * @param delay how long the answer is held back
 * @param retry how long the sender is asked to wait, or null
 * @param message the words for the sender, or null for ours
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

  /** What is done to an exchange. */
  enum Action {
    /** Served as ever, after the delay. */
    SERVE,
    /** Answered with an error: an HTTP code from 300 on, or a gRPC code from 1 to 16. */
    STATUS,
    /** Not answered. */
    HANG,
    /** The connection ends without an answer. */
    CLOSE,
    /** The connection is reset, as TCP has it. */
    RESET,
    /** Answered with something that is no answer. */
    GARBAGE,
    /** The answer breaks off. */
    HALF,
    /** Answered with success, but for a number of items. */
    PARTIAL,
    /** Refused without a bearer token. */
    TOKEN,
    /** Refused beyond a size. */
    LIMIT
  }

  /**
   * Whom a fault is for; what is null is not looked at.
   *
   * @param grpc true for gRPC only, false for HTTP only
   * @param service the {@code service.name} of one of the request's resources
   */
  record Who(Boolean grpc, String path, String service) {
    private boolean includes(Incoming incoming) {
      return (grpc == null || grpc == (incoming.protocol() == Protocol.GRPC))
          && (path == null || path.equals(incoming.path()))
          && (service == null || incoming.services().get().contains(service));
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
      Supplier<Set<String>> services,
      long bytes,
      long bodyHash,
      String authorization,
      String script) {}

  /** Whether this is for the request; one that meets a condition is served as ever. */
  boolean appliesTo(Incoming incoming) {
    return switch (action) {
          case TOKEN -> !("Bearer " + token).equals(incoming.authorization());
          case LIMIT -> incoming.bytes() > number;
          default -> true;
        }
        && who.includes(incoming);
  }

  /** The code to answer over HTTP, if this refuses. */
  int httpCode() {
    return switch (action) {
      case TOKEN -> 401;
      case LIMIT -> 413;
      default -> number > 16 ? (int) number : StatusCodes.toHttp((int) number);
    };
  }

  /** The code to answer over gRPC, if this refuses. */
  int grpcCode() {
    return switch (action) {
      case TOKEN -> 16;
      case LIMIT -> 8;
      default -> number > 16 ? StatusCodes.toGrpc((int) number) : (int) number;
    };
  }

  /** How many items are rejected of a request that is taken. */
  long rejected() {
    return action == Action.PARTIAL ? number : 0;
  }

  /** Whether the answer has to wait. */
  boolean holds() {
    return !delay.isZero() || action == Action.HANG;
  }

  /** Whether it is answered with an error. */
  boolean refuses() {
    return action == Action.STATUS || action == Action.TOKEN || action == Action.LIMIT;
  }
}
