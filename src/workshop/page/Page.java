package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import workshop.notebook.Notebook;
import workshop.notebook.Notebooks;
import workshop.thread.Daemons;
import workshop.wire.Addresses;
import workshop.wire.Backend;
import workshop.wire.Exchange;
import workshop.wire.Signal;

/**
 * The page: shows the exchanges of a backend's inbox in a browser, as they arrive, and the lessons'
 * notebooks. It is read-only, except for the notebooks, the hints, the {@link FaultsApi faults} and
 * the {@link FilesApi files} that are opened, which only a browser on this machine may use.
 *
 * <p>{@code /} and the files beside it are the page itself. Everything else needs the {@link Token
 * token}: {@code /api/} is the page's data as JSON, and {@code /api/events} a stream of server-sent
 * events: {@code hello} with the server's instance, {@code exchange} with each new exchange, {@code
 * guide} when the guide changed, {@code notebook} when a notebook changed, {@code faults} with the
 * number of queued faults when a page changed them, and {@code resync} when a page was too slow and
 * has to request what it missed.
 */
public final class Page implements AutoCloseable {
  private static final int THREADS = 8;
  private static final int MOST_STREAMS = 20;
  private static final int HEARTBEAT_SECONDS = 10;
  private static final int MOST_LISTED = 5000;

  private static final String HINT = "/api/guide/hint";
  private static final Pattern EXCHANGE = Pattern.compile("/api/exchanges/(\\d{1,18})");
  private static final Pattern REQUEST = Pattern.compile("/api/exchanges/(\\d{1,18})/request");
  private static final Pattern SPAN =
      Pattern.compile("/api/exchanges/(\\d{1,18})/spans/(\\d{1,9})");
  private static final Pattern TRACE = Pattern.compile("/api/traces/([0-9a-f]{2,256}|-)");
  private static final Pattern LOG = Pattern.compile("/api/exchanges/(\\d{1,18})/logs/(\\d{1,9})");
  private static final Pattern LOGS_OF_TRACE =
      Pattern.compile("/api/traces/([0-9a-f]{2,256})/logs");
  private static final Pattern STREAM = Pattern.compile("/api/metrics/([0-9a-f]{16})");
  private static final Pattern DOWNLOAD =
      Pattern.compile("/api/traces/([0-9a-f]{2,256}|-)/otlp\\.json");

  private final PageServer server;
  private final Backend backend;
  private final Lessons guide;
  private final FaultsApi faultsApi;
  private final NotebookApi notebookApi;
  private final FilesApi filesApi;
  private final Guard guard;
  private final Token token = new Token();
  private final InetAddress bind;
  private final StaticFiles files = StaticFiles.load();
  private final String instance = UUID.randomUUID().toString();
  private final List<EventStream> streams = new CopyOnWriteArrayList<>();

  /** Makes JSON of telemetry, for one page at a time: that takes memory. */
  private final ExecutorService data = Executors.newFixedThreadPool(1, Daemons.named("page"));

  private final ExecutorService workers =
      Executors.newFixedThreadPool(THREADS, Daemons.named("page"));

  private Page(InetAddress bind, int port, Backend backend, Lessons guide, Notebooks notebooks)
      throws IOException {
    this.bind = bind;
    this.backend = backend;
    this.guide = guide;
    this.faultsApi = new FaultsApi(backend.faults());
    this.notebookApi = notebooks == null ? null : new NotebookApi(notebooks);
    this.filesApi = new FilesApi(backend.inbox(), data, workers);
    this.guard = new Guard(bind);
    this.server = new PageServer(bind, port, new Served());
  }

  /**
   * Starts to serve the page of a backend.
   *
   * @param port 0 for a free one
   * @param guide the lessons with their tasks; null for a page without lessons
   * @param notebooks null for a page that does not run code
   * @throws java.net.BindException if the port is in use
   * @throws IOException if the address cannot be bound for another reason
   */
  public static Page start(
      InetAddress bind, int port, Backend backend, Lessons guide, Notebooks notebooks)
      throws IOException {
    Page page = new Page(bind, port, backend, guide, notebooks);
    page.server.every(HEARTBEAT_SECONDS, () -> page.tell(EventStream.HEARTBEAT));
    backend.inbox().onArrival(page::arrived);
    if (notebooks != null) {
      notebooks.onChange(page::notebookChanged);
    }
    return page;
  }

