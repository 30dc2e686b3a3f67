package workshop.terminal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import workshop.lesson.Launcher;

/** Why the tool cannot listen on its ports: which are in use, by which program, what to type. */
public final class TakenPorts {
  private TakenPorts() {}

  /**
   * Checks all three ports, so that one message reports all of them. The tool listens on none of
   * them at this point.
   *
   * @param command the command that was typed, without its options
   * @param problem what happened; shown if no port is in use
   * @return whole lines
   */
  public static String explain(
      String command, InetAddress bind, int grpc, int http, int page, IOException problem) {
    Map<String, Integer> taken = new LinkedHashMap<>();
    taken.put("--grpc-port", grpc);
    taken.put("--http-port", http);
    taken.put("--page-port", page);
    taken.values().removeIf(port -> !isTaken(bind, port));
    if (taken.isEmpty()) {
      return "Cannot listen on %s: %s.%n".formatted(bind.getHostAddress(), rootMessage(problem));
    }
    List<String> holders = taken.values().stream().map(TakenPorts::holder).toList();
    String options =
        taken.keySet().stream().map(option -> option + " 0").collect(Collectors.joining(" "));
    boolean one = taken.size() == 1;
    boolean endpoints = !taken.keySet().equals(Set.of("--page-port"));
    StringBuilder text = new StringBuilder();
    holders.forEach(holder -> text.append(holder).append("%n".formatted()));
    text.append(
        "%s, or use %s%s:%n  %s %s%n"
            .formatted(
                one ? "Stop that program" : "Stop those programs",
                one ? "a free port" : "free ports",
                endpoints ? " and set OTEL_EXPORTER_OTLP_ENDPOINT to the address it prints" : "",
                Launcher.typed(command),
                options));
    return text.toString();
  }

  private static String holder(int port) {
    return "Port "
        + port
        + " is in use by "
        + PortHolder.find(port)
            .map(holder -> holder.name() + " (pid " + holder.pid() + ").")
            .orElse("another program.");
  }

  private static boolean isTaken(InetAddress bind, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(bind, port));
      return false;
    } catch (IOException e) {
      return e.getMessage().contains("in use");
    }
  }

  private static String rootMessage(Throwable problem) {
    Throwable root = problem;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage();
  }
}
