package workshop.guide;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import workshop.lesson.Lesson;
import workshop.lesson.LessonProcess;
import workshop.lesson.WorkshopFolder;
import workshop.terminal.Style;
import workshop.wire.Backend;
import workshop.wire.FaultScript;

/** {@code check}: runs lessons as they are, and judges their tasks by what arrived. */
@Command(
    name = "check",
    description = {
      "Runs lessons, and judges their tasks by what arrived. A task with faults is",
      "judged by a second run that meets them.",
      "Exit code 0: all tasks are done; 1: a task is open; 2: there is no such lesson."
    },
    footer = {
      "",
      "Examples:",
      "  ./jbang workshop check            all lessons",
      "  ./jbang workshop check 02 04      two of them"
    })
public final class CheckCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "LESSON",
      description = "A lesson's number, name or file; all lessons if none is given.")
  private List<String> typed = List.of();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "180",
      description = "End a lesson that takes longer than this (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  private final Style style = Style.detect();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = WorkshopFolder.find();
    int open = 0;
    int all = 0;
    for (Lesson lesson : Lesson.chosen(folder, typed)) {
      System.out.println(style.strong(lesson.name()));
      Map<Task, Finding> findings = run(folder, lesson, null);
      Optional<Task> withFault = Tasks.withFault(lesson.name());
      if (withFault.isPresent()) {
        Task task = withFault.get();
        findings.put(task, run(folder, lesson, task.fault()).get(task));
      }
      for (Map.Entry<Task, Finding> each : findings.entrySet()) {
        boolean done = each.getValue().done();
        Words.task(each.getKey(), done, Words.WIDTH)
            .forEach(line -> System.out.println(done ? style.good(line) : line));
        Words.wrap("           ", each.getValue().text(), Words.WIDTH)
            .forEach(line -> System.out.println(done ? line : style.bad(line)));
        open += done ? 0 : 1;
        all++;
      }
      Progress.update(folder, before -> withDone(before, findings), System.err::println);
    }
    System.out.println();
    System.out.println(
        open == 0
            ? style.good("All done") + ": " + Checks.count(all, "task") + "."
            : style.bad(open + " of " + Checks.count(all, "task") + " open.")
                + " A hint: ./jbang workshop hint LESSON");
    return open == 0 ? 0 : 1;
  }

  private Map<Task, Finding> run(Path folder, Lesson lesson, String fault)
      throws IOException, InterruptedException {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      if (fault != null) {
        backend.faults().add(FaultScript.parse(fault));
      }
      LessonProcess.Result result =
          LessonProcess.run(
              folder, lesson, backend, Duration.ofSeconds(timeoutSeconds), line -> {});
      Arrived arrived = new Arrived(backend.inbox().exchanges(), result.output());
      return LessonCheck.judge(lesson, arrived, result);
    }
  }

  static Progress withDone(Progress before, Map<Task, Finding> findings) {
    Progress after = before;
    for (Map.Entry<Task, Finding> each : findings.entrySet()) {
      after = each.getValue().done() ? after.with(each.getKey().id()) : after;
    }
    return after;
  }
}
