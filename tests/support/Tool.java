package support;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The workshop's tool as a process, from the classes under test. */
public final class Tool {
  private Tool() {}

  /** The command of {@code ./jbang workshop}: its options, and these arguments but empty ones. */
  public static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m", "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "Workshop"));
    for (String argument : arguments) {
      if (!argument.isEmpty()) {
        command.add(argument);
      }
    }
    return command;
  }
}
