package workshop.page;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import workshop.wire.Exchange;
import workshop.wire.Signal;

/** One log record as OTLP/JSON, with its resource and its scope around it. */
final class LogJson {
  private LogJson() {}

  /**
   * @param index counts the log records of the exchange's request from 0
   * @return an export request with this log record alone
   * @throws HttpError if there is no such log record, or if it is too large
   */
  static byte[] of(Exchange exchange, int index) throws HttpError {
    if (exchange.signal() == Signal.LOGS && exchange.answer().accepted()) {
      int left = index;
      ExportLogsServiceRequest request = (ExportLogsServiceRequest) exchange.request();
      for (ResourceLogs resource : request.getResourceLogsList()) {
        for (ScopeLogs scope : resource.getScopeLogsList()) {
          if (left < scope.getLogRecordsCount()) {
            return ExchangeJson.print(
                ExportLogsServiceRequest.newBuilder()
                    .addResourceLogs(
                        resource.toBuilder()
                            .clearScopeLogs()
                            .addScopeLogs(
                                scope.toBuilder()
                                    .clearLogRecords()
                                    .addLogRecords(scope.getLogRecords(left))))
                    .build());
          }
          left -= scope.getLogRecordsCount();
        }
      }
    }
    throw new HttpError(404, "exchange " + exchange.number() + " has no log record " + index);
  }
}
