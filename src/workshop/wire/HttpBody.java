package workshop.wire;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/** The body of an HTTP request as it arrives, within its limits. */
final class HttpBody {
  private static final int FIRST = 16 << 10;
  private static final int PIECE = 64 << 10;

  /** {@code x-gzip} is the old name (RFC 9110, 8.4.1.3). */
  private static final Set<String> GZIP = Set.of("gzip", "x-gzip");

  private final Budget.Share share;
  private byte[] bytes = {};
  private int length;

  HttpBody(Budget.Share share) {
    this.share = share;
  }

  /**
   * @param announced the value of {@code Content-Length}, or -1; never more memory is reserved
   * @throws HttpStatusException if it becomes longer than {@link Limits#BODY_BYTES} or the budget
   *     is spent
   */
  void add(ByteBuf piece, long announced) throws HttpStatusException {
    int more = piece.readableBytes();
    makeRoom(more, announced);
    piece.readBytes(bytes, length, more);
    length += more;
  }

  byte[] bytes() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  private void makeRoom(int more, long announced) throws HttpStatusException {
    int needed = length + more;
    if (needed > Limits.BODY_BYTES) {
      throw HttpStatusException.tooLarge(
          "the body is too large: at most "
              + Limits.BODY_BYTES
              + " bytes, before and after decompression");
    }
    if (needed <= bytes.length) {
      return;
    }
    int room = Math.min(Limits.BODY_BYTES, Math.max(needed, Math.max(FIRST, 2 * length)));
    if (announced >= needed && announced < room) {
      room = (int) announced;
    }
    try {
      share.take(room - bytes.length);
    } catch (Budget.Spent e) {
      throw HttpStatusException.busy(e.getMessage());
    }
    bytes = Arrays.copyOf(bytes, room);
  }

  /**
   * Decodes a body.
   *
   * @param encodings the values of {@code Content-Encoding}; an empty one means none
   */
  static byte[] decompress(byte[] wire, List<String> encodings, Budget.Share share)
      throws HttpStatusException {
    List<String> codings =
        Arrays.stream(String.join(",", encodings).split(","))
            .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
            .filter(coding -> !coding.isEmpty() && !coding.equals("identity"))
            .toList();
    if (codings.isEmpty()) {
      return wire;
    }
    if (codings.size() > 1 || !GZIP.contains(codings.get(0))) {
      throw new HttpStatusException(
          415,
          "Content-Encoding "
              + HttpStatusException.cut(String.join(", ", codings))
              + " is not supported; use gzip, or send the body uncompressed");
    }
    HttpBody body = new HttpBody(share);
    byte[] piece = new byte[PIECE];
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(wire), PIECE)) {
      for (int more = in.read(piece); more >= 0; more = in.read(piece)) {
        body.makeRoom(more, -1);
        System.arraycopy(piece, 0, body.bytes, body.length, more);
        body.length += more;
      }
      return body.bytes();
    } catch (IOException e) {
      throw HttpStatusException.invalid("the body is not valid gzip: " + e.getMessage());
    }
  }
}
