package workshop.lesson;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import workshop.wire.Signal;

/** The last line of a lesson. */
class VerdictTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3 spans ended, 3 acknowledged by http://localhost:4317 | TRACES  | 3 | 3 | false | 0 | true",
        "1 span ended, 0 acknowledged                           | TRACES  | 1 | 0 | false | 0 | false",
        "4 spans ended, 3 acknowledged, 1 lost on purpose       | TRACES  | 4 | 3 | false | 1 | true",
        "4 spans ended, 2 acknowledged, 1 lost on purpose       | TRACES  | 4 | 2 | false | 1 | false",
        "4 spans ended, 4 logged                                | TRACES  | 4 | 4 | true  | 0 | true",
        "0 spans ended, 0 acknowledged                          | TRACES  | 0 | 0 | false | 0 | false",
        "9 data points sent, 8 acknowledged                     | METRICS | 9 | 8 | false | 0 | false",
        "1 log record sent, 1 acknowledged                      | LOGS    | 1 | 1 | false | 0 | true",
      })
  void isRead(
      String line,
      Signal signal,
      int ended,
      int exported,
      boolean logged,
      int lost,
      boolean complete) {
    Verdict verdict = new Verdict(signal, ended, exported, logged, lost);

    assertThat(Verdict.find(List.of("anything", "  " + line, "and more"))).contains(verdict);
    assertThat(verdict.complete()).isEqualTo(complete);
  }

  @Test
  void theLastOneCounts() {
    assertThat(Verdict.find(List.of("1 span ended, 0 logged", "2 spans ended, 2 logged")))
        .contains(new Verdict(Signal.TRACES, 2, 2, true, 0));
  }

  @Test
  void anotherLineIsNone() {
    assertThat(Verdict.find(List.of())).isEmpty();
    assertThat(Verdict.find(List.of("3 spans ended", "ended, 3 acknowledged"))).isEmpty();
  }
}
