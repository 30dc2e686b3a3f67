import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Common mistakes, each as the smallest program that makes it. */
final class Mistakes {
  private Mistakes() {}

  /**
   * Mistakes of one kind.
   *
   * @param text an introduction to all of them, or empty
   */
  record Section(String title, String text, List<Mistake> mistakes) {}

  /**
   * A row of a table.
   *
   * @param why what went wrong
   * @param what what to do
   */
  record Mistake(Lab.Program program, String why, String what) {}

  static List<Section> all() {
    return List.of(rejected(), network(), setUp(), pipeline(), elsewhere(), silent(), context());
  }

  private static Mistake mistake(Lab.Program program, String why, String what) {
    return new Mistake(program, why, what);
  }

  private static Section rejected() {
    return new Section(
        "The backend rejects the request",
        "More than one request means that the exporter retried. It makes at most five attempts.",
        List.of(
            mistake(
                lab -> lab.order(lab.http("9x 400").build()),
                "The backend cannot read the request.",
                "Check that the port and the path belong to an OTLP backend, and to traces."),
            mistake(
                lab -> lab.order(lab.http("token=abc").addHeader("authorization", "abc").build()),
                "The token is missing or wrong. Often the word `Bearer` in front of it is missing.",
                "Correct the header `authorization`. The exporter does not retry: these spans are"
                    + " lost."),
            mistake(
                lab -> lab.order(lab.http("9x 403").build()),
                "The token is valid, but it does not allow writing traces.",
                "Ask for permission to write traces."),
            mistake(
                lab -> lab.order(lab.http("limit=100B").build()),
                "The batch is larger than the backend or a proxy accepts.",
                "Make the batches smaller with `setMaxExportBatchSize`. A metric reader"
                    + " has no such setting: record fewer combinations of attributes."),
            mistake(
                lab -> lab.order(lab.http("9x 405").build()),
                "The server at this address does not accept POST: it is a web page or"
                    + " another service, not an OTLP backend.",
                "Correct the port and the path."),
            mistake(
                lab -> lab.order(lab.http("9x 407").build()),
                "A proxy between your program and the backend requires a user name and a password.",
                "Configure them with `setProxy`, or send to a Collector that needs no proxy."),
            mistake(
                lab -> lab.order(lab.http("9x 415").build()),
                "The backend does not accept this content type: it reads another one of"
                    + " protobuf and JSON, or not the compression.",
                "Check that the URL belongs to an OTLP backend, and which protocol it supports."),
            mistake(
                lab -> lab.order(lab.http("9x 431").build()),
                "The headers are larger than the server accepts, often because of a long"
                    + " token or many extra headers.",
                "Send a shorter token, or raise the limit of the server or the proxy."),
            mistake(
                lab -> lab.order(lab.http("9x 429").build()),
                "You send more than the backend's rate limit allows.",
                "Send less, for example with a sampler, or ask for a higher limit."),
            mistake(
                lab -> lab.order(lab.http("9x 500").build()),
                "The backend failed. The exporter retries only 429, 502, 503 and 504.",
                "Read the backend's log."),
            mistake(
                lab -> lab.order(lab.http("9x 502").build()),
                "A proxy in front of the backend cannot reach it.",
                "Start the backend, or correct the proxy's configuration."),
            mistake(
                lab -> lab.order(lab.http("9x 503").build()),
                "The backend is overloaded, or it is still starting.",
                "Wait. A Collector near your program can queue the spans in the meantime."),
            mistake(
                lab -> lab.order(lab.http("9x 504").build()),
                "A proxy in front of the backend did not get a response in time.",
                "Read the backend's log."),
            mistake(
                lab -> lab.order(lab.http("9x 464").build()),
                "A load balancer of AWS received a version of HTTP that its target group"
                    + " does not use: gRPC needs HTTP/2, and a target group for HTTP/1.1 cannot"
                    + " pass it on.",
                "Set the protocol version of the target group to gRPC, or use OTLP/HTTP."),
            mistake(
                lab -> {
                  lab.order(
                      lab.http("9x 503 retry-after=60").setTimeout(Duration.ofSeconds(10)).build());
                  String said = lab.takeLog();
                  if (said.contains("code 503") || said.contains("Exception: timeout")) {
                    lab.note("the HTTP 503 line or the timeout line; it varies from run to run");
                  }
                },
                "The wait in `Retry-After` is longer than the exporter's timeout. The exporter"
                    + " waits until the timeout and gives up.",
                "Nothing in your program: reduce the load on the backend."),
            mistake(
                lab -> lab.order(lab.grpc("token=abc").build()),
                "The token is missing or wrong.",
                "Correct the header `authorization`. The exporter does not retry: these spans are"
                    + " lost."),
            mistake(
                lab -> lab.order(lab.grpc("9x PERMISSION_DENIED").build()),
                "The token is valid, but it does not allow writing traces.",
                "Ask for permission to write traces."),
            mistake(
                lab -> lab.order(lab.grpc("9x INVALID_ARGUMENT").build()),
                "The backend cannot read the request.",
                "Read the backend's log."),
            mistake(
                lab -> lab.order(lab.grpc("9x NOT_FOUND").build()),
                "The backend does not know the tenant or project.",
                "Correct the header that names the tenant or project."),
            mistake(
                lab -> lab.order(lab.grpc("9x INTERNAL").build()),
                "The backend failed. The exporter does not retry this code.",
                "Read the backend's log."),
            mistake(
                lab -> lab.order(lab.grpc("limit=100B").build()),
                "A quota or a rate limit is used up, or the batch is larger than the"
                    + " backend accepts.",
                "Send less, make the batches smaller with `setMaxExportBatchSize`, or ask"
                    + " for a higher quota."),
            mistake(
                lab ->
                    lab.order(
                        lab.grpc(
                                "9x RESOURCE_EXHAUSTED message=\"grpc: received message"
                                    + " larger than max (5000000 vs. 4194304)\"")
                            .build()),
                "The batch is larger than 4 MB (4194304 bytes), which is what a gRPC"
                    + " server accepts by default.",
                "Make the batches smaller with `setMaxExportBatchSize`, or raise the"
                    + " limit of the server; in a Collector, `max_recv_msg_size_mib`."),
            mistake(
                lab -> lab.order(lab.grpc("9x CANCELLED").build()),
                "The server or a proxy cancelled the call, for example because its own"
                    + " timeout was shorter.",
                "Read the log of the server behind the port, and that of the proxy."),
            mistake(
                lab -> lab.order(lab.grpc("9x UNKNOWN message=\"handler failed\"").build()),
                "The backend failed, and did not say why. The exporter does not retry this code.",
                "Read the backend's log."),
            mistake(
                lab ->
                    lab.order(lab.grpc(lab.peer(Peer.thatSpeaksHttp2(Peer.status("431")))).build()),
                "The response is not a gRPC response: it has no `grpc-status`. Either the"
                    + " server at this port does not speak gRPC, or the headers are larger than"
                    + " it accepts (8 KB is a common limit).",
                "Check the port. If it is correct, send a shorter token and fewer headers."),
            mistake(
                lab -> lab.order(lab.grpc("9x DEADLINE_EXCEEDED").build()),
                "The backend, or a proxy in front of it, did not finish in time.",
                "Read the backend's log, or raise the timeout with `setTimeout`."),
            mistake(
                lab ->
                    lab.order(
                        lab.grpc(
                                "9x UNAVAILABLE message=\"upstream connect error or"
                                    + " disconnect/reset before headers\"")
                            .build()),
                "A proxy in front of the backend, such as Envoy, cannot reach it.",
                "Start the backend, or correct the proxy's configuration."),
            mistake(
                lab -> lab.order(lab.grpc("9x UNAVAILABLE").build()),
                "The backend is overloaded or still starting, or a proxy cannot reach it.",
                "Wait. A Collector near your program can queue the spans in the meantime."),
            mistake(
                lab ->
                    lab.order(
                        lab.grpc(
                                "9x UNIMPLEMENTED message=\"grpc: Decompressor is not installed for"
                                    + " grpc-encoding gzip\"")
                            .build()),
                "The server cannot decompress this compression.",
                "Use `none`, or a compression that the server supports."),
            mistake(
                lab -> {
                  Tracer tracer = lab.tracer(lab.grpc("9x UNIMPLEMENTED").build());
                  lab.order(tracer);
                  lab.flush();
                  lab.order(tracer);
                  lab.flush();
                  lab.note("log lines for 2 requests: " + lab.lines());
                },
                "This gRPC server does not accept traces. The exporter logs this only once.",
                "Correct the port. In a Collector, add `otlp` to the receivers of the traces"
                    + " pipeline.")));
  }

