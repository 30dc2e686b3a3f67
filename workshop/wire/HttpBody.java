package workshop.wire;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads bodies of HTTP requests within their limits. */
final class HttpBody {
  private static final int PIECE = 64 << 10;

  /** The most that is read of a body that is refused anyway, in bytes. */
  private static final long MOST_DISCARDED = 256L << 20;

  private HttpBody() {}

  /**
   * All of the stream.
   *
   * @throws Refused if it is longer than {@link Backend#MAX_BODY_BYTES} or the budget is spent
   */
  static byte[] read(InputStream in, Budget.Share share) throws IOException, Refused {
    List<byte[]> pieces = new ArrayList<>();
    int length = 0;
    for (byte[] piece = in.readNBytes(PIECE); piece.length > 0; piece = in.readNBytes(PIECE)) {
      length += piece.length;
      if (length > Backend.MAX_BODY_BYTES) {
        throw Refused.tooLarge(
            "a body may have " + Backend.MAX_BODY_BYTES + " bytes, before and after decompression");
      }
      try {
        share.take(piece.length);
      } catch (Budget.Spent e) {
        throw Refused.busy(e.getMessage());
      }
      pieces.add(piece);
    }
    if (pieces.size() == 1) {
      return pieces.get(0);
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] piece : pieces) {
      System.arraycopy(piece, 0, all, at, piece.length);
      at += piece.length;
    }
    return all;
  }

  /**
   * The body as it was before the content encoding named.
   *
   * @param encoding {@code null} for none
   */
  static byte[] decompress(byte[] wire, String encoding, Budget.Share share) throws Refused {
    if (encoding == null || encoding.equalsIgnoreCase("identity")) {
      return wire;
    }
    if (!encoding.equalsIgnoreCase("gzip")) {
      throw new Refused(
          415, "Unsupported Media Type", "Content-Encoding must be gzip or none, not " + encoding);
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(wire))) {
      return read(in, share);
    } catch (IOException e) {
      throw new Refused(400, "Bad Request", "the body is no gzip: " + e.getMessage());
    }
  }

  /**
   * Reads on to the end, for nothing: a connection that is closed while the sender still writes is
   * reset, and the sender never sees the answer.
   */
  static void discard(InputStream in) throws IOException {
    byte[] piece = new byte[PIECE];
    long left = MOST_DISCARDED;
    for (int n = in.read(piece); n >= 0 && left > 0; n = in.read(piece)) {
      left -= n;
    }
  }
}
