package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Which rows are kept: at most as many as asked for, and at most 8 MB of JSON. */
@Isolated // because of the memory that it takes
class RowsTest {
  private static final int MB = 1 << 20;

  @Test
  void leavesOutTheOldestRowsOfMoreThan8MB() {
    Rows rows = new Rows(100);
    for (int number = 1; number <= 10; number++) {
      rows.add(row(number, MB));
    }

    assertThat(numbers(rows)).containsExactly(4, 5, 6, 7, 8, 9, 10);
    assertThat(rows.more()).isTrue();
  }

  @Test
  void takesNoRowThatMakesMoreThan8MB() {
    Rows rows = new Rows(100);
    for (int number = 1; number <= 7; number++) {
      assertThat(rows.addIfRoom(row(number, MB))).isTrue();
    }

    assertThat(rows.addIfRoom(row(8, MB))).isFalse();
    assertThat(numbers(rows)).containsExactly(1, 2, 3, 4, 5, 6, 7);
    assertThat(rows.more()).isTrue();
  }

  @Test
  void leavesOutTheOldestOfTooManyRows() {
    Rows rows = new Rows(2);
    List.of(1, 2, 3).forEach(number -> rows.add(row(number, 1)));

    assertThat(numbers(rows)).containsExactly(2, 3);
    assertThat(rows.addIfRoom(row(4, 1))).isFalse();
  }

  private static JsonObject row(int number, int bytes) {
    JsonObject row = new JsonObject();
    row.addProperty("number", number);
    row.addProperty("text", "x".repeat(bytes));
    return row;
  }

  private static List<Integer> numbers(Rows rows) {
    JsonObject table = JsonParser.parseString(new String(rows.table(), UTF_8)).getAsJsonObject();
    return table.getAsJsonArray("rows").asList().stream()
        .map(row -> row.getAsJsonObject().get("number").getAsInt())
        .toList();
  }
}