  private static Section network() {
    return new Section(
        "The network and the address",
        "",
        List.of(
            mistake(
                lab -> {
                  lab.order(lab.http(1).build());
                  lab.order(lab.grpc(1).build());
                },
                "Nothing listens there.",
                "Start the backend, or correct host and port."),
            mistake(
                lab ->
                    lab.order(
                        lab.http()
                            .setEndpoint("http://collector.invalid:4318/v1/traces")
                            .setRetryPolicy(null)
                            .build()),
                "The host does not exist. Names from `docker compose` work only inside its"
                    + " containers.",
                "Correct the host. From outside the containers, use `localhost`."),
            mistake(
                lab -> {
                  int port = lab.peer(Peer.thatHangs());
                  Duration timeout = Duration.ofSeconds(2);
                  lab.order(lab.http(port).setTimeout(timeout).build());
                  lab.order(lab.grpc(port).setTimeout(timeout).build());
                },
                "The backend did not respond in time, or its `Retry-After` was longer than the"
                    + " timeout.",
                "Check the backend, or raise the timeout with `setTimeout`."),
            mistake(
                lab ->
                    lab.order(lab.http(lab.peer(Peer.thatResets())).setRetryPolicy(null).build()),
                "The connection was reset: the backend crashed, a firewall or a proxy cut it, or"
                    + " HTTP was sent to a gRPC port.",
                "Check the port, and read the log of the server behind it."),
            mistake(
                lab -> lab.order(lab.http(lab.backend.grpcPort()).build()),
                "HTTP was sent to a gRPC port, or the backend crashed before it responded.",
                "Use port 4318, or the gRPC exporter."),
            mistake(
                lab ->
                    lab.order(
                        lab.grpc(lab.peer(Peer.thatSays("HTTP/1.1 400 Bad Request"))).build()),
                "gRPC was sent to an HTTP port. The number stands for the letters `HTT`.",
                "Use port 4317, or the HTTP exporter."),
            mistake(
                lab -> lab.order(lab.grpc(lab.peer(Peer.thatCloses())).build()),
                "The server closed the connection before gRPC began: it crashed, or it does not"
                    + " speak gRPC.",
                "Check the port. A proxy in between must support HTTP/2."),
            mistake(
                lab -> {
                  lab.order(
                      lab.grpc(lab.peer(Peer.thatSpeaksHttp2(Peer.reset(Peer.CANCEL))))
                          .setRetryPolicy(null)
                          .build());
                  lab.flush();
                  lab.order(
                      lab.grpc(lab.peer(Peer.thatSpeaksHttp2(Peer.goAway())))
                          .setRetryPolicy(null)
                          .build());
                },
                "The server or a proxy ended the call with a reset of its HTTP/2 stream:"
                    + " it was closing, was too busy, timed out, or rejected a request above 4"
                    + " MB without reading it.",
                "If it happens seldom, do nothing: the exporter retries. If it happens"
                    + " often, read the log of the server and the proxy, and make the batches"
                    + " smaller."),
            mistake(
                lab -> lab.order(lab.http(lab.peer(Peer.thatSays("SSH-2.0-OpenSSH_9.2"))).build()),
                "The server at this address does not speak HTTP.",
                "Correct the port."),
            mistake(
                lab -> lab.order(lab.grpc(lab.peer(Peer.thatSays("SSH-2.0-OpenSSH_9.2"))).build()),
                "The server at this address does not speak gRPC.",
                "Correct the port."),
            mistake(
                lab -> lab.order(lab.http("9x half").build()),
                "The response broke off. Its status was 200, so the exporter reports success.",
                "Check the proxy between your program and the backend."),
            mistake(
                lab -> {
                  String backend = "http://127.0.0.1:" + lab.backend.httpPort();
                  lab.order(lab.http().setEndpoint(backend).build());
                  lab.flush();
                  lab.order(lab.autoconfigured(backend + "/v1/traces"));
                  lab.flush();
                  lab.note("the paths are " + lab.paths());
                },
                "The path is wrong. `setEndpoint` uses the URL as it is. Autoconfigure adds"
                    + " `/v1/traces` to `OTEL_EXPORTER_OTLP_ENDPOINT`, even if it is already"
                    + " there.",
                "In `setEndpoint`, write the whole URL, with `/v1/traces`. In"
                    + " `OTEL_EXPORTER_OTLP_ENDPOINT`, leave `/v1/traces` out."),
            mistake( // before the next row: `explain` shows the first that matches
                lab -> lab.order(lab.http().setEndpoint("").build()),
                "The endpoint is empty, often because an environment variable is set but empty.",
                "Treat an empty variable like one that is not set. The gRPC exporter prints the"
                    + " same."),
            mistake(
                lab -> lab.order(lab.http().setEndpoint("localhost:4318").build()),
                "The endpoint has no scheme `http://` or `https://`.",
                "Write `http://` or `https://` in front of it."),
            mistake(
                lab -> lab.order(lab.grpc().setEndpoint("127.0.0.1:4317").build()),
                "The endpoint has no scheme `http://` or `https://`.",
                "Write `http://` or `https://` in front of the address."),
            mistake(
                lab -> lab.order(lab.autoconfigured("")),
                "`OTEL_EXPORTER_OTLP_ENDPOINT` is set but empty. The specification treats this as"
                    + " not set, but the SDK rejects it.",
                "Remove the variable, or give it a value."),
            mistake(
                lab -> lab.order(lab.autoconfigured("localhost:4318")),
                "The endpoint in `OTEL_EXPORTER_OTLP_ENDPOINT` has no scheme `http://` or"
                    + " `https://`.",
                "Write `http://` or `https://` in front of it."),
            mistake(
                lab ->
                    lab.order(
                        lab.autoconfigured(
                            Map.of("otel.exporter.otlp.endpoint", "http://127.0.0.1:1/v1/traces"))),
                "An endpoint for gRPC has no path.",
                "Remove `/v1/traces`, or set `OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`"
                    + " and port 4318."),
            mistake(
                lab ->
                    lab.autoconfigured(
                        Map.of("otel.exporter.otlp.endpoint", "http://127.0.0.1:4318")),
                "gRPC goes to port 4318, which is the port for HTTP, or HTTP goes to 4317.",
                "Use port 4317 for gRPC and 4318 for HTTP, or correct"
                    + " `OTEL_EXPORTER_OTLP_PROTOCOL`."),
            mistake(
                lab -> {
                  int http = lab.peer(Peer.thatSays("HTTP/1.1 400 Bad Request"));
                  int grpc = lab.backend.grpcPort();
                  lab.order(
                      lab.http().setEndpoint("https://127.0.0.1:" + http + "/v1/traces").build());
                  lab.order(lab.grpc().setEndpoint("https://127.0.0.1:" + grpc).build());
                },
                "The endpoint says `https://`, but the server does not use TLS.",
                "Write `http://`, or turn on TLS in the backend."),
            mistake(
                lab -> {
                  Certificate certificate = Certificate.of("localhost");
                  lab.order(
                      lab.http()
                          .setEndpoint(
                              "https://localhost:"
                                  + lab.peer(Peer.thatUsesTls(certificate))
                                  + "/v1/traces")
                          .build());
                },
                "The program does not trust the certificate of the server: it is signed by"
                    + " an authority of your own or by itself, it has expired, or a proxy"
                    + " replaced it.",
                "Give the exporter the certificate of the authority:"
                    + " `setTrustedCertificates`, or `OTEL_EXPORTER_OTLP_CERTIFICATE`."),
            mistake(
                lab -> {
                  Certificate certificate = Certificate.of("collector.example");
                  lab.order(
                      lab.http()
                          .setEndpoint(
                              "https://localhost:"
                                  + lab.peer(Peer.thatUsesTls(certificate))
                                  + "/v1/traces")
                          .setTrustedCertificates(certificate.pem())
                          .build());
                },
                "The certificate of the server is for another host name.",
                "Use a host name that the certificate contains, or add the name to the"
                    + " certificate."),
            mistake(
                lab ->
                    lab.order(
                        lab.http()
                            .setEndpoint(
                                "https://127.0.0.1:" + lab.peer(Peer.thatCloses()) + "/v1/traces")
                            .build()),
                "The endpoint says `https://`, and the server closed the connection at"
                    + " once: it does not use TLS at this port, or it requires a certificate of"
                    + " the client.",
                "Write `http://`, correct the port, or set a client certificate with"
                    + " `setClientTls`."),
            mistake(
                lab ->
                    lab.order(
                        lab.http()
                            .setEndpoint(
                                "https://127.0.0.1:"
                                    + lab.peer(Peer.thatRejectsTls())
                                    + "/v1/traces")
                            .build()),
                "The server requires a certificate of the client (mTLS), or the two share"
                    + " no version of TLS.",
                "Set a client certificate with `setClientTls`, or check which versions of"
                    + " TLS the server accepts.")));
  }

