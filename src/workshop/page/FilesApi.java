package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import com.google.gson.JsonObject;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.wire.Exchange;
import workshop.wire.Inbox;
import workshop.wire.OtlpLines;

/** Everything that is kept as a file of OTLP/JSON lines, and lines of such a file back again. */
final class FilesApi {
  static final String SAVED = "/api/otlp.jsonl";
  static final String LOADED = "/api/files";

  private static final int PIECE_BYTES = 64 << 10;
  private static final Pattern QUERY = Pattern.compile("line=(\\d{1,9})&name=([^&]{1,3000})");

  private final Inbox inbox;
  private final ExecutorService decoder;
  private final Executor reader;

  /** Held while a file is written: each holds on to requests that may be deleted meanwhile. */
  private final Semaphore saving = new Semaphore(1);

  /**
   * @param decoder decodes one request after the other; other views take turns with a save
   * @param reader reads a file while the browser takes it
   */
  FilesApi(Inbox inbox, ExecutorService decoder, Executor reader) {
    this.inbox = inbox;
    this.decoder = decoder;
    this.reader = reader;
  }

  /**
   * Writes a temporary file first: as text, the requests can take more memory than there is, and
   * the browser may be slow.
   *
   * @throws HttpError if another file is being written
   */
  Response save() throws HttpError {
    if (!saving.tryAcquire()) {
      throw new HttpError(503, "another file is being saved; try again in a few seconds");
    }
    try {
      Path path = Files.createTempFile("otlp", ".jsonl");
      FileChannel file = FileChannel.open(path, READ, WRITE, DELETE_ON_CLOSE);
      try {
        write(file);
        return Response.of("application/x-ndjson", parts(file.position(0)));
      } catch (IOException | InterruptedException | RuntimeException | Error e) {
        file.close();
        throw e;
      }
    } catch (IOException e) {
      throw new HttpError(500, "cannot write a temporary file: " + e.getMessage());
    } catch (InterruptedException e) {
      throw new HttpError(503, "the backend is stopping");
    } finally {
      saving.release();
    }
  }

  private void write(FileChannel file) throws IOException, InterruptedException {
    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), PIECE_BYTES);
    for (Exchange exchange : inbox.exchanges()) {
      Callable<Void> write =
          () -> {
            synchronized (inbox.decoding()) {
              OtlpLines.save(List.of(exchange), out);
            }
            return null;
          };
      try {
        decoder.submit(write).get();
      } catch (ExecutionException e) {
        throw new IOException(e.getCause().getMessage(), e);
      }
    }
    out.flush();
  }

  private Parts parts(FileChannel file) {
    return new Parts() {
      @Override
      public CompletableFuture<byte[]> next() {
        return CompletableFuture.supplyAsync(() -> piece(file), reader);
      }

      @Override
      public void close() {
        try {
          file.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private static byte[] piece(FileChannel file) {
    try {
      ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
      return file.read(piece) < 0 ? null : Arrays.copyOf(piece.array(), piece.position());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Loads the lines in the body, of which the query gives the number of the first one and the name
   * of the file.
   *
   * @throws HttpError if a line is not an export request
   */
  Response load(Request request) throws HttpError {
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
