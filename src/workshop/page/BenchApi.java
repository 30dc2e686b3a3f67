package workshop.page;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import workshop.lesson.WorkshopFolder;

/** Serves the last result of {@code ./jbang bench protocol}. */
final class BenchApi {
  private static final long MOST_BYTES = 100_000;

  private BenchApi() {}

  /** The last result; without rows if there is none, or if it cannot be read. */
  static JsonObject protocol() {
    try {
      Path file = WorkshopFolder.find().resolve(WorkshopFolder.PROTOCOL_RESULT);
      if (Files.exists(file) && Files.size(file) <= MOST_BYTES) {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      }
    } catch (IOException | IllegalStateException | JsonParseException e) {
      // The page then has no chart; that is not an error.
    }
    JsonObject none = new JsonObject();
    none.add("rows", new JsonArray());
    return none;
  }
}
