package workshop.guide;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import workshop.lesson.Launcher;
import workshop.text.Text;
import workshop.text.Words;

/** The guide's keys and screen; where a terminal cannot do either, commands with Enter. */
public final class GuideScreen {
  private static final int CTRL_D = 4;
  private static final int ESCAPE = 27;
  private static final int POLL_MILLIS = 100;

  /** A key such as an arrow sends several characters, over a network not quite at once. */
  private static final int SAME_KEY_MILLIS = 500;

  /** The rows of a lesson where lines scroll by and nothing has to fit. */
  private static final int ENOUGH_ROWS = 60;

  private final Guide guide;
  private final List<String> addresses;
  private final boolean colour = System.getenv("NO_COLOR") == null;
  private Shown shown = Shown.LESSON;
  private int page;
  private boolean quit;

  /** What to say of the last key, else empty. */
  private String said = "";

  private enum Shown {
    LESSON,
    LIST,
    QUESTION,
    SOLUTION,
    OUTPUT,
    KEYS,
    SUMMARY
  }

  private GuideScreen(Guide guide, List<String> addresses) {
    this.guide = guide;
    this.addresses = addresses;
  }

  /**
   * Shows the guide until the learner quits.
   *
   * @param addresses the page's, and the ports of the backend
   */
  public static void run(Guide guide, List<String> addresses) throws IOException {
    GuideScreen screen = new GuideScreen(guide, addresses);
    String type = System.getenv("TERM");
    // On Windows, JLine needs a native library, and JDK 24 and newer warn of it.
    if ("dumb".equals(type) || Launcher.isWindows()) {
      screen.lines();
      return;
    }
    // The provider that asks the system's stty: the others load a native library.
    try (Terminal terminal =
        TerminalBuilder.builder().provider("exec").dumb(true).nativeSignals(true).build()) {
      if (terminal.getType().startsWith(Terminal.TYPE_DUMB)
          || terminal.getStringCapability(Capability.cursor_address) == null) {
        screen.lines();
      } else {
        screen.keys(terminal);
      }
    }
  }

  // --- A screen and keys -------------------------------------------------------------------------

  private void keys(Terminal terminal) throws IOException {
    AtomicBoolean stale = new AtomicBoolean(true);
    AtomicBoolean interrupted = new AtomicBoolean();
    guide.onChange(() -> stale.set(true));
    terminal.handle(Signal.INT, signal -> interrupted.set(true));
    terminal.handle(Signal.WINCH, signal -> stale.set(true));
    Thread leave = new Thread(() -> leave(terminal));
    Runtime.getRuntime().addShutdownHook(leave);
    try {
      terminal.enterRawMode();
      terminal.puts(Capability.enter_ca_mode);
      terminal.puts(Capability.cursor_invisible);
      loop(terminal, stale, interrupted);
    } finally {
      leave(terminal);
      Runtime.getRuntime().removeShutdownHook(leave);
    }
  }

  private void loop(Terminal terminal, AtomicBoolean stale, AtomicBoolean interrupted)
      throws IOException {
    Display display = new Display(terminal, true);
    Size size = null;
    long printed = -1;
    while (!quit && !interrupted.get()) {
      long lines = guide.lines();
      if (stale.getAndSet(false) || lines != printed) {
        printed = lines;
        Size now = terminal.getSize();
        if (!now.equals(size)) {
          size = now;
          display.clear();
          display.resize(size);
        }
        display.update(screen(size.getColumns(), size.getRows()), 0);
        terminal.flush();
      }
      int key = terminal.reader().read(POLL_MILLIS);
      if (key >= 0) {
        press(key == ESCAPE ? escape(terminal) : key);
        stale.set(true);
      } else if (key == -1) {
        quit = true;
      }
    }
  }

  /**
   * Reads the rest of what an arrow or another such key sends, or of what a terminal says of
   * itself: {@code ESC [} or {@code ESC O}, digits, and a last character.
   */
  private static int escape(Terminal terminal) throws IOException {
    int next = terminal.reader().read(SAME_KEY_MILLIS);
    if (next == '[' || next == 'O') {
      do {
        next = terminal.reader().read(SAME_KEY_MILLIS);
      } while (next >= ' ' && next < '@');
    }
    return ESCAPE;
  }

  private static void leave(Terminal terminal) {
    terminal.puts(Capability.cursor_visible);
    terminal.puts(Capability.exit_ca_mode);
    terminal.flush();
  }

  private void press(int key) {
    Shown before = shown;
    said = "";
    if (key != ' ') {
      page = 0;
      shown = Shown.LESSON;
    }
    if (before == Shown.QUESTION && key == 'y') {
      shown = Shown.SOLUTION;
      return;
    }
    switch (key) {
      case 'r' -> guide.runCurrent();
      case 'f' -> guide.runWithFault();
      case 'h' -> guide.hint();
      case 'n' -> next();
      case 'p' -> previous(before);
      case 'o' -> shown = before == Shown.OUTPUT ? Shown.LESSON : Shown.OUTPUT;
      case '?' -> shown = before == Shown.KEYS ? Shown.LESSON : Shown.KEYS;
      case 'l' -> shown = before == Shown.LIST ? Shown.LESSON : Shown.LIST;
      case 's' -> shown = solution(before);
      case 'q', CTRL_D -> quit = true;
      case ' ' -> page++;
      case ESCAPE, '\r', '\n', 0 -> {} // back to the lesson
      default -> {
        if (before == Shown.LESSON) { // elsewhere any key goes back
          said = "There is no key %s. For the keys, press ?".formatted(name(key));
        }
      }
    }
  }

  private static String name(int key) {
    return Text.safe(Character.toString(key), 10);
  }

