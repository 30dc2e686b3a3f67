package workshop.thread;

import java.util.concurrent.ThreadFactory;

/** Threads that do not keep the tool from ending. */
public final class Daemons {
  private Daemons() {}

  /** Makes threads for an executor, all with this name. */
  public static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Starts a thread, and returns it. */
  public static Thread start(String name, Runnable task) {
    Thread thread = named(name).newThread(task);
    thread.start();
    return thread;
  }
}
