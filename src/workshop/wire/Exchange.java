package workshop.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import workshop.text.Secrets;

/**
 * One request and its response.
 *
 * @param number counts the exchanges of a backend from 1; 0 before an {@link Inbox} has taken it
 * @param at when the request's head arrived
 * @param took from the head's arrival to the response
 * @param connection counts the connections of a backend from 1
 * @param method the HTTP method; {@code POST} for gRPC too, as on the wire
 * @param path the HTTP target as it came, without the text of a query, or {@code
 *     /package.Service/Method} of gRPC; credentials masked
 * @param headers in the order received, secrets masked
 * @param wireBytes the body as it was carried, compressed or not, without headers and framing
 * @param decodedBytes the body after decompression
 * @param signal null if path and method are not those of an OTLP signal
 * @param items spans, data points or log records in a request that could be read, else 0
 * @param run {@code LESSON/RUN} as the request's own resource says in its attribute {@code
 *     workshop.lesson}, whatever the response; "" if it does not, or could not be read
 * @param body an accepted request as protobuf, empty if it was rejected
 * @param bodyHash of the decoded body, by which another attempt at the same batch is known; 0 if
 *     there is none
 * @param batch the number of the first attempt at the same batch, which may be this one
 * @param attempt counts the attempts at the same batch from 1
 */
public record Exchange(
    long number,
    Instant at,
    Duration took,
    Protocol protocol,
    int connection,
    String method,
    String path,
    List<Header> headers,
    long wireBytes,
    long decodedBytes,
    Signal signal,
    int items,
    String run,
    ByteString body,
    Answer answer,
    long bodyHash,
    long batch,
    int attempt) {
  /** The approximate memory of an exchange without its text, in bytes. */
  private static final int OBJECTS = 450;

  public Exchange {
    if (signal == null) {
      path = Secrets.inText(path);
    }
  }

  Exchange withNumber(long number, long batch, int attempt) {
    return new Exchange(
        number,
        at,
        took,
        protocol,
        connection,
        method,
        path,
        headers,
        wireBytes,
        decodedBytes,
        signal,
        items,
        run,
        body,
        answer,
        bodyHash,
        batch,
        attempt);
  }

  /**
   * The request as the protocol has it. It is decoded at each call: what is kept is the bytes,
   * which take a fraction of the memory.
   *
   * @throws IllegalStateException if the request was rejected: its body is not kept
   */
  public Message request() {
    if (signal == null || !answer.accepted()) {
      throw new IllegalStateException("exchange " + number + " was rejected: " + answer);
    }
    try {
      return signal.decode(body);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("decoded once, but not twice", e);
    }
  }

  /** The request's traces; none for another signal or a rejected request. */
  public ExportTraceServiceRequest traces() {
    return signal == Signal.TRACES && answer.accepted()
        ? (ExportTraceServiceRequest) request()
        : ExportTraceServiceRequest.getDefaultInstance();
  }

  /** When the response was sent. */
  public Instant answered() {
    return at.plus(took);
  }

  /** The approximate memory it takes, in bytes. */
  long memory() {
    long bytes = OBJECTS + body.size();
    // Two for each character, as Java keeps text with a character outside Latin-1.
    bytes += 2L * (method.length() + path.length() + run.length() + answer.message().length());
    for (Header header : headers) {
      bytes += header.memory();
    }
    return bytes;
  }

  /** The approximate memory of a message that was decoded, in bytes: a request or a part of one. */
  public static long memory(Message decoded) {
    return Outline.memory(decoded);
  }

  /**
   * Whether the body was compressed with gzip, and was decompressed: that of a rejected request may
   * not have been. Over gRPC, a message may be uncompressed although the call names an encoding.
   */
  public boolean gzip() {
    return decodedBytes > 0
        && wireBytes != decodedBytes
        && headers.stream()
            .anyMatch(
                header ->
                    (header.name().equals("content-encoding")
                            || header.name().equals("grpc-encoding"))
                        && header.value().toLowerCase(Locale.ROOT).contains("gzip"));
  }
}
