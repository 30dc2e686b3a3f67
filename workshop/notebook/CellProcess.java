package workshop.notebook;

import com.sun.jdi.BooleanValue;
import com.sun.jdi.Bootstrap;
import com.sun.jdi.ClassNotLoadedException;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.InvalidTypeException;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.StackFrame;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.Value;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import jdk.jshell.execution.JdiExecutionControl;
import jdk.jshell.execution.RemoteExecutionControl;
import jdk.jshell.execution.Util;
import jdk.jshell.spi.ExecutionEnv;

/**
 * The JVM in which the cells of a session run. JShell's own launcher would do, if it could set the
 * environment and the folder of that JVM, and tell its exit code.
 */
final class CellProcess extends JdiExecutionControl {
  private static final String CONTROL = RemoteExecutionControl.class.getName();
  private static final int START_MILLIS = 60_000;

  /** The exit code of a JVM that has run out of memory, with the option below. */
  static final int OUT_OF_MEMORY = 3;

  static final String HEAP = "256m";

  private final Process process;
  private final VirtualMachine vm;
  private final Socket socket;

  /**
   * What a process is started with.
   *
   * @param environment variables to set; with the value null, to remove
   * @param log takes what {@code java.util.logging} logs there
   */
  record Launch(String classPath, Path folder, Map<String, String> environment, OutputStream log) {}

  private CellProcess(
      Process process, VirtualMachine vm, Socket socket, ObjectOutput out, ObjectInput in) {
    super(out, in);
    this.process = process;
    this.vm = vm;
    this.socket = socket;
  }

  /**
   * Starts a JVM and connects to it: a socket for commands and output, and the debugger's interface
   * to stop what runs. Both stay on loopback, and that JVM connects to us.
   *
   * @throws IOException if it does not start
   */
  static CellProcess start(ExecutionEnv env, Launch launch) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    ListeningConnector debugger = debugger();
    Map<String, Connector.Argument> arguments = debugger.defaultArguments();
    arguments.get("localAddress").setValue(loopback.getHostAddress());
    arguments.get("timeout").setValue(String.valueOf(START_MILLIS));
    Process process = null;
    try (ServerSocket commands = new ServerSocket(0, 1, loopback)) {
      commands.setSoTimeout(START_MILLIS);
      String address = debugger.startListening(arguments);
      try {
        process = launch(launch, address, commands.getLocalPort());
        pump(process.getInputStream(), env.userOut());
        pump(process.getErrorStream(), env.userErr());
        VirtualMachine vm = debugger.accept(arguments);
        Socket socket = commands.accept();
        socket.setTcpNoDelay(true);
        Process started = process;
        CellProcess connected =
            (CellProcess)
                Util.remoteInputOutput(
                    socket.getInputStream(),
                    socket.getOutputStream(),
                    Map.of("out", env.userOut(), "err", env.userErr(), "log", launch.log()),
                    Map.of("in", env.userIn()),
                    (in, out) -> new CellProcess(started, vm, socket, out, in));
        // Frees a caller that waits for an answer which cannot come any more.
        process.onExit().thenRun(connected::disconnect);
        return connected;
      } finally {
        debugger.stopListening(arguments);
      }
    } catch (IOException | IllegalConnectorArgumentsException | RuntimeException e) {
      if (process != null) {
        process.destroyForcibly();
      }
      throw new IOException("The JVM for the cells did not start: " + e.getMessage(), e);
    }
  }

  private static ListeningConnector debugger() {
    return Bootstrap.virtualMachineManager().listeningConnectors().stream()
        .filter(each -> each.name().equals("com.sun.jdi.SocketListen"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("this JDK has no debugger's interface"));
  }

  private static Process launch(Launch launch, String debugger, int port) throws IOException {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    String at = host + debugger.substring(debugger.lastIndexOf(':'));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-agentlib:jdwp=transport=dt_socket,server=n,suspend=n,address=" + at);
    command.addAll(List.of("-Xmx" + HEAP, "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.addAll(List.of("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8"));
    command.addAll(List.of("-Dstderr.encoding=UTF-8", "-cp"));
    command.add(launch.classPath() + File.pathSeparator + ownClasses());
    command.addAll(List.of(CellAgent.class.getName(), String.valueOf(port)));
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

  /** What the JVM itself says, and what JVMs say that a cell starts. */
  private static void pump(InputStream from, PrintStream to) {
    Thread thread =
        new Thread(
            () -> {
              try (from) {
                from.transferTo(to);
              } catch (IOException e) {
                // The process has ended.
              }
            },
            "cell output");
    thread.setDaemon(true);
    thread.start();
  }

  Process process() {
    return process;
  }

  @Override
  protected VirtualMachine vm() {
    return vm;
  }

  /**
   * Throws an exception into the code that runs. {@link RemoteExecutionControl} has the fields for
   * it, as it is its protocol with JShell's own launcher.
   */
  @Override
  public void stop() throws InternalException {
    try {
      vm.suspend();
      try {
        for (ThreadReference thread : vm.allThreads()) {
          ObjectReference agent = agentIn(thread);
          if (agent != null && isTrue(agent, "inClientCode")) {
            set(agent, "expectingStop", true);
            vm.resume();
            thread.stop((ObjectReference) field(agent, "stopException"));
            set(agent, "expectingStop", false);
            return;
          }
        }
      } finally {
        vm.resume();
      }
    } catch (VMDisconnectedException e) {
      // It has ended by itself.
    } catch (IncompatibleThreadStateException
        | InvalidTypeException
        | ClassNotLoadedException
        | RuntimeException e) {
      throw new InternalException("cannot be stopped: " + e);
    }
  }

  private static ObjectReference agentIn(ThreadReference thread)
      throws IncompatibleThreadStateException {
    for (StackFrame frame : thread.frames()) {
      if (CONTROL.equals(frame.location().declaringType().name()) && frame.thisObject() != null) {
        return frame.thisObject();
      }
    }
    return null;
  }

  private static Value field(ObjectReference object, String name) {
    ReferenceType type = object.referenceType();
    return object.getValue(type.fieldByName(name));
  }

  private static boolean isTrue(ObjectReference object, String name) {
    return ((BooleanValue) field(object, name)).value();
  }

  private void set(ObjectReference object, String name, boolean value)
      throws InvalidTypeException, ClassNotLoadedException {
    object.setValue(object.referenceType().fieldByName(name), vm.mirrorOf(value));
  }

  private void disconnect() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed.
    }
  }

  /** Ends the JVM and all that it started. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    disconnect();
    try {
      vm.dispose();
    } catch (VMDisconnectedException e) {
      // It is gone.
    }
  }
}
