package workshop.page;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.util.List;
import workshop.trace.Hex;
import workshop.trace.Ids;
import workshop.trace.Times;
import workshop.wire.Attributes;
import workshop.wire.Exchange;
import workshop.wire.Signal;

/** The newest log records, one row each. */
final class LogTable {
  private static final int LONGEST = 300;

  private LogTable() {}

  /** See {@link NewestRows#json}. */
  static JsonElement of(List<Exchange> exchanges) {
    NewestRows rows = new NewestRows();
    for (Exchange exchange : exchanges) {
      if (exchange.signal() != Signal.LOGS || !exchange.answer().accepted()) {
        continue;
      }
      ExportLogsServiceRequest request = (ExportLogsServiceRequest) exchange.request();
      for (ResourceLogs resource : request.getResourceLogsList()) {
        String service = Texts.cut(Attributes.service(resource.getResource()), LONGEST);
        for (ScopeLogs scope : resource.getScopeLogsList()) {
          for (LogRecord record : scope.getLogRecordsList()) {
            rows.add(row(exchange.number(), service, record));
          }
        }
      }
    }
    return rows.json();
  }

  private static JsonObject row(long exchange, String service, LogRecord record) {
    // As the specification says: the time, or if it is unknown, the observed time.
    long nanos =
        record.getTimeUnixNano() == 0 ? record.getObservedTimeUnixNano() : record.getTimeUnixNano();
    JsonObject json = new JsonObject();
    json.addProperty("exchange", exchange);
    json.addProperty("at", Long.divideUnsigned(nanos, 1_000_000));
    json.addProperty("timeProblem", Times.problem(nanos));
    json.addProperty("service", service);
    json.addProperty("severity", Texts.cut(severity(record), LONGEST));
    json.addProperty("level", record.getSeverityNumberValue());
    json.addProperty("event", Texts.cut(record.getEventName(), LONGEST));
    json.addProperty("body", Texts.cut(Texts.of(record.getBody()), LONGEST));
    json.addProperty("attributes", Texts.cut(Texts.of(record.getAttributesList()), LONGEST));
    json.addProperty(
        "trace", Ids.isTraceId(record.getTraceId()) ? Hex.of(record.getTraceId()) : "");
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
