package workshop.wire;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The memory that all unfinished requests share. */
class BudgetTest {
  private final Budget budget = new Budget();

  @Test
  void aShareThatIsClosedGivesAllBackOnce() throws Exception {
    Budget.Share first = budget.share();
    first.take(Limits.UNFINISHED_BYTES - 1);
    first.take(1);
    Budget.Share second = budget.share();
    assertThatThrownBy(() -> second.take(1)).hasMessage("server busy; retry in 1 s");

    first.close();
    first.close();

    second.take(Limits.UNFINISHED_BYTES);
    assertThatThrownBy(() -> budget.share().take(1)).isInstanceOf(Budget.Spent.class);
  }

  @Test
  void whatIsNotAvailableTakesNothing() throws Exception {
    budget.share().take(10);
    Budget.Share share = budget.share();
    assertThatThrownBy(() -> share.take(Limits.UNFINISHED_BYTES - 9))
        .isInstanceOf(Budget.Spent.class);
    assertThatThrownBy(() -> share.take(1L << 40)).isInstanceOf(Budget.Spent.class);

    assertThatNoException().isThrownBy(() -> share.take(Limits.UNFINISHED_BYTES - 10));
  }

  @Test
  void aClosedShareTakesNothingMore() {
    Budget.Share share = budget.share();
    share.close();

    assertThatThrownBy(() -> share.take(1)).isInstanceOf(Budget.Spent.class);
  }
}
