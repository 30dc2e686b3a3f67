package workshop.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import workshop.thread.Daemons;

/**
 * A relay between a sender and a loopback port that counts what neither side sees: connections, and
 * all bytes sent, including headers and frames.
 */
final class CountingRelay implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int target;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  CountingRelay(int target) throws IOException {
    this.target = target;
    start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  /** What senders sent so far, over all connections. */
  long bytesSent() {
    return bytes.get();
  }

  private void accept() throws IOException {
    while (true) {
      Socket sender = listener.accept();
      open.add(sender);
      connections.incrementAndGet();
      Socket backend = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(backend);
      start(() -> copy(sender, backend, bytes));
      start(() -> copy(backend, sender, new AtomicLong()));
    }
  }

  private static void copy(Socket from, Socket to, AtomicLong count) throws IOException {
    try (from;
        to) {
      to.setTcpNoDelay(true);
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] piece = new byte[64 << 10];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        count.addAndGet(n);
        out.write(piece, 0, n);
      }
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Daemons.start(
        "relay",
        () -> {
          try {
            work.run();
          } catch (IOException e) {
            // One side has closed, so close the other.
          }
        });
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
