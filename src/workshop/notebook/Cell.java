package workshop.notebook;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import workshop.lesson.Steps.Step;
import workshop.trace.Hex;
import workshop.trace.ReceivedSpan;
import workshop.wire.Exchange;
import workshop.wire.Signal;

/** A cell, its last run and what that run caused. Guarded by its notebook's lock. */
final class Cell {
  static final String IMPORTS = "imports";

  /** How the id of a cell begins that is not the file's; the id of a step has no such line. */
  static final String SCRATCH = "scratch_";

  /** What a cell does now, or how it ended. */
  enum State {
    NEW,
    QUEUED,
    RUNNING,
    OK,
    FAILED,
    STOPPED
  }

  /** What a cell is for. */
  enum Kind {
    IMPORTS,
    HELPER,
    CODE,
    SCRATCH,
    PROSE
  }

  private static final int MOST_EXCHANGES = 50;
  private static final int MOST_TRACES = 20;

  /** No lesson sends more in one request, and a load test is not looked into. */
  private static final int MOST_ITEMS = 1000;

  final String id;

  /** What the file has, or had. */
  private Step step;

  private boolean gone;

  /** What was typed; null if that is the same as in the file. */
  private String draft;

  /** What the file had when the typing began. */
  private String base;

  private State state = State.NEW;
  private State stateBefore = State.NEW;
  private Integer order;
  private boolean earlier;
  private String ranCode;
  private Double tookMillis;
  private CellOutput output = new CellOutput();
  private List<NotebookView.Problem> problems = List.of();
  private NotebookView.Thrown exception;

  private final List<NotebookView.Seen> exchanges = new ArrayList<>();
  private final Set<String> traces = new LinkedHashSet<>();
  private int more;
  private long spans;
  private int rejected;

  Cell(String id) {
    this.id = id;
  }

  /** What the file has now. */
  void fileHas(Step now) {
    step = now;
    gone = false;
    if (draft != null && draft.strip().equals(now.code())) {
      reset();
    }
  }

  /** Whether it belongs to no file. */
  boolean isScratch() {
    return id.startsWith(SCRATCH);
  }

  /** The file no longer has this step. */
  void gone() {
    gone = true;
  }

  boolean isGone() {
    return gone;
  }

  String title() {
    return step.title();
  }

  /** As a session takes it. */
  String sessionCode() {
    return new Step(step.title(), step.prose(), code(), step.line(), step.declares()).sessionCode();
  }

  String code() {
    return draft == null ? step.code() : draft;
  }

  /** Whether it differs from the file. */
  boolean edited() {
    return draft != null && !isScratch();
  }

  /** Whether the file was changed after the typing began. */
  boolean conflict() {
    return edited() && !base.equals(step.code());
  }

  boolean runs() {
    return id.equals(IMPORTS) || !code().isBlank();
  }

  /** Whether other cells need it: it is the imports or a helper. */
  boolean setsUp() {
    return !gone && runs() && step.declares();
  }

  /** Whether it has to run before another cell does. */
  boolean mustSetUp() {
    boolean again = isQueued() && stateBefore != State.OK;
    return setsUp() && (!ranNow() || changed() || again);
  }

  void edit(String code, String from) {
    if (code.strip().equals(step.code())) {
      reset();
    } else {
      base = from;
      draft = code;
    }
  }

  void reset() {
    draft = null;
    base = null;
  }

  void queue() {
    if (!isQueued()) {
      stateBefore = state;
      state = State.QUEUED;
    }
  }

  void leaveQueue() {
    if (isQueued()) {
      state = stateBefore;
    }
  }

  private boolean isQueued() {
    return state == State.QUEUED;
  }

  /** Takes a fresh output, to which the run is to write. */
  CellOutput begin(Integer order) {
    this.order = order;
    state = State.RUNNING;
    earlier = false;
    ranCode = code();
    tookMillis = null;
    output = new CellOutput();
    problems = List.of();
    exception = null;
    exchanges.clear();
    traces.clear();
    more = 0;
    spans = 0;
    rejected = 0;
    return output;
  }

  void end(Session.Result result, double millis) {
    tookMillis = millis;
    problems = result.problems();
    exception = result.exception();
    state = result.stopped() ? State.STOPPED : result.failed() ? State.FAILED : State.OK;
    if (result.value() != null) {
      output.add(CellOutput.Stream.VALUE, result.value());
    }
  }

  /** Marks it as failed after it had ended. */
  void fail(List<NotebookView.Problem> found) {
    problems = found;
    state = State.FAILED;
  }

  boolean isOk() {
    return state == State.OK;
  }

  void say(String note) {
    output.add(CellOutput.Stream.NOTE, note);
  }

  void sayOnce(String note) {
    if (output.pieces().stream().noneMatch(piece -> piece.text().endsWith(note))) {
      say(note);
    }
  }

  /** Its session is over. */
  void sessionEnded() {
    earlier = ranCode != null;
  }

  boolean isBusy() {
    return isQueued() || isRunning();
  }

  boolean isRunning() {
    return state == State.RUNNING;
  }

  boolean ranNow() {
    return ranCode != null && !earlier;
  }

  boolean changed() {
    return ranCode != null && !ranCode.equals(code());
  }

  CellOutput output() {
    return output;
  }

  List<String> printed() {
    return output.lines();
  }

  /** Takes note of an exchange that came because this cell ran. */
  void caused(Exchange exchange) {
    if (exchanges.size() >= MOST_EXCHANGES || exchange.items() > MOST_ITEMS) {
      more++;
    } else {
      boolean accepted = exchange.answer().accepted();
      exchanges.add(
          new NotebookView.Seen(
              exchange.number(),
              exchange.protocol().label(),
              accepted,
              exchange.answer().code(),
              exchange.answer().name(),
              accepted ? exchange.signal().items(exchange.items()) : ""));
      ReceivedSpan.in(List.of(exchange))
          .map(received -> Hex.of(received.span().getTraceId()))
          .filter(id -> traces.size() < MOST_TRACES)
          .forEach(traces::add);
    }
    if (!exchange.answer().accepted()) {
      rejected++;
    } else if (exchange.signal() == Signal.TRACES) {
      spans += exchange.items();
    }
  }

  /** The numbers of the exchanges that came because this cell ran. */
  List<Long> numbers() {
    return exchanges.stream().map(NotebookView.Seen::number).toList();
  }

  private Kind kind() {
    if (id.equals(IMPORTS)) {
      return Kind.IMPORTS;
    }
    if (isScratch()) {
      return Kind.SCRATCH;
    }
    if (step.code().isBlank() && !edited()) {
      return Kind.PROSE;
    }
    return step.declares() ? Kind.HELPER : Kind.CODE;
  }

  NotebookView.CellView view(NotebookView.Outdated outdated) {
    return new NotebookView.CellView(
        id,
        step.title(),
        step.prose(),
        kind(),
        code(),
        step.code(),
        edited(),
        conflict(),
        gone,
        state,
        order,
        earlier,
        changed(),
        outdated,
        tookMillis,
        output.pieces(),
        problems,
        exception,
        new NotebookView.Caused(
            List.copyOf(exchanges), more, spans, rejected, List.copyOf(traces)));
  }
}
