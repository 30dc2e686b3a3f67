package workshop.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import support.Orders;

/** What an expectation means, and how one that is not valid is rejected. */
class ExpectationTest {
  private static final Message SPANS =
      Orders.request(
          "kiosk",
          span("sell ticket")
              .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
              .setKind(Span.SpanKind.SPAN_KIND_SERVER)
              .addAttributes(attribute("http.route", Orders.text("/tickets")))
              .addAttributes(attribute("status_code", integer(503)))
              .addAttributes(attribute("ratio", AnyValue.newBuilder().setDoubleValue(0.5).build()))
              .addAttributes(attribute("late", AnyValue.newBuilder().setBoolValue(true).build()))
              .build(),
          span("sell ticket").build(),
          span("it's \"it\"").build());

  private static final Message LOGS = logs();
  private static final Message METRICS = metrics();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "3 spans                                          | true",
        "2 spans                                          | false",
        "4 spans                                          | false",
        ">=2 spans                                        | true",
        ">=4 spans                                        | false",
        "no spans                                         | false",
        "no spans name=/health                            | true",
        "0 span name=/health                              | true",
        "2 span name=\"sell ticket\"                      | true",
        "2 span name='sell ticket'                        | true",
        "1 span name='it's \"it\"'                        | caret",
        "1 span name=sell                                 | false",
        "1 span service=kiosk name='sell ticket' status=error | true",
        "2 spans status=unset                             | true",
        "2 spans status!=error                            | true",
        "1 span kind=server                               | true",
        "3 spans service=kiosk                            | true",
        "3 spans service.name=kiosk                       | true",
        "1 span http.route=/tickets                       | true",
        "1 span http.route                                | true",
        "2 spans http.route!=/tickets                     | true",
        "1 span status_code=503                           | true",
        "1 span status_code='503'                         | false",
        "1 span status_code>=500 status_code<600          | true",
        "1 span status_code>503                           | false",
        "1 span status_code<=503                          | true",
        "1 span http.route>=1                             | false",
        "1 span ratio=0.50                                | true",
        "1 span ratio<0.6                                 | true",
        "1 span late=true                                 | true",
        "1 span late='true'                               | false",
        "3 logs                                           | true",
        "2 logs severity>=WARN                            | true",
        "1 log severity=warn                              | true",
        "1 log severity>WARN                              | true",
        "2 logs severity<=WARN                            | true",
        "1 log body='out of stock'                        | true",
        "2 metrics                                        | true",
        "1 metric name=orders                             | true",
        "1 metric name=orders value=3                     | true",
        "1 metric name=orders value>=4                    | false",
        "1 metric name=orders shop=north                  | true",
        "1 metric name=latency count>=7                   | true",
      })
  void holds(String text, String expected) {
    if (expected.equals("caret")) {
      assertThatThrownBy(() -> finding(text)).hasMessageContaining("^");
    } else {
      assertThat(finding(text).done()).isEqualTo(expected.equals("true"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "4 spans | 3 arrived.",
        "1 span name=nobody | 0 arrived. Closest: span service=kiosk name=\"sell ticket\""
            + " kind=server status=error; name is \"sell ticket\", not nobody.",
        "1 span name='sell ticket' status=ok | 0 arrived. Closest: span service=kiosk name=\"sell"
            + " ticket\" kind=server status=error; status is error, not ok.",
        "1 span status!=error http.route | 0 arrived. Closest: span service=kiosk name=\"sell"
            + " ticket\" kind=server status=error; status is error.",
        "1 span status_code>=504 user.id | 0 arrived. Closest: span service=kiosk name=\"sell"
            + " ticket\" kind=server status=error; status_code is 503, not >=504 and it has no"
            + " user.id.",
        "1 span status_code='503' | 0 arrived. Closest: span service=kiosk name=\"sell ticket\""
            + " kind=server status=error; status_code is \"503 (int)\", not the string 503.",
        "1 span http.route>1 | 0 arrived. Closest: span service=kiosk name=\"sell ticket\""
            + " kind=server status=error; http.route is /tickets, not a number >1.",
        "no spans status=error | 1 arrived.",
        "1 log severity>=FATAL | 0 arrived. Closest: log severity=INFO; severity is INFO, not"
            + " >=FATAL.",
        "1 metric name=orders value>3 | 0 arrived. Closest: metric name=orders; value is 3, not"
            + " >3.",
      })
  void saysWhatCameClosest(String text, String expected) {
    assertThat(finding(text).text()).isEqualTo(expected);
  }

  /** It is exported again and again; how often depends on the clock. */
  @Test
  void countsAMetricOnce() {
    Tally tally = new Tally(Expectation.parse("1 metric name=orders"));
    Item.each(METRICS, tally::add);
    Item.each(METRICS, tally::add);

    assertThat(tally.finding().done()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    ">=1 span, 0, false",
    ">=1 span, 1, true",
    "1 span, 1, false",
    "1 span, 2, true",
    "no span, 0, false",
    "no span, 1, true",
  })
  void isFinalWhenNothingElseMatters(String text, int arriving, boolean expected) {
    Tally tally = new Tally(Expectation.parse(text));
    for (int i = 0; i < arriving; i++) {
      Item.each(Orders.request("shop", span("order").build()), tally::add);
    }

    assertThat(tally.isFinal()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                    | 0  | expected a number, >= and a number, or no: 3 spans, >=1 log,"
            + " no spans",
        "spans                 | 0  | expected a number, >= and a number, or no: 3 spans, >=1 log,"
            + " no spans",
        "3                     | 1  | expected spans, logs or metrics",
        "3 traces              | 2  | expected spans, logs or metrics",
        "1 span name=          | 12 | expected a value, without a space before it",
        "1 span name = x       | 12 | expected a condition without spaces, such as name=orders",
        "1 span name='x        | 12 | expected a second quote after this one",
        "1 span name='x'y      | 15 | expected a space after the quote",
        "1 span name'x'        | 11 | expected = or another operator",
        "1 span name>=3        | 11 | expected name= or name!=",
        "1 span a>=b           | 10 | expected a number after >=",
        "1 span status=bad     | 14 | expected unset, ok or error",
        "1 span kind=web       | 12 | expected internal, server, client, producer or consumer",
        "1 log severity>=bad   | 16 | expected TRACE, DEBUG, INFO, WARN, ERROR or FATAL",
        "1 log status=error    | 6  | expected no status: only a span has one",
      })
  void namesThePlace(String text, int place, String expected) {
    String shown = "\n  " + text + "\n  " + " ".repeat(place) + "^";
    assertThatThrownBy(() -> Expectation.parse(text)).hasMessage(expected + shown);
  }

  private static Finding finding(String text) {
    Tally tally = new Tally(Expectation.parse(text));
    List.of(SPANS, LOGS, METRICS).forEach(request -> Item.each(request, tally::add));
    return tally.finding();
  }

  private static Span.Builder span(String name) {
    return Orders.span(name, Orders.ROOT, ByteString.EMPTY, 0, 1);
  }

  private static Message logs() {
    var request = ExportLogsServiceRequest.newBuilder();
    var records = request.addResourceLogsBuilder().addScopeLogsBuilder();
    records.addLogRecordsBuilder().setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_INFO);
    records.addLogRecordsBuilder().setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_ERROR);
    // The number is missing, as in what JavaScript sends.
    records.addLogRecordsBuilder().setSeverityText("warn").setBody(Orders.text("out of stock"));
    return request.build();
  }

  private static Message metrics() {
    var request = ExportMetricsServiceRequest.newBuilder();
    var metrics = request.addResourceMetricsBuilder().addScopeMetricsBuilder();
    var orders = metrics.addMetricsBuilder().setName("orders").getSumBuilder();
    orders
        .addDataPointsBuilder()
        .setAsInt(3)
        .addAttributes(attribute("shop", Orders.text("north")));
    orders
        .addDataPointsBuilder()
        .setAsInt(2)
        .addAttributes(attribute("shop", Orders.text("south")));
    metrics
        .addMetricsBuilder()
        .setName("latency")
        .getHistogramBuilder()
        .addDataPointsBuilder()
        .setCount(7);
    return request.build();
  }

  private static AnyValue integer(long value) {
    return AnyValue.newBuilder().setIntValue(value).build();
  }

  private static KeyValue attribute(String key, AnyValue value) {
    return KeyValue.newBuilder().setKey(key).setValue(value).build();
  }
}
