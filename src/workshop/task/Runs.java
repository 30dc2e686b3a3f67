package workshop.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import workshop.wire.Exchange;

/**
 * Which exchanges of a backend are one run of which lesson: the resource attribute {@code
 * workshop.lesson} of the telemetry itself says so, as {@code LESSON/RUN}.
 */
public final class Runs {
  private Runs() {}

  /**
   * The newest run of each lesson, by the lesson's name; the newest is the one that began last.
   *
   * @param all in the order of arrival
   */
  public static Map<String, List<Exchange>> newest(List<Exchange> all) {
    Map<String, List<Exchange>> runs =
        all.stream()
            .filter(exchange -> exchange.run().contains("/"))
            .collect(Collectors.groupingBy(Exchange::run, LinkedHashMap::new, Collectors.toList()));
    Map<String, List<Exchange>> newest = new LinkedHashMap<>();
    runs.forEach((run, exchanges) -> newest.put(run.substring(0, run.indexOf('/')), exchanges));
    return newest;
  }
}
