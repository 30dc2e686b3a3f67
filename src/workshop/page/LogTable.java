package workshop.page;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.util.List;
import java.util.function.Predicate;
import workshop.trace.Hex;
import workshop.trace.Ids;
import workshop.trace.Times;
import workshop.wire.Attributes;
import workshop.wire.Exchange;
import workshop.wire.Signal;

/**
 * The newest log records, one row each; its {@code exchange} and {@code index} name it for {@link
 * LogJson}.
 */
final class LogTable {
  private static final int MOST_ROWS = 5000;
  private static final int LONGEST = 300;

  private LogTable() {}

  /** See {@link Rows#table}. */
  static byte[] of(List<Exchange> exchanges) {
    return of(exchanges, record -> true);
  }

  /** The log records that name a trace. */
  static byte[] ofTrace(ByteString id, List<Exchange> exchanges) {
    return of(exchanges, record -> record.getTraceId().equals(id));
  }

  private static byte[] of(List<Exchange> exchanges, Predicate<LogRecord> wanted) {
    Rows rows = new Rows(MOST_ROWS);
    for (Exchange exchange : exchanges) {
      if (exchange.signal() != Signal.LOGS || !exchange.answer().accepted()) {
        continue;
      }
      int index = 0;
      ExportLogsServiceRequest request = (ExportLogsServiceRequest) exchange.request();
      for (ResourceLogs resource : request.getResourceLogsList()) {
        String service = Texts.cut(Attributes.service(resource.getResource()), LONGEST);
        for (ScopeLogs scope : resource.getScopeLogsList()) {
          for (LogRecord record : scope.getLogRecordsList()) {
            if (wanted.test(record)) {
              rows.add(row(exchange.number(), index, service, record));
            }
            index++;
          }
        }
      }
    }
    return rows.table();
  }

  private static JsonObject row(long exchange, int index, String service, LogRecord record) {
    // As the specification says: the time, or if it is unknown, the observed time.
    long nanos =
        record.getTimeUnixNano() == 0 ? record.getObservedTimeUnixNano() : record.getTimeUnixNano();
    JsonObject json = new JsonObject();
    json.addProperty("exchange", exchange);
    json.addProperty("index", index);
    json.addProperty("nanos", Long.toUnsignedString(nanos));
    json.addProperty("at", Long.divideUnsigned(nanos, 1_000_000));
    json.addProperty("timeProblem", Times.problem(nanos));
    json.addProperty("service", service);
    json.addProperty("severity", Texts.cut(severity(record), LONGEST));
    json.addProperty("level", record.getSeverityNumberValue());
    json.addProperty("event", Texts.cut(record.getEventName(), LONGEST));
    json.addProperty("body", Texts.of(record.getBody(), LONGEST));
    json.addProperty("attributes", Texts.of(record.getAttributesList(), LONGEST));
    json.addProperty(
        "trace", Ids.isTraceId(record.getTraceId()) ? Hex.of(record.getTraceId()) : "");
    json.addProperty("span", Ids.isSpanId(record.getSpanId()) ? Hex.of(record.getSpanId()) : "");
    return json;
  }

  private static String severity(LogRecord record) {
    if (!record.getSeverityText().isEmpty()) {
      return record.getSeverityText();
    }
    String name = record.getSeverityNumber().name();
    return record.getSeverityNumberValue() == 0 ? "" : name.replace("SEVERITY_NUMBER_", "");
  }
}
