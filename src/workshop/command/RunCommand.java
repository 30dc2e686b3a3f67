package workshop.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import workshop.lesson.Launcher;
import workshop.lesson.Lesson;
import workshop.lesson.LessonProcess;
import workshop.lesson.Verdict;
import workshop.lesson.WorkshopFolder;
import workshop.terminal.AttemptsText;
import workshop.terminal.TraceText;
import workshop.text.ProgressLine;
import workshop.text.Style;
import workshop.text.Text;
import workshop.thread.Daemons;
import workshop.trace.KeptSpans;
import workshop.trace.ReceivedSpan;
import workshop.trace.Trace;
import workshop.wire.Backend;
import workshop.wire.Exchange;
import workshop.wire.Inbox;
import workshop.wire.Signal;

/** {@code workshop run}: runs each lesson against its own backend, and counts what arrived. */
@Command(
    name = "run",
    description = {
      "Runs the lessons and checks that everything they sent arrived.",
      "Several lessons run at once, each in its own process, and send to an embedded OTLP backend"
          + " on free ports. Exit code: 0 if everything that should arrive arrived, else 1."
    },
    footer = {
      "",
      "Examples:",
      "  ./jbang workshop run              all lessons",
      "  ./jbang workshop run 02 04        two of them"
    })
final class RunCommand implements Callable<Integer> {
  private static final String INDENT = "      ";

  /** More than any lesson sends. */
  private static final int MOST_SPANS = 100_000;

  /** One more than processors, because lessons wait a lot; more would slow down the longest one. */
  private static final int AT_ONCE = 1 + Runtime.getRuntime().availableProcessors();