  private static Section setUp() {
    return new Section(
        "Setting up and closing the SDK",
        "",
        List.of(
            mistake(
                lab -> lab.order(lab.http().addHeader("authorization", "Bearer abc\n").build()),
                "The value of a header contains a character that HTTP forbids, often the line break"
                    + " at the end of a token file. The gRPC exporter prints the same.",
                "Call `strip()` on the token."),
            mistake(
                lab -> lab.order(lab.http().setCompression("zstd").build()),
                "The class path has no compressor with this name.",
                "Use `gzip` or `none`."),
            mistake(
                lab -> lab.autoconfigured(Map.of("otel.exporter.otlp.headers", "license_key")),
                "A variable that holds a list of pairs, such as"
                    + " `OTEL_EXPORTER_OTLP_HEADERS` or `OTEL_RESOURCE_ATTRIBUTES`, contains an"
                    + " entry without `=`.",
                "Write `name=value`, with commas between the pairs and no quotes around them."),
            mistake(
                lab -> lab.autoconfigured(Map.of("otel.traces.exporter", "my_backend")),
                "No exporter on the class path has this name: it is misspelled, or its"
                    + " library is missing.",
                "Use `otlp`, `console` or `none`, or add the library that brings the"
                    + " exporter. With the agent, add it as an extension."),
            mistake(
                lab -> lab.autoconfigured(Map.of("otel.traces.exporter", "none,otlp")),
                "`none` turns the export off, so it cannot be in a list with others.",
                "Remove `none`, or the others."),
            mistake(
                lab -> lab.autoconfigured(Map.of("otel.propagators", "my_header")),
                "No propagator on the class path has this name.",
                "Use `tracecontext` and `baggage`, or add the library of the propagator,"
                    + " such as `opentelemetry-extension-trace-propagators` for `b3`."),
            mistake(
                lab -> lab.autoconfigured(Map.of("otel.exporter.otlp.protocol", "http")),
                "`OTEL_EXPORTER_OTLP_PROTOCOL` is neither `grpc` nor `http/protobuf`.",
                "Use one of them."),
            mistake(
                lab ->
                    lab.autoconfigured(Map.of("otel.exporter.otlp.certificate", "/no/such/ca.pem")),
                "The file of `OTEL_EXPORTER_OTLP_CERTIFICATE`, or of the client key, does"
                    + " not exist or cannot be read.",
                "Correct the path. In a container, mount the file."),
            mistake(
                lab -> lab.without("opentelemetry-exporter-otlp-1", SetUp.AUTOCONFIGURE),
                "Autoconfigure exports over OTLP by default, but the exporter is not on"
                    + " the class path.",
                "Add `opentelemetry-exporter-otlp`, or set the exporter to `none`."),
            mistake(
                lab -> lab.without("opentelemetry-exporter-sender", SetUp.HTTP),
                "The class path has no sender, which is the HTTP client of the exporters.",
                "Add `opentelemetry-exporter-sender-okhttp` or"
                    + " `opentelemetry-exporter-sender-jdk`."),
            mistake(
                lab -> lab.without("opentelemetry-exporter-sender", SetUp.GRPC),
                "The class path has no sender for gRPC. The JDK sender supports only HTTP.",
                "Add `opentelemetry-exporter-sender-okhttp`, or use OTLP/HTTP."),
            mistake(
                lab -> {
                  lab.without("okhttp-jvm", SetUp.HTTP);
                  lab.without("okio", SetUp.HTTP);
                },
                "OkHttp or its library Okio is not on the class path, or another library"
                    + " brought an older version.",
                "Add `com.squareup.okhttp3:okhttp` in the version that"
                    + " `opentelemetry-exporter-sender-okhttp` names. With Maven and OkHttp 5,"
                    + " that is `okhttp-jvm`. Spring Boot may manage an older version: set"
                    + " `okhttp.version`."),
            mistake(
                lab -> lab.withAgent("opentelemetry-javaagent.jar"),
                "The file of `-javaagent` does not exist at this path, or its download broke off.",
                "Correct the path. In a container, copy the file into the image."),
            mistake(
                lab -> RetryPolicy.builder().setMaxAttempts(1).build(),
                "A retry policy makes two to five attempts.",
                "To turn retries off, call `setRetryPolicy(null)`."),
            mistake(
                lab ->
                    lab.order(
                        lab.tracer(
                            BatchSpanProcessor.builder(lab.http().build())
                                .setMaxQueueSize(100)
                                .build())),
                "A batch cannot be larger than the queue.",
                "Set both, `setMaxQueueSize` and `setMaxExportBatchSize`."),
            mistake(
                lab -> {
                  OpenTelemetrySdk.builder().buildAndRegisterGlobal();
                  OpenTelemetrySdk.builder().buildAndRegisterGlobal();
                },
                "The program sets two global SDKs, or calls `GlobalOpenTelemetry.get()` before it"
                    + " sets one.",
                "Build one SDK when the program starts, and pass it to the code that needs it."),
            mistake(
                lab -> lab.script("MixedVersions.java"),
                "The class path mixes versions of OpenTelemetry: the exporter is older than the"
                    + " SDK.",
                "Import `opentelemetry-bom`, and give no other version."),
            mistake(
                lab -> {
                  SdkTracerProvider provider = SdkTracerProvider.builder().build();
                  provider.close();
                  provider.close();
                },
                "The SDK was closed twice, for example by a shutdown hook and by hand. The second"
                    + " call returns at once and does not wait for the first.",
                "Close it only in the hook. With both, a signal during `close()` loses spans: see"
                    + " the last table.")));
  }

