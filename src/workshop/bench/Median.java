package workshop.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The median, because one slow round does not change it. */
final class Median {
  private Median() {}

  /** Of one figure of each; for an even number, the mean of the two in the middle. */
  static <T> double of(List<T> all, ToDoubleFunction<T> figure) {
    double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
