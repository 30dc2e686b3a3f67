package workshop.notebook;

import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import jdk.jshell.execution.Util;
import workshop.thread.Daemons;

/**
 * The main of the JVM in which cells run. It takes commands from standard input and answers on
 * standard output, in the frames of a {@link CellPipe}. What a cell prints takes the same way.
 */
final class CellAgent {
  private CellAgent() {}

  /**
   * @param mark the one argument: that of the pipe
   */
  public static void main(String[] mark) throws IOException {
    CellPipe pipe = new CellPipe(mark[0]);
    InputStream in = takeStandardInput();
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    System.setIn(InputStream.nullInputStream());
    System.setOut(new PrintStream(pipe.to(CellPipe.Channel.OUT, out), true));
    System.setErr(new PrintStream(pipe.to(CellPipe.Channel.ERR, out), true));
    logTo(pipe.to(CellPipe.Channel.LOG, out));
    CellControl control = new CellControl();
    CellPipe.Handover commands = new CellPipe.Handover();
    Daemons.start("cell commands", () -> read(pipe, in, commands, control));
    ObjectOutputStream answers = new ObjectOutputStream(pipe.to(CellPipe.Channel.COMMAND, out));
    Util.forwardExecutionControl(control, new ObjectInputStream(commands), answers);
  }

  /**
   * Commands come on standard input, which a process started by a cell may inherit and read. So
   * where files can tell it, it is opened again under another number, and closed.
   */
  private static InputStream takeStandardInput() throws IOException {
    File again = new File("/dev/fd/0");
    if (!again.exists()) {
      return System.in;
    }
    InputStream commands = new FileInputStream(again);
    System.in.close();
    return commands;
  }

  /** In a thread of its own, so that a stop is read while a cell runs. */
  private static void read(
      CellPipe pipe, InputStream in, CellPipe.Handover commands, CellControl control) {
    try {
      pipe.read(
          in,
          new CellPipe.Receiver() {
            @Override
            public void frame(CellPipe.Channel channel, byte[] data) {
              if (channel == CellPipe.Channel.STOP) {
                control.stop();
              } else {
                commands.put(data);
              }
            }

            @Override
            public void rest(byte[] data) {}
          });
    } catch (IOException e) {
      // As at its end.
    }
    Runtime.getRuntime().halt(1); // This JVM must not outlive the workshop.
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
