package workshop.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import workshop.lesson.Lesson;
import workshop.lesson.LessonProcess;
import workshop.lesson.Verdict;
import workshop.wire.Backend;
import workshop.wire.FaultScript;

/**
 * Runs a lesson or its solution, each time against its own backend.
 *
 * @param limit for one run
 */
public record LessonRuns(Path folder, Lesson lesson, Duration limit) {
  /**
   * A run.
   *
   * @param problems what is wrong with its verdict
   */
  public record Run(LessonProcess.Result result, Arrived arrived, List<String> problems) {}

  /**
   * Runs a file once.
   *
   * @param file the lesson's or its solution's, from the workshop's folder
   * @param fault the script of the faults that it meets
   */
  public Run run(String file, Optional<String> fault) throws IOException, InterruptedException {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      fault.ifPresent(script -> backend.faults().add(FaultScript.parse(script)));
      LessonProcess.Result result =
          LessonProcess.run(folder, lesson, file, backend, limit, line -> {});
      String code = Files.readString(folder.resolve(file));
      Arrived arrived = Arrived.of(backend.inbox().exchanges(), result.output(), code);
      return new Run(result, arrived, Verdict.problems(result, backend.inbox()));
    }
  }

  /** Judges all tasks by one run, and each task that needs a fault by one more that meets it. */
  public Map<Task, Finding> judge(String file, List<Task> tasks)
      throws IOException, InterruptedException {
    return judge(file, tasks, run(file, Optional.empty()));
  }

  /**
   * The same, with a run that is over.
   *
   * @param plain met no fault
   */
  public Map<Task, Finding> judge(String file, List<Task> tasks, Run plain)
      throws IOException, InterruptedException {
    Map<Task, Finding> findings = LessonCheck.judge(tasks, plain.arrived(), plain.result());
    for (Task task : Tasks.withFault(tasks)) {
      Run run = run(file, task.fault());
      findings.putAll(LessonCheck.judge(List.of(task), run.arrived(), run.result()));
    }
    return findings;
  }
}
