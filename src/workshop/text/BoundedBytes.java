package workshop.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Bytes in memory, up to a limit. */
public final class BoundedBytes extends OutputStream {
  private final int most;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** There are more bytes than the limit allows. */
  public static final class TooMany extends IOException {
    private static final long serialVersionUID = 1;

    private TooMany(int most) {
      super("larger than " + (most >> 20) + " MB");
    }
  }

  public BoundedBytes(int most) {
    this.most = most;
  }

  @Override
  public void write(int b) throws TooMany {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /**
   * @throws TooMany if they do not fit; then none of them is written
   */
  @Override
  public void write(byte[] more, int from, int length) throws TooMany {
    if (length > most - bytes.size()) {
      throw new TooMany(most);
    }
    bytes.write(more, from, length);
  }

  public byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
