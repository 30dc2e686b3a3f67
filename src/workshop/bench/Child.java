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

/** A process for a measurement. It ends with the tool, also on Ctrl-C. */
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
   * Starts a process that reads commands, one per line, and writes a line of JSON for each.
   *
   * @param output the file for its standard error
   */
  static Child answering(String name, List<String> command, Path output) throws IOException {
    return new Child(
        name, new ProcessBuilder(command).redirectError(output.toFile()).start(), output);
  }

  /**
   * Starts a process that is used only over the network.
   *
   * @param output the file for all its output
   */
  static Child serving(String name, List<String> command, Path output) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    Child child = new Child(name, builder.start(), output);
    child.process.getOutputStream().close();
    return child;
  }

  /** {@code java} with the tool's own class path, with the JDK that runs the tool. */
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
   * Sends a command, and waits for the result.
   *
   * @throws IllegalStateException if the process ended instead; the message contains its last lines
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

  /** The exception for a process that ended too early. */
  IllegalStateException ended() throws InterruptedException {
    // Ctrl-C reaches all processes, in any order. If the tool is ending, this is not an error.
    if (ENDING.await(1, TimeUnit.SECONDS)) {
      new CountDownLatch(1).await();
    }
    process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    return problem("ended unexpectedly");
  }

  /** The exception for a process that failed; the message contains its last lines. */
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

  /**
   * Waits until it ends on its own.
   *
   * @return its exit code
   * @throws IllegalStateException if it does not end within the limit
   */
  int waitFor(Duration limit) throws InterruptedException {
    if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
      throw problem("does not end");
    }
    return process.exitValue();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** User and system time so far; in hundredths of a second on Linux. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** The memory it uses now, in MB of 10^6 bytes; NaN if unknown. */
  double residentMb() throws IOException {
    return status("VmRSS:");
  }

  /** The most memory it used so far, in MB of 10^6 bytes; NaN if unknown. */
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
      throw problem("does not stop");
    }
  }

  /** Its output so far. */
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
