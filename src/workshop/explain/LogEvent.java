package workshop.explain;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One event of a log, taken apart. Logging frameworks write level, time and thread anywhere and
 * abbreviate names, so an event is known by what it says, and its lines by how they begin.
 *
 * @param lines as they are in the log, without spaces around them; the first one is the head
 * @param text what the lines say: JSON unescaped, no colors, no stack frames
 * @param isTelemetry whether an exporter, the SDK, the agent or Micrometer speaks
 * @param isForeign whether something else speaks, such as a database driver
 * @param http the HTTP status that the server responded with
 * @param grpc the number of the gRPC status, whether the event has its number or its name
 */
public record LogEvent(
    List<String> lines,
    String text,
    boolean isTelemetry,
    boolean isForeign,
    OptionalInt http,
    OptionalInt grpc) {
  /** Enough for a stack trace in JSON. */
  private static final int MOST_OF_A_LINE = 16_000;

  /** Enough for an exception with many causes: stack frames do not count. */
  private static final int MOST_OF_A_TEXT = 64_000;

  /** What containers and Kubernetes write in front of a line. */
  private static final String PREFIX =
      "^(?:[\\w./-]{1,80}\\s*\\|)?\\s*"
          + "(?:\\d{4}-\\d\\d-\\d\\dT[\\d:.]+(?:Z|[+-]\\d\\d:?\\d\\d)?(?=\\s))?[\\s>]*";

  private static final Pattern FRAME =
      Pattern.compile(PREFIX + "(?:at [\\w.$/@<>-]+\\(|\\.\\.\\. \\d+ (?:more|common))");
  private static final Pattern CONTINUES = Pattern.compile(PREFIX + "(?:Caused by: |Suppressed: )");
  private static final Pattern THROWN =
      Pattern.compile(
          PREFIX + "\\[?(?:[a-z][\\w$]*\\.)+[A-Z][\\w$]*(?:Exception|Error)\\b(?! *[-\\]]).*");

  /** The first of the two lines that java.util.logging writes for an event. */
  private static final Pattern DATE_AND_METHOD =
      Pattern.compile("^\\p{L}{3}\\.? \\d{1,2}, \\d{4}\\W.{0,40} [\\w.$]+ [\\w$<>]+$");

  private static final Pattern COLOR = Pattern.compile("\u001b\\[[\\d;]*m");

  /** A gRPC status in front means that grpc-java made it of the HTTP status. */
  private static final Pattern HTTP =
      Pattern.compile("(?<![A-Z]: )HTTP status(?: code)?:? ?(\\d{3})\\b");

  private static final Pattern GRPC_NUMBER = Pattern.compile("gRPC status code:? ?(\\d{1,2})\\b");

  /** The names of the gRPC statuses, each at the place of its number. */
  private static final List<String> STATUSES =
      Stream.of(Status.Code.values()).map(Enum::name).toList();

  private static final Pattern GRPC_NAME =
      Pattern.compile(
          "(?:Status(?:Runtime)?Exception: |rror message: ?|Server is |Server responded with"
              + " |StatusCode\\.|Status\\{code=)("
              + String.join("|", STATUSES)
              + ")\\b");

  private static final Pattern TELEMETRY =
      Pattern.compile(
          "Failed to (?:export|publish) |Server responded with|\\bo(?:pen)?tel|otlp|OkHttp http"
              + "|io[./]opentelemetry[./](?!javaagent[./]instrumentation)"
              + "|\\bi\\.o\\.|\\bio\\.ope\\.|\\bio\\.qua?\\.op" // as frameworks abbreviate it
              + "|(?:grpc|http)exporter|Batch(?:Span|LogRecord)Processor|PeriodicMetricReader",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern TELEMETRY_FRAME = Pattern.compile("io\\.opentelemetry\\.(exp|sdk)");

  /** What also connects to something, and logs the same exceptions of Java. */
  private static final Pattern OTHERS =
      Pattern.compile(
          "hikari|jdbc|postgres|mysql|mariadb|mongo|redis|lettuce|kafka|networkclient|rabbit|amqp"
              + "|ldap|smtp|javamail|zookeeper|cassandra|eureka|feign|consul|resttemplate|webclient"
              + "|elasticsearch|zipkin2|logstash",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern CLASS =
      Pattern.compile("\\b([a-z]\\w{0,40}(?:\\.[a-z]\\w{0,40}){1,9})\\.[A-Z]\\w");

  /** The packages whose exceptions an exporter passes on. */
  private static final Pattern PACKAGES =
      Pattern.compile(
          "(?:java|javax|jdk|sun|com\\.sun|jakarta|kotlin|kotlinx|okhttp3|okio|io\\.opentelemetry"
              + "|io\\.grpc|io\\.netty|io\\.vertx|io\\.micrometer|io\\.quarkus|io\\.smallrye"
              + "|org\\.springframework\\.(?:beans|boot|context|core))(?:\\..*)?");

  private static final Pattern FAILURE =
      Pattern.compile(
          "Failed to (?:export|publish) |request could not be executed|Exporter threw an Exception"
              + "|Error encountered during autoconfiguration|Javaagent failed to start");

  private static final Pattern TRACES = Pattern.compile("export (?:\\d+ )?spans");
  private static final Pattern METRICS =
      Pattern.compile(
          "(?:export|publish) (?:\\d+ )?metrics|MetricExporter|MetricsRequest|OtlpMeterRegistry"
              + "|MetricsService|/v1/metrics");
  private static final Pattern LOGS =
      Pattern.compile(
          "export (?:\\d+ )?logs|LogRecordExporter|LogsRequest|LogRecordProcessor|LogsService"
              + "|/v1/logs");

  /** The events of a log, in order. */
  public static List<LogEvent> in(String log) {
    List<LogEvent> events = new ArrayList<>();
    List<String> event = new ArrayList<>();
    boolean thrown = false; // whether the event has its exception
    for (String all : (Iterable<String>) log.lines()::iterator) {
      String line = all.substring(0, Math.min(all.length(), MOST_OF_A_LINE));
      if (line.isBlank()) {
        continue; // some frameworks write one before the exception
      }
      boolean throwing = THROWN.matcher(line).matches();
      boolean continues =
          FRAME.matcher(line).find()
              || CONTINUES.matcher(line).find()
              || (throwing && !thrown)
              || (event.size() == 1 && DATE_AND_METHOD.matcher(event.get(0)).matches());
      if (!continues && !event.isEmpty()) {
        events.add(of(event));
        event.clear();
        thrown = false;
      }
      thrown |= throwing;
      event.add(line.strip());
    }
    if (!event.isEmpty()) {
      events.add(of(event));
    }
    return events;
  }

  private static LogEvent of(List<String> lines) {
    StringBuilder said = new StringBuilder();
    boolean telemetry = false;
    for (String line : lines) {
      for (String each : said(line).lines().toList()) {
        if (FRAME.matcher(each).find()) {
          telemetry |= TELEMETRY_FRAME.matcher(each).find();
        } else if (said.length() < MOST_OF_A_TEXT) {
          said.append(each.strip()).append('\n');
        }
      }
    }
    String text = said.toString();
    telemetry |= TELEMETRY.matcher(text).find();
    return new LogEvent(
        List.copyOf(lines),
        text,
        telemetry,
        !telemetry && isForeign(text),
        telemetry ? number(HTTP.matcher(text)) : OptionalInt.empty(),
        grpc(text));
  }

  /** What a line says; a line of JSON may hold a whole stack trace. */
  private static String said(String line) {
    String plain = COLOR.matcher(line).replaceAll("");
    boolean escaped = plain.contains("\":\"") || plain.contains("\": \"") || plain.contains("\\n");
    return escaped
        ? plain
            .replace("\\r", "")
            .replace("\\n", "\n")
            .replace("\\t", "\t")
            .replace("\\\"", "\"")
            .replace("\\/", "/")
            // Each member of the object on a line of its own.
            .replace("\",\"", "\"\n\"")
            .replace("\"}", "\"\n}")
        : plain;
  }

  private static OptionalInt grpc(String text) {
    OptionalInt number = number(GRPC_NUMBER.matcher(text));
    Matcher name = GRPC_NAME.matcher(text);
    return number.isEmpty() && name.find()
        ? OptionalInt.of(STATUSES.indexOf(name.group(1)))
        : number;
  }

  private static OptionalInt number(Matcher matcher) {
    return matcher.find()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  private static boolean isForeign(String text) {
    return OTHERS.matcher(text).find()
        || CLASS
            .matcher(text)
            .results()
            .anyMatch(name -> !PACKAGES.matcher(name.group(1)).matches());
  }

  /** Whether a line of the text has these words. */
  boolean says(Pattern words) {
    return words.matcher(text).find();
  }

  /** Whether the event says that an export or the setup failed, whatever the cause. */
  public boolean isFailure() {
    return says(FAILURE);
  }

  /** The signal of the export, if it is not traces. */
  public Optional<String> otherSignal() {
    if (says(TRACES)) {
      return Optional.empty();
    }
    return says(METRICS)
        ? Optional.of("metrics")
        : says(LOGS) ? Optional.of("logs") : Optional.empty();
  }

  /** The lines to show: the head, and the first line with the sign of the cause. */
  public List<String> shown(Cause cause) {
    boolean dated = lines.size() > 1 && DATE_AND_METHOD.matcher(lines.get(0)).matches();
    String head = lines.get(dated ? 1 : 0);
    return Stream.concat(
            Stream.of(head), lines.stream().filter(line -> cause.isIn(of(List.of(line)))).limit(1))
        .distinct()
        .toList();
  }
}
