package support;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A span as Jaeger's HTTP API has it: OTLP in JSON, ids in hexadecimal.
 *
 * @param service the resource's {@code service.name}
 * @param kind as OTLP numbers them: 1 INTERNAL, 2 SERVER, 3 CLIENT
 * @param parentId empty for a root
 * @param startNanos since 1970
 * @param status as OTLP numbers them: 0 UNSET, 1 OK, 2 ERROR
 * @param attributes each value as text, whatever its type
 */
public record JaegerSpan(
    String service,
    String name,
    int kind,
    String traceId,
    String spanId,
    String parentId,
    long startNanos,
    int status,
    Map<String, String> attributes,
    List<String> events) {

  /** The spans of an answer of {@code /api/v3/traces}, none if it has no result. */
  public static List<JaegerSpan> in(JsonObject answer) {
    List<JaegerSpan> spans = new ArrayList<>();
    if (answer.has("result")) {
      for (JsonObject resource : objects(answer.getAsJsonObject("result"), "resourceSpans")) {
        String service = attributes(resource.getAsJsonObject("resource")).get("service.name");
        for (JsonObject scope : objects(resource, "scopeSpans")) {
          objects(scope, "spans").forEach(span -> spans.add(of(service, span)));
        }
      }
    }
    return spans;
  }

  /**
   * Traces as text, a line a span, for example {@code "shop: POST /orders SERVER"}: a child stands
   * two spaces further right, below its parent, siblings in the order of their starts.
   */
  public static String trees(List<JaegerSpan> spans) {
    Set<String> ids = spans.stream().map(JaegerSpan::spanId).collect(Collectors.toSet());
    StringBuilder trees = new StringBuilder();
    sorted(spans, span -> span.parentId().isEmpty()).forEach(root -> add(root, "", spans, trees));
    sorted(spans, span -> !span.parentId().isEmpty() && !ids.contains(span.parentId()))
        .forEach(orphan -> add(orphan, "(its parent is not there) ", spans, trees));
    return trees.toString();
  }

  private static void add(
      JaegerSpan span, String before, List<JaegerSpan> spans, StringBuilder trees) {
    String kind = List.of("?", "INTERNAL", "SERVER", "CLIENT").get(span.kind());
    trees.append("%s%s: %s %s%n".formatted(before, span.service(), span.name(), kind));
    sorted(spans, child -> child.parentId().equals(span.spanId()))
        .forEach(child -> add(child, before + "  ", spans, trees));
  }

  private static List<JaegerSpan> sorted(List<JaegerSpan> spans, Predicate<JaegerSpan> which) {
    return spans.stream()
        .filter(which)
        .sorted(Comparator.comparingLong(JaegerSpan::startNanos))
        .toList();
  }

  private static JaegerSpan of(String service, JsonObject span) {
    JsonElement status = span.getAsJsonObject("status").get("code");
    return new JaegerSpan(
        service,
        span.get("name").getAsString(),
        span.get("kind").getAsInt(),
        span.get("traceId").getAsString(),
        span.get("spanId").getAsString(),
        span.get("parentSpanId").getAsString(),
        span.get("startTimeUnixNano").getAsLong(),
        status == null ? 0 : status.getAsInt(),
        attributes(span),
        objects(span, "events").stream().map(event -> event.get("name").getAsString()).toList());
  }

  private static Map<String, String> attributes(JsonObject owner) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (JsonObject attribute : objects(owner, "attributes")) {
      JsonObject value = attribute.getAsJsonObject("value");
      String type = value.keySet().iterator().next();
      JsonElement inside = value.get(type);
      attributes.put(
          attribute.get("key").getAsString(),
          inside.isJsonPrimitive() ? inside.getAsString() : inside.toString());
    }
    return attributes;
  }

  private static List<JsonObject> objects(JsonObject owner, String field) {
    JsonArray array = owner.getAsJsonArray(field);
    List<JsonObject> objects = new ArrayList<>();
    if (array != null) {
      array.forEach(element -> objects.add(element.getAsJsonObject()));
    }
    return objects;
  }
}
