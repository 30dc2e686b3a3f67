package workshop.terminal;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import workshop.text.Style;
import workshop.text.Text;
import workshop.wire.Answer;
import workshop.wire.Exchange;

/** One exchange as one line of a terminal. */
public final class ExchangeLine {
  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

  private ExchangeLine() {}

  /**
   * For example {@code 12:01:07.221 gRPC conn 1 3 spans 402 B gzip (913 B) OK 4.0 ms}; the reason
   * of a rejection follows on its own line.
   */
  public static String of(Exchange exchange, Style style) {
    Answer answer = exchange.answer();
    String what =
        answer.accepted() || exchange.items() > 0
            ? exchange.signal().items(exchange.items())
            : Text.safe(exchange.method() + " " + exchange.path(), 30);
    String verdict = answer.accepted() ? style.good("OK") : style.bad(answer.text());
    String reason =
        answer.message().isEmpty()
            ? ""
            : System.lineSeparator() + " ".repeat(14) + Text.safe(answer.message(), 200);
    return String.join(
        "  ",
        TIME.format(exchange.at()),
        exchange.protocol().label() + " conn " + exchange.connection(),
        what,
        size(exchange),
        verdict,
        Text.duration(exchange.took()) + reason);
  }

  /** For requests that arrived faster than they can be shown. */
  public static String notShown(long count) {
    return " ".repeat(14)
        + String.format(Locale.ROOT, "and %,d more request%s", count, count == 1 ? "" : "s");
  }

  /** {@code 402 B gzip (913 B)}, or one size if the body was not compressed. */
  static String size(Exchange exchange) {
    return exchange.gzip()
        ? Text.bytes(exchange.wireBytes()) + " gzip (" + Text.bytes(exchange.decodedBytes()) + ")"
        : Text.bytes(exchange.wireBytes());
  }
}
