package workshop.explain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChangedRowsTest {
  private static final String BEFORE =
      """
      # Troubleshooting of version 1

      | You see | Spans | Why |
      | --- | --- | --- |
      | `SEVERE: Failed`<br>`java.net.ConnectException` | 0 of 3 | Nothing listens. |
      | `WARNING: a` | 3 of 3 | A bar. |
      """;

  @Test
  void theTextAroundTheTablesIsNotARow() {
    assertThat(ChangedRows.of(BEFORE, BEFORE.replace("version 1", "version 2"))).isEmpty();
  }

  @Test
  void namesARowByItsFirstCellIfAnotherChanged() {
    assertThat(ChangedRows.of(BEFORE, BEFORE.replace("0 of 3", "3 of 3")))
        .containsExactly("SEVERE: Failed java.net.ConnectException");
  }

  @Test
  void namesARowByItsNewFirstCell() {
    assertThat(ChangedRows.of(BEFORE, BEFORE.replace("WARNING: a", "WARNING: b \\| c")))
        .containsExactly("WARNING: b \\| c");
  }
}
