package workshop.task;

import java.util.ArrayList;
import java.util.List;

/** The difference between two texts, in lines. */
final class LineDiff {
  private LineDiff() {}

  /**
   * Lines next to each other that differ.
   *
   * @param line where they begin in the new text, counted from 1
   */
  record Hunk(int line, List<String> removed, List<String> added) {}

  /** The hunks from the first line to the last; what lies between them is equal in both texts. */
  static List<Hunk> of(List<String> before, List<String> after) {
    int[][] common = common(before, after);
    List<Hunk> hunks = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < before.size() || j < after.size()) {
      Hunk hunk = new Hunk(j + 1, new ArrayList<>(), new ArrayList<>());
      while ((i < before.size() || j < after.size()) && !equal(before, i, after, j)) {
        if (j == after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
          hunk.removed.add(before.get(i++));
        } else {
          hunk.added.add(after.get(j++));
        }
      }
      if (!hunk.removed.isEmpty() || !hunk.added.isEmpty()) {
        hunks.add(hunk);
      }
      while (equal(before, i, after, j)) {
        i++;
        j++;
      }
    }
    return hunks;
  }

  private static boolean equal(List<String> before, int i, List<String> after, int j) {
    return i < before.size() && j < after.size() && before.get(i).equals(after.get(j));
  }

  /** The length of the longest common subsequence of what follows each pair of positions. */
  private static int[][] common(List<String> before, List<String> after) {
    int[][] common = new int[before.size() + 1][after.size() + 1];
    for (int i = before.size() - 1; i >= 0; i--) {
      for (int j = after.size() - 1; j >= 0; j--) {
        common[i][j] =
            before.get(i).equals(after.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }
}
