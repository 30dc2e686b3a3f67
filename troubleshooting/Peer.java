import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** What listens somewhere and is no backend: it treats each connection in one way. */
final class Peer implements AutoCloseable {
  /** A sender that is silent for so long has sent its request. */
  private static final int QUIET_MILLIS = 1000;

  /** Kept here, as a socket that nobody refers to is closed. */
  private final ServerSocket server;

  private final Deed deed;

  private interface Deed {
    void treat(Socket connection) throws IOException;
  }

  private Peer(Deed deed) throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.deed = deed;
    Thread thread = new Thread(this::accept);
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes a connection, and never answers. */
  static Peer thatHangs() throws IOException {
    return new Peer(
        connection -> connection.getInputStream().transferTo(OutputStream.nullOutputStream()));
  }

  /** Resets the connection once the request is there. */
  static Peer thatResets() throws IOException {
    return new Peer(
        connection -> {
          readAll(connection);
          connection.setSoLinger(true, 0); // an RST instead of a FIN
        });
  }

  /** Ends the connection once the request is there. */
  static Peer thatEnds() throws IOException {
    return new Peer(Peer::readAll);
  }

  /** Answers the request with a line. */
  static Peer thatSays(String line) throws IOException {
    return new Peer(
        connection -> {
          readAll(connection);
          connection.getOutputStream().write((line + "\r\n\r\n").getBytes(US_ASCII));
        });
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        try (Socket connection = server.accept()) {
          deed.treat(connection);
        }
      }
    } catch (IOException e) {
      // Closed: the program has ended.
    }
  }

  /** Reads until nothing more comes: the sender then waits for the answer. */
  private static void readAll(Socket connection) throws IOException {
    connection.setSoTimeout(QUIET_MILLIS);
    try {
      connection.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (SocketTimeoutException e) {
      // Quiet.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
