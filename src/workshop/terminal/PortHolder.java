package workshop.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import workshop.text.Text;

/**
 * The process that listens on a port.
 *
 * @param name its program, or the {@code ./jbang} command if it is the workshop's own tool
 */
public record PortHolder(long pid, String name) {
  private static final String TOOL = "./jbang workshop";
  private static final String LISTENS = "0A";

  /** Whether it is the workshop's own tool. */
  public boolean isOurs() {
    return name.startsWith(TOOL);
  }

  /**
   * Searches {@code /proc}.
   *
   * @return empty where there is no {@code /proc}, or if the process belongs to another user
   */
  public static Optional<PortHolder> find(int port) {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      try {
        sockets.addAll(sockets(Files.readAllLines(Path.of(table)), port));
      } catch (IOException e) {
        // Not Linux, or no IPv6: nothing to find there.
      }
    }
    if (sockets.isEmpty()) {
      return Optional.empty();
    }
    return ProcessHandle.allProcesses()
        .filter(process -> hasOpen(process.pid(), sockets))
        .findFirst()
        .map(process -> new PortHolder(process.pid(), name(process)));
  }

  /**
   * The sockets that listen on a port, as {@code /proc/PID/fd} names them.
   *
   * @param table the lines of {@code /proc/net/tcp} or {@code tcp6}; man 5 proc has the columns
   */
  public static Set<String> sockets(List<String> table, int port) {
    String ending = String.format(":%04X", port);
    return table.stream()
        .map(line -> line.strip().split("\\s+"))
        .filter(row -> row.length > 9 && row[1].endsWith(ending) && row[3].equals(LISTENS))
        .map(row -> "socket:[" + row[9] + "]")
        .collect(Collectors.toSet());
  }

  /**
   * What a person would call a process.
   *
   * @param program the path of what it runs
   */
  public static String name(String program, List<String> arguments) {
    int tool = arguments.indexOf("Workshop");
    if (tool < 0) {
      return Text.safe(program.substring(program.lastIndexOf('/') + 1), 30);
    }
    List<String> typed = arguments.subList(tool + 1, arguments.size());
    return Text.safe((TOOL + " " + String.join(" ", typed)).strip(), 40);
  }

  private static String name(ProcessHandle process) {
    return name(
        process.info().command().orElse("?"),
        Arrays.asList(process.info().arguments().orElse(new String[0])));
  }

  private static boolean hasOpen(long pid, Set<String> sockets) {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return open.anyMatch(file -> sockets.contains(target(file)));
    } catch (IOException | UncheckedIOException e) {
      return false; // another user's process, or one that has just ended
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed in the meantime
    }
  }
}
