package workshop.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A load generator: sends prepared requests to a backend on this machine, on each connection the
 * next one as soon as the response to the last arrived. It runs in its own process, so that its CPU
 * time is separate from the backend's: it reads an {@link Order} as a line of JSON, and writes a
 * {@link Sent}.
 */
final class Load {
  private static final double MOST_SECONDS = 600;
  private static final int MOST_CONNECTIONS = 64;

  private Load() {}

  /**
   * What to send, to 127.0.0.1.
   *
   * @param grpcPort 0 for nothing over gRPC; with both ports, connections alternate
   * @param httpPort 0 for nothing over HTTP
   * @param spans how many in each request
   * @param seconds how long to start new requests; each connection sends at least one
   */
  record Order(int grpcPort, int httpPort, int connections, int spans, double seconds) {}

  /**
   * The result.
   *
   * @param accepted requests with a success response
   * @param retryLater requests that the backend asked to retry later; they are not sent again
   * @param failures requests with any other outcome; a connection ends with its first
   * @param problem what the last failure was, empty without one
   * @param nanos from the first request to the last response
   * @param p50Nanos the time of a request, its median
   * @param p99Nanos the time that 99 of 100 requests take at most
   */
  record Sent(
      long accepted,
      long retryLater,
      long failures,
      String problem,
      long nanos,
      long p50Nanos,
      long p99Nanos) {}

  /**
   * Starts it.
   *
   * @param folder for the file with its messages
   */
  static Child start(Path folder) throws IOException {
    return Child.answering(
        "The load generator", Child.java(Load.class.getName()), folder.resolve("sender.err"));
  }

  /** Executes orders until standard input ends, that is, until its parent process ends. */
  public static void main(String[] args) throws Exception {
    Gson gson = new Gson();
    BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      System.out.println(gson.toJson(run(gson.fromJson(line, Order.class))));
    }
    System.exit(0);
  }

  private static Sent run(Order order) throws InterruptedException, ExecutionException {
    int connections = Math.min(MOST_CONNECTIONS, order.connections());
    List<byte[]> requests = Requests.of(order.spans());
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    try {
      long start = System.nanoTime();
      long end = start + (long) (Math.min(MOST_SECONDS, order.seconds()) * 1e9);
      List<Callable<Connection>> senders = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        boolean grpc = order.httpPort() == 0 || (order.grpcPort() != 0 && i % 2 == 0);
        int first = i * requests.size() / connections;
        senders.add(
            () -> {
              Connection connection = new Connection();
              connection.send(order, grpc, requests, first, end);
              return connection;
            });
      }
      List<Connection> done = new ArrayList<>();
      for (Future<Connection> sender : threads.invokeAll(senders)) {
        done.add(sender.get());
      }
      return sum(done, System.nanoTime() - start);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Sent sum(List<Connection> connections, long nanos) {
    long[] all =
        connections.stream().flatMapToLong(c -> Arrays.stream(c.nanos, 0, c.answers)).toArray();
    Arrays.sort(all);
    return new Sent(
        connections.stream().mapToLong(c -> c.accepted).sum(),
        connections.stream().mapToLong(c -> c.answers - c.accepted).sum(),
        connections.stream().filter(c -> !c.problem.isEmpty()).count(),
        connections.stream().map(c -> c.problem).reduce("", (a, b) -> b.isEmpty() ? a : b),
        nanos,
        all.length == 0 ? 0 : all[all.length / 2],
        all.length == 0 ? 0 : all[(int) (all.length * 0.99)]);
  }

  /** How requests get to a backend. */
  interface Sender extends AutoCloseable {
    /**
     * Sends a request and waits for the response.
     *
     * @return false if the backend asks to retry it later
     * @throws IOException for any other response, or none
     */
    boolean send(byte[] request) throws IOException;

    @Override
    void close();
  }

  /** The requests of one connection, one after the other. */
  private static final class Connection {
    private long[] nanos = new long[1024];
    private int answers;
    private int accepted;
    private String problem = "";

    void send(Order order, boolean grpc, List<byte[]> requests, int first, long end) {
      try (Sender sender =
          grpc ? new GrpcSender(order.grpcPort()) : new HttpSender(order.httpPort())) {
        for (int i = first; answers == 0 || System.nanoTime() < end; i++) {
          long begin = System.nanoTime();
          if (sender.send(requests.get(i % requests.size()))) {
            accepted++;
          }
          if (answers == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * answers);
          }
          nanos[answers++] = System.nanoTime() - begin;
        }
      } catch (IOException e) {
        problem = e.toString();
      }
    }
  }
}
