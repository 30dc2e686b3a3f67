///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION The sender of ./jbang bench protocol: prepared spans through the SDK's own exporters
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.67.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-otlp

import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A script of its own, and outside of workshop/: the tool does without the SDK, which every learner
 * would have to download with it.
 *
 * <p>Each line on standard input is an order, {@code PROTOCOL COMPRESSION SPANS AT_ONCE BATCHES
 * SECONDS ENDPOINT}: send batches until that many are sent or that time is over. The answer is a
 * line of JSON. It ends with its input, so with the tool.
 */
class ProtocolLoad {
  private static final int MOST_BATCHES = 1_000_000;

  public static void main(String[] args) throws Exception {
    Map<Integer, List<SpanData>> prepared = new HashMap<>();
    BufferedReader orders = new BufferedReader(new InputStreamReader(System.in));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      String[] order = line.split(" ");
      List<SpanData> batch =
          prepared.computeIfAbsent(Integer.parseInt(order[2]), ProtocolLoad::prepare);
      SpanExporter exporter =
          order[0].equals("gRPC")
              ? OtlpGrpcSpanExporter.builder()
                  .setEndpoint(order[6])
                  .setCompression(order[1])
                  .setRetryPolicy(null) // a batch that is sent twice would be counted twice
                  .build()
              : OtlpHttpSpanExporter.builder()
                  .setEndpoint(order[6])
                  .setCompression(order[1])
                  .setRetryPolicy(null)
                  .build();
      try (exporter) {
        System.out.println(
            send(
                exporter,
                batch,
                Integer.parseInt(order[3]),
                Math.min(MOST_BATCHES, Integer.parseInt(order[4])),
                Double.parseDouble(order[5])));
      }
    }
  }

  /** Like BatchSpanProcessor, which waits for a batch's result before it exports the next. */
  private static String send(
      SpanExporter exporter, List<SpanData> batch, int atOnce, int batches, double seconds) {
    long acknowledged = 0;
    long[] nanos = new long[1024];
    int sent = 0;
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    while (sent < batches && System.nanoTime() < end) {
      long begin = System.nanoTime();
      List<CompletableResultCode> results = new ArrayList<>();
      for (int i = 0; i < atOnce; i++) {
        results.add(exporter.export(batch));
      }
      for (CompletableResultCode result : results) {
        acknowledged += result.join(10, SECONDS).isSuccess() ? batch.size() : 0;
      }
      if (sent == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * sent);
      }
      nanos[sent++] = System.nanoTime() - begin;
    }
    long took = System.nanoTime() - start;
    Arrays.sort(nanos, 0, sent);
    return "{\"acknowledged\": %d, \"nanos\": %d, \"medianNanos\": %d}"
        .formatted(acknowledged, took, sent == 0 ? 0 : nanos[sent / 2]);
  }

  /** Spans as an HTTP client ends them. */
  private static List<SpanData> prepare(int count) {
    Resource resource =
        Resource.getDefault().toBuilder()
            .put("service.name", "shop")
            .put("service.version", "1.0.0")
            .build();
    Prepared prepared = new Prepared();
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder().setResource(resource).addSpanProcessor(prepared).build()) {
      Tracer tracer = provider.get("bench");
      Span order = tracer.spanBuilder("POST /orders").setSpanKind(SpanKind.SERVER).startSpan();
      for (int i = 0; i < count; i++) {
        tracer
            .spanBuilder("POST /payments")
            .setParent(Context.root().with(order))
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute("http.request.method", "POST")
            .setAttribute("http.response.status_code", 200)
            .setAttribute("server.address", "payments.example.com")
            .setAttribute("server.port", 443)
            .setAttribute("url.full", "https://payments.example.com/payments/" + i)
            .startSpan()
            .end();
      }
    }
    return prepared.spans;
  }

  private static final class Prepared implements SpanProcessor {
    final List<SpanData> spans = new ArrayList<>();

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
      return false;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      spans.add(span.toSpanData());
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }
}
