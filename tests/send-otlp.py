"""Sends two spans, a sum of 3 and a log record, with the OTLP exporters of Python.

send-otlp.py grpc|http: all else is said by the variables OTEL_EXPORTER_OTLP_*.
Exit code 1 if the spans, the sum or the log record were not taken.
"""

import logging
import sys

from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode

if sys.argv[1] == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
else:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

resource = Resource.create({"service.name": "sender"})

traces = TracerProvider(resource=resource)
traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
tracer = traces.get_tracer("orders")
with tracer.start_as_current_span("POST /orders", kind=SpanKind.SERVER):
    with tracer.start_as_current_span("charge card", kind=SpanKind.CLIENT) as charge:
        charge.set_attribute("order.items", 3)
        charge.add_event("declined", {"reason": "größer als das Limit"})
        charge.set_status(Status(StatusCode.ERROR, "card declined"))

metrics = MeterProvider(
    resource=resource, metric_readers=[PeriodicExportingMetricReader(OTLPMetricExporter())]
)
metrics.get_meter("orders").create_counter("orders").add(3)

logs = LoggerProvider(resource=resource)
logs.add_log_record_processor(SimpleLogRecordProcessor(OTLPLogExporter()))
logging.getLogger("orders").addHandler(LoggingHandler(logger_provider=logs))
logging.getLogger("orders").warning("out of stock")

sent = [traces.force_flush(), metrics.force_flush(), logs.force_flush()]
for provider in (traces, metrics, logs):
    provider.shutdown()
sys.exit(0 if all(sent) else 1)
