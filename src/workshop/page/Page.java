package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.notebook.Notebook;
import workshop.notebook.Notebooks;
import workshop.thread.Daemons;
import workshop.wire.Addresses;
import workshop.wire.Backend;
import workshop.wire.Exchange;
import workshop.wire.OtlpJson;
import workshop.wire.Signal;

/**
 * The page: shows the exchanges of a backend's inbox in a browser, as they arrive, and the lessons'
 * notebooks. It is read-only, except for the notebooks and the {@link FaultsApi faults}, which only
 * a browser on this machine may use.
 *
 * <p>{@code /} and the files beside it are the page itself. Everything else needs the {@link Token
 * token}: {@code /api/} is the page's data as JSON, and {@code /api/events} a stream of server-sent
 * events: {@code hello} with the server's instance, {@code exchange} with each new exchange, {@code
 * guide} when the guide changed, {@code notebook} when a notebook changed, and {@code resync} when
 * a page was too slow and has to request what it missed.
 */
public final class Page implements AutoCloseable {
  static {
    // Otherwise Nagle's algorithm delays responses by about 40 ms on a kept-alive connection.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    // Seconds for a whole request, so that a slow sender does not occupy a thread forever.
    System.setProperty("sun.net.httpserver.maxReqTime", "30");
  }

  private static final int THREADS = 32;

  /** Each stream occupies a thread; the others are for requests. */
  private static final int MOST_STREAMS = 20;

  private static final int MOST_LISTED = 5000;

  /** As JSON, a request takes many times its size; the heap is small. */
  private static final int MOST_PRINTED_BYTES = 2 << 20;

  private static final Pattern EXCHANGE = Pattern.compile("/api/exchanges/(\\d{1,18})");
  private static final Pattern REQUEST = Pattern.compile("/api/exchanges/(\\d{1,18})/request");
  private static final Pattern SPAN =
      Pattern.compile("/api/exchanges/(\\d{1,18})/spans/(\\d{1,9})");
  private static final Pattern TRACE = Pattern.compile("/api/traces/([0-9a-f]{2,256}|-)");
  private static final Pattern DOWNLOAD =
      Pattern.compile("/api/traces/([0-9a-f]{2,256}|-)/otlp\\.json");

