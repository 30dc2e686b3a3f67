///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION The sender for ./jbang bench protocol: exports prepared spans with the SDK's exporters
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.68.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-otlp
//DEPS io.opentelemetry:opentelemetry-exporter-sender-jdk

import static java.util.concurrent.TimeUnit.SECONDS;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
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
 * This is a separate script, outside workshop/, because it needs the SDK. The tool does not, so
 * that learners need not download the SDK with it.
 *
 * <p>Each line on standard input is an order, {@code PROTOCOL COMPRESSION SPANS TIMES SECONDS
 * ENDPOINT}: export a batch of SPANS and wait for its result, as BatchSpanProcessor does; repeat
 * this TIMES times, or until SECONDS have passed. The program prints one line of JSON for each
 * order. It ends when its input ends, and so when the tool ends.
 */
class ProtocolLoad {
  private static final String SENDER = "io.opentelemetry.sdk.common.export.HttpSenderProvider";
  private static final String OKHTTP =
      "io.opentelemetry.exporter.sender.okhttp.internal.OkHttpHttpSenderProvider";
  private static final String JDK =
      "io.opentelemetry.exporter.sender.jdk.internal.JdkHttpSenderProvider";
  private static final int MOST_TIMES = 1_000_000;

  public static void main(String[] args) throws Exception {
    Map<Integer, List<SpanData>> prepared = new HashMap<>();
    BufferedReader orders = new BufferedReader(new InputStreamReader(System.in));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      String[] order = line.split(" ");
      List<SpanData> batch =
          prepared.computeIfAbsent(Integer.parseInt(order[2]), ProtocolLoad::prepare);
      try (SpanExporter exporter = exporter(order[0], order[1], order[5])) {
        System.out.println(
            send(
                exporter,
                batch,
                Math.min(MOST_TIMES, Integer.parseInt(order[3])),
                Double.parseDouble(order[4])));
      }
    }
  }

  /** Without retries, because a batch that is sent twice would be counted twice. */
  private static SpanExporter exporter(String protocol, String compression, String endpoint) {
    System.setProperty(SENDER, protocol.equals("HTTP/JDK") ? JDK : OKHTTP);
    return protocol.equals("gRPC")
        ? OtlpGrpcSpanExporter.builder()
            .setEndpoint(endpoint)
            .setCompression(compression)
            .setRetryPolicy(null)
            .build()
        : OtlpHttpSpanExporter.builder()
            .setEndpoint(endpoint)
            .setCompression(compression)
            .setRetryPolicy(null)
            .build();
  }

  private static String send(
      SpanExporter exporter, List<SpanData> batch, int times, double seconds) {
    long acknowledged = 0;
    long[] nanos = new long[1024];
    int done = 0;
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    while (done < times && (done == 0 || System.nanoTime() < end)) {
      long begin = System.nanoTime();
      if (exporter.export(batch).join(10, SECONDS).isSuccess()) {
        acknowledged += batch.size();
      }
      if (done == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * done);
      }
      nanos[done++] = System.nanoTime() - begin;
    }
    long took = System.nanoTime() - start;
    Arrays.sort(nanos, 0, done);
    return "{\"sent\": %d, \"acknowledged\": %d, \"nanos\": %d, \"medianNanos\": %d}"
        .formatted((long) done * batch.size(), acknowledged, took, nanos[done / 2]);
  }

  /** Spans like those of an HTTP client. */
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
