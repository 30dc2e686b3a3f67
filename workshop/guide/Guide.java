package workshop.guide;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import workshop.lesson.Lesson;
import workshop.lesson.LessonProcess;
import workshop.wire.Backend;
import workshop.wire.Exchange;
import workshop.wire.FaultScript;

/**
 * The state of the guide, which the terminal and the page show: the lessons, what is done, and what
 * was found last. It runs lessons, one at a time, and judges what arrives from those that are run
 * by hand. Safe for use by several threads.
 */
public final class Guide implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** What arrives is judged when nothing more came for this long. */
  private static final long QUIET_MILLIS = 300;

  private final Path folder;
  private final Backend backend;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final List<Lesson> lessons;
  private final Map<String, Finding> findings = new HashMap<>();
  private final ExecutorService runner = Executors.newSingleThreadExecutor(Guide::daemon);
  private final ScheduledExecutorService judge =
      Executors.newSingleThreadScheduledExecutor(Guide::daemon);
  private Progress progress;
  private int current;
  private Future<?> run;
  private Lesson running;
  private String status = "";
  private String note = "";
  private long judgedUpTo;
  private ScheduledFuture<?> pending;

  /**
   * What there is to see.
   *
   * @param done which tasks of the current lesson are done
   * @param hints how many hints were shown, by the task's id
   * @param findings the newest finding of each task by its id, if it was judged
   * @param status what runs, or how the last run ended
   * @param note a word about the progress file, else empty
   */
  record View(
      List<Lesson> lessons,
      int current,
      Set<String> done,
      Map<String, Integer> hints,
      Map<String, Finding> findings,
      String status,
      String note) {
    Lesson lesson() {
      return lessons.get(current);
    }

    Optional<Task> withFault() {
      return Tasks.withFault(lesson().name());
    }

    List<Task> tasks() {
      return Tasks.of(lesson().name());
    }

    int allTasks() {
      return lessons.stream().mapToInt(each -> Tasks.of(each.name()).size()).sum();
    }

    int doneTasks() {
      return (int) Tasks.ALL.stream().filter(task -> done.contains(task.id())).count();
    }

    boolean lessonDone() {
      return tasks().stream().allMatch(task -> done.contains(task.id()));
    }
  }

  /**
   * @param backend where the lessons send
   * @throws IOException if the progress cannot be read
   */
  public Guide(Path folder, Backend backend) throws IOException {
    this.folder = folder;
    this.backend = backend;
    this.lessons = Lesson.in(folder);
    this.progress = Progress.load(folder, this::note);
    this.current = start();
    backend.inbox().onExchange(exchange -> arrived());
  }

  /** The lesson the learner was at; else the first one with an open task. */
  private int start() {
    for (int i = 0; i < lessons.size(); i++) {
      if (lessons.get(i).name().equals(progress.current())) {
        return i;
      }
    }
    for (int i = 0; i < lessons.size(); i++) {
      if (Tasks.of(lessons.get(i).name()).stream()
          .anyMatch(task -> !progress.done().contains(task.id()))) {
        return i;
      }
    }
    return 0;
  }

  /** Calls the listener after each change, in any thread. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Never under this object's lock: a listener may wait for another thread that wants it. */
  private void changed() {
    listeners.forEach(Runnable::run);
  }

  synchronized View view() {
    return new View(
        lessons, current, progress.done(), progress.hints(), Map.copyOf(findings), status, note);
  }

  /** The same for the page, as JSON. */
  public String json() {
    View view = view();
    JsonArray all = new JsonArray();
    for (Lesson lesson : view.lessons()) {
      JsonArray tasks = new JsonArray();
      for (Task task : Tasks.of(lesson.name())) {
        JsonObject json = new JsonObject();
        json.addProperty("number", task.number());
        json.addProperty("text", task.text());
        json.addProperty("fault", task.fault());
        boolean done = view.done().contains(task.id());
        json.addProperty("done", done);
        // What is done stays done; a later run without it is no news.
        Finding finding = view.findings().get(task.id());
        boolean tells = finding != null && finding.done() == done;
        json.addProperty("finding", tells ? finding.text() : "");
        tasks.add(json);
      }
      JsonObject json = new JsonObject();
      json.addProperty("name", lesson.name());
      json.addProperty("description", lesson.description());
      json.add("tasks", tasks);
      all.add(json);
    }
    JsonObject json = new JsonObject();
    json.add("lessons", all);
    json.addProperty("current", view.lesson().name());
    return json.toString();
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
    synchronized (this) {
      try {
        HintCommand.next(folder, lessons.get(current), this::note);
      } catch (IOException e) {
        note("The progress could not be read or written: " + e.getMessage());
      }
    }
    reload();
  }

  /** Reads the progress anew, since a command in another terminal may have written it. */
  void reload() {
    synchronized (this) {
      try {
        progress = Progress.load(folder, this::note);
      } catch (IOException e) {
        note("The progress could not be read or written: " + e.getMessage());
      }
    }
    changed();
  }

  /** Runs and judges the current lesson. */
  void runCurrent() {
    Lesson lesson;
    synchronized (this) {
      lesson = lessons.get(current);
    }
    run(lesson, null);
  }

  /** Runs the current lesson with the faults of its task, and judges that one. */
  void runWithFault() {
    Lesson lesson = view().lesson();
    Optional<Task> task = Tasks.withFault(lesson.name());
    if (task.isPresent()) {
      run(lesson, task.get());
      return;
    }
    synchronized (this) {
      status = "No task of " + lesson.name() + " asks for faults.";
    }
    changed();
  }

  /** Runs and judges the lesson at this place, which was saved, and goes to it. */
  void saved(int place) {
    Lesson lesson = lessons.get(place);
    synchronized (this) {
      current = place;
      update(before -> before.at(lesson.name()));
    }
    run(lesson, null);
  }

  /** The newest wins: what runs is ended. */
  private synchronized void run(Lesson lesson, Task withFault) {
    if (run != null) {
      run.cancel(true);
    }
    run = runner.submit(() -> runAndJudge(lesson, withFault));
  }

  /**
   * @param withFault the only task to judge, with the faults to ask for; null for a run without any
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
        backend.faults().replace(FaultScript.parse(withFault.fault()));
      }
      LessonProcess.Result result = LessonProcess.run(folder, lesson, backend, LIMIT, line -> {});
      Arrived arrived = new Arrived(ofRun(lesson, start), result.output());
      Map<Task, Finding> found = LessonCheck.judge(lesson, arrived, result);
      judged(withFault == null ? found : Map.of(withFault, found.get(withFault)));
      ended =
          "%s ran for %.1f s, exit code %d, %s arrived."
              .formatted(
                  name,
                  result.took().toMillis() / 1e3,
                  result.exitCode(),
                  Checks.count(
                      arrived.exchanges().stream().mapToInt(Exchange::items).sum(), "span"));
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

  /**
   * What was sent since then, except by another lesson, run by hand meanwhile. A request of a run
   * that was ended may be answered later than that, when a fault held it back.
   */
  private List<Exchange> ofRun(Lesson lesson, Instant start) {
    List<Exchange> since =
        backend.inbox().exchanges().stream().filter(each -> each.at().isAfter(start)).toList();
    List<Exchange> others = new ArrayList<>();
    Runs.newest(since)
        .forEach(
            (number, exchanges) -> {
              if (!lesson.name().startsWith(number)) {
                others.addAll(exchanges);
              }
            });
    return since.stream().filter(each -> !others.contains(each)).toList();
  }

  private synchronized void arrived() {
    if (pending != null) {
      pending.cancel(false);
    }
    if (!judge.isShutdown()) {
      pending = judge.schedule(this::judgeByHand, QUIET_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Judges the newest run of each lesson that sent something since the last time. What was refused
   * as a whole does not tell its lesson: it counts for the current one, if that has such a task.
   */
  private void judgeByHand() {
    Lesson here;
    Lesson except;
    long judged;
    synchronized (this) {
      here = lessons.get(current);
      except = running;
      judged = judgedUpTo;
      judgedUpTo = backend.inbox().total();
    }
    List<Exchange> all = backend.inbox().exchanges();
    Map<String, List<Exchange>> runs = Runs.newest(all);
    List<Exchange> lost = Runs.lost(all);
    if (!lost.isEmpty() && Tasks.withFault(here.name()).isPresent()) {
      runs.merge(
          here.name().substring(0, 2), lost, (a, b) -> last(a).number() > last(b).number() ? a : b);
    }
    for (Lesson lesson : lessons) {
      List<Exchange> exchanges = runs.get(lesson.name().substring(0, 2));
      if (exchanges == null || lesson.equals(except) || last(exchanges).number() <= judged) {
        continue;
      }
      judged(LessonCheck.judge(lesson, new Arrived(exchanges, List.of())));
      synchronized (this) {
        status = lesson.name() + " was run by hand: what arrived is judged.";
      }
      changed();
    }
  }

  private static Exchange last(List<Exchange> exchanges) {
    return exchanges.get(exchanges.size() - 1);
  }

  /** Judges what the cells of a lesson's notebook have sent and printed so far. */
  public void judgeCells(Lesson lesson, Set<Long> numbers, List<String> printed) {
    List<Exchange> exchanges =
        backend.inbox().exchanges().stream()
            .filter(each -> numbers.contains(each.number()))
            .toList();
    judged(LessonCheck.judge(lesson, new Arrived(exchanges, printed)));
    synchronized (this) {
      status = lesson.name() + " was run in its notebook: what arrived is judged.";
      judgedUpTo = Math.max(judgedUpTo, numbers.stream().reduce(0L, Math::max));
    }
    changed();
  }

  private synchronized void judged(Map<Task, Finding> judged) {
    judged.forEach((task, finding) -> findings.put(task.id(), finding));
    update(before -> CheckCommand.withDone(before, judged));
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

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "guide");
    thread.setDaemon(true);
    return thread;
  }

  /** Ends what runs. */
  @Override
  public void close() {
    runner.shutdownNow();
    judge.shutdownNow();
    try {
      runner.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