  private static Section pipeline() {
    return new Section(
        "Too many spans",
        "",
        List.of(
            mistake(
                lab -> {
                  Tracer tracer =
                      lab.tracer(
                          BatchSpanProcessor.builder(lab.http("delay=1s").build())
                              .setMaxQueueSize(8)
                              .setMaxExportBatchSize(8)
                              .build());
                  lab.orders(tracer, 8);
                  lab.awaitFault(); // the first batch is in flight
                  lab.orders(tracer, 20);
                },
                "Spans end faster than they are exported. The queue is full, so new spans are"
                    + " dropped.",
                "Make the queue larger with `setMaxQueueSize`, or create fewer spans."),
            mistake(
                lab -> {
                  Tracer tracer =
                      lab.tracer(SimpleSpanProcessor.create(lab.http("9x delay=5s").build()));
                  lab.orders(tracer, 8);
                },
                "`SimpleSpanProcessor` exports every span on its own and has no queue. The exporter"
                    + " has five threads and no queue either.",
                "Use `BatchSpanProcessor` with OTLP exporters."),
            mistake(
                lab -> {
                  Tracer tracer =
                      lab.tracer(
                          BatchSpanProcessor.builder(lab.http("99x 400").build())
                              .setMaxExportBatchSize(1)
                              .build());
                  lab.orders(tracer, 8);
                },
                "The exporter failed more than five times. It may still be failing, but it logs"
                    + " less.",
                "Look at the line above this one: it names the cause.")));
  }

