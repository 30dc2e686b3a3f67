package workshop.wire;

import com.google.gson.stream.JsonReader;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Files with an export request in each line, as OTLP/JSON: what the Collector's file exporter
 * writes and its otlpjsonfile receiver reads.
 */
public final class OtlpLines {
  private static final Set<String> NOTHING = Set.of("", "{}");

  private OtlpLines() {}

  /** A line that cannot be loaded; the message names its number and says why. */
  public static final class InvalidLine extends Exception {
    private static final long serialVersionUID = 1;

    InvalidLine(long line, String reason) {
      super("line " + line + ": " + reason);
    }
  }

  /**
   * Writes the accepted requests among these exchanges. They are decoded one at a time.
   *
   * @throws IOException if they cannot be written
   */
  public static void save(List<Exchange> exchanges, OutputStream file) throws IOException {
    Writer out = new OutputStreamWriter(file, StandardCharsets.UTF_8);
    for (Exchange exchange : exchanges) {
      if (exchange.answer().accepted()) {
        OtlpJson.line(exchange.request(), out);
      }
    }
  }

  /**
   * Adds each line to an inbox as an exchange that was loaded. Empty lines are skipped, and {@code
   * {}}, which is a request without anything of any signal.
   *
   * @param name of the file, shown as the path
   * @param first the number of the first line
   * @return how many were added
   * @throws InvalidLine at the first line that is not an export request; those before it are added
   * @throws IOException if the file cannot be read
   */
  public static long load(InputStream file, String name, long first, Inbox inbox)
      throws IOException, InvalidLine {
    long added = 0;
    long number = first;
    for (byte[] line = line(file, number); line != null; line = line(file, ++number)) {
      if (!NOTHING.contains(new String(line, StandardCharsets.UTF_8).strip())) {
        inbox.add(exchange(line, name, number));
        added++;
      }
    }
    return added;
  }

  /** Null at the end. */
  private static byte[] line(InputStream file, long number) throws IOException, InvalidLine {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = file.read();
    if (next < 0) {
      return null;
    }
    for (; next >= 0 && next != '\n'; next = file.read()) {
      if (line.size() == Limits.BODY_BYTES) {
        throw new InvalidLine(number, "longer than " + (Limits.BODY_BYTES >> 20) + " MB");
      }
      line.write(next);
    }
    return line.toByteArray();
  }

  private static Exchange exchange(byte[] line, String name, long number) throws InvalidLine {
    try (Budget.Share share = new Budget().share()) {
      Signal signal = signal(line);
      RequestBody body = RequestBody.ofJson(line, signal, share);
      return new Exchange(
          0,
          Instant.now(),
          Duration.ZERO,
          Protocol.FILE,
          0,
          "",
          name,
          List.of(),
          line.length,
          line.length,
          signal,
          body.items(),
          "", // so that it does not count as a run of a lesson
          body.protobuf(),
          new Answer(true, -1, "loaded", "line " + number, 0),
          0,
          0,
          1);
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidLine(number, "not an export request in OTLP/JSON: " + e.getMessage());
    } catch (RequestBody.TooLarge e) {
      throw new InvalidLine(number, e.getMessage());
    } catch (Budget.Spent e) {
      throw new InvalidLine(number, "too large");
    }
  }

  /** By the first name of the object that a signal's request has. */
  private static Signal signal(byte[] line) throws InvalidProtocolBufferException {
    try (JsonReader json =
        new JsonReader(
            new InputStreamReader(new ByteArrayInputStream(line), StandardCharsets.UTF_8))) {
      json.beginObject();
      while (json.hasNext()) {
        String name = json.nextName();
        for (Signal signal : Signal.values()) {
          if (signal.requestType().findFieldByNumber(1).getJsonName().equals(name)) {
            return signal;
          }
        }
        json.skipValue();
      }
    } catch (IOException | IllegalStateException e) {
      // as below
    }
    throw new InvalidProtocolBufferException(
        "it needs an object with resourceSpans, resourceMetrics or resourceLogs");
  }
}
