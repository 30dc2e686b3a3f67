package workshop.wire;

import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Tells which exchanges are attempts at the same batch: the same bytes to the same path over the
 * same protocol, after a response that was not a plain success.
 */
final class Attempts {
  private final Map<Body, Latest> latest = new Recent<>(Limits.BATCHES);

  /** The path by its hash: it can be as long as a request's head. */
  private record Body(Protocol protocol, int path, long hash) {}

  private record Latest(long batch, int attempt) {}

  /** Identifies a body by its length and its checksum; 0 if it is empty. */
  static long hash(byte[] body) {
    CRC32C checksum = new CRC32C();
    checksum.update(body);
    return (long) body.length << 32 | checksum.getValue();
  }

  /** Gives an exchange its number, and its place among the attempts at its batch. */
  Exchange number(Exchange exchange, long number) {
    if (exchange.bodyHash() == 0) {
      return exchange.withNumber(number, number, 1);
    }
    Body body = new Body(exchange.protocol(), exchange.path().hashCode(), exchange.bodyHash());
    Latest before = latest.get(body);
    Latest now =
        before == null ? new Latest(number, 1) : new Latest(before.batch(), before.attempt() + 1);
    if (exchange.answer().accepted() && !exchange.answer().onDemand()) {
      latest.remove(body); // a request after a plain success is not another attempt
    } else {
      latest.put(body, now);
    }
    return exchange.withNumber(number, now.batch(), now.attempt());
  }
}
