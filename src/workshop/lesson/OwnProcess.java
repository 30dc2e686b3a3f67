package workshop.lesson;

import java.io.IOException;

/** A process that is killed with all that it started: when it is closed, and when this JVM ends. */
final class OwnProcess implements AutoCloseable {
  private final Thread killer = new Thread(this::kill);
  private Process process;
  private boolean killed;

  /**
   * Starts the process.
   *
   * @throws IOException if it cannot be started
   * @throws IllegalStateException if this JVM is ending
   */
  OwnProcess(ProcessBuilder builder) throws IOException {
    // First the hook: a process that starts while the JVM ends would be left.
    Runtime.getRuntime().addShutdownHook(killer);
    try {
      start(builder);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private synchronized void start(ProcessBuilder builder) throws IOException {
    if (killed) {
      throw new IllegalStateException("The JVM is ending.");
    }
    process = builder.start();
  }

  Process process() {
    return process;
  }

  synchronized void kill() {
    killed = true;
    if (process != null) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Override
  public void close() {
    kill();
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // The JVM is shutting down: the hook itself is at work.
    }
  }
}