  private static Section elsewhere() {
    return new Section(
        "Other versions, libraries and servers",
        "These messages need another version, another library or a server that no program here"
            + " starts.\nThe words are quoted from public reports and from the sources of the"
            + " libraries.",
        List.of(
            mistake(
                lab ->
                    lab.quote(
                        "old versions of the gRPC exporter, and grpc-java",
                        "WARNING: Failed to export spans. Server responded with HTTP status code"
                            + " 200. Error message: OK",
                        "WARNING: Failed to export spans. Error message: INTERNAL: HTTP status"
                            + " code 400"),
                "The server at this port, or a proxy in between, does not speak gRPC: its"
                    + " response has an HTTP status, but no `grpc-status`.",
                "Correct the port, or use the HTTP exporter. A proxy in between must pass"
                    + " on gRPC, with its trailers."),
            mistake(
                lab ->
                    lab.quote(
                        "grpc-java",
                        "SEVERE: Failed to export spans. Server is UNAVAILABLE. Make sure your"
                            + " collector is running and reachable from this network. Full error"
                            + " message: UNAVAILABLE: io exception"),
                "grpc-java could not connect, or lost the connection: nothing listens"
                    + " there, the port belongs to something else, or only one of the two sides"
                    + " uses TLS. The `Caused by` below names the reason.",
                "Check host and port, and whether the server uses TLS."),
            mistake(
                lab ->
                    lab.quote(
                        "every sender",
                        "SEVERE: Failed to export spans. The request could not be executed.",
                        "java.net.SocketException: Broken pipe"),
                "The server closed the connection during the request: the port"
                    + " belongs to something else, the batch is too large, or a connection"
                    + " stayed idle for too long.",
                "Check the port. If it happens seldom, do nothing: the exporter retries."),
            mistake(
                lab ->
                    lab.quote(
                        "every sender",
                        "SEVERE: Failed to export spans. The request could not be executed.",
                        "java.net.SocketException: Socket closed"),
                "The connection was closed on this side during an export, as happens"
                    + " while the SDK or the program shuts down.",
                "If it happens only at the end, call `close()` before other things are"
                    + " closed. It is harmless otherwise."),
            mistake(
                lab ->
                    lab.quote(
                        "every sender",
                        "SEVERE: Failed to export spans. The request could not be executed.",
                        "java.io.InterruptedIOException: interrupted"),
                "The thread of the export was interrupted, as happens while the SDK or"
                    + " the program shuts down.",
                "If it happens only at the end, close the SDK before other things are"
                    + " closed, and wait for it. Do not interrupt threads that export."),
            mistake(
                lab ->
                    lab.quote(
                        "the sender of the JDK",
                        "SEVERE: Failed to export spans. The request could not be executed.",
                        "java.io.IOException: /127.0.0.1:43210: GOAWAY received"),
                "The server or a proxy closed the HTTP/2 connection with GOAWAY, as it"
                    + " does when it stops or when a connection is old. The next export opens a"
                    + " new connection.",
                "If it happens seldom, do nothing. Otherwise check the maximum connection"
                    + " age of the server or the proxy."),
            mistake(
                lab ->
                    lab.quote(
                        "opentelemetry-java",
                        "java.lang.IllegalArgumentException: Invalid endpoint, must start with"
                            + " http:// or https://: http://otel_collector:4318/v1/metrics"),
                "The endpoint starts with `http://`, but its host name contains a"
                    + " character that is not allowed there, often `_`, or its last part starts"
                    + " with a digit.",
                "Use a name of letters, digits and hyphens whose last part starts with a"
                    + " letter, or the IP address."),
            mistake(
                lab ->
                    lab.quote(
                        "every sender",
                        "SEVERE: Failed to export spans. The request could not be executed.",
                        "java.net.NoRouteToHostException: No route to host"),
                "The host exists, but this machine cannot reach it: a firewall, a network"
                    + " policy, a VPN or a missing route is in the way.",
                "Check the network between the two, for example with `curl` from the same"
                    + " machine or container."),
            mistake(
                lab ->
                    lab.quote(
                        "Quarkus",
                        "WARN "
                            + ""
                            + ""
                            + ""
                            + " [io.qua.ope.run.exp.otl.LateBoundBatchSpanProcessor]"
                            + " No BatchSpanProcessor delegate specified, no action taken."),
                "Quarkus has an OTLP exporter, but no endpoint was configured for it, so"
                    + " it drops the spans.",
                "Set `quarkus.otel.exporter.otlp.endpoint` (in old versions"
                    + " `quarkus.opentelemetry.tracer.exporter.otlp.endpoint`), or turn"
                    + " OpenTelemetry off."),
            mistake(
                lab ->
                    lab.quote(
                        "opentelemetry-java",
                        "WARNING: Multiple HttpSenderProvider found. Please include only one, or"
                            + " specify preference setting"
                            + " io.opentelemetry.sdk.common.export.HttpSenderProvider to the"
                            + " FQCN of the preferred provider."),
                "The class path has two senders, which are HTTP clients of the exporters."
                    + " The exporter takes one of them.",
                "Remove one of `opentelemetry-exporter-sender-okhttp` and"
                    + " `opentelemetry-exporter-sender-jdk`."),
            mistake(
                lab ->
                    lab.quote(
                        "the metrics of opentelemetry-java",
                        "WARNING: Instrument shop.orders has exceeded the maximum allowed"
                            + " cardinality (2000)"),
                "An instrument has more than 2000 combinations of attributes. Further"
                    + " ones are counted together, as `otel.metric.overflow`.",
                "Remove attributes with many values, such as ids and URLs, for example"
                    + " with a view.")));
  }

