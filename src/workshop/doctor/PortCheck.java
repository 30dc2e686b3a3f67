package workshop.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static workshop.doctor.Diagnosis.TYPE;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import workshop.lesson.Launcher;
import workshop.terminal.PortHolder;

/** The ports for OTLP and for the page: whether they are free, or which program uses them. */
public final class PortCheck {
  private static final int MILLIS = 2000;

  /** HTTP/2 begins with these bytes (RFC 9113, 3.4), and a frame of settings, here an empty one. */
  private static final byte[] HTTP2_HELLO =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(ISO_8859_1);

  private PortCheck() {}

  /** What a port is for. */
  public enum Use {
    GRPC("OTLP/gRPC", "./jbang backend --grpc-port 0"),
    HTTP("OTLP/HTTP", "./jbang backend --http-port 0"),
    PAGE("the page", "./jbang backend --page-port 0");

    private final String label;
    private final String elsewhere;

    Use(String label, String elsewhere) {
      this.label = label;
      this.elsewhere = elsewhere;
    }
  }

  /**
   * What was found at a port.
   *
   * @param address where something listens, {@code 127.0.0.1} or {@code ::1}; empty if nothing does
   * @param refused why the port cannot be used although nothing listens
   * @param holder the program that listens, if that is visible
   * @param says the protocol it speaks, if it responded to the port's own; else empty
   */
  public record Seen(
      int port,
      Use use,
      Optional<String> address,
      Optional<String> refused,
      Optional<PortHolder> holder,
      Optional<String> says) {}

  public static Seen look(int port, Use use, Os os) {
    for (String address : List.of("127.0.0.1", "::1")) {
      if (listens(address, port)) {
        Optional<PortHolder> holder = PortHolder.find(port);
        // The workshop's own backend would show the request to everyone.
        boolean ours = holder.isPresent() && holder.get().isOurs();
        Optional<String> says = ours ? Optional.empty() : greet(address, port, use);
        return new Seen(port, use, Optional.of(address), Optional.empty(), holder, says);
      }
    }
    return new Seen(
        port, use, Optional.empty(), refusal(port, os), Optional.empty(), Optional.empty());
  }

  public static Diagnosis judge(Seen seen, Os os) {
    String topic = "port " + seen.port();
    String elsewhere = Launcher.typed(TYPE + seen.use().elsewhere, os == Os.WINDOWS);
    if (seen.address().isEmpty()) {
      return seen.refused()
          .map(
              why ->
                  Diagnosis.warning(
                      topic, "cannot be used: " + why, "Use another port:", elsewhere))
          .orElse(Diagnosis.ok(topic, "free, for " + seen.use().label));
    }
    boolean sixOnly = seen.address().get().equals("::1");
    String where = sixOnly ? " on ::1" : "";
    if (seen.holder().isPresent() && seen.holder().get().isOurs()) {
      PortHolder ours = seen.holder().get();
      return Diagnosis.ok(
          topic, "in use" + where + " by " + ours.name() + " (pid " + ours.pid() + ")");
    }
    String by = seen.holder().map(it -> " by " + it.name() + " (pid " + it.pid() + ")").orElse("");
    String says = seen.says().map(it -> "; it speaks " + it).orElse("");
    List<String> advice = new ArrayList<>();
    if (sixOnly) {
      advice.add("Stop that program: the lessons may send to it, because localhost is also ::1.");
    } else if (seen.says().isPresent()) {
      advice.add("The lessons send to it. For the workshop's backend, type");
      advice.add(elsewhere);
    } else {
      advice.add("Stop that program, or type");
      advice.add(elsewhere);
    }
    if (seen.holder().isEmpty()) {
      advice.add("To see which program it is, type");
      advice.add(TYPE + os.whoListens(seen.port()));
    }
    return new Diagnosis(Diagnosis.Level.WARNING, topic, "in use" + where + by + says, advice);
  }

  private static boolean listens(String address, int port) {
    try (Socket socket = connect(address, port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Why the backend cannot listen on a port although nothing listens there; empty if it can. */
  private static Optional<String> refusal(int port, Os os) {
    // A socket that does not listen: no program can connect to it by mistake.
    try (Socket socket = new Socket()) {
      // So that recently closed connections do not count; on Windows it would share a used port.
      socket.setReuseAddress(os != Os.WINDOWS);
      socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static Optional<String> greet(String address, int port, Use use) {
    try {
      return switch (use) {
        case GRPC -> greetGrpc(address, port);
        case HTTP -> greetHttp(address, port);
        case PAGE -> Optional.empty();
      };
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> greetGrpc(String address, int port) throws IOException {
    try (Socket socket = connect(address, port)) {
      socket.setSoTimeout(MILLIS);
      socket.getOutputStream().write(HTTP2_HELLO);
      byte[] frame = socket.getInputStream().readNBytes(9);
      boolean settings = frame.length == 9 && frame[3] == 4 && frame[0] == 0;
      return settings ? Optional.of("HTTP/2, like gRPC") : Optional.empty();
    }
  }

  /** An export request without spans is empty, and so is the response that accepts it. */
  private static Optional<String> greetHttp(String address, int port) throws IOException {
    String host = address.contains(":") ? "[" + address + "]" : address;
    HttpURLConnection http =
        (HttpURLConnection)
            URI.create("http://" + host + ":" + port + "/v1/traces")
                .toURL()
                .openConnection(Proxy.NO_PROXY);
    http.setConnectTimeout(MILLIS);
    http.setReadTimeout(MILLIS);
    http.setRequestMethod("POST");
    http.setRequestProperty("Content-Type", "application/x-protobuf");
    http.setDoOutput(true);
    http.setFixedLengthStreamingMode(0);
    http.getOutputStream().close();
    try {
      boolean accepted =
          http.getResponseCode() == 200 && "application/x-protobuf".equals(http.getContentType());
      return accepted ? Optional.of("OTLP/HTTP") : Optional.empty();
    } finally {
      http.disconnect();
    }
  }

  private static Socket connect(String address, int port) throws IOException {
    Socket socket = new Socket(Proxy.NO_PROXY);
    socket.connect(new InetSocketAddress(InetAddress.getByName(address), port), MILLIS);
    return socket;
  }
}
