package workshop.task;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Counts what arrives and fulfils an expectation, item by item, and keeps none of it. */
public final class Tally {
  private static final int MOST_METRICS = 10_000;

  private final Expectation expected;
  private final Set<String> metrics = new HashSet<>();
  private long matching;
  private int bestScore = -1;
  private String closest;

  public Tally(Expectation expected) {
    this.expected = expected;
  }

  /** Looks at one more item; a metric counts once, however many data points of it arrive. */
  public void add(Item item) {
    if (item.kind() != expected.kind()) {
      return;
    }
    List<Condition> missed =
        expected.conditions().stream().filter(each -> !each.holds(item)).toList();
    if (!missed.isEmpty()) {
      approach(item, missed);
    } else if (item.kind() != Item.Kind.METRIC
        || (metrics.size() < MOST_METRICS && metrics.add(item.metric()))) {
      matching++;
    }
  }

  /** Among those that fulfil as many conditions, one with the right name is closer. */
  private void approach(Item item, List<Condition> missed) {
    boolean named = missed.stream().noneMatch(each -> each.key().equals("name"));
    int score = 2 * (expected.conditions().size() - missed.size()) + (named ? 1 : 0);
    if (score > bestScore) {
      bestScore = score;
      closest =
          item.text()
              + "; "
              + missed.stream().map(each -> each.missed(item)).collect(Collectors.joining(" and "));
    }
  }

  public Expectation expected() {
    return expected;
  }

  /** Whether whatever else arrives cannot change the finding. */
  public boolean isFinal() {
    return matching > expected.count() || (expected.atLeast() && isDone());
  }

  private boolean isDone() {
    return matching == expected.count() || (expected.atLeast() && matching > expected.count());
  }

  /** How many arrived; if those are too few, which of the others came closest. */
  public Finding finding() {
    String text = matching + " arrived";
    if (!isDone() && closest != null && matching < expected.count()) {
      text += ". Closest: " + closest;
    }
    return new Finding(isDone(), text + ".");
  }
}
