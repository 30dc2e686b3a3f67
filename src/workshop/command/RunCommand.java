package workshop.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
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
import workshop.trace.ReceivedSpan;
import workshop.trace.Trace;
import workshop.wire.Backend;
import workshop.wire.Exchange;
import workshop.wire.Signal;

/** {@code workshop run}: runs each lesson against its own backend, and counts what arrived. */
@Command(
    name = "run",
    description = {
      "Runs the lessons and checks that everything they sent arrived.",
      "Each lesson runs in its own process and sends to an embedded OTLP backend on free ports."
          + " Exit code: 0 if everything that should arrive arrived, else 1."
    },
    footer = {
      "",
      "Examples:",
      "  ./jbang workshop run              all lessons",
      "  ./jbang workshop run 02 04        two of them"
    })
final class RunCommand implements Callable<Integer> {
  private static final String INDENT = "      ";

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

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = WorkshopFolder.find();
    List<Lesson> lessons = Lesson.chosen(folder, wanted);
    int good = 0;
    for (Lesson lesson : lessons) {
      good += run(folder, lesson) ? 1 : 0;
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

  private boolean run(Path folder, Lesson lesson) throws IOException, InterruptedException {
    progress.show(lesson.name());
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      LessonProcess.Result result =
          LessonProcess.run(
              folder,
              lesson,
              backend,
              Duration.ofSeconds(timeoutSeconds),
              line -> progress.show(lesson.name() + "  " + line));
      progress.clear();
      Optional<Verdict> verdict = Verdict.find(result.output());
      long arrived = backend.inbox().received(Signal.TRACES);
      List<String> problems = Verdict.problems(result, backend.inbox());
      System.out.println(verdictLine(lesson, problems.isEmpty(), verdict, arrived, result));
      List<Exchange> exchanges = backend.inbox().exchanges();
      if (!exchanges.isEmpty()) {
        System.out.println(INDENT + style.quiet(wire(exchanges)));
      }
      verdict
          .filter(said -> said.lostOnPurpose() > 0)
          .ifPresent(
              said ->
                  System.out.println(
                      INDENT + said.lostOnPurpose() + " lost on purpose: the lesson shows how"));
      long rejected = Verdict.rejected(backend.inbox());
      if (rejected > 0) {
        System.out.println(
            INDENT + rejected + " rejected by a partial success, which counts as acknowledged");
      }
      attempts(exchanges).forEach(line -> System.out.println(INDENT + line));
      TraceText.lines(Trace.of(ReceivedSpan.in(exchanges).toList()), style)
          .forEach(line -> System.out.println(INDENT + line));
      if (!problems.isEmpty()) {
        problems.forEach(problem -> System.out.println(INDENT + style.bad(problem)));
        System.out.println(INDENT + "It printed:");
        result.output().forEach(line -> System.out.println(INDENT + "| " + Text.safe(line, 400)));
      }
      return problems.isEmpty();
    } finally {
      progress.clear();
    }
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
                    Text.left(said.ended() + " ended", 11)
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
