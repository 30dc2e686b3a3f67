import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** A server that is not a backend: it handles every connection in the same way. */
final class Peer implements AutoCloseable {
  /** If the sender is silent for this long, its request is complete. */
  private static final int QUIET_MILLIS = 1000;

  /** Kept here, because a socket without references is closed. */
  private final ServerSocket server;

  private final Handler handler;

  private interface Handler {
    void handle(Socket connection) throws IOException;
  }

  private Peer(Handler handler) throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
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

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        try (Socket connection = server.accept()) {
          handler.handle(connection);
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
