package workshop.notebook;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import jdk.jshell.execution.RemoteExecutionControl;
import jdk.jshell.execution.Util;

/**
 * The main of the JVM in which cells run: takes commands over a socket, as JShell's own agent does.
 * That one lets the socket wait for more to send, some 150 ms a cell in all, and has no stream for
 * what is logged.
 */
public final class CellAgent {
  private CellAgent() {}

  /**
   * @param port the one argument: where {@link CellProcess} listens, on loopback
   */
  public static void main(String[] port) throws IOException {
    // This JVM must not outlive the workshop, whatever becomes of that.
    ProcessHandle.current()
        .parent()
        .ifPresent(workshop -> workshop.onExit().thenRun(() -> Runtime.getRuntime().halt(1)));
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port[0]));
    socket.setTcpNoDelay(true);
    Util.forwardExecutionControlAndIO(
        new RemoteExecutionControl(),
        socket.getInputStream(),
        socket.getOutputStream(),
        Map.of(
            "out", out -> System.setOut(new PrintStream(out, true)),
            "err", err -> System.setErr(new PrintStream(err, true)),
            "log", CellAgent::logTo),
        Map.of("in", System::setIn));
  }

  /** Takes the place of the console's handler, which prints to standard error. */
  private static void logTo(OutputStream log) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(
        new Handler() {
          private Handler stream;

          @Override
          public synchronized void publish(LogRecord record) {
            if (stream == null) {
              // Made now, so that a cell can set the format before the first record.
              stream = new StreamHandler(log, new SimpleFormatter());
              stream.setLevel(Level.INFO);
            }
            stream.publish(record);
            stream.flush();
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        });
  }
}