  private Shown solution(Shown before) {
    if (before == Shown.SOLUTION || before == Shown.QUESTION) {
      return Shown.LESSON;
    }
    return guide.view().lessonDone() ? Shown.SOLUTION : Shown.QUESTION;
  }

  private void next() {
    if (guide.view().last()) {
      shown = Shown.SUMMARY;
    } else {
      guide.move(1);
    }
  }

  private void previous(Shown before) {
    if (before != Shown.SUMMARY) {
      guide.move(-1);
    }
  }

  /** The whole screen: title, body, and at its bottom what runs, where to look, what to press. */
  private List<AttributedString> screen(int columns, int rows) {
    int width = Math.max(20, Math.min(columns, 100) - 1);
    GuideView view = guide.view();
    List<GuideText.Line> status = GuideText.status(view, width);
    int room = Math.max(1, rows - 4 - Math.max(1, status.size()));
    List<List<GuideText.Line>> pages = pages(view, width, room);
    List<GuideText.Line> body = pages.get(page % pages.size());
    List<GuideText.Line> all = new ArrayList<>();
    all.add(GuideText.title(view, width));
    all.add(new GuideText.Line(GuideText.Role.PLAIN, ""));
    all.addAll(body);
    while (all.size() < rows - 2 - status.size()) {
      all.add(new GuideText.Line(GuideText.Role.PLAIN, ""));
    }
    all.addAll(status);
    all.add(new GuideText.Line(GuideText.Role.QUIET, String.join("   ", addresses)));
    all.add(new GuideText.Line(GuideText.Role.TITLE, bottom(view, pages.size(), columns - 1)));
    return all.stream().limit(rows).map(line -> look(line, columns - 1)).toList();
  }

  /** A lesson that does not fit is shortened, and its other pages have all of it. */
  private List<List<GuideText.Line>> pages(GuideView view, int width, int room) {
    List<List<GuideText.Line>> pages = new ArrayList<>();
    List<GuideText.Line> whole = body(view, width);
    if (shown == Shown.LESSON || shown == Shown.QUESTION) {
      GuideText.Fitted fitted = GuideText.lesson(view, width, room);
      pages.add(fitted.lines());
      if (fitted.whole()) {
        return pages;
      }
    }
    for (int from = 0; from < whole.size(); from += room) {
      pages.add(whole.subList(from, Math.min(whole.size(), from + room)));
    }
    return pages;
  }

  private List<GuideText.Line> body(GuideView view, int width) {
    return switch (shown) {
      case LESSON, QUESTION -> GuideText.lesson(view, width);
      case LIST -> GuideText.list(view, width);
      case SOLUTION -> GuideText.solution(view, width);
      case OUTPUT -> GuideText.wholeRun(view, width);
      case KEYS -> GuideText.keys(width);
      case SUMMARY -> SummaryText.lines(width);
    };
  }

  private String bottom(GuideView view, int pages, int width) {
    if (shown == Shown.QUESTION) {
      return "Some tasks are open. Show the solution? y for yes, any other key for no";
    }
    if (!said.isEmpty()) {
      return said;
    }
    if (shown == Shown.LESSON) {
      String keys = (pages > 1 ? "space more  " : "") + keys(view);
      return keys.length() <= width ? keys : keys.replace("s solution  ", "");
    }
    return pages > 1
        ? "page %d of %d  space more  any other key: back".formatted(page % pages + 1, pages)
        : "any key: back";
  }

  private static String keys(GuideView view) {
    return "r run  "
        + (view.withFault().isPresent() ? "f faults  " : "")
        + "h hint  o output  n next  s solution  ? keys  q quit";
  }

  private AttributedString look(GuideText.Line line, int columns) {
    AttributedStyle plain = AttributedStyle.DEFAULT;
    AttributedStyle style =
        switch (line.role()) {
          case TITLE -> plain.bold();
          case PLAIN -> plain;
          case GOOD -> plain.foreground(AttributedStyle.GREEN);
          case BAD -> plain.foreground(AttributedStyle.RED);
          case HINT -> plain.foreground(AttributedStyle.YELLOW);
          case QUIET -> plain.faint();
        };
    return new AttributedString(line.text(), colour ? style : plain)
        .columnSubSequence(0, Math.max(0, columns));
  }

  // --- Lines and Enter ---------------------------------------------------------------------------

  private void lines() throws IOException {
    System.out.println(String.join("   ", addresses));
    print();
    String[] last = {""};
    guide.onChange(
        () -> {
          String status = guide.view().status();
          synchronized (last) {
            if (!status.equals(last[0]) && !status.isEmpty()) {
              last[0] = status;
              print();
            }
          }
        });
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    while (!quit) {
      System.out.println(
          shown == Shown.QUESTION
              ? "Some tasks are open. Show the solution? y and Enter for yes"
              : "Type a letter and Enter: " + keys(guide.view()));
      String typed = in.readLine();
      if (typed == null) {
        return;
      }
      press(typed.isBlank() ? 0 : typed.strip().charAt(0));
      if (!said.isEmpty()) {
        System.out.println(said);
      } else if (!quit && !typed.strip().matches("[rf]")) {
        print();
      }
    }
  }

  private synchronized void print() {
    GuideView view = guide.view();
    System.out.println();
    System.out.println(GuideText.title(view, Words.WIDTH).text());
    List<GuideText.Line> body =
        shown == Shown.LESSON
            ? GuideText.lesson(view, Words.WIDTH, ENOUGH_ROWS).lines()
            : body(view, Words.WIDTH);
    body.forEach(line -> System.out.println(line.text()));
    GuideText.status(view, Words.WIDTH).forEach(line -> System.out.println(line.text()));
  }
}
