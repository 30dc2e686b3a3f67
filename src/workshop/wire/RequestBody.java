package workshop.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;

/**
 * The body of a valid export request that is not too large for this backend.
 *
 * @param protobuf as it is kept
 * @param items how many spans, data points or log records it has
 * @param run see {@link Outline#run}
 */
record RequestBody(ByteString protobuf, int items, String run) {
  /** While a string of JSON is read, it is in memory several times, with two bytes a character. */
  private static final long LONGEST_TEXT = 8;

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
      signal.decode(protobuf);
    }
    return new RequestBody(protobuf, outline.items(), outline.run());
  }

  /**
   * @throws InvalidProtocolBufferException if this is not such a request in OTLP's JSON
   * @throws Budget.Spent if there is no memory left to read it
   */
  static RequestBody ofJson(byte[] json, Signal signal, Budget.Share share)
      throws InvalidProtocolBufferException, TooLarge, Budget.Spent {
    long text = LONGEST_TEXT * longestText(json);
    if (text > Limits.DECODED_BYTES) {
      throw new TooLarge(text);
    }
    share.take(text);
    return ofProtobuf(OtlpJsonReader.protobuf(json, signal, share), signal, share);
  }

  /** The length of the longest string, without looking at what else the JSON has. */
  private static long longestText(byte[] json) {
    int longest = 0;
    int start = -1; // outside a string
    for (int i = 0; i < json.length; i++) {
      if (json[i] == '\\') {
        i++;
      } else if (json[i] == '"') {
        longest = start < 0 ? longest : Math.max(longest, i - start);
        start = start < 0 ? i : -1;
      }
    }
    return start < 0 ? longest : Math.max(longest, json.length - start);
  }
}
