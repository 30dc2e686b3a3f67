package workshop.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;

/**
 * The body of an export request, which is one, and not too large for this backend.
 *
 * @param protobuf as it is kept
 * @param items how many spans, data points or log records it has
 * @param run as {@link Outline#run} has it
 */
record RequestBody(ByteString protobuf, int items, String run) {
  /** What decoding may come to, in bytes; it leaves room for the request itself. */
  private static final long LIMIT = Budget.BYTES - Backend.MAX_BODY_BYTES;

  /** About what a piece of JSON takes, which is read into a tree twice before it is a message. */
  private static final long JSON_VALUE = 160;

  private static final int JSON_BYTE = 6;

  /** It would take more memory than a request may; what the sender is told. */
  static final class TooLarge extends Exception {
    private static final long serialVersionUID = 1;

    TooLarge(long size) {
      super("once decoded this takes about " + (size >> 20) + " MB; send fewer items at once");
    }
  }

  /**
   * @throws InvalidProtocolBufferException if the bytes are no such request, in protobuf's words
   * @throws Budget.Spent if there is no memory left to find that out
   */
  static RequestBody ofProtobuf(byte[] bytes, Signal signal, Budget.Share share)
      throws InvalidProtocolBufferException, TooLarge, Budget.Spent {
    Outline outline = Outline.of(bytes, signal);
    if (outline.decodedBytes() > LIMIT) {
      throw new TooLarge(outline.decodedBytes());
    }
    ByteString protobuf = UnsafeByteOperations.unsafeWrap(bytes);
    if (!outline.wellFormed()) {
      share.take(outline.decodedBytes());
      signal.decode(protobuf);
    }
    return new RequestBody(protobuf, outline.items(), outline.run());
  }

  /**
   * @throws InvalidProtocolBufferException if this is no such request in OTLP's JSON
   * @throws Budget.Spent if there is no memory left to read it
   */
  static RequestBody ofJson(byte[] json, Signal signal, Budget.Share share)
      throws InvalidProtocolBufferException, TooLarge, Budget.Spent {
    long values = 0;
    for (byte b : json) {
      if (b == '{' || b == '[' || b == ',') {
        values++;
      }
    }
    long size = (long) json.length * JSON_BYTE + values * JSON_VALUE;
    if (size > LIMIT) {
      throw new TooLarge(size);
    }
    share.take(size);
    Message request = OtlpJson.parse(json, signal);
    byte[] protobuf = request.toByteArray();
    Outline outline = Outline.of(protobuf, signal);
    return new RequestBody(
        UnsafeByteOperations.unsafeWrap(protobuf), outline.items(), outline.run());
  }
}
