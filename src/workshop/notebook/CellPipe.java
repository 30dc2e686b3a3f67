package workshop.notebook;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A pipe between the workshop and a session's JVM that carries several channels, in frames: the
 * mark, the channel, the length and the data. Others write to the same pipe: the JVM itself, native
 * code, and the processes that a cell starts. What they write is what lies between the frames.
 */
final class CellPipe {
  /** POSIX does not mix a write of up to this size with those of other processes. */
  private static final int FRAME_BYTES = 512;

  private final byte[] mark;

  /** What a frame belongs to. */
  enum Channel {
    COMMAND,
    STOP,
    OUT,
    ERR,
    LOG
  }

  /** Takes what was read, in the thread that reads. */
  interface Receiver {
    void frame(Channel channel, byte[] data) throws IOException;

    /** Takes what lies between frames. */
    void rest(byte[] data) throws IOException;
  }

  /**
   * @param mark ASCII that nobody else writes; both sides use the same
   */
  CellPipe(String mark) {
    this.mark = ('\0' + mark).getBytes(US_ASCII); // no byte after the first one is zero
  }

  /** A stream that writes to a channel. The pipe may be shared by several of them. */
  OutputStream to(Channel channel, OutputStream pipe) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] data, int offset, int length) throws IOException {
        int most = FRAME_BYTES - mark.length - 3;
        synchronized (pipe) {
          for (int from = 0; from < length; from += most) {
            int size = Math.min(most, length - from);
            ByteBuffer frame = ByteBuffer.allocate(mark.length + 3 + size);
            frame.put(mark).put((byte) channel.ordinal()).putShort((short) size);
            frame.put(data, offset + from, size);
            pipe.write(frame.array());
          }
          pipe.flush();
        }
      }
    };
  }

  /** Reads the pipe to its end. */
  void read(InputStream pipe, Receiver receiver) throws IOException {
    Buffered buffered = new Buffered(pipe);
    DataInputStream in = new DataInputStream(buffered);
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    int matched = 0;
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == mark[matched]) {
        matched++;
      } else {
        rest.write(mark, 0, matched);
        matched = b == mark[0] ? 1 : 0;
        if (matched == 0) {
          rest.write(b);
        }
      }
      boolean frame = matched == mark.length;
      if (rest.size() > 0 && (frame || buffered.isEmpty())) {
        receiver.rest(rest.toByteArray());
        rest.reset();
      }
      if (frame) {
        Channel channel = Channel.values()[in.readUnsignedByte() % Channel.values().length];
        byte[] data = new byte[in.readUnsignedShort()];
        in.readFully(data);
        receiver.frame(channel, data);
        matched = 0;
      }
    }
  }

  /**
   * A stream of what another thread puts in. A {@link java.io.PipedInputStream} would take the end
   * of a thread that has read from it for its own.
   */
  static final class Handover extends InputStream {
    private static final byte[] END = {};

    private final BlockingQueue<byte[]> parts = new LinkedBlockingQueue<>();
    private ByteBuffer part = ByteBuffer.wrap(END);

    void put(byte[] data) {
      parts.add(data);
    }

    /** After what was put in, the stream is at its end. */
    @Override
    public void close() {
      parts.add(END);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      while (!part.hasRemaining() && length > 0) {
        byte[] next;
        try {
          next = parts.take();
        } catch (InterruptedException e) {
          throw new InterruptedIOException();
        }
        if (next == END) {
          close();
          return -1;
        }
        part = ByteBuffer.wrap(next);
      }
      int size = Math.min(length, part.remaining());
      part.get(to, offset, size);
      return size;
    }
  }

  private static final class Buffered extends BufferedInputStream {
    Buffered(InputStream in) {
      super(in);
    }

    /** Whether the next byte may have to be waited for. */
    boolean isEmpty() {
      return pos >= count;
    }
  }
}
