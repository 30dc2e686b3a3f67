package workshop.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process that a measurement needs. It ends with the tool, also on Ctrl-C. */
final class Child implements AutoCloseable {
  private static final int LIMIT_SECONDS = 30;
  private static final int LAST_LINES = 10;
  private static final Set<Child> RUNNING = ConcurrentHashMap.newKeySet();
  private static final CountDownLatch ENDING = new CountDownLatch(1);

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Child::endAll));
  }

  private final String name;
  private final Process process;
  private final Path output;

  private Child(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
    RUNNING.add(this);
  }

  /**
   * Starts a process that answers questions: a line on its standard input, a line of JSON on its
   * standard output.
   *
   * @param output takes its standard error
   */
  static Child answering(String name, List<String> command, Path output) throws IOException {
    return new Child(
        name, new ProcessBuilder(command).redirectError(output.toFile()).start(), output);
  }

  /**
   * Starts a process that is only spoken to over the network.
   *
   * @param output takes all that it prints
   */
  static Child serving(String name, List<String> command, Path output) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    Child child = new Child(name, builder.start(), output);
    child.process.getOutputStream().close();
    return child;
  }

  /** {@code java} with the tool's own class path, on the JDK that the tool runs on. */
  static List<String> java(String... arguments) {
    return Stream.concat(
            Stream.of(javaProgram(), "-cp", System.getProperty("java.class.path")),
            Stream.of(arguments))
        .toList();
  }

  static String javaProgram() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws IllegalStateException if the process ended instead; the message has its last lines
   */
  <T> T ask(String question, Class<T> answer) throws InterruptedException {
    String line = null;
    try {
      Writer out = process.outputWriter(UTF_8);
      out.write(question + "\n");
      out.flush();
      BufferedReader in = process.inputReader(UTF_8);
      line = in.readLine();
    } catch (IOException e) {
      // it has ended
    }
    if (line == null) {
      throw ended();
    }
    return new Gson().fromJson(line, answer);
  }

  /** What to throw when it ended and should not have. */
  IllegalStateException ended() throws InterruptedException {
    // Ctrl-C reaches all processes, in any order. If the tool is ending, there is nobody to tell.
    if (ENDING.await(1, TimeUnit.SECONDS)) {
      new CountDownLatch(1).await();
    }
    process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    return problem("has ended");
  }

  /** What to throw when it does not what it should; the message has its last lines. */
  IllegalStateException problem(String what) {
    String last;
    try {
      List<String> lines = Files.readAllLines(output);
      last = String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      last = "(" + e.getMessage() + ")";
    }
    return new IllegalStateException(name + " " + what + ". Its last lines:\n" + last);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** User and system time so far; counted in hundredths of a second on Linux. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** The memory it has now, in MB of 10^6 bytes; NaN where the system does not tell. */
  double residentMb() throws IOException {
    return status("VmRSS:");
  }

  /** The most it had so far, in MB of 10^6 bytes; NaN where the system does not tell. */
  double mostResidentMb() throws IOException {
    return status("VmHWM:");
  }

  private double status(String field) throws IOException {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    if (!Files.exists(status)) {
      return Double.NaN;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith(field))
        .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6)
        .findFirst()
        .orElse(Double.NaN);
  }

  /**
   * Asks the process to end, as Ctrl-C does.
   *
   * @throws IllegalStateException if it does not within half a minute
   */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw problem("does not end");
    }
  }

  /** What it printed so far. */
  Path output() {
    return output;
  }

  @Override
  public void close() {
    RUNNING.remove(this);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
  }

  private static void endAll() {
    ENDING.countDown();
    RUNNING.forEach(Child::close);
  }
}
