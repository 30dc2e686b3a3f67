package workshop.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import workshop.doctor.CertificatesCheck;
import workshop.doctor.Diagnosis;
import workshop.doctor.Diagnosis.Level;
import workshop.doctor.DiskCheck;
import workshop.doctor.DockerCheck;
import workshop.doctor.DownloadsCheck;
import workshop.doctor.JavaCheck;
import workshop.doctor.LocalhostCheck;
import workshop.doctor.Os;
import workshop.doctor.PortCheck;
import workshop.doctor.PortCheck.Use;
import workshop.doctor.ProxyCheck;
import workshop.doctor.TerminalCheck;
import workshop.doctor.VariablesCheck;
import workshop.lesson.Lesson;
import workshop.lesson.WorkshopFolder;
import workshop.text.Style;
import workshop.thread.Daemons;

/** {@code workshop doctor}: finds what on this machine would keep the lessons from working. */
@Command(
    name = "doctor",
    description = {
      "Checks whether the lessons can run on this machine, and says how to fix problems.",
      "Works offline and takes a few seconds. Exits 1 only if there is a problem."
    },
    footer = {
      "",
      "Examples:",
      "  ./jbang workshop doctor               run all checks",
      "  ./jbang workshop doctor > doctor.txt  save the result, to send it to someone"
    })
public final class DoctorCommand implements Callable<Integer> {
  /** For all checks together: they run in parallel. */
  private static final long LIMIT_SECONDS = 8;

  private record Topic(String name, Callable<List<Diagnosis>> look) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Topic> topics = topics(WorkshopFolder.find());
    // A name lookup can hang without limit.
    ExecutorService pool = Executors.newCachedThreadPool(Daemons.named("check"));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    List<Future<List<Diagnosis>>> looking = new ArrayList<>();
    topics.forEach(topic -> looking.add(pool.submit(topic.look())));
    Style style = Style.detect();
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < topics.size(); i++) {
      for (Diagnosis diagnosis : await(topics.get(i).name(), looking.get(i), deadline)) {
        diagnosis.lines(style).forEach(System.out::println);
        levels.add(diagnosis.level());
      }
    }
    pool.shutdownNow();
    pool.awaitTermination(500, TimeUnit.MILLISECONDS); // until the programs they started are killed
    System.out.println();
    System.out.println(summary(levels));
    return levels.contains(Level.PROBLEM) ? 1 : 0;
  }

  /** {@code No problems, 2 warnings.} */
  public static String summary(List<Level> levels) {
    long problems = levels.stream().filter(level -> level == Level.PROBLEM).count();
    long warnings = levels.stream().filter(level -> level == Level.WARNING).count();
    return (problems == 0 ? "No problems" : problems == 1 ? "1 problem" : problems + " problems")
        + (warnings == 0 ? "." : warnings == 1 ? ", 1 warning." : ", " + warnings + " warnings.");
  }

  private static List<Topic> topics(Path folder) throws IOException {
    Map<String, String> lessons = new TreeMap<>();
    for (Lesson lesson : Lesson.in(folder)) {
      lessons.put(lesson.name(), Files.readString(folder.resolve(lesson.fileName())));
    }
    Map<String, String> environment = System.getenv();
    Os os = Os.detect();
    return List.of(
        new Topic("Java", () -> List.of(JavaCheck.judge(JavaCheck.look(), os))),
        port(4317, Use.GRPC, os),
        port(4318, Use.HTTP, os),
        port(4319, Use.PAGE, os),
        new Topic("localhost", () -> List.of(LocalhostCheck.judge(LocalhostCheck.look(), os))),
        new Topic(
            "proxy",
            () -> List.of(ProxyCheck.judge(ProxyCheck.look(environment, System.getProperties())))),
        new Topic("variables", () -> VariablesCheck.judge(environment, lessons, os)),
        new Topic("TLS", () -> CertificatesCheck.judge(environment, os)),
        new Topic(
            "downloads",
            () ->
                List.of(
                    DownloadsCheck.judge(DownloadsCheck.look(environment, folder, lessons), os))),
        new Topic("Docker", () -> List.of(DockerCheck.judge(DockerCheck.look(folder)))),
        new Topic("disk", () -> List.of(DiskCheck.judge(DiskCheck.look(environment, folder)))),
        new Topic(
            "terminal",
            () ->
                TerminalCheck.judge(
                    TerminalCheck.look(environment, System.getProperties(), folder, os), os)));
  }

  private static Topic port(int port, Use use, Os os) {
    return new Topic(
        "port " + port, () -> List.of(PortCheck.judge(PortCheck.look(port, use, os), os)));
  }

  private static List<Diagnosis> await(String topic, Future<List<Diagnosis>> looking, long deadline)
      throws InterruptedException {
    try {
      return looking.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return List.of(
          Diagnosis.warning(
              topic, "unknown: timed out after " + LIMIT_SECONDS + " s.", "Try again."));
    } catch (ExecutionException e) {
      return List.of(
          Diagnosis.warning(topic, "unknown: " + e.getCause().getMessage(), "Try again."));
    }
  }
}
