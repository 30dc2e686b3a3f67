package workshop.page;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;

/** The newest rows of a table. */
final class NewestRows {
  private static final int MOST_ROWS = 2000;

  private final Deque<JsonObject> rows = new ArrayDeque<>();
  private boolean more;

  private record Table(Deque<JsonObject> rows, boolean more) {}

  /** Adds a row behind the others, and removes the oldest if there are too many. */
  void add(JsonObject row) {
    rows.addLast(row);
    if (rows.size() > MOST_ROWS) {
      rows.removeFirst();
      more = true;
    }
  }

  /** {@code rows}, the oldest first, and {@code more} if older ones are left out. */
  JsonElement json() {
    return Json.GSON.toJsonTree(new Table(rows, more));
  }
}
