package workshop.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import workshop.lesson.Lesson;
import workshop.lesson.LessonProcess;
import workshop.lesson.TemporaryFolder;
import workshop.wire.Backend;

/**
 * What it costs to start a lesson: {@code ./jbang LESSON}, warm, compared with {@code java -cp} and
 * the same class path; and the bytes that a cold {@code ./jbang LESSON} downloads.
 */
public final class StartBench {
  private static final String COLD_LESSON = "02-grpc-export.java";
  private static final long LIMIT_SECONDS = 300;

  /** Of the two lines that the shell prints for {@code times}, the second: its children. */
  private static final Pattern CHILDREN =
      Pattern.compile("(\\d+)m([\\d.]+)s (\\d+)m([\\d.]+)s\\s*$");

  private final Path folder;
  private final Path temp;
  private final Backend backend;
  private final PrintStream out;

  private StartBench(Path folder, Path temp, Backend backend, PrintStream out) {
    this.folder = folder;
    this.temp = temp;
    this.backend = backend;
    this.out = out;
  }

  /**
   * Measures, and prints a table of medians for each JDK. The lessons send to a backend inside this
   * process, whose own time is not counted. All downloads and files are deleted at the end, except
   * for what {@code ./jbang} leaves in its caches anyway.
   *
   * @param folder the workshop's folder
   * @param jdks the folder of each JDK to start the lessons with
   * @param rounds how often each lesson is started and timed in both ways, in turn
   * @throws IllegalStateException if a run fails; the message contains the end of its output
   */
  public static void run(
      Path folder, List<Lesson> lessons, List<Path> jdks, int rounds, PrintStream out)
      throws IOException, InterruptedException {
    with(
        folder,
        out,
        bench -> {
          bench.warm(lessons, jdks, rounds);
          bench.cold(jdks.get(0));
        });
  }

  /** Measures the warm starts only. */
  static void runWarm(
      Path folder, List<Lesson> lessons, List<Path> jdks, int rounds, PrintStream out)
      throws IOException, InterruptedException {
    with(folder, out, bench -> bench.warm(lessons, jdks, rounds));
  }

  private interface Measurement {
    void take(StartBench bench) throws IOException, InterruptedException;
  }

  private static void with(Path folder, PrintStream out, Measurement measurement)
      throws IOException, InterruptedException {
    if (File.separatorChar == '\\') {
      throw new IllegalStateException(
          "bench start needs a POSIX shell, which Windows does not have.");
    }
    try (TemporaryFolder temp = new TemporaryFolder("bench");
        Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      measurement.take(new StartBench(folder, temp.path(), backend, out));
    }
  }

  /** The seconds of one run; CPU is the user and system time of the process and its children. */
  private record Cost(double wall, double cpu) {}

  private void warm(List<Lesson> lessons, List<Path> jdks, int rounds)
      throws IOException, InterruptedException {
    out.printf(
        "Warm start, seconds: medians of %d round%s of each in turn%n",
        rounds, rounds == 1 ? "" : "s");
    out.println(Machine.line());
    for (Path jdk : jdks) {
      out.printf("%n%s%n", jdk);
      out.printf("  %-22s%18s%18s%18s%n", "", "./jbang LESSON", "java -cp", "ratio");
      out.printf("  %-22s", "");
      for (int i = 0; i < 3; i++) {
        out.printf("%10s%8s", "wall", "CPU");
      }
      out.println();
      for (Lesson lesson : lessons) {
        warm(lesson, jdk, rounds);
      }
    }
    out.printf("%nCPU is the user and system time of the process and its children.%n");
  }

