package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import com.google.rpc.Status;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Receives OTLP/HTTP: {@code POST} to a signal's path, protobuf or JSON, plain or gzip.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>
 */
final class HttpReceiver implements AutoCloseable {
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";

  /**
   * What the JDK's server puts where a status belongs; no client reads a status of so many digits.
   */
  private static final int NO_STATUS = 314159265;

  private static final byte[] HALF_AN_ANSWER = "half an answer".getBytes(UTF_8);

  /** Connections that wait to be accepted; one too many has to try again after a second. */
  private static final int BACKLOG = 1024;

  /** Requests whose answers are awaited before the end; any number that is never reached. */
  private static final int MANY = 1 << 16;

  static {
    // Else Nagle's algorithm holds answers back for about 40 ms on a connection that is kept alive.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    // Seconds for a whole request: a sender that trickles bytes does not hold a thread for ever.
    System.setProperty("sun.net.httpserver.maxReqTime", "30");
    // Bytes, as gRPC's clients and servers have it; else 200 headers of any size.
    System.setProperty("sun.net.httpserver.maxReqHeaderSize", "65536");
  }

  private final Inbox inbox;
  private final Connections connections;
  private final HttpServer server;
  private final Budget budget;
  private final Faults faults;
  private final HttpThreads threads = new HttpThreads();
  private final Semaphore idle = new Semaphore(MANY);
  private volatile boolean closing;

  private HttpReceiver(
      HttpServer server, Inbox inbox, Connections connections, Budget budget, Faults faults) {
    this.budget = budget;
    this.faults = faults;
    this.server = server;
    this.inbox = inbox;
    this.connections = connections;
  }

