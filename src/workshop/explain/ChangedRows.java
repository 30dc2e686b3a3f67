package workshop.explain;

import java.util.ArrayList;
import java.util.List;

/** What differs between two versions of TROUBLESHOOTING.md, named by the first cell of each row. */
public final class ChangedRows {
  private ChangedRows() {}

  /**
   * Lines for people: {@code now} and the first cell of each row that the old document lacks, then
   * {@code gone} and the first cell of each old row if no new row has that cell.
   */
  public static List<String> between(String before, String after) {
    List<String> old = rows(before);
    List<String> present = rows(after);
    List<String> cells = present.stream().map(ChangedRows::firstCell).toList();
    List<String> lines = new ArrayList<>();
    present.stream()
        .filter(row -> !old.contains(row))
        .forEach(row -> lines.add("now   " + firstCell(row)));
    old.stream()
        .filter(row -> !present.contains(row) && !cells.contains(firstCell(row)))
        .forEach(row -> lines.add("gone  " + firstCell(row)));
    return lines;
  }

  private static List<String> rows(String document) {
    return document.lines().filter(line -> line.startsWith("| ")).toList();
  }

  private static String firstCell(String row) {
    return row.substring(2).split("(?<!\\\\) \\| ")[0].replace("<br>", " ").replace("`", "");
  }
}
