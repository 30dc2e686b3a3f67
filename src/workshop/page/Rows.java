package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/** Rows of a table, as JSON from the start: as objects they would take many times the memory. */
final class Rows {
  private static final int MOST_BYTES = 8 << 20;

  private final int most;
  private final Deque<byte[]> rows = new ArrayDeque<>();
  private int bytes;
  private boolean leftOut;

  /**
   * @param most how many rows to keep; fewer if they are long
   */
  Rows(int most) {
    this.most = most;
  }

  /** Adds a row behind the others, and removes the oldest if there are too many. */
  void add(JsonObject row) {
    append(row);
    while (isTooMuch()) {
      bytes -= rows.removeFirst().length;
      leftOut = true;
    }
  }

  /** Adds a row behind the others if there is room; else returns false. */
  boolean addIfRoom(JsonObject row) {
    append(row);
    if (isTooMuch()) {
      bytes -= rows.removeLast().length;
      leftOut = true;
    }
    return !leftOut;
  }

  private void append(JsonObject row) {
    byte[] json = row.toString().getBytes(UTF_8);
    rows.addLast(json);
    bytes += json.length;
  }

  private boolean isTooMuch() {
    return rows.size() > most || bytes > MOST_BYTES;
  }

  /** Whether rows are left out. */
  boolean more() {
    return leftOut;
  }

  /** The rows as the last member of an object. */
  byte[] in(JsonObject object, String name) {
    String start = object.toString();
    ByteArrayOutputStream json = new ByteArrayOutputStream(start.length() + bytes + rows.size());
    json.writeBytes(start.substring(0, start.length() - 1).getBytes(UTF_8));
    String before = (object.size() == 0 ? "" : ",") + '"' + name + "\":[";
    for (byte[] row : rows) {
      json.writeBytes(before.getBytes(UTF_8));
      json.writeBytes(row);
      before = ",";
    }
    json.writeBytes((rows.isEmpty() ? before + "]}" : "]}").getBytes(UTF_8));
    return json.toByteArray();
  }

  /** {@code more}, and {@code rows}, the oldest first. */
  byte[] table() {
    JsonObject json = new JsonObject();
    json.addProperty("more", leftOut);
    return in(json, "rows");
  }
}
