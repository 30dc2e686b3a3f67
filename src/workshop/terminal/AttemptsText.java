package workshop.terminal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import workshop.text.Style;
import workshop.text.Text;
import workshop.wire.Answer;
import workshop.wire.Exchange;

/** The attempts of an exporter at one batch, with the waits between them, 80 columns wide. */
public final class AttemptsText {
  private static final int MOST_ROWS = 12;
  private static final int ANSWER = 32;
  private static final int REST = 20;

  private AttemptsText() {}

  /**
   * A headline, and a line for each attempt: its number, its time, and its response. The wait is
   * counted from the response before it.
   *
   * @param attempts oldest first, at least one
   */
  public static List<String> lines(List<Exchange> attempts, Style style) {
    Exchange last = attempts.get(attempts.size() - 1);
    List<String> lines = new ArrayList<>();
    String what = last.items() > 0 ? last.signal().items(last.items()) : "request";
    lines.add(style.strong(last.attempt() + " attempts at the same " + what));
    List<Exchange> shown =
        attempts.subList(Math.max(0, attempts.size() - MOST_ROWS), attempts.size());
    Exchange before = null;
    for (Exchange each : shown) {
      String when = before == null ? ExchangeLine.TIME.format(each.at()) : "+" + wait(before, each);
      lines.add(
          Text.right(String.valueOf(each.attempt()), 3)
              + "   "
              + Text.left(when, 15)
              + answer(each.answer(), style));
      before = each;
    }
    return lines;
  }

  private static String answer(Answer answer, Style style) {
    String text = Text.left(answer.accepted() ? "OK" : answer.text(), ANSWER);
    String rest = answer.onDemand() ? "fault on demand" : Text.safe(answer.message(), REST);
    String line = answer.accepted() ? style.good(text) : style.bad(text);
    return (line + style.quiet(rest)).stripTrailing();
  }

  private static String wait(Exchange before, Exchange after) {
    Duration wait = Duration.between(before.at().plus(before.took()), after.at());
    return String.format(Locale.ROOT, "%.2f s", Math.max(0, wait.toMillis()) / 1e3);
  }
}
