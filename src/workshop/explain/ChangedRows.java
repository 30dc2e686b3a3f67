package workshop.explain;

import java.util.List;

/** The rows of one version of TROUBLESHOOTING.md that another does not have. */
public final class ChangedRows {
  private ChangedRows() {}

  /** The first cells of the rows that are in {@code after} and not in {@code before}. */
  public static List<String> of(String before, String after) {
    List<String> old = rows(before);
    return rows(after).stream()
        .filter(row -> !old.contains(row))
        .map(ChangedRows::firstCell)
        .toList();
  }

  private static List<String> rows(String document) {
    return document.lines().filter(line -> line.startsWith("| ")).toList();
  }

  private static String firstCell(String row) {
    return row.substring(2).split("(?<!\\\\) \\| ")[0].replace("<br>", " ").replace("`", "");
  }
}
