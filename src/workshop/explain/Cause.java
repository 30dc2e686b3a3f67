package workshop.explain;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is behind a log event, and its signs. The most specific causes come first: an event has the
 * first one whose sign it shows. The words of the signs are those of several versions, senders and
 * frameworks; wordings.txt and lines.txt beside the tests show them.
 */
public enum Cause {
  // --- Words that only one cause has -------------------------------------------------------------
  EMPTY_ENDPOINT(says("Invalid endpoint, must (?:start with http://.*|be a URL):\\s*$")),
  INVALID_HOST(says("(?:Invalid endpoint, must .*|must be a valid URL): ?\"?https?://\\S")),
  NO_SCHEME(says("Invalid endpoint, must (?:start with|be a URL)")),
  EMPTY_VARIABLE(says("OTLP endpoint must be a valid URL:\\s*$")),
  NO_SCHEME_IN_VARIABLE(says("OTLP endpoint (?:must be a valid URL|scheme must be)")),
  ENDPOINT_WITH_PATH(says("OTLP endpoint must not have a path")),
  PORT_OF_OTHER_PROTOCOL(says("OTLP exporter endpoint port is likely incorrect")),
  HEADER_CHARACTER(says("Unexpected char \\S+ at \\S+ in .*(?:value|name)|invalid header value")),
  NOT_A_MAP(says("Invalid map property")),
  EXPORTER_MISSING(says("(?:exporter set to|Exporter enabled but) .*not found on classpath")),
  UNKNOWN_PROPAGATOR(says("Unrecognized value for \\[?otel\\.propagators")),
  UNKNOWN_EXPORTER(says("Unrecognized value for \\[?otel\\.\\w+\\.exporter")),
  NONE_AND_OTHERS(says("otel\\.\\w+\\.exporter contains '?none'? along with")),
  UNKNOWN_PROTOCOL(says("Unsupported OTLP \\w+ protocol")),
  CERTIFICATE_FILE(says("Invalid OTLP certificate/key path")),
  NO_SENDER_FOR_GRPC(says("No GrpcSenderProvider")),
  NO_SENDER(says("No HttpSenderProvider")),
  TWO_SENDERS(says("Multiple (?:Grpc|Http)SenderProvider")),
  NO_OKHTTP(says(Signs.LINKAGE + "['\\w .]*\\b(?:okhttp3|okio)[/.]")),
  MIXED_VERSIONS(says(Signs.LINKAGE + ".*\\bio[/.]opentelemetry[/.](?!javaagent)")),
  NO_AGENT(says("Error opening zip file or JAR manifest missing")),
  NO_COMPRESSOR(says("Unsupported compressionMethod")),
  RETRY_ATTEMPTS(says("maxAttempts must be greater than")),
  BATCH_OVER_QUEUE(says("maxExportBatchSize (?:should not exceed|must be .*) maxQueueSize")),
  TWO_GLOBALS(says("GlobalOpenTelemetry\\.set has already been called")),
  CLOSED_TWICE(says("Calling shutdown\\(\\) multiple times")),
  QUEUE_FULL(
      says("(?i)dropp(?:ed|ing)\\b.{0,80}" + Signs.PARTS + ".{0,80}queue"),
      says("(?i)" + Signs.PARTS + ".{0,40}dropped.{0,80}queue"),
      says("(?i)queue.{0,20}(?:full|reached|exceeded).{0,80}dropp(?:ed|ing).{0,80}" + Signs.PARTS)),
  LOGS_LESS(says("Too many log messages detected")),
  NO_QUARKUS_ENDPOINT(says("No BatchSpanProcessor delegate")),
  CARDINALITY(says("exceeded the maximum allowed cardinality")),
  EXECUTOR_REJECTED(
      exporter("executor rejected|RejectedExecutionException: .*\\[Running")
          .and(says("Executor\\S*\\[(?:Terminated|Shutting down)").negate())),
  MESSAGE_OVER_4_MB(
      says("message.* larger than max|message exceeds maximum size|stream was reset: NO_ERROR")),
  NO_DECOMPRESSOR(
      says("Decompressor is not installed|Can't find decompressor|decompressor.*not found")),

