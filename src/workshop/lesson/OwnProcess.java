package workshop.lesson;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that ends with all that it started: when it is closed, and when this JVM ends. */
public final class OwnProcess implements AutoCloseable {
  private final Duration grace;
  private final Thread hook = new Thread(this::end);
  private Process process;
  private boolean ending;

  /**
   * Starts the process.
   *
   * @param grace how long it may take to end when it is asked to; after that it is killed
   * @throws IOException if it cannot be started
   */
  public OwnProcess(ProcessBuilder builder, Duration grace) throws IOException {
    this.grace = grace;
    // First the hook: a process that starts while the JVM ends would be left.
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

  public Process process() {
    return process;
  }

  /** Ends it with all that it started. */
  public synchronized void end() {
    ending = true;
    if (process == null) {
      return;
    }
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    if (!grace.isZero()) {
      ask(all);
    }
    all.forEach(ProcessHandle::destroyForcibly);
  }

  private void ask(List<ProcessHandle> all) {
    all.forEach(ProcessHandle::destroy);
    long deadline = System.nanoTime() + grace.toNanos();
    for (ProcessHandle each : all) {
      try {
        each.onExit().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (Exception e) {
        return; // the time is over
      }
    }
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is shutting down: the hook itself is at work.
    }
  }
}
