package workshop.page;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import workshop.text.BoundedBytes;
import workshop.trace.Hex;
import workshop.trace.ReceivedSpan;
import workshop.wire.Exchange;
import workshop.wire.OtlpJson;
import workshop.wire.Signal;

/** An exchange as JSON for the page: a row of the list, or with all details. */
final class ExchangeJson {
  private static final int LONGEST = 300;
  private static final int MOST_TRACES = 50;

  /** Traces of a request that are counted. */
  private static final int MOST_IDS = 10_000;

  private static final int LONGEST_ID = 128;

  private static final int MOST_ATTEMPTS = 50;
  private static final int MOST_PRINTED_BYTES = 8 << 20;

  private ExchangeJson() {}

  static JsonObject summary(Exchange exchange) {
    return summary(exchange, LONGEST);
  }

  /**
   * Everything except the request itself, with the ids of the traces in it.
   *
   * @param attempts those at the same batch, oldest first
   */
  static JsonObject details(Exchange exchange, List<Exchange> attempts) {
    JsonObject json = summary(exchange, Integer.MAX_VALUE);
    List<List<String>> headers =
        exchange.headers().stream().map(each -> List.of(each.name(), each.value())).toList();
    json.add("headers", Json.GSON.toJsonTree(headers));
    Set<ByteString> ids =
        ReceivedSpan.in(List.of(exchange))
            .map(received -> received.span().getTraceId())
            .filter(id -> id.size() <= LONGEST_ID)
            .distinct()
            .limit(MOST_IDS)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    List<String> traces = ids.stream().limit(MOST_TRACES).map(Hex::of).toList();
    json.add("traces", Json.GSON.toJsonTree(traces));
    json.addProperty("traceCount", ids.size());
    List<Exchange> newest =
        attempts.subList(Math.max(0, attempts.size() - MOST_ATTEMPTS), attempts.size());
    json.add("attempts", Json.GSON.toJsonTree(newest.stream().map(ExchangeJson::summary).toList()));
    return json;
  }

  /**
   * A message of OTLP.
   *
   * @throws HttpError if it is too large for a page
   */
  static byte[] print(Message message) throws HttpError {
    try {
      return OtlpJson.print(message, MOST_PRINTED_BYTES);
    } catch (BoundedBytes.TooMany e) {
      throw new HttpError(413, "as JSON this is " + e.getMessage() + ": too large to show");
    }
  }

  /** {@code traces}, {@code metrics} or {@code logs}. */
  static String name(Signal signal) {
    return signal.name().toLowerCase(Locale.ROOT);
  }

  private static JsonObject summary(Exchange exchange, int longest) {
    JsonObject json = new JsonObject();
    json.addProperty("number", exchange.number());
    json.addProperty("at", exchange.at().toEpochMilli());
    json.addProperty("tookMillis", exchange.took().toNanos() / 1e6);
    json.addProperty("protocol", exchange.protocol().label());
    json.addProperty("connection", exchange.connection());
    json.addProperty("method", Texts.cut(exchange.method(), longest));
    json.addProperty("path", Texts.cut(exchange.path(), longest));
    json.addProperty("wireBytes", exchange.wireBytes());
    json.addProperty("decodedBytes", exchange.decodedBytes());
    json.addProperty("gzip", exchange.gzip());
    if (exchange.signal() != null) {
      json.addProperty("signal", name(exchange.signal()));
      json.addProperty("carries", exchange.signal().items(exchange.items()));
    }
    json.addProperty("items", exchange.items());
    json.addProperty("run", Texts.cut(exchange.run(), longest));
    json.addProperty("attempt", exchange.attempt());
    json.addProperty("accepted", exchange.answer().accepted());
    json.addProperty("code", exchange.answer().code());
    json.addProperty("codeName", exchange.answer().name());
    json.addProperty("message", Texts.cut(exchange.answer().message(), longest));
    return json;
  }
}
