package workshop.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/**
 * A backend that is running.
 *
 * @param secondsToReady from its start until both ports take connections
 */
record Server(Candidate candidate, Child process, int grpcPort, int httpPort, double secondsToReady)
    implements AutoCloseable {
  private static final long LIMIT_NANOS = 60_000_000_000L;
  private static final long PAUSE_NANOS = 2_000_000;
  private static final int CONNECT_MILLIS = 1000;

  /**
   * Starts a backend on free ports of loopback, and waits until it is ready.
   *
   * @param folder takes what it prints
   * @throws IllegalStateException if it ends instead; the message has its last lines
   */
  static Server start(Candidate candidate, Path folder) throws IOException, InterruptedException {
    List<Integer> ports = freePorts(3);
    List<String> command = candidate.command().at(ports.get(0), ports.get(1), ports.get(2));
    Path output = Files.createTempFile(folder, "backend", ".out");
    long start = System.nanoTime();
    Child process = Child.serving(candidate.name(), command, output);
    try {
      while (!accepts(ports.get(0)) || !accepts(ports.get(1))) {
        if (!process.isAlive() || System.nanoTime() - start > LIMIT_NANOS) {
          throw process.ended();
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (Throwable e) {
      process.close();
      throw e;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Server(candidate, process, ports.get(0), ports.get(1), seconds);
  }

  /**
   * Ends it, and adds up what it said that it received.
   *
   * @return a number of spans, or -1 if it says nothing of them
   */
  long stopAndCount() throws IOException, InterruptedException {
    process.stop();
    if (candidate.received() == null) {
      return -1;
    }
    try (Stream<String> lines = Files.lines(process.output())) {
      return lines
          .map(candidate.received()::matcher)
          .filter(Matcher::find)
          .mapToLong(found -> Long.parseLong(found.group(1)))
          .sum();
    }
  }

  @Override
  public void close() {
    process.close();
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Ports that nothing listens on, each different from the others. */
  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      while (sockets.size() < count) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }
}
