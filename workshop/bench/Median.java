package workshop.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The value in the middle, which one slow round does not move. */
final class Median {
  private Median() {}

  /** Of one figure of each; the mean of the two in the middle if there is an even number. */
  static <T> double of(List<T> all, ToDoubleFunction<T> figure) {
    double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
