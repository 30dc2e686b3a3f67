package workshop.doctor;

import static workshop.doctor.Diagnosis.TYPE;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Stream;
import workshop.text.Text;

/**
 * Whether Java would send the lessons' requests to this machine through a proxy. OkHttp, which
 * OpenTelemetry uses for both protocols, asks {@link ProxySelector#getDefault()}; its sockets ask
 * again for {@code socket:}, as all sockets in Java do. Neither reads {@code HTTP_PROXY}.
 */
public final class ProxyCheck {
  private static final String HTTP = "http://localhost:4317";
  private static final String SOCKET = "socket://localhost:4317";

  private ProxyCheck() {}

  /**
   * @param http the proxy that Java uses for a URL of localhost
   * @param socket the proxy that a plain socket uses for localhost
   * @param properties the names of the Java properties that set a proxy
   * @param variables the names of the environment variables that set one for other programs
   * @param options the variables with options for Java that set a proxy
   */
  public record Seen(
      Optional<String> http,
      Optional<String> socket,
      List<String> properties,
      List<String> variables,
      List<String> options) {}

  public static Seen look(Map<String, String> environment, Properties system) {
    return new Seen(
        proxy(HTTP),
        proxy(SOCKET),
        Stream.of("http.proxyHost", "https.proxyHost", "socksProxyHost")
            .filter(name -> !system.getProperty(name, "").isEmpty())
            .toList(),
        new ArrayList<>(
            new TreeSet<>(
                environment.keySet().stream()
                    .filter(name -> name.matches("(?i)(http|https|all)_proxy"))
                    .toList())),
        VariablesCheck.JAVA_OPTIONS.stream()
            .filter(name -> environment.getOrDefault(name, "").matches(".*[pP]roxyHost.*"))
            .toList());
  }

  public static Diagnosis judge(Seen seen) {
    if (seen.http().isPresent()) {
      return caught(seen, seen.http().get(), "-Dhttp.nonProxyHosts=localhost");
    }
    if (seen.socket().isPresent()) {
      return caught(seen, seen.socket().get(), "-DsocksNonProxyHosts=localhost");
    }
    List<String> found = new ArrayList<>();
    if (!seen.properties().isEmpty()) {
      found.add(String.join(", ", seen.properties()) + " set, but not for localhost");
    }
    if (!seen.variables().isEmpty()) {
      found.add(
          String.join(", ", seen.variables())
              + " set: Java does not read it; ./jbang uses it for its downloads");
    }
    return Diagnosis.ok("proxy", found.isEmpty() ? "none set" : String.join("; ", found));
  }

  private static Diagnosis caught(Seen seen, String proxy, String option) {
    return Diagnosis.problem(
        "proxy",
        "Java sends requests to localhost through " + proxy + ", so no span reaches the backend.",
        seen.options().isEmpty()
            ? "Add this option for Java where its proxy is set:"
            : "Add to " + seen.options().get(0) + ":",
        TYPE + option);
  }

  private static Optional<String> proxy(String uri) {
    return ProxySelector.getDefault().select(URI.create(uri)).stream()
        .filter(proxy -> proxy.type() != Proxy.Type.DIRECT)
        .findFirst()
        .map(proxy -> (InetSocketAddress) proxy.address())
        .map(address -> Text.safe(address.getHostString(), 100) + ":" + address.getPort());
  }
}
