package workshop.notebook;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import jdk.jshell.execution.LocalExecutionControl;
import jdk.jshell.spi.ExecutionControl.InternalException;
import jdk.jshell.spi.ExecutionControl.RunException;
import jdk.jshell.spi.ExecutionControl.StoppedException;

/**
 * Runs the code of cells, in a session's JVM, and stops it. All of it runs on the thread that asks
 * for it, because what a cell makes current, such as a span, is bound to the thread. {@link
 * LocalExecutionControl} has a thread for each snippet.
 *
 * <p>Up to JDK 19 a thread can be stopped. From JDK 20 on {@link LocalExecutionControl} puts a
 * check into each loop and method of a cell, and the code is interrupted. Code that catches all, or
 * that waits in a library which ignores interrupts, may go on.
 */
final class CellControl extends LocalExecutionControl {
  private static final boolean CAN_STOP_THREADS = Runtime.version().feature() < 20;

  private final Object lock = new Object();

  /** What the checks read; null where there are none. */
  private final Field stopNow;

  /** The thread on which code of a cell runs, or null. */
  private Thread running;

  private boolean stopped;

  CellControl() {
    stopNow = CAN_STOP_THREADS ? null : stopNow();
  }

  /** Its first call of a method makes {@link LocalExecutionControl} define the class. */
  private Field stopNow() {
    try {
      super.invoke(Thread.class.getMethod("yield"));
      return findClass("REPL.$Cancel$").getField("allStop");
    } catch (Exception e) {
      return null; // a later JDK: what an interrupt does not stop ends its session
    }
  }

  @Override
  protected String invoke(Method snippet) throws Exception {
    return valueString(snippet.invoke(null));
  }

  @Override
  protected void clientCodeEnter() {
    synchronized (lock) {
      running = Thread.currentThread();
      stopped = false;
    }
  }

  @Override
  protected void clientCodeLeave() {
    boolean left = false;
    while (!left) {
      try {
        synchronized (lock) {
          running = null;
          setStopNow(false);
        }
        Thread.interrupted();
        Thread.yield(); // throws what a late stop has put into this thread
        left = true;
      } catch (Error late) {
        // Again: it may have come before all of this was done.
      }
    }
  }

  /** Stops what runs, if anything does. Returns at once; the code may take a moment to end. */
  @Override
  public void stop() {
    synchronized (lock) {
      if (running == null) {
        return;
      }
      stopped = true;
      if (CAN_STOP_THREADS) {
        try {
          Thread.class
              .getMethod("stop")
              .invoke(running); // by reflection: JDK 26 has no such method
        } catch (ReflectiveOperationException e) {
          running.interrupt();
        }
      } else {
        setStopNow(true);
        running.interrupt();
      }
    }
  }

  private void setStopNow(boolean stop) {
    try {
      if (stopNow != null) {
        stopNow.set(null, stop);
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected String throwConvertedInvocationException(Throwable thrown)
      throws RunException, InternalException {
    throwIfStopped();
    return super.throwConvertedInvocationException(thrown);
  }

  @Override
  protected String throwConvertedOtherException(Throwable thrown)
      throws RunException, InternalException {
    throwIfStopped();
    return super.throwConvertedOtherException(thrown);
  }

  /** Whatever comes out of code that was stopped is the stop's doing. */
  private void throwIfStopped() throws StoppedException {
    synchronized (lock) {
      if (stopped) {
        throw new StoppedException();
      }
    }
  }
}