  // --- What the server responded with ------------------------------------------------------------
  LOAD_BALANCER(http(464), says("HTTP status code 464")),
  NOT_GRPC(
      http(200),
      says("(?:INTERNAL|UNKNOWN|UNIMPLEMENTED): HTTP status code"),
      says("(?i)grpc\\w*exporter").and(http(400, 404, 405, 415, 426)),
      exporter("invalid content-type")),
  HTTP_400(http(400)),
  HTTP_401(http(401)),
  HTTP_403(http(403)),
  HTTP_404(http(404)),
  HTTP_405(http(405)),
  HTTP_407(http(407), exporter("HTTP_PROXY_AUTH|Proxy Authentication Required")),
  HTTP_413(http(413)),
  HTTP_415(http(415)),
  HTTP_429(http(429)),
  HTTP_431(http(431), says("the metadata is too large")),
  HTTP_500(http(500)),
  HTTP_502(http(502)),
  HTTP_503(http(503)),
  HTTP_504(http(504)),
  OTHER_HTTP(event -> event.http().isPresent()),
  PROXY_UNAVAILABLE(grpc(14).and(says("upstream|no healthy|error while dialing"))),
  GO_AWAY(java("GOAWAY|(?i:received goaway|after goaway)")),
  STREAM_RESET(
      java("stream was reset|StreamResetException|RST_STREAM|(?i:rst stream)|Stream was closed")
          .and(says(Signs.TIMEOUT).negate())), // OkHttp itself resets a stream that takes too long
  CONTEXT_CANCELLED(says("Context was cancelled")),
  UNAUTHENTICATED(grpc(16)),
  PERMISSION_DENIED(grpc(7)),
  INVALID_ARGUMENT(grpc(3)),
  NOT_FOUND(grpc(5)),
  INTERNAL(grpc(13)),
  RESOURCE_EXHAUSTED(grpc(8)),
  DEADLINE_EXCEEDED(grpc(4)),
  UNIMPLEMENTED(grpc(12)),
  OTHER_GRPC(grpc(6, 9, 10, 11, 15), says("StatusCode\\.UNAVAILABLE")),

  // --- TLS ---------------------------------------------------------------------------------------
  UNTRUSTED(
      java("PKIX path|unable to find valid certification path|CertificateExpiredException"),
      java("Trust anchor for certification path|No trusted certificate found|x509: certificate")),
  OTHER_HOST_NAME(
      java("Hostname .* not verified|SSLPeerUnverified|No subject alternative|No name matching")),
  NO_TLS_THERE(
      java("(?:Unsupported or u|U)nrecognized SSL message|NotSslRecord|not an SSL/TLS record")),
  TLS_CUT_OFF(
      java("unexpected end of stream on https|Remote host (?:terminated|closed)"),
      java("SSL peer shut down incorrectly")),
  TLS_REJECTED(java("Received fatal alert|(?:certificate_required|bad_certificate)")),

