package workshop.command;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import workshop.terminal.ExchangeLine;
import workshop.text.Style;
import workshop.wire.Exchange;
import workshop.wire.Inbox;
import workshop.wire.OtlpJson;
import workshop.wire.Protocol;

/**
 * {@code backend --json}: each accepted request as a line on standard output. Rejected requests are
 * named on standard error.
 */
final class JsonLines {
  private final Inbox inbox;
  private final Writer out =
      new BufferedWriter(
          new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8));
  private long written;

  JsonLines(Inbox inbox) {
    this.inbox = inbox;
  }

  /** Writes what has arrived since the last call; ends the program if nobody reads it. */
  synchronized void write() {
    // From the inbox, which keeps more for a slow reader than the queue of a listener.
    for (Exchange exchange : inbox.after(written)) {
      long missed = exchange.number() - written - 1;
      if (missed > 0) {
        System.err.println("Too slow to write all: " + ExchangeLine.notShown(missed));
      }
      written = exchange.number();
      if (exchange.protocol() == Protocol.FILE) {
        continue;
      }
      if (!exchange.answer().accepted()) {
        System.err.println(ExchangeLine.of(exchange, new Style(false)));
        continue;
      }
      try {
        OtlpJson.line(exchange.request(), out);
      } catch (IOException e) {
        System.err.println("Nobody reads standard output any more.");
        Runtime.getRuntime().halt(1);
      }
    }
  }
}
