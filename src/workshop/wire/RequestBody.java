package workshop.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;

/**
 * The body of a valid export request that is not too large for this backend.
 *
 * @param protobuf as it is kept
 * @param items how many spans, data points or log records it has
 * @param run see {@link Outline#run}
 * @param decodedBytes see {@link Outline#decodedBytes}
 */
record RequestBody(ByteString protobuf, int items, String run, long decodedBytes) {
  /** The approximate memory of a piece of JSON, which is read into a tree twice. */
  private static final long JSON_VALUE = 160;

  private static final int JSON_BYTE = 6;

  /** If a character is outside Latin-1: Java then keeps each one of the whole text in two bytes. */
  private static final int WIDE_JSON_BYTE = 16;

  /** It would take more memory than a request may; the message is for the sender. */
  static final class TooLarge extends Exception {
    private static final long serialVersionUID = 1;

    TooLarge(long size) {
      super(
          "too large: about " + (size >> 20) + " MB when decoded; send fewer items in one request");
    }
  }

  /**
   * @throws InvalidProtocolBufferException if the bytes are not such a request; protobuf's message
   * @throws Budget.Spent if there is no memory left to find that out
   */
  static RequestBody ofProtobuf(byte[] bytes, Signal signal, Budget.Share share)
      throws InvalidProtocolBufferException, TooLarge, Budget.Spent {
    Outline outline = Outline.of(bytes, signal);
    if (outline.decodedBytes() > Limits.DECODED_BYTES) {
      throw new TooLarge(outline.decodedBytes());
    }
    ByteString protobuf = UnsafeByteOperations.unsafeWrap(bytes);
    if (!outline.wellFormed()) {
      share.take(outline.decodedBytes());
      signal.decode(protobuf); // fails, and says why
    }
    return new RequestBody(protobuf, outline.items(), outline.run(), outline.decodedBytes());
  }

  /**
   * @throws InvalidProtocolBufferException if this is not such a request in OTLP's JSON
   * @throws Budget.Spent if there is no memory left to read it
   */
  static RequestBody ofJson(byte[] json, Signal signal, Budget.Share share)
      throws InvalidProtocolBufferException, TooLarge, Budget.Spent {
    long values = 0;
    boolean wide = false;
    for (int i = 0; i < json.length; i++) {
      byte b = json[i];
      if (b == '{' || b == '[' || b == ',') {
        values++;
      } else if (b < 0 || (b == 'u' && json[Math.max(0, i - 1)] == '\\')) {
        wide = true;
      }
    }
    long size = (long) json.length * (wide ? WIDE_JSON_BYTE : JSON_BYTE) + values * JSON_VALUE;
    if (size > Limits.DECODED_BYTES) {
      throw new TooLarge(size);
    }
    share.take(size);
    Message request = OtlpJson.parse(json, signal);
    byte[] protobuf = request.toByteArray();
    Outline outline = Outline.of(protobuf, signal);
    return new RequestBody(
        UnsafeByteOperations.unsafeWrap(protobuf),
        outline.items(),
        outline.run(),
        outline.decodedBytes());
  }
}
