package workshop.notebook;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import workshop.lesson.Lesson;
import workshop.thread.Daemons;
import workshop.wire.Exchange;
import workshop.wire.Signal;

/**
 * A lesson as cells: the steps of its file, what was typed over them, and the session in which they
 * run, one after the other. Safe for use by several threads.
 */
public final class Notebook implements AutoCloseable {
  /** Characters of a cell: more than any file of a lesson has. */
  private static final int LONGEST_CODE = 100_000;

  /** How long a stopped cell may take to end; then its process is killed. */
  private static final int STOP_SECONDS = 4;

  private static final int STOP_AGAIN_MILLIS = 500;

  /** How long a cell may take to end after its process was killed. */
  private static final int GIVE_UP_SECONDS = 2;

  /** How long the page waits for what JShell knows. */
  private static final int ASK_SECONDS = 5;

  /** The same if a session has to start first. */
  private static final int START_AND_ASK_SECONDS = 25;

  /** How long a new session waits until another one has ended. */
  private static final int ROOM_SECONDS = 10;

  /** Spans that ended in a cell are sent within 5 s, the default of a batch processor; 2 s more. */
  private static final Duration LATE = Duration.ofSeconds(7);

  /** What a cell sends before it ends has arrived by then. */
  private static final Duration ON_ITS_WAY = Duration.ofMillis(500);

  /** An exchange is given to its cell a little later, when other cells may have run. */
  private static final int MOST_REMEMBERED = 100;

  private static final String STOPPED =
      "The session was stopped while it started. The next run starts it again.";

  private static final String IN_THE_BACKGROUND =
      "Sent in the background, after this cell had ended: a batch processor exports on its own,"
          + " by default after 5 s.\n";

  /** What the session does. */
  public enum State {
    NONE,
    STARTING,
    IDLE,
    RUNNING,
    ENDED
  }

  /** Of a process, asked for when it starts. */
  interface Environment {
    /** The variables to set; with the value null, to remove. */
    Map<String, String> variables() throws IOException;
  }

  private final Path folder;
  private final Lesson lesson;
  private final Environment environment;
  private final Semaphore sessions;
  private final ScheduledExecutorService timer;
  private final Runnable changed;
  private ExecutorService worker;

  private final Cells cells;
  private final CellClassPath classPath;
  private final Deque<Cell> queue = new ArrayDeque<>();

  /** How often the queue was cleared: what was to run or start before then does not. */
  private int cleared;

  private String sessionNote = "";
  private long version;
  private Session session;
  private boolean starting;

  /** The thread that starts a session, null if none does. */
  private Thread starter;

  private boolean ended;
  private int runs;
  private long begun;
  private long begunNanos;
  private Cell last;
  private boolean running;
  private final Deque<Run> remembered = new ArrayDeque<>();
  private Instant lastEnded = Instant.EPOCH;
  private Instant sessionEnded = Instant.EPOCH;
  private boolean closed;

  /** Whether there is a question about a cell that has no answer yet. */
  private boolean asking;

  /** Whether JShell looks for the answer. */
  private boolean analysing;

  /** A question to JShell about a cell, with the code of the cells above that did not run. */
  private interface Question<T> {
    T ask(Session session, String before);
  }

  /**
   * A run of a cell.
   *
   * @param ended null if it has not
   */
  private record Run(Cell cell, Instant began, Instant ended) {}

  /**
   * @param environment of the cells' process
   * @param sessions one permit for each session that may be open, in this notebook or in another
   * @param changed is called after each change, in any thread and without a lock held
   */
  Notebook(
      Path folder,
      Lesson lesson,
      Environment environment,
      Semaphore sessions,
      ScheduledExecutorService timer,
      Runnable changed) {
    this.folder = folder;
    this.lesson = lesson;
    this.cells = new Cells(folder.resolve(lesson.fileName()));
    this.classPath = new CellClassPath(folder, lesson);
    this.environment = environment;
    this.sessions = sessions;
    this.timer = timer;
    this.changed = changed;
    this.worker = worker();
  }