  static HttpReceiver start(
      InetAddress bind,
      int port,
      Inbox inbox,
      Connections connections,
      Budget budget,
      Faults faults)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(bind, port), BACKLOG);
    } catch (BindException e) {
      if (e.getMessage().contains("in use")) {
        throw new PortTakenException(port, e);
      }
      throw e;
    }
    HttpReceiver receiver = new HttpReceiver(server, inbox, connections, budget, faults);
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
    closing = true;
    boolean allAnswered = false;
    try {
      // HttpServer.stop waits as long as it is told to, even when nothing is under way.
      allAnswered = idle.tryAcquire(MANY, Backend.GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(0);
    threads.end();
    if (allAnswered) {
      idle.release(MANY); // so that a second close has nothing to wait for
    }
  }

  private void handle(HttpExchange http) throws IOException {
    boolean tooLate = closing || !idle.tryAcquire();
    try (http;
        Budget.Share share = budget.share()) {
      receive(http, share, tooLate);
    } finally {
      if (!tooLate) {
        idle.release();
      }
    }
  }

  private void receive(HttpExchange http, Budget.Share share, boolean tooLate) throws IOException {
    Instant at = Instant.now();
    long startNanos = System.nanoTime();
    String path = http.getRequestURI().getPath();
    Signal signal = signal(path);
    Protocol protocol = protocol(http);
    int items = 0;
    long wireBytes = 0;
    long decodedBytes = 0;
    long bodyHash = 0;
    ByteString body = ByteString.EMPTY;
    Faults.Served fault = null;
    Answer answer;
    try {
      if (tooLate) {
        throw Refused.busy("this backend is closing");
      }
      byte[] wire = HttpBody.read(http.getRequestBody(), share);
      wireBytes = wire.length;
      check(http, path, signal, protocol);
      byte[] decoded =
          HttpBody.decompress(wire, http.getRequestHeaders().getFirst("Content-Encoding"), share);
      decodedBytes = decoded.length;
      bodyHash = Attempts.hash(decoded);
      body = decode(decoded, signal, protocol, share);
      Message request = signal.decode(body);
      items = signal.count(request);
      fault =
          faults.next(
              new Fault.Incoming(
                  protocol,
                  path,
                  signal,
                  request,
                  decodedBytes,
                  http.getRequestHeaders().getFirst("Authorization")));
      answer = fault == null ? Answer.ofHttp(200, "OK", "") : Answer.of(fault, protocol);
      if (fault != null) {
        faults.hold(fault.fault().delay());
        body = answer.accepted() ? body : ByteString.EMPTY;
      }
    } catch (InvalidProtocolBufferException e) {
      body = ByteString.EMPTY;
      answer = Answer.ofHttp(400, "Bad Request", "not an OTLP request: " + e.getMessage());
    } catch (Refused e) {
      HttpBody.discard(http.getRequestBody());
      answer = e.answer();
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
            answer,
            bodyHash,
            0,
            1));
    if (answer.code() < 0) {
      spoil(http, fault.fault().action());
    } else {
      respond(http, signal, protocol, answer, fault);
    }
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

  /**
   * The body as protobuf.
   *
   * @throws Refused if it would take more memory than there is for one request, or for all at once
   */
  private static ByteString decode(
      byte[] body, Signal signal, Protocol protocol, Budget.Share share)
      throws Refused, InvalidProtocolBufferException {
    boolean json = protocol == Protocol.HTTP_JSON;
    long size =
        json ? DecodedSize.ofJson(body) : DecodedSize.ofProtobuf(body, signal.requestType());
    if (size > DecodedSize.LIMIT) {
      throw Refused.tooLarge(DecodedSize.reason(size));
    }
    try {
      share.take(size);
    } catch (Budget.Spent e) {
      throw Refused.busy(e.getMessage());
    }
    return json
        ? OtlpJson.parse(body, signal).toByteString()
        : UnsafeByteOperations.unsafeWrap(body);
  }

  /** Answers with something that is none, or not at all. Closing the exchange does the rest. */
  private void spoil(HttpExchange http, Fault.Action action) throws IOException {
    switch (action) {
      case HANG -> faults.hold(Faults.LONGEST_HANG);
      case GARBAGE -> http.sendResponseHeaders(NO_STATUS, -1);
      case HALF -> {
        http.getResponseHeaders().set("Content-Type", PROTOBUF);
        http.sendResponseHeaders(200, 2 * HALF_AN_ANSWER.length);
        http.getResponseBody().write(HALF_AN_ANSWER);
        http.getResponseBody().flush();
      }
      default -> {}
    }
  }

  /**
   * An error's body is a {@code google.rpc.Status} in the encoding of the request, else text.
   *
   * @param fault null if the answer is our own
   */
  private static void respond(
      HttpExchange http, Signal signal, Protocol protocol, Answer answer, Faults.Served fault)
      throws IOException {
    String told = fault == null ? answer.message() : fault.told();
    Message message;
    if (!answer.accepted()) {
      int code = fault == null ? StatusCodes.ofRefusal(answer.code()) : fault.fault().grpcCode();
      message = Status.newBuilder().setCode(code).setMessage(told).build();
    } else if (fault != null && fault.fault().action() == Fault.Action.PARTIAL) {
      message = signal.partialSuccess(answer.rejected(), told);
    } else {
      message = signal.success();
    }
    String type = "text/plain; charset=utf-8";
    byte[] body = (told + "\n").getBytes(UTF_8);
    if (protocol == Protocol.HTTP_PROTOBUF) {
      type = PROTOBUF;
      body = message.toByteArray();
    } else if (protocol == Protocol.HTTP_JSON) {
      type = JSON;
      body = OtlpJson.print(message).getBytes(UTF_8);
    }
    http.getResponseHeaders().set("Content-Type", type);
    if (fault != null && fault.fault().retry() != null) {
      long seconds = (fault.fault().retry().toMillis() + 999) / 1000;
      http.getResponseHeaders().set("Retry-After", String.valueOf(seconds));
    } else if (fault == null && answer.code() == 503) {
      http.getResponseHeaders().set("Retry-After", String.valueOf(Budget.RETRY_AFTER_SECONDS));
    }
    if (fault != null && fault.fault().action() == Fault.Action.TOKEN) {
      http.getResponseHeaders().set("WWW-Authenticate", "Bearer");
    }
    boolean empty = body.length == 0 || answer.code() == 304; // which has no body
    http.sendResponseHeaders(answer.code(), empty ? -1 : body.length);
    if (!empty) {
      http.getResponseBody().write(body);
    }
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
