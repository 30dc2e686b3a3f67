package support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A process with what it printed, ended with all its children when the test ends. */
public final class RealProcess implements AutoCloseable {
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    // For a test run that is itself ended from outside.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(RealProcess::kill)));
  }

  private final Process process;
  private final Path out;
  private final Path err;

  private RealProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** How a process ended, with standard output and standard error. */
  public record Ended(int exitCode, String out, String err) {}

  /**
   * @param name names the two files in the folder that take the output
   * @param folder is the process's working directory too
   */
  public static RealProcess start(
      String name, Path folder, Map<String, String> environment, List<String> command)
      throws IOException {
    Path out = folder.resolve(name + ".out");
    Path err = folder.resolve(name + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    RUNNING.add(process);
    return new RealProcess(process, out, err);
  }

  /** Waits until the process ends by itself; fails with what it printed if it does not. */
  public Ended end(Duration limit) throws IOException, InterruptedException {
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still running after " + limit + ":\n" + printed());
    }
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** Asks the process to end, as Ctrl-C does or a service manager: SIGTERM where there is one. */
  public void terminate() {
    process.destroy();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** All that was printed so far, standard output first. */
  public String printed() throws IOException {
    return Files.readString(out) + Files.readString(err);
  }

  @Override
  public void close() {
    kill(process);
    RUNNING.remove(process);
  }

  private static void kill(Process process) {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(handle -> handle.onExit().orTimeout(10, TimeUnit.SECONDS).join());
  }
}
