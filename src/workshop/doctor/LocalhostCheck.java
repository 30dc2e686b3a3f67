package workshop.doctor;

import static workshop.doctor.Diagnosis.TYPE;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;
import workshop.lesson.Launcher;

/** What {@code localhost} resolves to, and whether that can be reached. */
public final class LocalhostCheck {
  private static final int MILLIS = 2000;

  private LocalhostCheck() {}

  /**
   * @param addresses what the name resolves to, empty if to nothing
   * @param elsewhere those that are not a loopback address
   * @param four whether a connection over 127.0.0.1 works
   * @param six whether one over ::1 works
   */
  public record Seen(List<String> addresses, List<String> elsewhere, boolean four, boolean six) {}

  public static Seen look() {
    List<InetAddress> found;
    try {
      found = List.of(InetAddress.getAllByName("localhost"));
    } catch (UnknownHostException e) {
      found = List.of();
    }
    return new Seen(
        found.stream().map(LocalhostCheck::text).toList(),
        found.stream().filter(at -> !at.isLoopbackAddress()).map(LocalhostCheck::text).toList(),
        connects("127.0.0.1"),
        connects("::1"));
  }

  public static Diagnosis judge(Seen seen, Os os) {
    String hosts = os == Os.WINDOWS ? "C:\\Windows\\System32\\drivers\\etc\\hosts" : "/etc/hosts";
    String[] line = {"Add this line to " + hosts + ":", TYPE + "127.0.0.1 localhost"};
    if (seen.addresses().isEmpty()) {
      return Diagnosis.problem("localhost", "does not resolve.", line);
    }
    if (!seen.elsewhere().isEmpty()) {
      String away = String.join(" and ", seen.elsewhere());
      return Diagnosis.problem("localhost", "resolves to " + away + ", not to this machine.", line);
    }
    if (!seen.four()) {
      return Diagnosis.problem(
          "localhost",
          "this machine cannot connect to 127.0.0.1.",
          os == Os.LINUX
              ? new String[] {"Enable the loopback interface:", TYPE + "sudo ip link set lo up"}
              : new String[] {"Check whether a firewall or a VPN blocks it."});
    }
    if (seen.addresses().stream().noneMatch(address -> address.startsWith("127."))) {
      return Diagnosis.warning(
          "localhost",
          "resolves to ::1 only, but the backend listens on 127.0.0.1.",
          "To listen on ::1 instead:",
          Launcher.typed(TYPE + "./jbang backend --bind localhost", os == Os.WINDOWS));
    }
    return Diagnosis.ok(
        "localhost",
        String.join(" and ", seen.addresses())
            + (seen.six() ? ", IPv6 works too" : ", no IPv6 (not needed)"));
  }

  private static String text(InetAddress address) {
    String text = address.getHostAddress();
    return text.equals("0:0:0:0:0:0:0:1") ? "::1" : text;
  }

  private static boolean connects(String address) {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName(address));
        Socket client = new Socket(Proxy.NO_PROXY)) {
      client.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
