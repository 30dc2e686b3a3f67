package workshop.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * What a request takes in memory once it is decoded, told before it is: 16 MB of empty spans are
 * eight million objects, more than the whole heap.
 */
final class DecodedSize {
  /** The most that a request may come to, in bytes; it leaves room for the request itself. */
  static final long LIMIT = Budget.BYTES - Backend.MAX_BODY_BYTES;

  /** About what a message takes beside its text and numbers: the object and its place in a list. */
  private static final long MESSAGE = 96;

  /** The same for a piece of JSON, which is read into a tree twice before it is a message. */
  private static final long JSON_VALUE = 160;

  private static final int JSON_BYTE = 6;
  private static final int MOST_LEVELS = 100;

  private DecodedSize() {}

  /**
   * @return an estimate in bytes; malformed input, which decoding refuses, counts up to its fault
   */
  static long ofProtobuf(byte[] body, Descriptor request) {
    return body.length + MESSAGE * messages(CodedInputStream.newInstance(body), request, 0);
  }

  /** What a sender is told of a size beyond the limit. */
  static String reason(long size) {
    return "once decoded this takes about " + (size >> 20) + " MB; send fewer items at once";
  }

  /** An estimate in bytes, from the number of brackets, braces and commas. */
  static long ofJson(byte[] body) {
    long values = 0;
    for (byte b : body) {
      if (b == '{' || b == '[' || b == ',') {
        values++;
      }
    }
    return (long) body.length * JSON_BYTE + values * JSON_VALUE;
  }

  private static long messages(CodedInputStream in, Descriptor type, int level) {
    long messages = 1;
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
        if (field != null
            && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
            && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED
            && level < MOST_LEVELS) {
          int outer = in.pushLimit(in.readRawVarint32());
          messages += messages(in, field.getMessageType(), level + 1);
          in.skipRawBytes(in.getBytesUntilLimit());
          in.popLimit(outer);
        } else if (!in.skipField(tag)) {
          return messages;
        }
      }
    } catch (IOException e) {
      return messages;
    }
    return messages;
  }
}