  private void warm(Lesson lesson, Path jdk, int rounds) throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>(LessonProcess.environment(lesson, backend));
    environment.put("JAVA_HOME", jdk.toString());
    List<String> launcher = List.of(folder.resolve("jbang").toString(), lesson.fileName());
    // The first run builds, the second creates an archive of the lesson's classes, the third uses
    // it.
    for (int i = 0; i < 3; i++) {
      time(launcher, environment);
    }
    List<String> java = javaCommand(lesson, jdk);
    time(java, environment);
    List<Cost> launched = new ArrayList<>();
    List<Cost> direct = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      launched.add(time(launcher, environment));
      direct.add(time(java, environment));
    }
    Cost jbang = median(launched);
    Cost plain = median(direct);
    out.printf(
        "  %-22s%10.2f%8.2f%10.2f%8.2f%10.2f%8.2f%n",
        lesson.name(),
        jbang.wall(),
        jbang.cpu(),
        plain.wall(),
        plain.cpu(),
        jbang.wall() / plain.wall(),
        jbang.cpu() / plain.cpu());
  }

  private static Cost median(List<Cost> costs) {
    return new Cost(Median.of(costs, Cost::wall), Median.of(costs, Cost::cpu));
  }

  private void cold(Path jdk) throws IOException, InterruptedException {
    out.println();
    Path checkout = temp.resolve("checkout");
    for (String file :
        List.of(
            "jbang",
            ".jbang/FetchJBang.java",
            ".jbang/ask.sh",
            ".jbang/inputs.awk",
            ".jbang/jbang-version",
            COLD_LESSON)) {
      Path copy = checkout.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(folder.resolve(file), copy);
    }
    Path repository = temp.resolve("repository");
    Cost cost =
        time(
            List.of(checkout.resolve("jbang").toString(), checkout.resolve(COLD_LESSON).toString()),
            Map.of(
                "JAVA_HOME",
                jdk.toString(),
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + backend.grpcPort(),
                "JBANG_DIR",
                temp.resolve("jbang").toString(),
                "JBANG_REPO",
                repository.toString()));
    Size jbang = size(checkout.resolve(".jbang"), "jbang-[\\d.]+\\.jar");
    // The other files are the local repository's own notes.
    Size jars = size(repository, ".*\\.jar");
    Size others = size(repository, ".*\\.(pom|sha1|xml)");
    out.printf(
        "Cold start of %s (nothing downloaded, nothing built): %.1f s,%n%.1f MB downloaded%n%n",
        COLD_LESSON, cost.wall(), (jbang.bytes() + jars.bytes() + others.bytes()) / 1e6);
    row("JBang", jbang);
    row("jars of the lesson's dependencies", jars);
    row("their descriptions and checksums", others);
  }

  private void row(String name, Size size) {
    out.printf("  %-36s%8.0f kB%4d file(s)%n", name, size.bytes() / 1e3, size.files());
  }

  private record Size(int files, long bytes) {}

  private static Size size(Path folder, String names) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().matches(names)).toList();
      long bytes = 0;
      for (Path file : found) {
        bytes += Files.size(file);
      }
      return new Size(found.size(), bytes);
    }
  }

  /** {@code java -cp CLASSPATH MAIN}, as JBang would start the lesson, without its options. */
  private List<String> javaCommand(Lesson lesson, Path jdk)
      throws IOException, InterruptedException {
    Path output = temp.resolve("classpath");
    ProcessBuilder builder =
        new ProcessBuilder(
                folder.resolve("jbang").toString(), "info", "classpath", lesson.fileName())
            .directory(folder.toFile())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("JAVA_HOME", jdk.toString());
    check(builder.start().waitFor(), "./jbang info classpath " + lesson.fileName(), output);
    String classPath = Files.readString(output).strip();
    try (JarFile jar = new JarFile(classPath.split(File.pathSeparator)[0])) {
      String main = jar.getManifest().getMainAttributes().getValue(Attributes.Name.MAIN_CLASS);
      return List.of(jdk.resolve("bin/java").toString(), "-cp", classPath, main);
    }
  }

  private Cost time(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path output = temp.resolve("output");
    Path times = temp.resolve("times");
    List<String> timed =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "\"$@\" >\"$0\" 2>&1; status=$?; times; exit $status",
                output.toString()));
    timed.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(timed)
            .directory(folder.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(times.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    builder.environment().put("LC_ALL", "C"); // so that the shell prints times with a point
    long start = System.nanoTime();
    Process process = builder.start();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    double wall = (System.nanoTime() - start) / 1e9;
    check(process.exitValue(), String.join(" ", command.subList(0, 2)), output);
    Matcher children = CHILDREN.matcher(Files.readString(times));
    if (!children.find()) {
      throw new IllegalStateException("Cannot read the shell's times: " + times);
    }
    return new Cost(
        wall,
        60 * (number(children, 1) + number(children, 3))
            + number(children, 2)
            + number(children, 4));
  }

  private static double number(Matcher matcher, int group) {
    return Double.parseDouble(matcher.group(group));
  }

  private static void check(int exitCode, String command, Path output) throws IOException {
    if (exitCode != 0) {
      List<String> lines = Files.readString(output, UTF_8).lines().toList();
      String end = String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
      throw new IllegalStateException(command + " failed with exit code " + exitCode + ":\n" + end);
    }
  }
}
