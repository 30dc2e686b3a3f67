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

/** Why the tool cannot have its ports: which are taken, by whom, and what to type. */
public final class TakenPorts {
  private TakenPorts() {}

  /**
   * Looks at all three ports, so that nobody has to learn of them one after the other. None of them
   * is ours by now.
   *
   * @param command what was typed, without its options
   * @param problem what came up, which is all there is to say if no port is taken
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
        "%s, or type%n  %s %s%nfor %s%s.%n"
            .formatted(
                one ? "Stop that program" : "Stop what uses them",
                command,
                options,
                one ? "a free port" : "free ports",
                endpoints ? ", and set OTEL_EXPORTER_OTLP_ENDPOINT to the address it prints" : ""));
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