  // --- The network, and other protocols ----------------------------------------------------------
  GRPC_TO_HTTP(java("FRAME_SIZE_ERROR: 4740180|not SETTINGS\\. Hex dump.*: 48545450")),
  NO_GRPC_THERE(java("FRAME_SIZE_ERROR|frame was not SETTINGS")),
  NO_SETTINGS(java("Required SETTINGS preface not received")),
  NO_HTTP_THERE(java("(?:Unexpected|Invalid) status line")),
  HTTP_TO_GRPC(
      java("unexpected end of stream on|parser received no bytes|not found: (?:limit|size)=\\d"),
      java("parsing HTTP/1.1 status line|Unexpected HTTP/1.x request")),
  RESPONSE_BROKE_OFF(
      java("Failed to read response body|ProtocolException: unexpected end of stream$")),
  UNKNOWN_HOST(
      java("UnknownHostException|Name or service not known|nodename nor servname"),
      java("UnresolvedAddress|[Uu]nable to resolve host|name resolution|No address associated"),
      java("No such host|DNS resolution failed")),
  UNREACHABLE(
      java("No route to host|NoRouteToHost|(?:Network|Host) is unreachable"),
      java("(?i:(?:connect|connection) timed out)|ConnectTimeout"),
      java("failed to connect to .* after \\d+ ?ms")),
  REFUSED(
      java("(?i:connection refused)|ConnectException|ECONNREFUSED"),
      exporter("Failed to connect to \\S+:\\S+")),
  TIMED_OUT(
      java(Signs.TIMEOUT + "|SocketTimeoutException|HttpTimeoutException"),
      exporter("(?i:rror message: ?(?:read )?time(?:out|d out)|timeout period of|timed out)")),
  RESET(java("Connection reset|reset by peer|forcibly closed by the remote host")),
  BROKEN_PIPE(
      java("Broken pipe|HttpClosedException|Connection was closed|Connection closed by peer"),
      java("connection abort|connection was aborted")),
  SOCKET_CLOSED(java("(?i:socket (?:is )?closed|channel shutdown)")),
  INTERRUPTED(
      java("Interrupted(?:IO)?Exception(?::.*interrupted)?\\s*$"),
      java("InterruptedIOException: (?:executor )?interrupted|executor interrupted"),
      exporter("(?i:cancell?ed due to|rror message: cancell?ed\\s*$|: interrupted\\s*$)"),
      exporter("IOException: Cancell?ed")),
  GRPC_LOST(
      grpc(14).and(says("io exception|Network closed|Connection closed|Keepalive failed")),
      java("StatusRuntimeException: UNAVAILABLE: io exception")),
  UNAVAILABLE(grpc(14)),
  CANCELLED(grpc(1)),
  NO_GRPC_STATUS(grpc(2).and(says("Error message:\\s*\"?,?$"))),
  UNKNOWN(grpc(2));

  private static final class Signs {
    /** A class or a method that another version has. */
    static final String LINKAGE =
        "(?:NoClassDefFoundError|ClassNotFoundException|NoSuch(?:Method|Field)Error"
            + "|AbstractMethodError|IncompatibleClassChangeError|with message): ?";

    static final String TIMEOUT = "(?:InterruptedIO|SocketTimeout)Exception: timeout";
    static final String PARTS = "\\b(?:spans?|logs?|records?|items)\\b";
  }

  private final Predicate<LogEvent> hasASign;

  @SafeVarargs
  Cause(Predicate<LogEvent>... signs) {
    Predicate<LogEvent> hasASign = event -> false;
    for (Predicate<LogEvent> sign : signs) {
      hasASign = hasASign.or(sign);
    }
    this.hasASign = hasASign;
  }

  /** The cause of an event; none if it shows no sign of one. */
  public static Optional<Cause> of(LogEvent event) {
    return Stream.of(values()).filter(cause -> cause.isIn(event)).findFirst();
  }

  boolean isIn(LogEvent event) {
    return hasASign.test(event);
  }

  /** Words that nothing but telemetry logs. */
  private static Predicate<LogEvent> says(String words) {
    Pattern pattern = Pattern.compile(words, Pattern.MULTILINE);
    return event -> event.says(pattern);
  }

  /** Words that anything may log: they count if an exporter, the SDK or the like speaks. */
  private static Predicate<LogEvent> exporter(String words) {
    return says(words).and(LogEvent::isTelemetry);
  }

  /** Words of Java or of a library: they count unless something else clearly speaks. */
  private static Predicate<LogEvent> java(String words) {
    return says(words).and(event -> !event.isForeign());
  }

  private static Predicate<LogEvent> http(int... statuses) {
    return event -> event.http().isPresent() && contains(statuses, event.http().getAsInt());
  }

  private static Predicate<LogEvent> grpc(int... statuses) {
    return event -> event.grpc().isPresent() && contains(statuses, event.grpc().getAsInt());
  }

  private static boolean contains(int[] statuses, int status) {
    for (int each : statuses) {
      if (each == status) {
        return true;
      }
    }
    return false;
  }
}
