package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import com.google.rpc.Code;
import com.google.rpc.Status;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/**
 * Receives OTLP/HTTP: {@code POST} to a signal's path, protobuf or JSON, plain or gzip.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>
 */
final class HttpReceiver implements AutoCloseable {
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";
  private static final int THREADS = 32;

  static {
    // Else Nagle's algorithm holds answers back for about 40 ms on a connection that is kept alive.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    // Seconds for a whole request: a sender that trickles bytes does not hold a thread for ever.
    System.setProperty("sun.net.httpserver.maxReqTime", "30");
  }

  private final Inbox inbox;
  private final Connections connections;
  private final HttpServer server;
  private final Semaphore idle = new Semaphore(THREADS);
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS,
          task -> {
            Thread thread = new Thread(task, "otlp-http");
            thread.setDaemon(true);
            return thread;
          });

  private HttpReceiver(HttpServer server, Inbox inbox, Connections connections) {
    this.server = server;
    this.inbox = inbox;
    this.connections = connections;
  }

  static HttpReceiver start(InetAddress bind, int port, Inbox inbox, Connections connections)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(bind, port), 0);
    } catch (BindException e) {
      if (e.getMessage().contains("in use")) {
        throw new PortTakenException(port, e);
      }
      throw e;
    }
    HttpReceiver receiver = new HttpReceiver(server, inbox, connections);
    server.createContext("/", receiver::handle);
    server.setExecutor(receiver.threads);
    server.start();
    return receiver;
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    try {
      // HttpServer.stop waits as long as it is told to, even when nothing is under way.
      idle.tryAcquire(THREADS, 1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(0);
    threads.shutdownNow();
  }

  /** A request that gets no success: the answer's code and the reason for the sender. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    final int code;
    final String name;

    Refused(int code, String name, String message) {
      super(message);
      this.code = code;
      this.name = name;
    }
  }

  private void handle(HttpExchange http) throws IOException {
    idle.acquireUninterruptibly();
    try (http) {
      receive(http);
    } finally {
      idle.release();
    }
  }

  private void receive(HttpExchange http) throws IOException {
    Instant at = Instant.now();
    long startNanos = System.nanoTime();
    String path = http.getRequestURI().getPath();
    Signal signal = signal(path);
    Protocol protocol = protocol(http);
    int items = 0;
    long wireBytes = 0;
    long decodedBytes = 0;
    ByteString body = ByteString.EMPTY;
    Answer answer;
    try {
      byte[] wire = readAll(http.getRequestBody());
      wireBytes = wire.length;
      check(http, path, signal, protocol);
      byte[] decoded = decompress(http, wire);
      decodedBytes = decoded.length;
      body =
          protocol == Protocol.HTTP_JSON
              ? OtlpJson.parse(decoded, signal).toByteString()
              : UnsafeByteOperations.unsafeWrap(decoded);
      items = signal.count(signal.decode(body));
      answer = Answer.ofHttp(200, "OK", "");
    } catch (InvalidProtocolBufferException e) {
      body = ByteString.EMPTY;
      answer = Answer.ofHttp(400, "Bad Request", "not an OTLP request: " + e.getMessage());
    } catch (Refused e) {
      answer = Answer.ofHttp(e.code, e.name, e.getMessage());
    }
    inbox.add(
        new Exchange(
            0,
            at,
            Duration.ofNanos(System.nanoTime() - startNanos),
            protocol,
            connections.number(http.getRemoteAddress()),
            http.getRequestMethod(),
            path,
            headers(http),
            wireBytes,
            decodedBytes,
            signal,
            items,
            body,
            answer));
    respond(http, signal, protocol, answer);
  }

  private static void check(HttpExchange http, String path, Signal signal, Protocol protocol)
      throws Refused {
    if (signal == null) {
      throw new Refused(
          404,
          "Not Found",
          path + " is no path of OTLP/HTTP: use /v1/traces, /v1/metrics or /v1/logs");
    }
    if (!http.getRequestMethod().equals("POST")) {
      http.getResponseHeaders().set("Allow", "POST");
      throw new Refused(
          405, "Method Not Allowed", "OTLP/HTTP is POST, not " + http.getRequestMethod());
    }
    if (protocol == Protocol.HTTP_OTHER) {
      throw new Refused(
          415, "Unsupported Media Type", "Content-Type must be " + PROTOBUF + " or " + JSON);
    }
  }

  private static byte[] readAll(InputStream in) throws IOException, Refused {
    byte[] bytes = in.readNBytes(Backend.MAX_BODY_BYTES + 1);
    if (bytes.length > Backend.MAX_BODY_BYTES) {
      throw new Refused(
          413,
          "Content Too Large",
          "a body may have " + Backend.MAX_BODY_BYTES + " bytes, before and after decompression");
    }
    return bytes;
  }

  private static byte[] decompress(HttpExchange http, byte[] wire) throws Refused {
    String encoding = http.getRequestHeaders().getFirst("Content-Encoding");
    if (encoding == null || encoding.equalsIgnoreCase("identity")) {
      return wire;
    }
    if (!encoding.equalsIgnoreCase("gzip")) {
      throw new Refused(
          415, "Unsupported Media Type", "Content-Encoding must be gzip or none, not " + encoding);
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(wire))) {
      return readAll(in);
    } catch (IOException e) {
      throw new Refused(400, "Bad Request", "the body is no gzip: " + e.getMessage());
    }
  }

  /** An error's body is a {@code google.rpc.Status} in the encoding of the request, else text. */
  private static void respond(HttpExchange http, Signal signal, Protocol protocol, Answer answer)
      throws IOException {
    Message message =
        answer.accepted()
            ? signal.success()
            : Status.newBuilder()
                .setCode(answer.code() == 400 ? Code.INVALID_ARGUMENT_VALUE : Code.UNKNOWN_VALUE)
                .setMessage(answer.message())
                .build();
    String type = "text/plain; charset=utf-8";
    byte[] body = (answer.message() + "\n").getBytes(UTF_8);
    if (protocol == Protocol.HTTP_PROTOBUF) {
      type = PROTOBUF;
      body = message.toByteArray();
    } else if (protocol == Protocol.HTTP_JSON) {
      type = JSON;
      body = OtlpJson.print(message).getBytes(UTF_8);
    }
    http.getResponseHeaders().set("Content-Type", type);
    http.sendResponseHeaders(answer.code(), body.length == 0 ? -1 : body.length);
    http.getResponseBody().write(body);
  }

  private static Signal signal(String path) {
    for (Signal signal : Signal.values()) {
      if (signal.path().equals(path)) {
        return signal;
      }
    }
    return null;
  }

  private static Protocol protocol(HttpExchange http) {
    String type = http.getRequestHeaders().getFirst("Content-Type");
    String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return switch (media) {
      case PROTOBUF -> Protocol.HTTP_PROTOBUF;
      case JSON -> Protocol.HTTP_JSON;
      default -> Protocol.HTTP_OTHER;
    };
  }

  private static List<Header> headers(HttpExchange http) {
    List<Header> headers = new ArrayList<>();
    http.getRequestHeaders()
        .forEach((name, values) -> values.forEach(value -> headers.add(new Header(name, value))));
    return List.copyOf(headers);
  }
}
