package workshop.page;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import workshop.trace.Hex;
import workshop.trace.ReceivedSpan;
import workshop.wire.Exchange;
import workshop.wire.Header;

/** The words that somebody searches for, each of which must occur somewhere. */
final class Search {
  private static final int MOST_WORDS = 16;

  /** How much of a text is searched. */
  private static final int LONGEST = 10_000;

  private final List<String> words;

  /**
   * @param query words; empty to find everything
   */
  Search(String query) {
    words =
        Arrays.stream(query.toLowerCase(Locale.ROOT).split("\\s+"))
            .filter(word -> !word.isEmpty())
            .limit(MOST_WORDS)
            .toList();
  }

  boolean isEmpty() {
    return words.isEmpty();
  }

  /** A bit for each word. */
  int all() {
    return (1 << words.size()) - 1;
  }

  /** A bit for each word that occurs in a text. */
  int in(String text) {
    String searched = Texts.cut(text, LONGEST).toLowerCase(Locale.ROOT);
    int found = 0;
    for (int i = 0; i < words.size(); i++) {
      found |= searched.contains(words.get(i)) ? 1 << i : 0;
    }
    return found;
  }

  /** A bit for each word that occurs in a span, its resource or its service's name. */
  int in(ReceivedSpan received) {
    return isEmpty() ? 0 : in(received.service()) | in(received.span()) | in(received.resource());
  }

  /**
   * Whether all words occur in an exchange: in its row on the page, its headers, of which secrets
   * are masked, or its request.
   */
  boolean finds(Exchange exchange) {
    int found =
        in(
            "%s conn %d %s %s %s %s %s try %d"
                .formatted(
                    exchange.protocol().label(),
                    exchange.connection(),
                    exchange.method(),
                    exchange.path(),
                    exchange.answer().text(),
                    exchange.answer().message(),
                    exchange.gzip() ? "gzip" : "",
                    exchange.attempt()));
    for (Header header : exchange.headers()) {
      found |= in(header.name() + ": " + header.value()) | in(header.name() + "=" + header.value());
    }
    boolean kept = found != all() && exchange.answer().accepted();
    return (kept ? found | in(exchange.request()) : found) == all();
  }

  /**
   * A bit for each word that occurs in a message of OTLP: in its texts, in {@code key=value} of its
   * attributes, and in its ids, which are hexadecimal.
   */
  int in(Message message) {
    int found = 0;
    if (message instanceof KeyValue attribute) {
      return in(Texts.of(attribute, LONGEST));
    }
    if (message instanceof Status status && status.getCode() == StatusCode.STATUS_CODE_ERROR) {
      found |= in("error");
    }
    for (Object value : message.getAllFields().values()) {
      if (found == all()) {
        return found;
      }
      for (Object each : value instanceof List<?> list ? list : List.of(value)) {
        found |= inValue(each);
      }
    }
    return found;
  }

  private int inValue(Object value) {
    if (value instanceof Message message) {
      return in(message);
    }
    if (value instanceof ByteString bytes) {
      return in(Hex.of(bytes.substring(0, Math.min(bytes.size(), LONGEST))));
    }
    return value instanceof String text ? in(text) : 0;
  }
}
