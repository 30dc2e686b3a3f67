package workshop.command;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A program that uses this one's input and output, and ends with it. */
final class SendingCommand implements AutoCloseable {
  /** How long it may take to end when it is asked to. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final Thread hook = new Thread(this::end);
  private Process process;
  private boolean ending;

  /**
   * Starts it.
   *
   * @param variables changes its environment
   * @throws IOException if it cannot be started
   */
  SendingCommand(List<String> command, Consumer<Map<String, String>> variables) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    variables.accept(builder.environment());
    // First the hook: a program that starts while this one ends would be left.
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      start(builder);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private synchronized void start(ProcessBuilder builder) throws IOException {
    if (ending) {
      throw new IOException("this program is ending");
    }
    process = builder.start();
  }

  /** Waits for its end; false if it did not end in time. */
  boolean waitFor(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  int exitCode() {
    return process.exitValue();
  }

  /** Asks it and all that it started to end, and kills what does not. */
  synchronized void end() {
    ending = true;
    if (process == null || !process.isAlive()) {
      return;
    }
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroy);
    long deadline = System.nanoTime() + GRACE.toNanos();
    for (ProcessHandle each : all) {
      try {
        each.onExit().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (Exception e) {
        each.destroyForcibly();
      }
    }
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This program is ending: the hook itself is at work.
    }
  }
}
