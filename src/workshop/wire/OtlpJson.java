package workshop.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Message;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import workshop.text.BoundedBytes;

/**
 * OTLP's JSON encoding: protobuf's JSON mapping, but trace and span ids are hexadecimal, enums are
 * numbers, and unknown fields are ignored.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding">OTLP/JSON</a>
 */
public final class OtlpJson {
  private static final String INDENT = "  ";

  private OtlpJson() {}

  /** A message of OTLP, indented. */
  public static String print(Message message) {
    StringWriter text = new StringWriter();
    try {
      new OtlpJsonWriter(text, INDENT).write(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /**
   * The same in UTF-8, up to a limit: a message can be many times as large in JSON.
   *
   * @throws BoundedBytes.TooMany if it is larger; found out without the memory for it
   */
  public static byte[] print(Message message, int mostBytes) throws BoundedBytes.TooMany {
    BoundedBytes bytes = new BoundedBytes(mostBytes);
    try (Writer out = new OutputStreamWriter(bytes, UTF_8)) {
      new OtlpJsonWriter(out, INDENT).write(message);
    } catch (BoundedBytes.TooMany e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Writes a message of OTLP as one line, as the file exporter of the OpenTelemetry Collector does.
   *
   * @throws IOException if it cannot be written
   */
  public static void line(Message message, Writer out) throws IOException {
    new OtlpJsonWriter(out, "").write(message);
    out.write('\n');
    out.flush();
  }
}
