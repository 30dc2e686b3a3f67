package workshop.terminal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import workshop.lesson.Lesson;
import workshop.lesson.LessonProcess;
import workshop.lesson.Verdict;
import workshop.lesson.WorkshopFolder;
import workshop.trace.ReceivedSpan;
import workshop.trace.Trace;
import workshop.wire.Backend;
import workshop.wire.Exchange;
import workshop.wire.Signal;

/** {@code workshop run}: each lesson against a backend of its own, judged by what arrived. */
@Command(
    name = "run",
    description = {
      "Runs the lessons and judges them by what arrived.",
      "Each runs in a process of its own, against an embedded OTLP backend on free ports. Exits 0"
          + " only if all that was meant to arrive has arrived."
    },
    footer = {
      "",
      "Examples:",
      "  ./jbang workshop run              all lessons",
      "  ./jbang workshop run 02 04        two of them"
    })
public final class RunCommand implements Callable<Integer> {
  private static final String INDENT = "      ";

  @Parameters(
      arity = "0..*",
      paramLabel = "LESSON",
      description = "A lesson's number, name or file; all lessons if none is given.")
  private List<String> wanted = List.of();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "180",
      description = "End a lesson that takes longer than this (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  private final Style style = Style.detect();
  private final Progress progress = new Progress(style);

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = WorkshopFolder.find();
    List<Lesson> lessons = Lesson.chosen(folder, wanted);
    int good = 0;
    for (Lesson lesson : lessons) {
      good += run(folder, lesson) ? 1 : 0;
    }
    System.out.println();
    System.out.println(
        good == lessons.size()
            ? style.good("All that was meant to arrive has arrived") + ", in " + count(good) + "."
            : style.bad(lessons.size() - good + " of " + count(lessons.size()) + " failed."));
    return good == lessons.size() ? 0 : 1;
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
      List<String> problems = problems(result, verdict, arrived);
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
                      INDENT + said.lostOnPurpose() + " lost on purpose: that is the lesson"));
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

  private List<String> problems(
      LessonProcess.Result result, Optional<Verdict> verdict, long arrived) {
    if (result.timedOut()) {
      return List.of("ended after " + timeoutSeconds + " s: it did not come to an end by itself");
    }
    List<String> problems = new ArrayList<>();
    if (result.exitCode() != 0) {
      problems.add("exit code " + result.exitCode());
    }
    if (verdict.isEmpty()) {
      problems.add("its output has no line such as \"3 spans ended, 3 acknowledged\"");
      return problems;
    }
    if (!verdict.get().complete()) {
      problems.add("not all spans that were ended were " + exported(verdict.get()));
    }
    if (verdict.get().expectedArrivals() != arrived) {
      problems.add(verdict.get().expectedArrivals() + " acknowledged, but " + arrived + " arrived");
    }
    return problems;
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
                        + Text.left(said.exported() + " " + exported(said), 17))
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

  private static String exported(Verdict verdict) {
    return verdict.logged() ? "logged" : "acknowledged";
  }

  /** {@code gRPC, 1 request, 402 B gzip (913 B)}; refused ones are counted apart. */
  private static String wire(List<Exchange> exchanges) {
    String protocols =
        exchanges.stream()
            .map(exchange -> exchange.protocol().label())
            .distinct()
            .collect(Collectors.joining(" and "));
    List<Exchange> accepted =
        exchanges.stream().filter(exchange -> exchange.answer().accepted()).toList();
    int refused = exchanges.size() - accepted.size();
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
        + (refused == 0 ? "" : ", " + refused + " refused");
  }

  private static String count(int lessons) {
    return lessons + (lessons == 1 ? " lesson" : " lessons");
  }
}
