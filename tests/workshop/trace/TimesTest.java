package workshop.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Times that are missing, of another unit, or out of order. */
class TimesTest {
  private static final long NOW = 1_760_000_000_000_000_000L;

  @Test
  void saysWhatIsWrongWithTheTimesOfASpan() {
    assertThat(problems(NOW, NOW + 5)).isEmpty();
    assertThat(problems(NOW, NOW)).isEmpty();
    assertThat(problems(NOW, 0)).isEqualTo("no end");
    assertThat(problems(0, NOW)).isEqualTo("no start");
    assertThat(problems(0, 0)).isEqualTo("no start, no end");
    assertThat(problems(NOW, NOW - 5)).isEqualTo("ends before it starts");
    assertThat(problems(NOW / 1_000, NOW / 1_000 + 5))
        .isEqualTo("start and end microseconds instead of nanoseconds");
    assertThat(problems(NOW / 1_000_000, NOW / 1_000_000 + 5))
        .isEqualTo("start and end milliseconds instead of nanoseconds");
    assertThat(problems(NOW / 1_000_000_000, NOW / 1_000_000_000))
        .isEqualTo("start and end seconds instead of nanoseconds");
    assertThat(problems(NOW, NOW / 1_000_000))
        .isEqualTo("end milliseconds instead of nanoseconds, ends before it starts");
    assertThat(problems(NOW, -1)).isEqualTo("end in the year 2554");
    assertThat(problems(5 * NOW, 5 * NOW)).isEqualTo("start and end in the year 2248");
    assertThat(problems(7, 9)).isEqualTo("start and end in the year 1970");
  }

  @Test
  void countsADurationOnlyBetweenTwoTimesOfAKind() {
    assertThat(Times.duration(span(NOW, NOW + 5))).hasValue(5);
    assertThat(Times.duration(span(NOW, NOW - 5))).hasValue(-5);
    assertThat(Times.duration(span(NOW, 0))).isEmpty();
    assertThat(Times.duration(span(0, NOW))).isEmpty();
    assertThat(Times.duration(span(NOW, -1))).isEmpty();
    assertThat(Times.duration(span(NOW, NOW / 1_000_000))).isEmpty();
  }

  @Test
  void aWrongTimeDoesNotStretchTheRangeOfTheOthers() {
    Range range = range(span(NOW, NOW + 100), span(0, NOW + 80), span(NOW + 50, 0));
    assertThat(range.start()).isEqualTo(NOW);
    assertThat(range.nanos()).isEqualTo(100);
    assertThat(range.after(0)).isEmpty();
    assertThat(range.after(NOW + 50)).isEqualTo(OptionalLong.of(50));

    for (long wrong : new long[] {7, NOW / 1_000_000_000, NOW / 1_000, 5 * NOW, -1}) {
      for (Range each :
          List.of(
              range(span(wrong, wrong), span(NOW, NOW + 100)),
              range(span(NOW, NOW + 100), span(wrong, wrong)))) {
        assertThat(each.start()).isEqualTo(NOW);
        assertThat(each.nanos()).isEqualTo(100);
        assertThat(each.after(wrong)).isEmpty();
      }
    }
  }

  @Test
  void withoutATimeThatMakesSenseAllThatWereSentCount() {
    long millis = NOW / 1_000_000;
    Range range = range(span(millis, millis + 30), span(millis + 5, 0));
    assertThat(range.start()).isEqualTo(millis);
    assertThat(range.nanos()).isEqualTo(30);
    assertThat(range.after(millis + 5)).hasValue(5);

    Range none = range(span(0, 0));
    assertThat(none.start()).isZero();
    assertThat(none.nanos()).isZero();
    assertThat(none.after(0)).isEmpty();
  }

  private static String problems(long start, long end) {
    return String.join(", ", Times.problems(span(start, end)));
  }

  private static Span span(long start, long end) {
    return Span.newBuilder().setStartTimeUnixNano(start).setEndTimeUnixNano(end).build();
  }

  private static Range range(Span... spans) {
    Range range = new Range();
    for (Span span : spans) {
      range.add(span);
    }
    return range;
  }
}