  private static final Map<String, String> SECURITY =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
              + " connect-src 'self'; base-uri 'none'; form-action 'none';"
              + " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Cache-Control",
          "no-store");

  private final HttpServer server;
  private final Backend backend;
  private final Supplier<String> guide;
  private final NotebookApi notebookApi;
  private final Guard guard;
  private final Token token = new Token();
  private final InetAddress bind;
  private final StaticFiles files = StaticFiles.load();
  private final String instance = UUID.randomUUID().toString();
  private final List<EventStream> streams = new CopyOnWriteArrayList<>();

  /** Requests are decoded one at a time, however many pages are open: each takes memory. */
  private final Object decoding = new Object();

  private final ExecutorService threads =
      Executors.newFixedThreadPool(THREADS, Daemons.named("page"));

  private Page(
      HttpServer server,
      InetAddress bind,
      Backend backend,
      Supplier<String> guide,
      Notebooks notebooks) {
    this.server = server;
    this.bind = bind;
    this.backend = backend;
    this.guide = guide;
    this.notebookApi = notebooks == null ? null : new NotebookApi(notebooks);
    this.guard = new Guard(bind);
  }

  /**
   * Starts to serve the page of a backend.
   *
   * @param port 0 for a free one
   * @param guide the lessons with their tasks as a JSON object, called at each change; null for a
   *     page without lessons
   * @param notebooks null for a page that does not run code
   * @throws java.net.BindException if the port is in use
   * @throws IOException if the address cannot be bound for another reason
   */
  public static Page start(
      InetAddress bind, int port, Backend backend, Supplier<String> guide, Notebooks notebooks)
      throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(bind, port), 0);
    Page page = new Page(server, bind, backend, guide, notebooks);
    server.createContext("/", page::handle);
    server.setExecutor(page.threads);
    backend.inbox().onArrival(page::arrived);
    if (notebooks != null) {
      notebooks.onChange(page::notebookChanged);
    }
    server.start();
    return page;
  }

  int port() {
    return server.getAddress().getPort();
  }

  /**
   * The addresses with the token, the one for this machine first, for example {@code
   * http://127.0.0.1:4319/#token=…}. A browser that opens one sees what arrived, and on this
   * machine may also run code and set faults.
   */
  public List<String> addressesWithToken() {
    return Addresses.hosts(bind).stream()
        .map(host -> "http://" + host + ":" + port() + "/#" + token.fragment())
        .toList();
  }

  /** The address for this machine. */
  public String addressWithToken() {
    return addressesWithToken().get(0);
  }

  /** Makes every open page reload the guide. */
  public void guideChanged() {
    tell(EventStream.event("guide", "{}"));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void arrived(List<Exchange> exchanges, long missed) {
    if (missed > 0) {
      tell(EventStream.RESYNC);
    }
    for (Exchange exchange : streams.isEmpty() ? List.<Exchange>of() : exchanges) {
      JsonObject json = ExchangeJson.summary(exchange);
      json.addProperty("dropped", backend.inbox().dropped());
      if (exchange.signal() != null) {
        json.addProperty("received", backend.inbox().received(exchange.signal()));
      }
      tell(EventStream.event("exchange", json.toString()));
    }
  }

  private void notebookChanged(Notebook notebook) {
    if (!streams.isEmpty()) {
      tell(EventStream.event("notebook", NotebookApi.news(notebook)));
    }
  }

  private void tell(String event) {
    streams.forEach(stream -> stream.offer(event));
  }

  private void handle(HttpExchange http) throws IOException {
    try (http) {
      SECURITY.forEach(http.getResponseHeaders()::set);
      try {
        answer(http);
      } catch (HttpError e) {
        send(http, e.code, "application/json", e.json());
      } catch (RuntimeException e) {
        send(http, 500, "application/json", new HttpError(500, e.toString()).json());
      }
    }
  }

  private void answer(HttpExchange http) throws IOException, HttpError {
    String path = http.getRequestURI().getPath();
    StaticFiles.File file = files.find(path);
    guard.check(http, file != null);
    if (file == null) {
      token.require(http);
    }
    if (path.equals("/api/faults")) {
      guard.requireLocal(http);
      new FaultsApi(backend.faults()).answer(http);
      return;
    }
    if (notebookApi != null && NotebookApi.has(path)) {
      guard.requireLocal(http);
      json(http, notebookApi.answer(http));
      return;
    }
    if (!http.getRequestMethod().equals("GET")) {
      http.getResponseHeaders().set("Allow", "GET");
      throw new HttpError(
          405, "this address is read-only; use GET, not " + http.getRequestMethod());
    }
    if (file != null) {
      send(http, 200, file.type(), file.content());
    } else if (path.equals("/api/events")) {
      stream(http);
    } else {
      data(http, path);
    }
  }

  private void data(HttpExchange http, String path) throws IOException, HttpError {
    Matcher matcher;
    if (path.equals("/api/exchanges")) {
      json(http, exchanges(http));
    } else if (path.equals("/api/traces")) {
      synchronized (decoding) {
        json(http, TraceList.find(backend.inbox().exchanges(), query(http)));
      }
    } else if (path.equals("/api/metrics")) {
      synchronized (decoding) {
        json(http, MetricTable.of(backend.inbox().exchanges()));
      }
    } else if (path.equals("/api/logs")) {
      synchronized (decoding) {
        json(http, LogTable.of(backend.inbox().exchanges()));
      }
    } else if (path.equals("/api/bench/protocol")) {
      json(http, BenchApi.protocol());
    } else if (path.equals("/api/guide") && guide != null) {
      json(http, JsonParser.parseString(guide.get()).getAsJsonObject());
    } else if ((matcher = EXCHANGE.matcher(path)).matches()) {
      synchronized (decoding) {
        Exchange exchange = exchange(matcher);
        json(http, ExchangeJson.details(exchange, backend.inbox().attempts(exchange.batch())));
      }
    } else if ((matcher = REQUEST.matcher(path)).matches()) {
      synchronized (decoding) {
        send(http, 200, "application/json", request(exchange(matcher)).getBytes(UTF_8));
      }
    } else if ((matcher = SPAN.matcher(path)).matches()) {
      synchronized (decoding) {
        String span = SpanJson.of(exchange(matcher), Integer.parseInt(matcher.group(2)));
        send(http, 200, "application/json", span.getBytes(UTF_8));
      }
    } else if ((matcher = TRACE.matcher(path)).matches()) {
      synchronized (decoding) {
        json(http, TraceJson.of(traceId(matcher), backend.inbox().exchanges()));
      }
    } else if ((matcher = DOWNLOAD.matcher(path)).matches()) {
      download(http, matcher);
    } else {
      throw new HttpError(404, "not found");
    }
  }

  /** The state that a page needs at its start, and again after it lost its stream. */
  private JsonObject exchanges(HttpExchange http) {
    List<Exchange> kept = backend.inbox().exchanges();
    JsonArray exchanges = new JsonArray();
    kept.subList(Math.max(0, kept.size() - MOST_LISTED), kept.size())
        .forEach(exchange -> exchanges.add(ExchangeJson.summary(exchange)));
    JsonObject received = new JsonObject();
    for (Signal signal : Signal.values()) {
      received.addProperty(ExchangeJson.name(signal), backend.inbox().received(signal));
    }
    JsonObject json = new JsonObject();
    json.addProperty("instance", instance);
    json.addProperty("grpcPort", backend.grpcPort());
    json.addProperty("httpPort", backend.httpPort());
    json.addProperty("guide", guide != null);
    json.addProperty("notebook", notebookApi != null);
    json.addProperty("mayRun", notebookApi != null && guard.isLocal(http));
    json.addProperty("total", backend.inbox().total());
    json.addProperty("dropped", backend.inbox().dropped());
    json.add("received", received);
    json.add("exchanges", exchanges);
    return json;
  }

  private Exchange exchange(Matcher matcher) throws HttpError {
    long number = Long.parseLong(matcher.group(1));
    return backend.inbox().exchanges().stream()
        .filter(exchange -> exchange.number() == number)
        .findFirst()
        .orElseThrow(
            () -> new HttpError(404, "exchange " + number + " does not exist, or was deleted"));
  }

  private static String request(Exchange exchange) throws HttpError {
    if (!exchange.answer().accepted()) {
      throw new HttpError(404, "the request was rejected; its body is not kept");
    }
    if (exchange.decodedBytes() > MOST_PRINTED_BYTES) {
      throw new HttpError(
          413, "the request is larger than the page's limit of " + MOST_PRINTED_BYTES + " bytes");
    }
    return OtlpJson.print(exchange.request());
  }

  /** The id in the path; a dash means an empty id, which a faulty sender may send. */
  private static ByteString traceId(Matcher matcher) throws HttpError {
    if (matcher.group(1).equals("-")) {
      return ByteString.EMPTY;
    }
    if (matcher.group(1).length() % 2 != 0) {
      throw new HttpError(404, "invalid trace id: it has two hexadecimal digits per byte");
    }
    return ByteString.fromHex(matcher.group(1));
  }

  private void download(HttpExchange http, Matcher matcher) throws IOException, HttpError {
    ByteString id = traceId(matcher);
    synchronized (decoding) {
      TraceDownload trace = TraceDownload.of(id, backend.inbox().exchanges());
      http.getResponseHeaders().set("Content-Type", "application/json");
      http.sendResponseHeaders(200, 0);
      trace.write(http.getResponseBody());
    }
  }

  private void stream(HttpExchange http) throws IOException, HttpError {
    EventStream stream = new EventStream();
    if (streams.size() >= MOST_STREAMS) {
      throw new HttpError(503, "too many pages are open (" + MOST_STREAMS + "); close one");
    }
    streams.add(stream);
    try {
      http.getResponseHeaders().set("Content-Type", "text/event-stream");
      http.sendResponseHeaders(200, 0);
      JsonObject hello = new JsonObject();
      hello.addProperty("instance", instance);
      stream.serve(http.getResponseBody(), EventStream.event("hello", hello.toString()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      streams.remove(stream);
    }
  }

  /** The parameter {@code q}, decoded. */
  private static String query(HttpExchange http) {
    String query = http.getRequestURI().getRawQuery();
    return query == null || !query.startsWith("q=")
        ? ""
        : URLDecoder.decode(query.substring(2), UTF_8);
  }

  private static void json(HttpExchange http, JsonElement json) throws IOException {
    send(http, 200, "application/json", json.toString().getBytes(UTF_8));
  }

  private static void send(HttpExchange http, int code, String type, byte[] body)
      throws IOException {
    http.getResponseHeaders().set("Content-Type", type);
    if (http.getRequestMethod().equals("HEAD")) {
      http.sendResponseHeaders(code, -1);
      return;
    }
    http.sendResponseHeaders(code, body.length);
    try (OutputStream out = http.getResponseBody()) {
      out.write(body);
    }
  }
}
