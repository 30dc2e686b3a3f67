package workshop.bench;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/**
 * A backend that is running.
 *
 * @param secondsToReady from its start until both ports accept connections
 */
record Server(Candidate candidate, Child process, int grpcPort, int httpPort, double secondsToReady)
    implements AutoCloseable {
  private static final long LIMIT_NANOS = 60_000_000_000L;
  private static final long PAUSE_NANOS = 2_000_000;
  private static final int CONNECT_MILLIS = 1000;

  /**
   * Starts a backend on free loopback ports, and waits until it is ready.
   *
   * @param folder for the file with its output
   * @throws IllegalStateException if it ends instead, or takes more than a minute; the message
   *     contains its last lines
   */
  static Server start(Candidate candidate, Path folder) throws IOException, InterruptedException {
    int grpcPort = freePort(20_000);
    int httpPort = freePort(26_000);
    List<String> command = candidate.command().at(grpcPort, httpPort);
    Path output = Files.createTempFile(folder, "backend", ".out");
    long start = System.nanoTime();
    Child process = Child.serving(candidate.name(), command, output);
    try {
      while (!accepts(grpcPort) || !accepts(httpPort)) {
        if (!process.isAlive()) {
          throw process.ended();
        }
        if (System.nanoTime() - start > LIMIT_NANOS) {
          throw process.problem("does not accept connections after a minute");
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (Throwable e) {
      process.close();
      throw e;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Server(candidate, process, grpcPort, httpPort, seconds);
  }

  /**
   * Stops it, and adds up the spans that it reports.
   *
   * @return the number of spans, or -1 if it does not report it
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

  /**
   * A free port from a number on, below the range for outgoing connections: a port in that range
   * could be used again before the backend has it.
   */
  private static int freePort(int from) throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(from, from + 6000);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (BindException e) {
        // taken: another one
      }
    }
  }
}
