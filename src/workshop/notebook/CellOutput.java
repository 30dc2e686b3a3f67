package workshop.notebook;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * What a cell printed. Its beginning and its end are kept, and what is left out between them is
 * counted. Safe for use by several threads.
 */
final class CellOutput {
  /** Characters kept of the beginning, and as many of the end. */
  private static final int HALF = 32 << 10;

  private final Deque<Part> beginning = new ArrayDeque<>();
  private final Deque<Part> end = new ArrayDeque<>();
  private int beginningSize;
  private int endSize;
  private long leftOut;

  /** Where some output came from. */
  enum Stream {
    OUT,
    ERR,
    /** {@code java.util.logging}. */
    LOG,
    /** The value of the cell's last expression. */
    VALUE,
    /** A sentence from the workshop. */
    NOTE
  }

  private record Part(Stream stream, StringBuilder text) {}

  synchronized void add(Stream stream, String text) {
    int fits = Math.min(text.length(), HALF - beginningSize);
    beginningSize += fits;
    append(beginning, stream, text.substring(0, fits));
    append(end, stream, text.substring(fits));
    endSize += text.length() - fits;
    while (endSize > HALF) {
      Part first = end.getFirst();
      int over = Math.min(endSize - HALF, first.text().length());
      first.text().delete(0, over);
      if (first.text().isEmpty()) {
        end.removeFirst();
      }
      endSize -= over;
      leftOut += over;
    }
  }

  private static void append(Deque<Part> parts, Stream stream, CharSequence text) {
    if (text.isEmpty()) {
      return;
    }
    if (parts.isEmpty() || parts.getLast().stream() != stream) {
      parts.addLast(new Part(stream, new StringBuilder()));
    }
    parts.getLast().text().append(text);
  }

  /** What is kept, in order; a note stands where something was left out. */
  synchronized List<NotebookView.Piece> pieces() {
    Deque<Part> all = new ArrayDeque<>();
    beginning.forEach(part -> append(all, part.stream(), part.text()));
    if (leftOut > 0) {
      append(all, Stream.NOTE, "\n… " + leftOut + " characters left out …\n");
    }
    end.forEach(part -> append(all, part.stream(), part.text()));
    return all.stream()
        .map(part -> new NotebookView.Piece(part.stream(), part.text().toString()))
        .toList();
  }

  /** The lines printed, in order, from all streams. */
  List<String> lines() {
    StringBuilder text = new StringBuilder();
    pieces().forEach(piece -> text.append(piece.text()));
    return text.toString().lines().toList();
  }

  /**
   * A stream of UTF-8 text. It takes no more than a rate, so that a cell that prints without end is
   * held back and not the workshop.
   */
  static final class Printed extends OutputStream {
    private static final int BYTES_A_SECOND = 2 << 20;

    private final BiConsumer<Stream, String> output;
    private final Stream stream;
    private final CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer rest = ByteBuffer.allocate(0);
    private volatile boolean holds = true;
    private long secondBegan = System.nanoTime();
    private int bytesOfSecond;

    Printed(Stream stream, BiConsumer<Stream, String> output) {
      this.stream = stream;
      this.output = output;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      hold(length);
      ByteBuffer in = ByteBuffer.allocate(rest.remaining() + length);
      in.put(rest).put(bytes, offset, length).flip();
      CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
      decoder.decode(in, out, false);
      rest = in.slice();
      output.accept(stream, out.flip().toString());
    }

    /** Whether to keep to the rate. */
    void hold(boolean holds) {
      this.holds = holds;
    }

    private void hold(int bytes) {
      long now = System.nanoTime();
      if (now - secondBegan > 1_000_000_000L) {
        secondBegan = now;
        bytesOfSecond = 0;
      }
      bytesOfSecond += bytes;
      if (holds && bytesOfSecond > BYTES_A_SECOND) {
        LockSupport.parkNanos(secondBegan + 1_000_000_000L - now);
      }
    }
  }
}
