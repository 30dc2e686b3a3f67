package workshop.page;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Forwards a port of its own to another one of this machine, as {@code ssh -L} does. */
final class Tunnel implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final int to;
  private volatile boolean cut;

  Tunnel(int to) throws IOException {
    this.to = to;
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Ends all connections; new ones end at once, until it is mended. */
  void cut() throws IOException {
    cut = true;
    for (Socket socket : open) {
      socket.close();
    }
  }

  void mend() {
    cut = false;
  }

  private void accept() throws IOException {
    while (true) {
      Socket here = listener.accept();
      open.add(here);
      if (cut) {
        here.close();
        continue;
      }
      Socket there = new Socket(InetAddress.getLoopbackAddress(), to);
      open.add(there);
      start(() -> copy(here, there));
      start(() -> copy(there, here));
    }
  }

  private void copy(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } finally {
      open.remove(from);
    }
  }

  private interface Forwarding {
    void run() throws IOException;
  }

  private static void start(Forwarding forwarding) {
    Thread thread =
        new Thread(
            () -> {
              try {
                forwarding.run();
              } catch (IOException e) {
                // One of its sockets was closed.
              }
            },
            "tunnel");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }
}
