package workshop.notebook;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInput;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jdk.jshell.execution.StreamingExecutionControl;
import jdk.jshell.spi.ExecutionEnv;
import workshop.thread.Daemons;

/**
 * The JVM in which the cells of a session run. Commands go to its standard input, and what it
 * answers and prints comes from its standard output. It opens no port, which another user of this
 * machine could connect to.
 */
final class CellProcess extends StreamingExecutionControl {
  private static final int START_SECONDS = 60;
  private static final int LAST_WORDS_MILLIS = 1000;

  /** The exit code of a JVM that has run out of memory, with the option below. */
  static final int OUT_OF_MEMORY = 3;

  static final String HEAP = "256m";

  /** Bytes of the answer to one command: a value of at most 64 KB, or a stack trace. */
  private static final int MOST_ANSWER = 1 << 20;

  /** The one kind of object in an answer. The references are counted over the whole session. */
  private static final ObjectInputFilter STACK_TRACES =
      ObjectInputFilter.Config.createFilter(
          "maxdepth=3;maxarray=10000;maxrefs=2000000;java.lang.StackTraceElement;!*");

  private final Process process;
  private final Thread reader;
  private final OutputStream stop;

  /**
   * What a process is started with.
   *
   * @param environment variables to set; with the value null, to remove
   * @param log takes what {@code java.util.logging} logs there
   */
  record Launch(String classPath, Path folder, Map<String, String> environment, OutputStream log) {}

  private CellProcess(
      Process process, Thread reader, OutputStream stop, ObjectOutput out, ObjectInput in) {
    super(out, in);
    this.process = process;
    this.reader = reader;
    this.stop = stop;
  }

  /**
   * Starts a JVM.
   *
   * @throws IOException if it does not start
   */
  static CellProcess start(ExecutionEnv env, Launch launch) throws IOException {
    String mark = Long.toHexString(new SecureRandom().nextLong());
    CellPipe pipe = new CellPipe(mark);
    Process process = launch(launch, mark);
    CompletableFuture<Void> started = new CompletableFuture<>();
    started
        .orTimeout(START_SECONDS, TimeUnit.SECONDS)
        .whenComplete(
            (done, late) -> {
              if (late != null) {
                process.destroyForcibly();
              }
            });
    try {
      CellPipe.Handover answers = new CellPipe.Handover();
      FromCells receiver = new FromCells(env, launch.log(), answers);
      Thread reader =
          Daemons.start(
              "cell output",
              () -> {
                try (answers) {
                  pipe.read(process.getInputStream(), receiver);
                } catch (IOException e) {
                  process.destroyForcibly(); // it has ended, or says what it must not
                }
              });
      Daemons.start(
          "cell errors",
          () -> {
            try (InputStream errors = process.getErrorStream()) {
              errors.transferTo(env.userErr());
            } catch (IOException e) {
              // It has ended.
            }
          });
      // A process that a cell started may keep the pipe open. Nobody must wait for an answer then.
      process.onExit().thenRunAsync(() -> endAnswers(reader, answers));
      OutputStream in = process.getOutputStream();
      ObjectOutput commands =
          new ObjectOutputStream(pipe.to(CellPipe.Channel.COMMAND, in)) {
            @Override
            public void flush() throws IOException {
              receiver.answered = 0; // each command ends with a flush
              super.flush();
            }
          };
      ObjectInputStream read = new ObjectInputStream(answers);
      read.setObjectInputFilter(STACK_TRACES);
      return new CellProcess(process, reader, pipe.to(CellPipe.Channel.STOP, in), commands, read);
    } catch (IOException e) {
      process.destroyForcibly();
      throw new IOException("The JVM for the cells did not start.", e);
    } finally {
      started.complete(null);
    }
  }

  private static void endAnswers(Thread reader, CellPipe.Handover answers) {
    try {
      reader.join(LAST_WORDS_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    answers.close();
  }

  private static Process launch(Launch launch, String mark) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + HEAP, "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.addAll(List.of("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8"));
    command.addAll(List.of("-Dstderr.encoding=UTF-8", "-cp"));
    command.add(launch.classPath() + File.pathSeparator + ownClasses());
    command.addAll(List.of(CellAgent.class.getName(), mark));
    ProcessBuilder builder = new ProcessBuilder(command).directory(launch.folder().toFile());
    launch
        .environment()
        .forEach(
            (name, value) -> {
              if (value == null) {
                builder.environment().remove(name);
              } else {
                builder.environment().put(name, value);
              }
            });
    return builder.start();
  }

  /** Where the agent's class is. */
  private static Path ownClasses() throws IOException {
    try {
      return Path.of(CellAgent.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  /** What a session's JVM writes to its standard output. */
  private static final class FromCells implements CellPipe.Receiver {
    private final ExecutionEnv env;
    private final OutputStream log;
    private final CellPipe.Handover answers;
    private volatile int answered;

    FromCells(ExecutionEnv env, OutputStream log, CellPipe.Handover answers) {
      this.env = env;
      this.log = log;
      this.answers = answers;
    }

    @Override
    public void frame(CellPipe.Channel channel, byte[] data) throws IOException {
      switch (channel) {
        case OUT -> env.userOut().write(data);
        case ERR -> env.userErr().write(data);
        case LOG -> log.write(data);
        case COMMAND -> {
          answered += data.length;
          if (answered > MOST_ANSWER) {
            throw new IOException("an answer of more than " + MOST_ANSWER + " bytes");
          }
          answers.put(data);
        }
        case STOP -> throw new IOException("a stop goes the other way");
      }
    }

    /** What the JVM itself says, and what the processes say that a cell starts. */
    @Override
    public void rest(byte[] data) throws IOException {
      env.userOut().write(data);
    }
  }

  Process process() {
    return process;
  }

  /** Asks the code that runs to stop; see {@link CellControl}. */
  @Override
  public void stop() {
    try {
      stop.write(1);
    } catch (IOException e) {
      // It has ended.
    }
  }

  /** Ends the JVM and all that it started. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
      reader.join(LAST_WORDS_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
