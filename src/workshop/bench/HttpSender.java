package workshop.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;

/** Sends OTLP/HTTP over one kept-alive connection: a socket, which costs the least. */
final class HttpSender implements Load.Sender {
  private static final int LIMIT_MILLIS = 30_000;

  private final Socket socket;
  private final InputStream in;

  HttpSender(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(LIMIT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  @Override
  public boolean send(byte[] request) throws IOException {
    byte[] head =
        ("POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\n"
                + "Content-Length: "
                + request.length
                + "\r\n\r\n")
            .getBytes(ISO_8859_1);
    byte[] all = new byte[head.length + request.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(request, 0, all, head.length, request.length);
    socket.getOutputStream().write(all);

    String status = line();
    long length = -1;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Long.parseLong(header.substring(15).strip());
      }
    }
    if (length < 0) {
      throw new IOException("a response without Content-Length: " + status);
    }
    in.skipNBytes(length);
    if (status.startsWith("HTTP/1.1 200 ")) {
      return true;
    }
    if (status.startsWith("HTTP/1.1 503 ")) {
      return false;
    }
    throw new IOException("response " + status);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the backend closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // it is not used again either way
    }
  }
}