  private ExecutorService worker() {
    return Executors.newSingleThreadExecutor(Daemons.named("cells of " + lesson.name()));
  }

  Lesson lesson() {
    return lesson;
  }

  /**
   * Reads the file again if it has changed, and keeps what was typed. Returns whether it has
   * changed.
   */
  synchronized boolean readFile() {
    return cells.readFile();
  }

  /**
   * Writes what was typed into the lesson's file.
   *
   * @param force whether to write over what was changed there as well
   * @throws IllegalStateException if it was changed there and here, or cannot be taken apart
   * @throws IllegalArgumentException if what was typed makes no lesson; the message says why
   * @throws IOException if the file cannot be written
   */
  public void save(boolean force) throws IOException {
    synchronized (this) {
      cells.save(force);
    }
    changed();
  }

  /**
   * Takes what was typed into a cell.
   *
   * @param base what the file had when the typing began
   * @throws IllegalArgumentException if there is no such cell, or too much was typed
   */
  public void edit(String id, String code, String base) {
    synchronized (this) {
      checkLength(code);
      cells.get(id).edit(code, base);
    }
    changed();
  }

  private static void checkLength(String code) {
    if (code.length() > LONGEST_CODE) {
      throw new IllegalArgumentException("a cell can have at most " + LONGEST_CODE + " characters");
    }
  }

  /**
   * Brings the file's text back.
   *
   * @param id of a cell, or null for all
   * @throws IllegalArgumentException if there is no such cell
   */
  public void reset(String id) {
    synchronized (this) {
      cells.reset(id);
    }
    changed();
  }

  /**
   * Adds a cell that belongs to no file, with what was typed into it, if it is not there yet.
   *
   * @param above the id of the cell above
   * @throws IllegalArgumentException if there are too many, the id is not that of such a cell, or
   *     too much was typed
   */
  public void add(String id, String above, String code) {
    synchronized (this) {
      checkLength(code);
      cells.add(id, above);
      cells.get(id).edit(code, "");
    }
    changed();
  }

  /**
   * Removes a cell that belongs to no file.
   *
   * @throws IllegalArgumentException if there is no such cell
   * @throws IllegalStateException if it runs
   */
  public void remove(String id) {
    synchronized (this) {
      if (cells.get(id).isBusy()) {
        throw new IllegalStateException("The cell runs. Stop it first.");
      }
      cells.remove(id);
    }
    changed();
  }

  /**
   * Runs cells, one after the other, up to the first that fails.
   *
   * @param fresh whether to do so in a new session
   * @throws IllegalArgumentException if there is no such cell
   */
  public void run(List<String> ids, boolean fresh) {
    List<Cell> wanted;
    synchronized (this) {
      wanted = ids.stream().map(cells::get).filter(Cell::runs).toList();
    }
    if (fresh) {
      restart();
    }
    synchronized (this) {
      for (Cell cell : wanted) {
        if (!queue.contains(cell)) {
          cell.queue();
          queue.addLast(cell);
          int before = cleared;
          worker.execute(() -> runNext(before));
        }
      }
    }
    changed();
  }

  /**
   * What can come next in a cell. Starts a session if there is none.
   *
   * @param code what the editor has
   * @param cursor counted in characters from 0
   * @throws IllegalArgumentException if there is no such cell or place, or too much was typed
   * @throws IllegalStateException if a cell runs, or if it takes too long; the message says so
   */
  public NotebookView.Completions complete(String id, String code, int cursor) {
    return ask(id, code, (current, before) -> current.complete(before, code, cursor));
  }

  /** What the name is that ends at the cursor; the rest is as with {@link #complete}. */
  public List<NotebookView.Described> describe(String id, String code, int cursor) {
    return ask(id, code, (current, before) -> current.describe(before, code, cursor));
  }

