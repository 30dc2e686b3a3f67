import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLException;

/** A server that is not a backend: it handles every connection in the same way. */
final class Peer implements AutoCloseable {
  /** If the sender is silent for this long, its request is complete. */
  private static final int QUIET_MILLIS = 1000;

  /** The code of an HTTP/2 stream that is no longer needed. */
  static final int CANCEL = 8;

  /** The number of OkHttp's first stream. */
  private static final int FIRST_CALL = 3;

  /** Kept here, because a socket without references is closed. */
  private final ServerSocket server;

  private final Handler handler;

  private interface Handler {
    void handle(Socket connection) throws IOException;
  }

  private Peer(Handler handler) throws IOException {
    this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), handler);
  }

  private Peer(ServerSocket server, Handler handler) {
    this.server = server;
    this.handler = handler;
    Thread thread = new Thread(this::accept);
    thread.setDaemon(true);
    thread.start();
  }

  /** Accepts a connection, and never responds. */
  static Peer thatHangs() throws IOException {
    return new Peer(
        connection -> connection.getInputStream().transferTo(OutputStream.nullOutputStream()));
  }

  /** Resets the connection after the request. */
  static Peer thatResets() throws IOException {
    return new Peer(
        connection -> {
          readAll(connection);
          connection.setSoLinger(true, 0); // an RST instead of a FIN
        });
  }

  /** Closes the connection after the request. */
  static Peer thatCloses() throws IOException {
    return new Peer(Peer::readAll);
  }

  /** Responds to the request with one line. */
  static Peer thatSays(String line) throws IOException {
    return new Peer(
        connection -> {
          readAll(connection);
          connection.getOutputStream().write((line + "\r\n\r\n").getBytes(US_ASCII));
        });
  }

  /** Speaks HTTP/2: reads the request, and then sends its settings and this frame. */
  static Peer thatSpeaksHttp2(byte[] frame) throws IOException {
    return new Peer(
        connection -> {
          readAll(connection);
          connection.getOutputStream().write(frame(4, 0, 0)); // SETTINGS
          connection.getOutputStream().write(frame);
          readAll(connection);
        });
  }

  /** Ends the first call. */
  static byte[] reset(int code) {
    return frame(3, 0, FIRST_CALL, 0, 0, 0, code);
  }

  /** Ends the connection, as if no call had been processed. */
  static byte[] goAway() {
    return frame(7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /** Responds to the first call with an HTTP status of three digits and nothing else. */
  static byte[] status(String digits) {
    // In HPACK, 8 is the name ":status" with a value that is not in its table.
    return frame(1, 5, FIRST_CALL, 8, 3, digits.charAt(0), digits.charAt(1), digits.charAt(2));
  }

  private static byte[] frame(int type, int flags, int call, int... payload) {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.putShort((short) 0).put((byte) payload.length).put((byte) type).put((byte) flags);
    frame.putInt(call);
    for (int each : payload) {
      frame.put((byte) each);
    }
    return frame.array();
  }

  /** Rejects the first message of TLS, as a server does that has no version in common. */
  static Peer thatRejectsTls() throws IOException {
    return new Peer(
        connection -> {
          readAll(connection);
          connection.getOutputStream().write(new byte[] {21, 3, 3, 0, 2, 2, 40}); // an alert
        });
  }

  /** Offers this certificate, and closes the connection after the request. */
  static Peer thatUsesTls(Certificate certificate) throws IOException, GeneralSecurityException {
    return new Peer(
        certificate
            .tls()
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
        Peer::readAll);
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        try (Socket connection = server.accept()) {
          handler.handle(connection);
        } catch (SSLException e) {
          // The client did not accept the certificate, or the server the client's.
        }
      }
    } catch (IOException e) {
      // The server was closed, because the program has ended.
    }
  }

  /** Reads until no more bytes come: the sender then waits for the response. */
  private static void readAll(Socket connection) throws IOException {
    connection.setSoTimeout(QUIET_MILLIS);
    try {
      connection.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (SocketTimeoutException e) {
      // The request is complete.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
