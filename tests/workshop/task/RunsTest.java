package workshop.task;

import static org.assertj.core.api.Assertions.assertThat;
import static support.Recorded.span;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import support.Recorded;
import workshop.wire.Exchange;

/** Which recorded requests are a run of which lesson. */
class RunsTest {
  @Test
  void theTelemetrySaysWhichLessonAndRunItBelongsTo() {
    Recorded all =
        new Recorded()
            .resource("workshop.lesson", "02-send/1")
            .request(span("old"))
            .resource("workshop.lesson", "03-other/1")
            .request(span("other"))
            .resource("workshop.lesson", "02-send/2")
            .request(span("new"))
            .resource("workshop.lesson", "02-send/1")
            .request(span("late"))
            .resource("workshop.lesson", "02-send/2")
            .rejected(1, 503)
            .resource("workshop.lesson", "nonsense")
            .request(span("nobody's"));

    Map<String, List<Exchange>> newest = Runs.newest(all.exchanges());

    assertThat(newest).containsOnlyKeys("02-send", "03-other");
    assertThat(newest.get("02-send")).extracting(Exchange::number).containsExactly(3L, 5L);
    assertThat(newest.get("03-other")).extracting(Exchange::number).containsExactly(2L);
  }

  @Test
  void whatSaysNothingBelongsToNoLesson() {
    assertThat(Runs.newest(new Recorded().request(span("a")).exchanges())).isEmpty();
  }
}