  @Parameters(
      arity = "0..*",
      paramLabel = "LESSON",
      description = "The number, name or file of a lesson (default: all lessons).")
  private List<String> wanted = List.of();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "180",
      description = "Stop a lesson after this time (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  private final Style style = Style.detect();
  private final ProgressLine progress = new ProgressLine(style);
  private final Set<String> running = new TreeSet<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = WorkshopFolder.find();
    List<Lesson> lessons = Lesson.chosen(folder, wanted);
    int good = 0;
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE, Daemons.named("lesson"));
    try {
      Deque<Future<Outcome>> outcomes = new ArrayDeque<>();
      // The last lessons take longest, so they start first.
      for (int i = lessons.size() - 1; i >= 0; i--) {
        Lesson lesson = lessons.get(i);
        outcomes.addFirst(threads.submit(() -> run(folder, lesson)));
      }
      for (Future<Outcome> each : outcomes) {
        Outcome outcome = outcome(each);
        progress.print(outcome.lines());
        good += outcome.good() ? 1 : 0;
      }
    } finally {
      threads.shutdownNow();
      progress.clear();
    }
    System.out.println();
    boolean all = good == lessons.size();
    System.out.println(
        all
            ? style.good(good + " of " + count(good) + " passed")
                + ": everything that should arrive arrived."
            : style.bad(lessons.size() - good + " of " + count(lessons.size()) + " failed."));
    System.out.println(
        Launcher.typed(
            all
                ? "To learn with them, type ./jbang workshop --open"
                : "To check this machine, type ./jbang workshop doctor"));
    return all ? 0 : 1;
  }

  /** What there is to say about a lesson's run. */
  private record Outcome(boolean good, List<String> lines) {}

  private static Outcome outcome(Future<Outcome> run) throws IOException, InterruptedException {
    try {
      return run.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    }
  }

  private Outcome run(Path folder, Lesson lesson) throws IOException, InterruptedException {
    running(lesson, true);
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      LessonProcess.Result result =
          LessonProcess.run(
              folder, lesson, backend, Duration.ofSeconds(timeoutSeconds), line -> {});
      return outcome(lesson, result, backend.inbox());
    } finally {
      running(lesson, false);
    }
  }

  /** Shows which lessons are running. */
  private void running(Lesson lesson, boolean starts) {
    synchronized (running) {
      if (starts) {
        running.add(lesson.name());
      } else {
        running.remove(lesson.name());
      }
      progress.show(String.join(", ", running));
    }
  }

  private Outcome outcome(Lesson lesson, LessonProcess.Result result, Inbox inbox) {
    List<String> lines = new ArrayList<>();
    Optional<Verdict> verdict = Verdict.find(result.output());
    List<String> problems = Verdict.problems(result, inbox);
    Signal signal = verdict.map(Verdict::signal).orElse(Signal.TRACES);
    lines.add(verdictLine(lesson, problems.isEmpty(), verdict, inbox.received(signal), result));
    List<Exchange> exchanges = inbox.exchanges();
    if (!exchanges.isEmpty()) {
      lines.add(INDENT + style.quiet(wire(exchanges)));
    }
    verdict
        .filter(said -> said.lostOnPurpose() > 0)
        .ifPresent(
            said ->
                lines.add(
                    INDENT + said.lostOnPurpose() + " lost on purpose: the lesson shows how"));
    long rejected = Verdict.rejected(signal, inbox);
    if (rejected > 0) {
      lines.add(INDENT + rejected + " rejected by a partial success, which counts as acknowledged");
    }
    attempts(exchanges).forEach(line -> lines.add(INDENT + line));
    TraceText.lines(Trace.of(KeptSpans.of(ReceivedSpan.in(exchanges), MOST_SPANS)), style)
        .forEach(line -> lines.add(INDENT + line));
    if (!problems.isEmpty()) {
      problems.forEach(problem -> lines.add(INDENT + style.bad(problem)));
      lines.add(INDENT + "It printed:");
      result.output().forEach(line -> lines.add(INDENT + "| " + Text.safe(line, 400)));
    }
    return new Outcome(problems.isEmpty(), lines);
  }

  /** Each batch that needed more than one attempt, with its attempts and the waits between them. */
  private List<String> attempts(List<Exchange> exchanges) {
    return exchanges.stream()
        .collect(Collectors.groupingBy(Exchange::batch, LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .filter(attempts -> attempts.size() > 1)
        .flatMap(attempts -> AttemptsText.lines(attempts, style).stream())
        .toList();
  }

  private String verdictLine(
      Lesson lesson,
      boolean good,
      Optional<Verdict> verdict,
      long arrived,
      LessonProcess.Result result) {
    String counts =
        verdict
            .map(
                said ->
                    Text.left(said.ended() + " " + said.endedWord(), 11)
                        + Text.left(said.exported() + " " + said.exportedWord(), 17))
            .orElse(" ".repeat(28));
    return String.format(
        Locale.ROOT,
        "%s %s %s%s %s",
        good ? style.good("ok   ") : style.bad("FAIL "),
        style.strong(Text.left(lesson.name(), 20)),
        counts,
        Text.left(arrived + " arrived", 12),
        Text.right(Text.duration(result.took()), 8));
  }

  /** {@code gRPC, 1 request, 402 B gzip (913 B)}; rejected requests are counted apart. */
  private static String wire(List<Exchange> exchanges) {
    String protocols =
        exchanges.stream()
            .map(exchange -> exchange.protocol().label())
            .distinct()
            .collect(Collectors.joining(" and "));
    List<Exchange> accepted =
        exchanges.stream().filter(exchange -> exchange.answer().accepted()).toList();
    int rejected = exchanges.size() - accepted.size();
    long wireBytes = accepted.stream().mapToLong(Exchange::wireBytes).sum();
    long decodedBytes = accepted.stream().mapToLong(Exchange::decodedBytes).sum();
    return protocols
        + ", "
        + accepted.size()
        + (accepted.size() == 1 ? " request, " : " requests, ")
        + Text.bytes(wireBytes)
        + (accepted.stream().anyMatch(Exchange::gzip)
            ? " gzip (" + Text.bytes(decodedBytes) + ")"
            : "")
        + (rejected == 0 ? "" : ", " + rejected + " rejected");
  }

  private static String count(int lessons) {
    return lessons + (lessons == 1 ? " lesson" : " lessons");
  }
}