  /** Asks in the worker's thread, since JShell does one thing at a time. */
  private <T> T ask(String id, String code, Question<T> question) {
    Future<T> answer;
    int seconds;
    synchronized (this) {
      checkLength(code);
      String before = cells.unrunBefore(id);
      seconds = session == null ? START_AND_ASK_SECONDS : ASK_SECONDS;
      if (running || !queue.isEmpty()) {
        throw new IllegalStateException("Completion works again when the cell has ended.");
      }
      if (asking || closed) {
        throw new IllegalStateException("JShell is busy. Try again in a moment.");
      }
      asking = true;
      int then = cleared;
      answer = worker.submit(() -> answer(question, before, then));
    }
    try {
      return answer.get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("JShell needs more time. Try again in a moment.");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IllegalArgumentException wrong) {
        throw wrong;
      }
      throw new IllegalStateException(
          e.getCause() instanceof IllegalStateException told
              ? told.getMessage()
              : jshellFailed(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted");
    }
  }

  private <T> T answer(Question<T> question, String before, int then) {
    boolean starts;
    synchronized (this) {
      starts = session == null;
    }
    try {
      Session current = session(then);
      synchronized (this) {
        if (current == null) {
          throw new IllegalStateException(sessionNote);
        }
        analysing = true;
      }
      return question.ask(current, before);
    } finally {
      synchronized (this) {
        analysing = false;
        asking = false;
      }
      if (starts) {
        changed();
      }
    }
  }

  /** Stops the running cell or the start of a session, and runs none of the queued cells. */
  public void stop() {
    Session stopped;
    long run;
    synchronized (this) {
      clearQueue();
      stopped = running ? session : null;
      run = begun;
    }
    changed();
    if (stopped == null) {
      return;
    }
    stop(stopped, run, System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS));
  }

