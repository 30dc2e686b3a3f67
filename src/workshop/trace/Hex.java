package workshop.trace;

import com.google.protobuf.ByteString;
import java.util.HexFormat;

/** Bytes as hexadecimal digits, as ids are shown. */
public final class Hex {
  private Hex() {}

  /** Two lower-case digits per byte. */
  public static String of(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }
}
