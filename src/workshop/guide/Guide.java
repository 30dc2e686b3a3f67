package workshop.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import workshop.lesson.Lesson;
import workshop.lesson.LessonCompiler;
import workshop.lesson.LessonProcess;
import workshop.task.Answers;
import workshop.task.Arrived;
import workshop.task.Checks;
import workshop.task.Finding;
import workshop.task.LessonCheck;
import workshop.task.Progress;
import workshop.task.Runs;
import workshop.task.Task;
import workshop.task.Tasks;
import workshop.terminal.TraceText;
import workshop.text.Style;
import workshop.thread.Daemons;
import workshop.thread.Debounce;
import workshop.trace.KeptSpans;
import workshop.trace.ReceivedSpan;
import workshop.trace.Trace;
import workshop.wire.Backend;
import workshop.wire.Exchange;
import workshop.wire.FaultScript;

/**
 * The state of the guide, which the terminal and the page show: the lessons, what is done, and the
 * newest findings. It runs lessons, one at a time, and checks the tasks of lessons that are run by
 * hand. Safe for use by several threads.
 */
public final class Guide implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** Tasks are checked when nothing more arrived for this long. */
  private static final Duration QUIET = Duration.ofMillis(300);

  /** Lines of a run that are kept, and spans that are drawn. */
  private static final int MOST_LINES = 2000;

  private static final int MOST_SPANS = 2000;

  private final Path folder;
  private final Backend backend;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final List<Lesson> lessons;
  private final Map<String, List<Task>> tasks = new HashMap<>();
  private final Answers answers;
  private final LessonCompiler compiler;
  private final Map<String, Finding> findings = new HashMap<>();
  private final ExecutorService runner = Executors.newSingleThreadExecutor(Daemons.named("guide"));
  private final ScheduledExecutorService judge =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("guide"));
  private final Debounce arrived = new Debounce(judge, QUIET, this::judgeByHand);
  private Progress progress;
  private int current;
  private Future<?> run;
  private Lesson running;
  private Instant runningSince;

  /** What the running lesson has printed so far. */
  private final Deque<String> printed = new ArrayDeque<>();

  private volatile long lines;
  private final Map<String, GuideRun> runs = new HashMap<>();

  /** The tasks that were done last, by their ids. */
  private Set<String> finished = Set.of();

  private String status = "";
  private String note = "";
  private long judgedUpTo;

  /**
   * Starts to listen to a backend.
   *
   * @param backend where the lessons send
   * @throws IOException if the progress cannot be read
   * @throws IllegalArgumentException if a tasks file is not as it should be; the message names the
   *     place
   */
  public Guide(Path folder, Backend backend) throws IOException {
    this.folder = folder;
    this.backend = backend;
    this.lessons = Lesson.in(folder);
    this.lessons.forEach(lesson -> tasks.put(lesson.name(), Tasks.of(lesson)));
    this.answers = new Answers(folder);
    this.compiler = new LessonCompiler(folder);
    this.progress = Progress.load(folder, this::note);
    this.current = start();
    backend.inbox().onArrival((exchanges, missed) -> arrived.call());
  }

  /** The lesson the learner was at; else the first one with an open task. */
  private int start() {
    for (int i = 0; i < lessons.size(); i++) {
      if (lessons.get(i).name().equals(progress.current())) {
        return i;
      }
    }
    for (int i = 0; i < lessons.size(); i++) {
      if (tasks.get(lessons.get(i).name()).stream()
          .anyMatch(task -> !progress.done().contains(task.id()))) {
        return i;
      }
    }
    return 0;
  }

  /** What runs, or how the last run ended. */
  public synchronized String status() {
    return status;
  }

  /** Calls the listener after each change, in any thread. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Never under this object's lock: a listener may wait for another thread that needs the lock. */
  private void changed() {
    listeners.forEach(Runnable::run);
  }

  synchronized GuideView view() {
    return new GuideView(
        lessons,
        tasks,
        answers,
        current,
        progress.done(),
        progress.hints(),
        Map.copyOf(findings),
        finished,
        shownRun(),
        status,
        note);
  }

  private GuideRun shownRun() {
    Lesson lesson = lessons.get(current);
    GuideRun run = runs.getOrDefault(lesson.name(), GuideRun.NONE);
    return lesson.equals(running) ? run.withOutput(List.copyOf(printed)) : run;
  }

  /** Grows with each line that a lesson prints. The listeners are not called for those. */
  long lines() {
    return lines;
  }

  private synchronized void printed(String line) {
    printed.add(line);
    if (printed.size() > MOST_LINES) {
      printed.remove();
    }
    lines++;
  }

  /** The traces of these requests as trees. Decodes them. */
  private List<String> traces(List<Exchange> exchanges) {
    synchronized (backend.inbox().decoding()) {
      List<Exchange> accepted = Arrived.byHand(exchanges).accepted();
      List<ReceivedSpan> spans = KeptSpans.of(ReceivedSpan.in(accepted), MOST_SPANS);
      return TraceText.lines(Trace.of(spans), new Style(false));
    }
  }

  /** The lessons and their tasks as JSON, for the page. */
  public String json() {
    return GuideJson.of(view());
  }

  /** Goes that many lessons on, or back; stays within the first and the last. */
  void move(int by) {
    synchronized (this) {
      current = Math.max(0, Math.min(lessons.size() - 1, current + by));
      String name = lessons.get(current).name();
      update(before -> before.at(name));
    }
    changed();
  }

  /** Goes to this lesson. */
  public void open(Lesson lesson) {
    move(lessons.indexOf(lesson) - view().current());
  }

  /** Shows one more hint for the first open task of the current lesson. */
  void hint() {
    hint(view().tasks());
  }

  /**
   * Shows one more hint for a task that is open.
   *
   * @param id of the task; nothing happens if there is no such task
   */
  public void hint(String id) {
    hint(
        tasks.values().stream()
            .flatMap(List::stream)
            .filter(task -> task.id().equals(id))
            .toList());
  }

  private void hint(List<Task> among) {
    synchronized (this) {
      try {
        Progress.nextHint(folder, among, this::note);
      } catch (IOException e) {
        note("The progress could not be read or written: " + e.getMessage());
      }
    }
    reload();
  }

  /** Reads the progress again, because a command in another terminal may have written it. */
  public void reload() {
    synchronized (this) {
      try {
        progress = Progress.load(folder, this::note);
      } catch (IOException e) {
        note("The progress could not be read or written: " + e.getMessage());
      }
    }
    changed();
  }

  /** Prepares the first run of the current lesson, so that it starts as soon as the next one. */
  public synchronized void prepare() {
    String file = lessons.get(current).fileName();
    runner.submit(() -> compiler.compile(file));
  }

  /** Runs the current lesson and checks its tasks. */
  void runCurrent() {
    Lesson lesson;
    synchronized (this) {
      lesson = lessons.get(current);
    }
    run(lesson, null);
  }

  /** Runs the current lesson with the faults that one of its tasks needs, and checks that task. */
  void runWithFault() {
    GuideView view = view();
    if (view.withFault().isPresent()) {
      run(view.lesson(), view.withFault().get());
      return;
    }
    synchronized (this) {
      status = "No task of " + view.lesson().name() + " needs faults.";
    }
    changed();
  }

  /** Goes to the lesson at this place, because its file was saved, and runs and checks it. */
  public void saved(int place) {
    Lesson lesson = lessons.get(place);
    synchronized (this) {
      current = place;
      update(before -> before.at(lesson.name()));
    }
    run(lesson, null);
  }

  /** Runs a lesson; what runs is stopped. */
  private synchronized void run(Lesson lesson, Task withFault) {
    if (run != null) {
      run.cancel(true);
    }
    run = runner.submit(() -> runAndJudge(lesson, withFault));
  }

  /**
   * Runs a lesson and checks its tasks.
   *
   * @param withFault the only task to check, after a run with its faults; null for a run without
   */
  private void runAndJudge(Lesson lesson, Task withFault) {
    String name = lesson.name() + (withFault == null ? "" : " with faults");
    String about = withFault == null ? "" : withFault.id();
    Instant start = Instant.now();
    synchronized (this) {
      running = lesson;
      runningSince = start;
      printed.clear();
      runs.put(lesson.name(), new GuideRun(about, List.of(), List.of(), "", List.of()));
      status = name + " is running ...";
    }
    changed();
    String ended;
    Optional<GuideRun> whole = Optional.empty();
    try {
      if (withFault != null) {
        backend.faults().replace(FaultScript.parse(withFault.fault().orElseThrow()));
      }
      String code = Files.readString(folder.resolve(lesson.fileName()));
      LessonProcess.Result result = compiler.run(lesson, backend, LIMIT, this::printed);
      // What an earlier run has sent may be answered only now, if a fault held it back.
      List<Exchange> since = since(start);
      List<Exchange> exchanges = Runs.newest(since).getOrDefault(lesson.name(), List.of());
      Arrived arrived = Arrived.of(exchanges, result.output(), code);
      judge(
          () ->
              LessonCheck.judge(
                  withFault == null ? tasks.get(lesson.name()) : List.of(withFault),
                  arrived,
                  result));
      String problem = arrived.requests().isEmpty() ? LessonCheck.problem(result).orElse("") : "";
      whole =
          Optional.of(
              new GuideRun(
                  about,
                  result.output(),
                  traces(exchanges),
                  problem,
                  problem.isEmpty() ? List.of() : LessonCheck.place(result.output())));
      ended =
          whole.get().place().isEmpty()
              ? "%s ran for %.1f s, exit code %d, %s arrived."
                  .formatted(
                      name,
                      result.took().toMillis() / 1e3,
                      result.exitCode(),
                      Checks.count(
                          arrived.accepted().stream().mapToInt(Exchange::items).sum(), "span"))
              : name + " does not compile.";
      if (exchanges.isEmpty()
          && Arrived.byHand(since).accepted().stream().anyMatch(each -> each.run().isEmpty())) {
        ended += " Requests without the resource attribute workshop.lesson are not checked.";
      }
    } catch (InterruptedException e) {
      ended = "";
    } catch (IOException | RuntimeException e) {
      ended = name + " could not be run: " + e.getMessage();
    } finally {
      if (withFault != null) {
        backend.faults().clear();
      }
    }
    synchronized (this) {
      running = null;
      runs.put(
          lesson.name(),
          whole.orElseGet(() -> runs.get(lesson.name()).withOutput(List.copyOf(printed))));
      status = ended;
      judgedUpTo = backend.inbox().total();
    }
    changed();
  }

  private List<Exchange> since(Instant start) {
    return backend.inbox().exchanges().stream().filter(each -> each.at().isAfter(start)).toList();
  }

  /** Draws what the running lesson has sent so far. */
  private void drawRunning(Lesson lesson, Instant start) {
    List<Exchange> exchanges = Runs.newest(since(start)).getOrDefault(lesson.name(), List.of());
    List<String> traces = traces(exchanges);
    synchronized (this) {
      if (!lesson.equals(running) || !start.equals(runningSince)) {
        return;
      }
      runs.computeIfPresent(lesson.name(), (name, run) -> run.withTraces(traces));
    }
    changed();
  }

  /** Checks the newest run of each lesson that sent something since the last time. */
  private void judgeByHand() {
    Lesson except;
    Instant start;
    long judged;
    synchronized (this) {
      except = running;
      start = runningSince;
      judged = judgedUpTo;
      judgedUpTo = backend.inbox().total();
    }
    if (except != null) {
      drawRunning(except, start);
    }
    Map<String, List<Exchange>> newest = Runs.newest(backend.inbox().exchanges());
    for (Lesson lesson : lessons) {
      List<Exchange> exchanges = newest.get(lesson.name());
      if (exchanges == null || lesson.equals(except) || last(exchanges).number() <= judged) {
        continue;
      }
      judge(() -> LessonCheck.judge(tasks.get(lesson.name()), Arrived.byHand(exchanges)));
      GuideRun run = GuideRun.NONE.withTraces(traces(exchanges));
      synchronized (this) {
        runs.put(lesson.name(), run);
        status = lesson.name() + " was run by hand: its tasks were checked by what arrived.";
      }
      changed();
    }
  }

  private static Exchange last(List<Exchange> exchanges) {
    return exchanges.get(exchanges.size() - 1);
  }

  /**
   * Checks a lesson's tasks by what the cells of its notebook have sent and printed so far.
   *
   * @param code of these cells
   */
  public void judgeCells(Lesson lesson, Set<Long> numbers, List<String> printed, String code) {
    List<Exchange> exchanges =
        backend.inbox().exchanges().stream()
            .filter(each -> numbers.contains(each.number()))
            .toList();
    judge(() -> LessonCheck.judge(tasks.get(lesson.name()), Arrived.of(exchanges, printed, code)));
    GuideRun run = GuideRun.NONE.withOutput(List.copyOf(printed)).withTraces(traces(exchanges));
    synchronized (this) {
      runs.put(lesson.name(), run);
      status = lesson.name() + " was run in its notebook: its tasks were checked.";
      judgedUpTo = Math.max(judgedUpTo, numbers.stream().reduce(0L, Math::max));
    }
    changed();
  }

  private void judge(Supplier<Map<Task, Finding>> judging) {
    Map<Task, Finding> judged;
    synchronized (backend.inbox().decoding()) {
      judged = judging.get();
    }
    synchronized (this) {
      judged.forEach((task, finding) -> findings.put(task.id(), finding));
      Set<String> before = progress.done();
      update(old -> old.withDone(judged));
      Set<String> fresh = new TreeSet<>(progress.done());
      fresh.removeAll(before);
      finished = fresh.isEmpty() ? finished : fresh;
    }
  }

  private void update(UnaryOperator<Progress> change) {
    try {
      progress = Progress.update(folder, change, this::note);
    } catch (IOException e) {
      progress = change.apply(progress);
      note("The progress could not be written: " + e.getMessage());
    }
  }

  private synchronized void note(String text) {
    note = text;
  }

  /** Stops what runs. */
  @Override
  public void close() {
    runner.shutdownNow();
    judge.shutdownNow();
    try {
      runner.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    compiler.close();
  }
}
