package workshop.notebook;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import workshop.lesson.Lesson;
import workshop.lesson.LessonProcess;
import workshop.lesson.TasksFile;
import workshop.thread.Daemons;
import workshop.thread.Debounce;
import workshop.wire.Backend;
import workshop.wire.Exchange;

/** The notebooks of all lessons of a folder, whose cells send to one backend. */
public final class Notebooks implements AutoCloseable {
  /** Each session is a JVM. For one more, the session that is idle longest ends. */
  private static final int MOST_SESSIONS = 4;

  private static final int FILE_MILLIS = 500;

  /** While a cell prints, its notebook is shown again this often. */
  private static final int SHOW_MILLIS = 40;

  /** Tasks are checked when nothing more arrived for this long. */
  private static final Duration QUIET = Duration.ofMillis(300);

  private final Semaphore sessions = new Semaphore(MOST_SESSIONS);
  private final Map<String, Notebook> notebooks = new LinkedHashMap<>();
  private final List<Consumer<Notebook>> listeners = new CopyOnWriteArrayList<>();
  private final List<BiConsumer<Lesson, Notebook.Done>> judges = new CopyOnWriteArrayList<>();

  /** The number of the newest exchange; used by the inbox's thread only. */
  private long newest;

  private final Set<String> telling = new HashSet<>();
  private final Map<String, Long> toldNanos = new HashMap<>();
  private final Map<String, Debounce> judging = new HashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Daemons.named("notebooks"));

  /**
   * @param folder the workshop's folder
   * @param backend where the cells send
   */
  public Notebooks(Path folder, Backend backend) {
    for (Lesson lesson : Lesson.in(folder)) {
      String name = lesson.name();
      judging.put(name, new Debounce(timer, QUIET, () -> judge(name)));
      Runnable changed = () -> changed(name);
      notebooks.put(
          name,
          new Notebook(
              folder, lesson, () -> environment(lesson, backend), sessions, timer, changed));
    }
    backend.inbox().onArrival((exchanges, missed) -> arrived(backend, exchanges, missed));
    timer.scheduleWithFixedDelay(this::readFiles, FILE_MILLIS, FILE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * On the standard ports the lessons find the backend on their own. There the variables are
   * removed, so that an endpoint typed into a cell is used.
   */
  private static Map<String, String> environment(Lesson lesson, Backend backend)
      throws IOException {
    Map<String, String> environment = new HashMap<>(LessonProcess.environment(lesson, backend));
    if (lesson.tasks().protocol() != TasksFile.Protocol.TLS
        && backend.grpcPort() == 4317
        && backend.httpPort() == 4318) {
      environment.replaceAll((name, value) -> null);
    }
    return environment;
  }

  /** Null if there is no lesson of this name. */
  public Notebook find(String lesson) {
    return notebooks.get(lesson);
  }

  public List<Lesson> lessons() {
    return notebooks.values().stream().map(Notebook::lesson).toList();
  }

  /** Calls the listener when a notebook has changed, not too often, in any thread. */
  public void onChange(Consumer<Notebook> listener) {
    listeners.add(listener);
  }

  /** Calls the listener when the cells of a lesson have done something that can be checked. */
  public void onDone(BiConsumer<Lesson, Notebook.Done> listener) {
    judges.add(listener);
  }

  /**
   * Runs cells of a lesson; see {@link Notebook#run}. If too many sessions are open, the one that
   * is idle longest ends.
   */
  public synchronized void run(Notebook notebook, List<String> cells, boolean fresh) {
    makeRoomFor(notebook);
    notebook.run(cells, fresh);
  }

  /** Ends the session of a lesson, and starts a new one. The rest is as with {@link #run}. */
  public synchronized void restart(Notebook notebook) {
    makeRoomFor(notebook);
    notebook.restart();
  }

  /** What can come next in a cell, see {@link Notebook#complete}. The rest is as with run. */
  public NotebookView.Completions complete(Notebook notebook, String cell, String code, int at) {
    synchronized (this) {
      makeRoomFor(notebook);
    }
    return notebook.complete(cell, code, at);
  }

  private void makeRoomFor(Notebook notebook) {
    List<Notebook> open =
        notebooks.values().stream()
            .filter(each -> each != notebook && each.hasSession())
            .sorted(Comparator.comparing(Notebook::lastEnded))
            .toList();
    if (open.size() >= MOST_SESSIONS && open.stream().noneMatch(Notebook::makeRoom)) {
      throw new IllegalStateException(open.size() + " lessons run already; stop one of them first");
    }
  }

  private void readFiles() {
    for (Notebook notebook : notebooks.values()) {
      if (notebook.readFile()) {
        notebook.changed();
      }
    }
  }

  private void arrived(Backend backend, List<Exchange> exchanges, long missed) {
    if (missed > 0) {
      long first = exchanges.get(0).number();
      backend.inbox().exchanges().stream()
          .filter(each -> each.number() > newest && each.number() < first)
          .forEach(this::arrived);
    }
    synchronized (backend.inbox().decoding()) {
      exchanges.forEach(this::arrived);
    }
    newest = exchanges.get(exchanges.size() - 1).number();
  }

  /** What arrives belongs to the cell that was running then, or else to the last one that ran. */
  private void arrived(Exchange exchange) {
    Instant then = exchange.answered();
    notebooks.values().stream()
        .filter(each -> each.activeSince(then) != null)
        .max(Comparator.comparing(each -> each.activeSince(then)))
        .ifPresent(each -> each.caused(exchange));
  }

  private void changed(String name) {
    judging.get(name).call();
    synchronized (telling) {
      if (timer.isShutdown()) {
        return;
      }
      if (telling.add(name)) {
        long since = System.nanoTime() - toldNanos.getOrDefault(name, 0L);
        long wait = Math.max(0, TimeUnit.MILLISECONDS.toNanos(SHOW_MILLIS) - since);
        timer.schedule(() -> tell(name), wait, TimeUnit.NANOSECONDS);
      }
    }
  }

  private void tell(String name) {
    synchronized (telling) {
      telling.remove(name);
      toldNanos.put(name, System.nanoTime());
    }
    listeners.forEach(listener -> listener.accept(notebooks.get(name)));
  }

  private void judge(String name) {
    Notebook notebook = notebooks.get(name);
    Notebook.Done done = notebook.done();
    if (!notebook.isBusy() && (done.complete() || !done.exchanges().isEmpty())) {
      judges.forEach(judge -> judge.accept(notebook.lesson(), done));
    }
  }

  /** Ends all sessions. */
  @Override
  public void close() {
    synchronized (telling) {
      timer.shutdownNow();
    }
    notebooks.values().parallelStream().forEach(Notebook::close);
  }
}