  /** Tries again, since code that was still to be compiled runs all the same. */
  private void stop(Session stopped, long run, long deadlineNanos) {
    boolean late = System.nanoTime() >= deadlineNanos;
    synchronized (this) {
      if (run != begun || !running) {
        return;
      }
      if (late) {
        last.say("It did not stop within " + STOP_SECONDS + " s.\n");
      }
    }
    if (late) {
      kill(stopped, run);
      return;
    }
    stopped.stop();
    timer.schedule(
        () -> stop(stopped, run, deadlineNanos), STOP_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** A cell that runs ends with it, unless it is still being compiled. */
  private void kill(Session session, long run) {
    session.kill();
    timer.schedule(() -> giveUp(session, run), GIVE_UP_SECONDS, TimeUnit.SECONDS);
  }

  /** Nothing stops the compiler: what it still does is done in a thread that nobody waits for. */
  private void giveUp(Session killed, long run) {
    synchronized (this) {
      if (run != begun || !running) {
        return;
      }
      last.say("Compiling it takes too long. The compiler goes on in the background.\n");
      end(killed, run, new Session.Result(null, List.of(), null, true));
      replaceWorker();
    }
    changed();
  }

  private void replaceWorker() {
    List<Runnable> waiting = worker.shutdownNow();
    worker = worker();
    waiting.forEach(worker::execute);
  }

  /** Ends the session, and starts a new one. */
  public void restart() {
    Session old;
    long run;
    synchronized (this) {
      clearQueue();
      old = session;
      run = begun;
      starting = true;
    }
    if (old != null) {
      kill(old, run);
    }
    synchronized (this) {
      if (analysing) {
        replaceWorker(); // nothing stops the compiler
      }
      int before = cleared;
      worker.execute(() -> startAgain(before));
    }
    changed();
  }

  private void startAgain(int before) {
    try {
      close(endSession(""));
      session(before);
    } finally {
      changed();
    }
  }

  private void clearQueue() {
    queue.forEach(Cell::leaveQueue);
    queue.clear();
    cleared++;
    if (starter != null) {
      starter.interrupt();
    }
  }

  /** Returns the session that was open, to be closed without the lock; null if there was none. */
  private synchronized Session endSession(String note) {
    Session open = session;
    if (open != null) {
      session = null;
      sessionEnded = Instant.now();
    }
    cells.all().forEach(Cell::sessionEnded);
    sessionNote = note;
    ended = !note.isEmpty();
    runs = 0;
    return open;
  }

  private void close(Session open) {
    if (open != null) {
      try {
        open.close();
      } finally {
        sessions.release();
      }
    }
  }

  /** Runs in the worker's thread, and shows the result in any case. */
  private void runNext(int before) {
    try {
      runFirst(before);
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        clearQueue();
        sessionNote = jshellFailed(e);
      }
    } finally {
      changed();
    }
  }

  private static String jshellFailed(Throwable problem) {
    return "JShell failed: " + problem + ". If it fails again, restart the session.";
  }

  private void runFirst(int before) {
    if (isCleared(before)) {
      return;
    }
    Session current = session(before);
    if (current != null && !isCleared(before)) {
      setUp(current, true);
    }
    Cell cell;
    synchronized (this) {
      if (isCleared(before)) {
        return;
      }
      cell = queue.removeFirst();
      if (current == null) {
        cell.begin(null);
        cell.say(sessionNote);
        cell.end(new Session.Result(null, List.of(), null, true), 0);
        clearQueue();
        return;
      }
      if (cell.setsUp()) {
        cell.leaveQueue(); // it is set up by now
        return;
      }
    }
    run(current, cell, true);
  }

  private synchronized boolean isCleared(int before) {
    return cleared != before;
  }

  /**
   * Runs the imports and the helpers that did not run in this session, or that were changed since.
   * A helper may use a later one, so what is missing is known at the end only.
   *
   * @param counts whether these runs get a number; those at the start of a session do not
   */
  private void setUp(Session current, boolean counts) {
    List<Cell> wanted;
    synchronized (this) {
      wanted =
          cells.all().stream().noneMatch(Cell::mustSetUp)
              ? List.of()
              : cells.all().stream()
                  .filter(cell -> cell.setsUp() && (cell.mustSetUp() || !cell.isOk()))
                  .toList();
    }
    for (Cell cell : wanted) {
      if (!run(current, cell, counts)) {
        return;
      }
    }
    synchronized (this) {
      for (Cell cell : wanted.isEmpty() ? wanted : List.copyOf(cells.all())) {
        List<NotebookView.Problem> problems = current.unresolved(cell.id);
        if (cell.setsUp() && cell.isOk() && !problems.isEmpty()) {
          cell.fail(problems);
          clearQueue();
        }
      }
    }
  }

  /**
   * The session, started if there is none; null if it cannot be started, or was stopped.
   *
   * @param before how often the queue was cleared when it was asked for
   */
  private Session session(int before) {
    Session gone;
    synchronized (this) {
      if (session != null && session.isAlive()) {
        return session;
      }
      starting = !closed && !isCleared(before);
      if (!starting) {
        sessionNote = STOPPED;
        return null;
      }
      gone = session == null ? null : endSession("");
      starter = Thread.currentThread();
      ended = false;
    }
    close(gone);
    changed();
    Session started = null;
    String note = "";
    boolean room = false;
    try {
      room = sessions.tryAcquire(ROOM_SECONDS, TimeUnit.SECONDS);
      started =
          room ? new Session(classPath(), folder, environment.variables(), this::printed) : null;
      note = room ? "" : "Too many lessons run already. Stop one of them first.";
    } catch (InterruptedException e) {
      note = "interrupted";
    } catch (IOException | IllegalArgumentException e) {
      note = e.getMessage();
    } catch (RuntimeException | Error e) {
      note = jshellFailed(e);
    }
    if (room && started == null) {
      sessions.release();
    }
    boolean keep;
    synchronized (this) {
      starting = false;
      starter = null;
      Thread.interrupted(); // a stop that came too late for it
      keep = !closed && !isCleared(before);
      sessionNote = keep ? note : STOPPED;
      session = keep ? started : null;
    }
    if (!keep) {
      close(started);
      return null;
    }
    if (started != null) {
      setUp(started, false);
    }
    return started;
  }

  private String classPath() throws IOException, InterruptedException {
    String text;
    synchronized (this) {
      text = cells.text();
    }
    return classPath.of(text);
  }

  /**
   * Runs a cell. If it fails, the queued cells do not run.
   *
   * @param counts whether it gets a number
   * @return whether it ended well
   */
  private boolean run(Session current, Cell cell, boolean counts) {
    String code;
    String title;
    boolean setsUp;
    long run;
    synchronized (this) {
      last = cell;
      run = ++begun;
      begunNanos = System.nanoTime();
      running = true;
      remembered.addLast(new Run(cell, Instant.now(), null));
      if (remembered.size() > MOST_REMEMBERED) {
        remembered.removeFirst();
      }
      cell.begin(counts ? ++runs : null);
      code = cell.sessionCode();
      title = cell.title();
      setsUp = cell.setsUp();
    }
    changed();
    Session.Result result;
    try {
      result = current.run(cell.id, title, code, setsUp);
    } catch (RuntimeException | Error e) {
      // JShell and the compiler may fail over what was typed, such as 5000 parentheses.
      NotebookView.Thrown thrown = new NotebookView.Thrown(jshellFailed(e), List.of());
      result = new Session.Result(null, List.of(), thrown, false);
    }
    return end(current, run, result);
  }

  /** Ends the last cell's run, unless it was given up. Returns whether it ended well. */
  private boolean end(Session current, long run, Session.Result ran) {
    Session gone = null;
    Session.Result result = ran;
    synchronized (this) {
      if (run != begun || !running) {
        return false;
      }
      Cell cell = last;
      running = false;
      lastEnded = Instant.now();
      remembered.addLast(new Run(cell, remembered.removeLast().began(), lastEnded));
      boolean alive = current.isAlive();
      String farewell = alive ? "" : farewell(current, cell);
      if (!alive && !result.stopped()) {
        NotebookView.Thrown thrown = new NotebookView.Thrown(farewell, List.of());
        result = new Session.Result(null, List.of(), thrown, false);
      }
      cell.end(result, (System.nanoTime() - begunNanos) / 1e6);
      if (!alive) {
        gone = endSession(farewell);
      }
      boolean restarts = starting; // then those that wait are for the new session
      if (result.failed() && !restarts) {
        clearQueue();
      }
    }
    close(gone);
    return !result.failed();
  }

  private String farewell(Session gone, Cell cell) {
    int code = gone.exitCode();
    boolean outOfMemory =
        code == CellProcess.OUT_OF_MEMORY
            && cell.printed().stream().anyMatch(line -> line.contains("OutOfMemoryError"));
    return (outOfMemory
            ? "The cells' JVM ran out of memory: it has " + CellProcess.HEAP + "."
            : "The cells' JVM has ended, with exit code " + code + ".")
        + " Its variables are gone; the next cell begins a new session.";
  }

  private void printed(CellOutput.Stream stream, String text) {
    CellOutput output;
    synchronized (this) {
      output = last == null ? null : last.output();
    }
    if (output != null) {
      output.add(stream, text);
      changed();
    }
  }

  /** Since when a cell ran or could still send, then: later is larger; null if there was none. */
  synchronized Instant activeSince(Instant then) {
    Run run = runAt(then);
    if (run == null) {
      return null;
    }
    if (run.ended() == null || then.isBefore(run.ended())) {
      return Instant.MAX;
    }
    boolean gone = !sessionEnded.isBefore(run.ended()) && !then.isBefore(sessionEnded);
    return !gone && then.isBefore(run.ended().plus(LATE)) ? run.ended() : null;
  }

  /** The last one that had begun then, or null. */
  private Run runAt(Instant then) {
    Run found = null;
    for (Run run : remembered) {
      if (!run.began().isAfter(then)) {
        found = run;
      }
    }
    return found;
  }

  void caused(Exchange exchange) {
    synchronized (this) {
      Instant then = exchange.answered();
      Run run = runAt(then);
      if (run == null || hasRunSince(run)) {
        return;
      }
      boolean idle = run.ended() != null && then.isAfter(run.ended().plus(ON_ITS_WAY));
      if (idle && exchange.signal() != Signal.METRICS) {
        run.cell().sayOnce(IN_THE_BACKGROUND);
      }
      run.cell().caused(exchange);
    }
    changed();
  }

  /** Whether the same cell has begun again, and shows what its new run causes. */
  private boolean hasRunSince(Run run) {
    return remembered.stream()
        .anyMatch(each -> each.cell() == run.cell() && each.began().isAfter(run.began()));
  }

  /**
   * What the cells of this session have sent and printed so far.
   *
   * @param exchanges the numbers of what arrived because of them
   * @param code of these cells
   * @param complete whether the last cell with code has run
   */
  public record Done(Set<Long> exchanges, List<String> printed, String code, boolean complete) {}

  synchronized Done done() {
    List<Cell> ran = cells.all().stream().filter(Cell::ranNow).toList();
    boolean complete =
        cells.all().stream()
            .filter(cell -> cell.runs() && !cell.isScratch())
            .reduce((first, second) -> second)
            .filter(cell -> cell.ranNow() && !cell.isRunning())
            .isPresent();
    return new Done(
        ran.stream().flatMap(cell -> cell.numbers().stream()).collect(Collectors.toSet()),
        ran.stream().flatMap(cell -> cell.printed().stream()).toList(),
        ran.stream().map(Cell::code).collect(Collectors.joining("\n")),
        complete);
  }

  public synchronized NotebookView view() {
    Map<String, NotebookView.Outdated> outdated =
        session == null
            ? Map.of()
            : session
                .definitions()
                .outdated(
                    // An import that was added changes nothing for those who did without it.
                    ids(cell -> !cell.id.equals(Cell.IMPORTS) && cell.ranNow() && cell.changed()),
                    ids(cell -> cell.runs() && !cell.setsUp()));
    List<NotebookView.CellView> views =
        cells.all().stream()
            .map(cell -> cell.view(cell.setsUp() ? null : outdated.get(cell.id)))
            .toList();
    return new NotebookView(
        lesson.name(),
        lesson.fileName(),
        cells.description(),
        version,
        state(),
        sessionNote,
        cells.note(),
        (int) cells.all().stream().filter(Cell::edited).count(),
        (int) cells.all().stream().filter(Cell::conflict).count(),
        views);
  }

  private State state() {
    if (starting) {
      return State.STARTING;
    }
    if (running) {
      return State.RUNNING;
    }
    if (session != null) {
      return State.IDLE;
    }
    return ended ? State.ENDED : State.NONE;
  }

  private Set<String> ids(Predicate<Cell> which) {
    return cells.all().stream()
        .filter(which)
        .map(cell -> cell.id)
        .collect(Collectors.toUnmodifiableSet());
  }

  void changed() {
    synchronized (this) {
      version++;
    }
    changed.run();
  }

  /** Whether it has a session, or is about to start one. */
  synchronized boolean hasSession() {
    return session != null || isBusy();
  }

  synchronized boolean isBusy() {
    return running || starting || asking || !queue.isEmpty();
  }

  synchronized Instant lastEnded() {
    return lastEnded;
  }

  /** Ends the session if it is idle, to make room for another. Returns whether it did. */
  boolean makeRoom() {
    Session idle;
    synchronized (this) {
      if (session == null || isBusy()) {
        return false;
      }
      idle = endSession("The session made room for one of another lesson. Run all to go on.");
    }
    close(idle);
    changed();
    return true;
  }

  /** Ends what runs, and the session. */
  @Override
  public void close() {
    Session open;
    synchronized (this) {
      closed = true;
      clearQueue();
      open = session;
    }
    if (open != null) {
      open.kill();
    }
    worker.shutdown();
    try {
      worker.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close(endSession(""));
  }
}
