package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.wire.Exchange;
import workshop.wire.Inbox;
import workshop.wire.OtlpLines;

/** Everything that is kept as a file of OTLP/JSON lines, and lines of such a file back again. */
final class FilesApi {
  static final String SAVED = "/api/exchanges/otlp.jsonl";
  static final String LOADED = "/api/files";

  private static final int PIECE_BYTES = 64 << 10;
  private static final Pattern QUERY = Pattern.compile("line=(\\d{1,9})&name=([^&]{1,900})");

  private FilesApi() {}

  /**
   * Writes a temporary file first: as text, the requests can take more memory than there is.
   *
   * @param reader reads the file while the browser takes it
   */
  static Response save(List<Exchange> kept, Executor reader) {
    try {
      Path file = Files.createTempFile("otlp", ".jsonl");
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
        OtlpLines.save(kept, out);
      } catch (IOException | RuntimeException | Error e) {
        Files.deleteIfExists(file);
        throw e;
      }
      return Response.of("application/x-ndjson", parts(file, reader));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Parts parts(Path file, Executor reader) throws IOException {
    InputStream in = Files.newInputStream(file, StandardOpenOption.DELETE_ON_CLOSE);
    return new Parts() {
      @Override
      public CompletableFuture<byte[]> next() {
        return CompletableFuture.supplyAsync(
            () -> {
              try {
                byte[] part = in.readNBytes(PIECE_BYTES);
                return part.length == 0 ? null : part;
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            reader);
      }

      @Override
      public void close() {
        try {
          in.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /**
   * Loads the lines in the body, of which the query gives the number of the first one and the name
   * of the file.
   *
   * @throws HttpError if a line is not an export request
   */
  static Response load(Request request, Inbox inbox) throws HttpError {
    String query = request.target().getRawQuery();
    Matcher matcher = QUERY.matcher(query == null ? "" : query);
    if (!request.method().equals("POST") || !matcher.matches()) {
      throw new HttpError(400, "POST lines of OTLP/JSON to " + LOADED + "?line=1&name=FILE");
    }
    JsonObject json = new JsonObject();
    try {
      String name = URLDecoder.decode(matcher.group(2), UTF_8);
      json.addProperty(
          "loaded",
          OtlpLines.load(
              new ByteArrayInputStream(request.body()),
              name,
              Long.parseLong(matcher.group(1)),
              inbox));
    } catch (OtlpLines.InvalidLine | IOException | IllegalArgumentException e) {
      throw new HttpError(400, e.getMessage());
    }
    return Response.json(json);
  }
}
