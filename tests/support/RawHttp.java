package support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A connection on which a test writes whatever it likes and reads HTTP/1.1 answers. */
public final class RawHttp implements AutoCloseable {
  private static final int READ_LIMIT_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;

  public RawHttp(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(READ_LIMIT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * An answer.
   *
   * @param headers by name in lower case
   */
  public record Reply(int code, Map<String, String> headers, byte[] body) {
    public String text() {
      return new String(body, ISO_8859_1);
    }
  }

  /** A {@code POST} with a body of protobuf and the length that it has. */
  public static byte[] post(String path, byte[] body, String... headers) {
    byte[] head =
        head("POST " + path + " HTTP/1.1", body.length, headers)
            .replace("\r\n\r\n", "\r\nContent-Type: application/x-protobuf\r\n\r\n")
            .getBytes(ISO_8859_1);
    byte[] all = new byte[head.length + body.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  /** A request line and headers, down to the empty line; no content type. */
  public static String head(String requestLine, long contentLength, String... headers) {
    StringBuilder head = new StringBuilder(requestLine + "\r\nHost: localhost\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("Content-Length: ").append(contentLength).append("\r\n\r\n").toString();
  }

  public RawHttp send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  public RawHttp send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** The next answer; null if the connection ends before there is one. */
  public Reply reply() throws IOException {
    String status = line();
    if (status == null) {
      return null;
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); line != null && !line.isEmpty(); line = line()) {
      String[] parts = line.split(":", 2);
      headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    return new Reply(Integer.parseInt(status.split(" ")[1]), headers, in.readNBytes(length));
  }

  /** Whether the server has ended the connection and nothing is left to read. */
  public boolean ended() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  /** The next line of an answer; null if the connection ends before there is one. */
  public String line() throws IOException {
    StringBuilder line = new StringBuilder();
    try {
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          return null;
        }
        line.append((char) c);
      }
    } catch (SocketException reset) {
      return null;
    }
    return line.toString().strip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