  private static Section silent() {
    return new Section(
        "Nothing is logged",
        "The SDK logs nothing. You see these mistakes only in the backend, or in the span itself.",
        List.of(
            mistake(
                lab -> lab.order(lab.http("partial=2").build()),
                "Partial success: the response has status 200, but says that the backend rejected 2"
                    + " spans. The exporter does not read that.",
                "Read the backend's log, or compare its counts with yours."),
            mistake(
                lab ->
                    lab.order(
                        lab.http(lab.peer(Peer.thatSays("HTTP/1.1 200 OK\r\nContent-Length: 0")))
                            .build()),
                "The server is not a backend, but responds to everything with status 200, as a"
                    + " login page may. The exporter reports success.",
                "Correct the address."),
            mistake(
                lab -> {
                  // Not the provider of the lab, which would close it.
                  SdkTracerProvider provider =
                      SdkTracerProvider.builder()
                          .addSpanProcessor(BatchSpanProcessor.builder(lab.http().build()).build())
                          .build();
                  lab.order(provider.get("shop"));
                },
                "The program ended without `close()`, before the queue was sent.",
                "Call `close()` in a shutdown hook: see the last tables."),
            mistake(
                lab -> {
                  SdkTracerProvider provider =
                      SdkTracerProvider.builder()
                          .addSpanProcessor(BatchSpanProcessor.builder(lab.http().build()).build())
                          .build();
                  provider.close();
                  lab.order(provider.get("shop"));
                },
                "The SDK was closed before the spans ended.",
                "Close the SDK last."),
            mistake(
                lab -> {
                  Tracer tracer = lab.tracer(SdkTracerProvider.builder().build());
                  Span order = lab.start(tracer, "POST /orders");
                  lab.note("the trace id is `" + order.getSpanContext().getTraceId() + "`");
                  order.end();
                },
                "The SDK has no span processor, or the tracer comes from `OpenTelemetry.noop()`.",
                "Call `addSpanProcessor`, and pass on the SDK that you built."),
            mistake(
                lab -> {
                  Tracer tracer = lab.tracer(lab.http().build());
                  Span order = lab.start(tracer, "POST /orders");
                  Scope scope = order.makeCurrent();
                  try (scope) {
                    lab.start(tracer, "reserve stock").end();
                    lab.start(tracer, "charge card").end();
                  }
                },
                "One span was never ended, here the first. Closing its scope does not end it.",
                "Call `end()` in a `finally` block."),
            mistake(
                lab ->
                    lab.order(
                        lab.tracer(
                            SdkTracerProvider.builder()
                                .setSampler(Sampler.traceIdRatioBased(0))
                                .addSpanProcessor(
                                    BatchSpanProcessor.builder(lab.http().build()).build())
                                .build())),
                "The sampler drops the trace, or the caller's did: then its `traceparent` ends in"
                    + " `-00`.",
                "Use another sampler."),
            mistake(
                lab -> {
                  Span order = lab.start(lab.tracer(lab.http().build()), "POST /orders");
                  order.end();
                  order.setAttribute("order.id", 1002);
                  int attributes = lab.arrived("POST /orders").span().getAttributesCount();
                  lab.note(attributes + " of 1 attributes arrived");
                },
                "The attribute was set after `end()`.",
                "Set it before `end()`."),
            mistake(
                lab -> {
                  lab.start(lab.tracer(lab.http().build()), "POST /orders").end();
                  lab.note("the service is `" + lab.arrived("POST /orders").service() + "`");
                },
                "The resource has no `service.name`.",
                "Set it with `addResource` on the builder of the tracer provider."),
            mistake(
                lab -> {
                  Span order = lab.start(lab.tracer(lab.http().build()), "POST /orders");
                  order.recordException(new IllegalStateException("card declined"));
                  order.end();
                  lab.note(
                      "the status is " + lab.arrived("POST /orders").span().getStatus().getCode());
                },
                "`recordException` adds an event, but does not change the status.",
                "Also call `setStatus(StatusCode.ERROR)`."),
            mistake(
                lab -> {
                  lab.order(
                      lab.http()
                          .addHeader("x-team", "blue")
                          .setHeaders(() -> Map.of("x-team", "red"))
                          .build());
                  lab.arrived("POST /orders");
                  lab.note(
                      "the headers are "
                          + lab.backend.inbox().exchanges().get(0).headers().stream()
                              .filter(header -> header.name().equals("x-team"))
                              .map(header -> header.name() + ": " + header.value())
                              .sorted()
                              .toList());
                },
                "`addHeader` and `setHeaders` set the same header, so the exporter sends both.",
                "Use one of them.")));
  }

