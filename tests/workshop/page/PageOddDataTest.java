package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page's data if a sender leaves times, values or ids out, or sends them wrong. */
class PageOddDataTest {
  private static final String TRACE = "11111111111111111111111111111111";
  private static final String START = "1760000000000000000";
  private static final String END = "1760000000250000000";

  private PageUnderTest server;

  @BeforeEach
  void start() throws Exception {
    server = PageUnderTest.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void timesThatAreNotKnownAreNull() throws Exception {
    sendSpans(
        span("01", "", START, END),
        span("02", "01", "1760000000050000000", "0"),
        span("03", "01", "0", "1760000000200000000"),
        span("04", "01", "1760000000000", "1760000000100"),
        span("05", "01", "1760000000200000000", "1760000000100000000"));

    JsonObject trace = get("/api/traces/" + TRACE).getAsJsonObject();
    assertThat(trace.get("start").getAsString()).isEqualTo(START);
    assertThat(trace.get("nanos").getAsLong()).isEqualTo(250_000_000);
    assertThat(texts(trace.getAsJsonArray("rows"), "name", "at", "nanos", "problems"))
        .containsExactlyInAnyOrder(
            "01 0 250000000 ",
            "02 50000000 null no end",
            "03 null null no start",
            "04 null 100 start and end milliseconds instead of nanoseconds",
            "05 200000000 -100000000 ends before it starts");

    JsonObject listed = rows("/api/traces", "traces").get(0).getAsJsonObject();
    assertThat(listed.get("at").getAsLong()).isEqualTo(1_760_000_000_000L);
    assertThat(listed.get("nanos").getAsLong()).isEqualTo(250_000_000);
    assertThat(listed.get("name").getAsString()).isEqualTo("01");
  }

  @Test
  void aTraceWithoutTimesIsShown() throws Exception {
    sendSpans(span("01", "", "0", "0"));

    assertThat(texts(rows("/api/traces", "traces"), "name", "at", "nanos"))
        .containsExactly("01 0 0");
    JsonArray rows = get("/api/traces/" + TRACE).getAsJsonObject().getAsJsonArray("rows");
    assertThat(texts(rows, "at", "nanos", "problems"))
        .containsExactly("null null no start, no end");
  }

  @Test
  void anIdThatIsNotValidIsMarkedAndNamesNoParent() throws Exception {
    sendSpans(span("01", "00", START, END));
    send(
        "traces",
        """
        {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"8448eb211c80319c",
        "spanId":"1234","name":"64-bit id","startTimeUnixNano":"%s","endTimeUnixNano":"%s"}]}]}]}
        """
            .formatted(START, END));

    JsonArray zero = get("/api/traces/" + TRACE).getAsJsonObject().getAsJsonArray("rows");
    assertThat(texts(zero, "parentMissing", "problems")).containsExactly("false ");
    JsonArray shortIds =
        get("/api/traces/8448eb211c80319c").getAsJsonObject().getAsJsonArray("rows");
    assertThat(texts(shortIds, "problems"))
        .containsExactly(
            "invalid trace id (8 bytes instead of 16), invalid span id (2 bytes instead of 8)");
    assertThat(texts(rows("/api/traces", "traces"), "rootArrived")).containsExactly("true", "true");
  }

  @Test
  void aPointWithoutARecordedValueHasNoValue() throws Exception {
    send(
        "metrics",
        """
        {"resourceMetrics":[{"scopeMetrics":[{"metrics":[
        {"name":"gauge","gauge":{"dataPoints":[{"timeUnixNano":"%1$s","flags":1,"asDouble":0}]}},
        {"name":"sum","sum":{"dataPoints":[{"timeUnixNano":"%1$s","flags":1,"asInt":"0"}]}},
        {"name":"histogram","histogram":{"dataPoints":[{"timeUnixNano":"%1$s","flags":1}]}},
        {"name":"exponential","exponentialHistogram":{"dataPoints":[{"flags":1}]}},
        {"name":"summary","summary":{"dataPoints":[{"flags":1}]}},
        {"name":"unset","gauge":{"dataPoints":[{"timeUnixNano":"%1$s"}]}},
        {"name":"nan","gauge":{"dataPoints":[{"asDouble":"NaN"}]}},
        {"name":"infinity","gauge":{"dataPoints":[{"asDouble":"-Infinity","flags":2}]}},
        {"name":"empty","histogram":{"dataPoints":[{"timeUnixNano":"1760000000000"}]}},
        {"name":"zero","gauge":{"dataPoints":[{"asInt":"0"}]}}]}]}]}
        """
            .formatted(START));

    assertThat(texts(rows("/api/metrics", "rows"), "name", "value", "timeProblem"))
        .containsExactlyInAnyOrder(
            "gauge no value ",
            "sum no value ",
            "histogram no value ",
            "exponential no value ",
            "summary no value ",
            "unset no value ",
            "nan NaN ",
            "infinity -Infinity ",
            "empty count 0 milliseconds instead of nanoseconds",
            "zero 0 ");
  }

  @Test
  void aLogRecordWithoutATimeHasTheObservedOneAndWithAnInvalidIdNoTrace() throws Exception {
    send(
        "logs",
        """
        {"resourceLogs":[{"scopeLogs":[{"logRecords":[
        {"body":{"stringValue":"a"},"observedTimeUnixNano":"%1$s","traceId":"%2$s"},
        {"body":{"stringValue":"b"},"traceId":"00000000000000000000000000000000"},
        {"body":{"stringValue":"c"},"timeUnixNano":"1760000000","traceId":"8448eb211c80319c"}
        ]}]}]}
        """
            .formatted(START, TRACE));

    assertThat(texts(rows("/api/logs", "rows"), "body", "at", "timeProblem", "trace"))
        .containsExactlyInAnyOrder(
            "a 1760000000000  " + TRACE, "b 0  ", "c 1760 seconds instead of nanoseconds ");
  }

  private static String span(String name, String parent, String start, String end) {
    return """
    {"traceId":"%s","spanId":"%s","parentSpanId":"%s","name":"%s","startTimeUnixNano":"%s",
    "endTimeUnixNano":"%s"}
    """
        .formatted(TRACE, name.repeat(8), parent.repeat(8), name, start, end);
  }

  private void sendSpans(String... spans) throws Exception {
    send(
        "traces",
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + String.join(",", spans) + "]}]}]}");
  }

  private void send(String signal, String json) throws Exception {
    assertThat(server.post("/v1/" + signal, PageUnderTest.JSON, json.getBytes(UTF_8)))
        .isEqualTo(200);
  }

  private JsonElement get(String path) throws Exception {
    return JsonParser.parseString(server.get(path).body());
  }

  private JsonArray rows(String path, String name) throws Exception {
    return get(path).getAsJsonObject().getAsJsonArray(name);
  }

  /** Some properties of each row, separated by spaces. */
  private static List<String> texts(JsonArray rows, String... names) {
    return rows.asList().stream()
        .map(
            row ->
                String.join(
                    " ",
                    Stream.of(names)
                        .map(name -> row.getAsJsonObject().get(name))
                        .map(value -> value.isJsonNull() ? "null" : value.getAsString())
                        .toList()))
        .toList();
  }
}
