package support;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import workshop.wire.Answer;
import workshop.wire.Exchange;
import workshop.wire.Header;
import workshop.wire.Protocol;
import workshop.wire.Signal;

/** Requests as a backend records them, made without one. */
public final class Recorded {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final List<Exchange> exchanges = new ArrayList<>();
  private final Map<String, String> headers = new LinkedHashMap<>();
  private final Map<String, String> resource = new LinkedHashMap<>();

  /** A span with attributes that are texts. */
  public static Span span(String name, String... attributes) {
    return child(name, "", attributes);
  }

  /** A span below another one; a span's id is made of its name. */
  public static Span child(String name, String parent, String... attributes) {
    Span.Builder span =
        Span.newBuilder()
            .setName(name)
            .setSpanId(id(name))
            .setParentSpanId(parent.isEmpty() ? ByteString.EMPTY : id(parent));
    for (int i = 0; i < attributes.length; i += 2) {
      span.addAttributes(attribute(attributes[i], attributes[i + 1]));
    }
    return span.build();
  }

  /** From here on each request has this header. */
  public Recorded header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** From here on each resource has this attribute. */
  public Recorded resource(String key, String value) {
    resource.put(key, value);
    return this;
  }

  /** A request that was accepted at the first attempt. */
  public Recorded request(Span... spans) {
    return add(exchanges.size() + 1, 1, new Answer(true, 200, "OK", "", 0), spans);
  }

  /** A request with metrics that was accepted at the first attempt. */
  public Recorded metrics(Metric... metrics) {
    var request = ExportMetricsServiceRequest.newBuilder();
    var metricsOf = request.addResourceMetricsBuilder();
    resource.forEach(
        (key, value) -> metricsOf.getResourceBuilder().addAttributes(attribute(key, value)));
    metricsOf.addScopeMetricsBuilder().addAllMetrics(List.of(metrics));
    Answer ok = new Answer(true, 200, "OK", "", 0);
    ByteString body = request.build().toByteString();
    return add(exchanges.size() + 1, 1, ok, Signal.METRICS, body, metrics.length);
  }

  /** A request of any signal that was accepted at the first attempt. */
  public Recorded request(Signal signal, Message request) {
    int batch = exchanges.size() + 1;
    return add(batch, 1, new Answer(true, 200, "OK", "", 0), signal, request.toByteString(), 0);
  }

  /** Attempts at one batch that a fault rejected, and one that was accepted. */
  public Recorded retried(int rejected, int code, Span... spans) {
    int batch = exchanges.size() + 1;
    rejected(rejected, code, spans);
    return add(batch, rejected + 1, new Answer(true, 200, "OK", "", 0), spans);
  }

  /** Attempts at one batch that a fault rejected. */
  public Recorded rejected(int attempts, int code, Span... spans) {
    int batch = exchanges.size() + 1;
    for (int i = 1; i <= attempts; i++) {
      String message = "fault on demand: " + code;
      add(batch, i, new Answer(false, code, "Rejected", message, 0), spans);
    }
    return this;
  }

  public List<Exchange> exchanges() {
    return exchanges;
  }

  private Recorded add(int batch, int attempt, Answer answer, Span... spans) {
    var request = ExportTraceServiceRequest.newBuilder();
    var spansOf = request.addResourceSpansBuilder();
    resource.forEach(
        (key, value) -> spansOf.getResourceBuilder().addAttributes(attribute(key, value)));
    spansOf.addScopeSpansBuilder().addAllSpans(List.of(spans));
    ByteString body = answer.accepted() ? request.build().toByteString() : ByteString.EMPTY;
    int items = answer.accepted() ? spans.length : 0;
    return add(batch, attempt, answer, Signal.TRACES, body, items);
  }

  private Recorded add(
      int batch, int attempt, Answer answer, Signal signal, ByteString body, int items) {
    int number = exchanges.size() + 1;
    exchanges.add(
        new Exchange(
            number,
            START.plusMillis(100L * number),
            Duration.ofMillis(100),
            Protocol.HTTP_PROTOBUF,
            1,
            "POST",
            signal.path(),
            headers.entrySet().stream()
                .map(each -> new Header(each.getKey(), each.getValue()))
                .toList(),
            50,
            body.size(),
            signal,
            items,
            resource.getOrDefault("workshop.lesson", ""),
            body,
            answer,
            1,
            batch,
            attempt));
    return this;
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  /** A valid span id made of a name. */
  private static ByteString id(String name) {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putInt(1).putInt(name.hashCode()).array());
  }
}
