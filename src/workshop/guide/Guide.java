package workshop.guide;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import workshop.thread.Daemons;
import workshop.thread.Debounce;
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
        status,
        note);
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
    Instant start = Instant.now();
    synchronized (this) {
      running = lesson;
      status = name + " is running ...";
    }
    changed();
    String ended;
    try {
      if (withFault != null) {
        backend.faults().replace(FaultScript.parse(withFault.fault().orElseThrow()));
      }
      LessonProcess.Result result = compiler.run(lesson, backend, LIMIT);
      // What an earlier run has sent may be answered only now, if a fault held it back.
      List<Exchange> since =
          backend.inbox().exchanges().stream().filter(each -> each.at().isAfter(start)).toList();
      List<Exchange> exchanges = Runs.newest(since).getOrDefault(lesson.name(), List.of());
      Arrived arrived = Arrived.of(exchanges, result.output());
      judge(
          () ->
              LessonCheck.judge(
                  withFault == null ? tasks.get(lesson.name()) : List.of(withFault),
                  arrived,
                  result));
      ended =
          "%s ran for %.1f s, exit code %d, %s arrived."
              .formatted(
                  name,
                  result.took().toMillis() / 1e3,
                  result.exitCode(),
                  Checks.count(
                      arrived.accepted().stream().mapToInt(Exchange::items).sum(), "span"));
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
      status = ended;
      judgedUpTo = backend.inbox().total();
    }
    changed();
  }

  /** Checks the newest run of each lesson that sent something since the last time. */
  private void judgeByHand() {
    Lesson except;
    long judged;
    synchronized (this) {
      except = running;
      judged = judgedUpTo;
      judgedUpTo = backend.inbox().total();
    }
    Map<String, List<Exchange>> runs = Runs.newest(backend.inbox().exchanges());
    for (Lesson lesson : lessons) {
      List<Exchange> exchanges = runs.get(lesson.name());
      if (exchanges == null || lesson.equals(except) || last(exchanges).number() <= judged) {
        continue;
      }
      judge(() -> LessonCheck.judge(tasks.get(lesson.name()), Arrived.byHand(exchanges)));
      synchronized (this) {
        status = lesson.name() + " was run by hand: its tasks were checked by what arrived.";
      }
      changed();
    }
  }

  private static Exchange last(List<Exchange> exchanges) {
    return exchanges.get(exchanges.size() - 1);
  }

  /** Checks a lesson's tasks by what the cells of its notebook have sent and printed so far. */
  public void judgeCells(Lesson lesson, Set<Long> numbers, List<String> printed) {
    List<Exchange> exchanges =
        backend.inbox().exchanges().stream()
            .filter(each -> numbers.contains(each.number()))
            .toList();
    judge(() -> LessonCheck.judge(tasks.get(lesson.name()), Arrived.of(exchanges, printed)));
    synchronized (this) {
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
      update(before -> before.withDone(judged));
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
