// Sends two spans, a sum of 3 and a log record, with the OTLP exporters of JavaScript.
//
// send-otlp.cjs grpc|proto|http (http is JSON): all else is said by OTEL_EXPORTER_OTLP_*.
// NODE_PATH names the folder with the packages.
const transport = process.argv[2];
const exporter = (signal) =>
  require(`@opentelemetry/exporter-${signal}-otlp-${transport}`);
const { context, trace, SpanKind, SpanStatusCode } = require('@opentelemetry/api');
const { resourceFromAttributes } = require('@opentelemetry/resources');
const { BasicTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base');
const { MeterProvider, PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
const { LoggerProvider, BatchLogRecordProcessor } = require('@opentelemetry/sdk-logs');

const resource = resourceFromAttributes({ 'service.name': 'sender' });

const traces = new BasicTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(new (exporter('trace').OTLPTraceExporter)())],
});
const tracer = traces.getTracer('orders');
const order = tracer.startSpan('POST /orders', { kind: SpanKind.SERVER });
const within = trace.setSpan(context.active(), order);
const charge = tracer.startSpan('charge card', { kind: SpanKind.CLIENT }, within);
charge.setAttribute('order.items', 3);
charge.addEvent('declined', { reason: 'größer als das Limit' });
charge.setStatus({ code: SpanStatusCode.ERROR, message: 'card declined' });
charge.end();
order.end();

const metrics = new MeterProvider({
  resource,
  readers: [
    new PeriodicExportingMetricReader({
      exporter: new (exporter('metrics').OTLPMetricExporter)(),
    }),
  ],
});
metrics.getMeter('orders').createCounter('orders').add(3);

const logs = new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor(new (exporter('logs').OTLPLogExporter)())],
});
logs.getLogger('orders').emit({ body: 'out of stock', severityText: 'WARN' });

Promise.all([traces, metrics, logs].map((provider) => provider.shutdown())).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