  int port() {
    return server.port();
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
    server.close();
    data.shutdownNow();
    workers.shutdownNow();
  }

  private void arrived(List<Exchange> exchanges, long missed) {
    if (missed > 0) {
      tell(EventStream.RESYNC);
    }
    for (Exchange exchange : streams.isEmpty() ? List.<Exchange>of() : exchanges) {
      JsonObject json = ExchangeJson.summary(exchange);
      json.addProperty("dropped", backend.inbox().dropped());
      json.addProperty("faults", backend.faults().left());
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

  private final class Served implements PageServer.Handler {
    @Override
    public boolean check(Request request) throws HttpError {
      String path = request.path();
      boolean file = files.find(path) != null;
      guard.check(request, file);
      if (!file) {
        token.require(request);
      }
      if (Stream.of(FaultsApi.PATH, FilesApi.LOADED).anyMatch(path::equals)
          || runsCode(path)
          || isHint(path)) {
        Guard.requireLocal(request);
      } else if (!request.method().equals("GET")) {
        throw HttpError.method(request.method(), "GET", "this address is read-only; use GET");
      }
      return !file;
    }

    @Override
    public CompletableFuture<Response> serve(Request request) {
      StaticFiles.File file = files.find(request.path());
      if (file != null) {
        return CompletableFuture.completedFuture(Response.of(file));
      }
      return CompletableFuture.supplyAsync(
          () -> answer(request), isData(request.path()) ? data : workers);
    }
  }

  private boolean runsCode(String path) {
    return notebookApi != null && NotebookApi.has(path);
  }

  private boolean isHint(String path) {
    return guide != null && path.equals(HINT);
  }

  /** Shows a hint for the task that the body names; returns the lessons with it. */
  private Response hint(Request request) throws HttpError {
    if (!request.method().equals("POST")) {
      throw HttpError.method(request.method(), "POST", "use POST here");
    }
    guide.hint(NotebookApi.string(NotebookApi.body(request), "task"));
    return Response.json(JsonParser.parseString(guide.json()).getAsJsonObject());
  }

  private static boolean isData(String path) {
    return Stream.of("/api/exchanges", "/api/traces", "/api/metrics", "/api/logs", FilesApi.LOADED)
        .anyMatch(path::startsWith);
  }

  private Response answer(Request request) {
    try {
      String path = request.path();
      if (path.equals(FaultsApi.PATH)) {
        Response response = faultsApi.answer(request);
        if (!request.method().equals("GET")) {
          tell(EventStream.event("faults", String.valueOf(backend.faults().left())));
        }
        return response;
      }
      if (isHint(path)) {
        return hint(request);
      }
      if (runsCode(path)) {
        return Response.json(notebookApi.answer(request));
      }
      if (path.equals("/api/events")) {
        return stream();
      }
      if (path.equals(FilesApi.SAVED)) {
        return filesApi.save();
      }
      synchronized (backend.inbox().decoding()) {
        return data(request, path);
      }
    } catch (HttpError e) {
      return Response.of(e);
    } catch (RuntimeException | Error e) {
      return Response.of(new HttpError(500, e.toString()));
    }
  }

  private Response data(Request request, String path) throws HttpError {
    List<Exchange> kept = backend.inbox().exchanges();
    String query = parameter(request, "q");
    Matcher matcher;
    if (path.equals("/api/exchanges")) {
      return Response.json(exchanges(request));
    } else if (path.equals(FilesApi.LOADED)) {
      return filesApi.load(request);
    } else if (path.equals("/api/exchanges/found")) {
      Search search = new Search(query);
      return Response.json(
          Json.GSON.toJson(kept.stream().filter(search::finds).map(Exchange::number).toList()));
    } else if (path.equals("/api/traces")) {
      return Response.json(TraceList.find(since(request), query));
    } else if (path.equals("/api/metrics")) {
      return Response.json(MetricTable.of(since(request)));
    } else if (path.equals("/api/logs")) {
      return Response.json(LogTable.of(since(request)));
    } else if (path.equals("/api/bench/protocol")) {
      return Response.json(BenchApi.protocol());
    } else if (path.equals("/api/guide") && guide != null) {
      return Response.json(JsonParser.parseString(guide.json()).getAsJsonObject());
    } else if ((matcher = EXCHANGE.matcher(path)).matches()) {
      Exchange exchange = exchange(matcher);
      return Response.json(
          ExchangeJson.details(exchange, backend.inbox().attempts(exchange.batch())));
    } else if ((matcher = REQUEST.matcher(path)).matches()) {
      return Response.json(request(exchange(matcher)));
    } else if ((matcher = SPAN.matcher(path)).matches()) {
      return Response.json(SpanJson.of(exchange(matcher), Integer.parseInt(matcher.group(2))));
    } else if ((matcher = TRACE.matcher(path)).matches()) {
      return Response.json(TraceJson.of(traceId(matcher), kept, query));
    } else if ((matcher = LOGS_OF_TRACE.matcher(path)).matches()) {
      return Response.json(LogTable.ofTrace(traceId(matcher), kept));
    } else if ((matcher = LOG.matcher(path)).matches()) {
      return Response.json(LogJson.of(exchange(matcher), Integer.parseInt(matcher.group(2))));
    } else if ((matcher = STREAM.matcher(path)).matches()) {
      return Response.json(MetricTable.stream(matcher.group(1), kept));
    } else if ((matcher = DOWNLOAD.matcher(path)).matches()) {
      return Response.json(TraceDownload.of(traceId(matcher), kept));
    }
    throw new HttpError(404, "not found");
  }

  /** The state that a page needs at its start, and again after it lost its stream. */
  private byte[] exchanges(Request request) {
    List<Exchange> kept = backend.inbox().exchanges();
    Rows exchanges = new Rows(MOST_LISTED);
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
    json.addProperty("mayRun", notebookApi != null && Guard.isLocal(request));
    json.addProperty("total", backend.inbox().total());
    json.addProperty("dropped", backend.inbox().dropped());
    json.addProperty("faults", backend.faults().left());
    json.add("received", received);
    return exchanges.in(json, "exchanges");
  }

  private Exchange exchange(Matcher matcher) throws HttpError {
    long number = Long.parseLong(matcher.group(1));
    return backend.inbox().exchanges().stream()
        .filter(exchange -> exchange.number() == number)
        .findFirst()
        .orElseThrow(
            () -> new HttpError(404, "exchange " + number + " does not exist, or was deleted"));
  }

  private static byte[] request(Exchange exchange) throws HttpError {
    if (!exchange.answer().accepted()) {
      throw new HttpError(404, "the request was rejected; its body is not kept");
    }
    return ExchangeJson.print(exchange.request());
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

  private synchronized Response stream() throws HttpError {
    if (streams.size() >= MOST_STREAMS) {
      throw new HttpError(503, "too many pages are open (" + MOST_STREAMS + "); close one");
    }
    EventStream stream = new EventStream(streams::remove);
    JsonObject hello = new JsonObject();
    hello.addProperty("instance", instance);
    stream.offer(EventStream.event("hello", hello.toString()));
    streams.add(stream);
    return Response.of("text/event-stream", stream);
  }

  /** The exchanges kept that came after the one that the parameter {@code since} names. */
  private List<Exchange> since(Request request) throws HttpError {
    String since = parameter(request, "since");
    if (!since.matches("\\d{0,18}")) {
      throw new HttpError(400, "since must be the number of an exchange");
    }
    return backend.inbox().after(since.isEmpty() ? 0 : Long.parseLong(since));
  }

  /** A parameter of the query, decoded; "" if it is not there. */
  private static String parameter(Request request, String name) {
    String query = request.target().getRawQuery();
    return Stream.of(query == null ? new String[0] : query.split("&"))
        .filter(each -> each.startsWith(name + "="))
        .findFirst()
        .map(each -> URLDecoder.decode(each.substring(name.length() + 1), UTF_8))
        .orElse("");
  }
}
