package workshop.text;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.time.Duration;
import java.util.Locale;

/** Formats values for people, and makes received text harmless for a terminal. */
public final class Text {
  /** In which standard output is written; JDK 17 sets the property only for a terminal. */
  private static final CharsetEncoder OUT = outputEncoding().newEncoder();

  private static final char CUT = OUT.canEncode('…') ? '…' : '~';
  private static final String MICROSECONDS = OUT.canEncode('µ') ? "µs" : "us";

  private Text() {}

  private static Charset outputEncoding() {
    String name =
        System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding", ""));
    return !name.isEmpty() && Charset.isSupported(name)
        ? Charset.forName(name)
        : Charset.defaultCharset();
  }

  /**
   * Received text as one printable line: control, format and line-separating characters, which
   * could move the cursor or change the reading direction, become {@code \}{@code uXXXX}.
   *
   * @param limit how many characters to return at most; {@code …} marks a cut, or {@code ~} where
   *     standard output has no such character
   */
  public static String safe(String text, int limit) {
    StringBuilder out = new StringBuilder();
    int shown = 0;
    for (int i = 0; i < text.length(); shown++) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (shown == limit - 1 && i < text.length()) {
        return out.append(CUT).toString();
      }
      switch (Character.getType(c)) {
        case Character.CONTROL,
            Character.FORMAT,
            Character.SURROGATE,
            Character.PRIVATE_USE,
            Character.UNASSIGNED,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR -> {
          String escaped = String.format(Locale.ROOT, "\\u%04X", c);
          if (shown + escaped.length() > limit) {
            return out.append(CUT).toString();
          }
          out.append(escaped);
          shown += escaped.length() - 1;
        }
        default -> out.appendCodePoint(c);
      }
    }
    return out.toString();
  }

  /** {@code 402 B}, {@code 71.9 KB}: decimal units, like a browser's network panel. */
  public static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    return bytes < 1_000_000
        ? String.format(Locale.ROOT, "%.1f KB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  /** {@code 42 µs}, {@code 31.2 ms}, {@code 1.1 s}. */
  public static String duration(long nanos) {
    long size = Math.abs(nanos);
    if (size < 100_000) {
      return String.format(Locale.ROOT, "%.0f %s", nanos / 1e3, MICROSECONDS);
    }
    return size < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f ms", nanos / 1e6)
        : String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
  }

  public static String duration(Duration duration) {
    return duration(duration.toNanos());
  }

  /** Padded with spaces on the right to a width, cut if it is longer. */
  public static String left(String text, int width) {
    String cut = text.length() <= width ? text : text.substring(0, width - 1) + CUT;
    return cut + " ".repeat(width - cut.length());
  }

  /** Padded with spaces on the left to a width. */
  public static String right(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }
}