  private static Section context() {
    return new Section(
        "Context and baggage",
        "Here, too, the SDK logs nothing.",
        List.of(
            mistake(
                lab -> {
                  Tracer tracer = lab.tracer(lab.http().build());
                  Span order = lab.start(tracer, "POST /orders");
                  lab.start(tracer, "charge card").end();
                  order.end();
                  lab.note("`charge card` " + place(lab, "charge card"));
                },
                "The first span was not made current, so the second did not become its child.",
                "Call `makeCurrent()` on the parent, or `setParent` on the builder of the child."),
            mistake(
                lab -> {
                  Tracer tracer = lab.tracer(lab.http().build());
                  Span order = lab.start(tracer, "POST /orders");
                  Scope scope = order.makeCurrent();
                  try (scope) {
                    Thread other = new Thread(() -> lab.start(tracer, "charge card").end());
                    other.start();
                    other.join();
                  }
                  order.end();
                  lab.note("`charge card` " + place(lab, "charge card"));
                },
                "The second span started in another thread. A span is current in one thread only.",
                "Use `Context.current().wrap(...)` or `Context.taskWrapping(executor)`."),
            mistake(
                lab -> {
                  Tracer tracer = lab.tracer(lab.http().build());
                  Span order = lab.start(tracer, "POST /orders");
                  order.makeCurrent(); // this scope is never closed
                  order.end();
                  lab.start(tracer, "GET /stock").end();
                  lab.note("`GET /stock` " + place(lab, "GET /stock"));
                },
                "The scope of a request was not closed, so the thread's next request continues its"
                    + " trace.",
                "Write `try (Scope scope = span.makeCurrent())`."),
            mistake(
                lab -> {
                  OpenTelemetry noPropagators = OpenTelemetrySdk.builder().build();
                  Span order = lab.start(lab.tracer(lab.http().build()), "POST /orders");
                  Scope scope = order.makeCurrent();
                  try (scope) {
                    lab.note(
                        "the headers are "
                            + injected(noPropagators.getPropagators().getTextMapPropagator()));
                  }
                  order.end();
                },
                "The SDK has no propagators, so `inject` writes nothing.",
                "Call `setPropagators` on the builder of the SDK."),
            mistake(
                lab -> {
                  Scope scope = Baggage.builder().put("tier", "gold").build().makeCurrent();
                  try (scope) {
                    TextMapPropagator trace = W3CTraceContextPropagator.getInstance();
                    lab.note(
                        "the headers are "
                            + injected(ContextPropagators.create(trace).getTextMapPropagator()));
                  }
                },
                "The SDK has only the propagator for trace context. Baggage needs its own.",
                "Combine both with `TextMapPropagator.composite`; baggage has"
                    + " `W3CBaggagePropagator`."),
            mistake(
                lab -> {
                  Baggage.builder().put("tier", "gold").build();
                  lab.note("the headers are " + injected(W3CBaggagePropagator.getInstance()));
                },
                "The baggage was built, but not made current.",
                "Call `makeCurrent()` on it."),
            mistake(
                lab -> {
                  for (int bytes : List.of(8192, 8193)) {
                    String value = "g".repeat(bytes - "tier=".length());
                    Baggage baggage = Baggage.builder().put("tier", value).build();
                    Scope scope = baggage.makeCurrent();
                    try (scope) {
                      boolean sent = !injected(W3CBaggagePropagator.getInstance()).isEmpty();
                      lab.note("baggage of " + bytes + " bytes: " + (sent ? "sent" : "not sent"));
                    }
                  }
                },
                "The header would be longer than the propagator allows.",
                "Put less into the baggage, for example an id instead of the data."),
            mistake(
                lab -> {
                  Tracer tracer = lab.tracer(lab.http().build());
                  Scope scope = Baggage.builder().put("tier", "gold").build().makeCurrent();
                  try (scope) {
                    lab.start(tracer, "POST /orders").end();
                  }
                  int attributes = lab.arrived("POST /orders").span().getAttributesCount();
                  lab.note("the span has " + attributes + " attributes");
                },
                "Baggage entries do not become attributes of spans automatically.",
                "Copy the entries that you want to see with `setAttribute`.")));
  }

  /** Whether the span arrived as a child of another span. */
  private static String place(Lab lab, String name) throws InterruptedException {
    return lab.arrived(name).span().getParentSpanId().isEmpty() ? "has no parent" : "has a parent";
  }

  private static Map<String, String> injected(TextMapPropagator propagator) {
    Map<String, String> headers = new TreeMap<>();
    propagator.inject(Context.current(), headers, Map::put);
    return headers;
  }
}
