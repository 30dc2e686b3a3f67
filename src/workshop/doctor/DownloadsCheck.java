package workshop.doctor;

import static workshop.doctor.Diagnosis.TYPE;

import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.MalformedURLException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import workshop.lesson.Dependencies;
import workshop.text.Text;
import workshop.thread.Daemons;

/**
 * Whether {@code ./jbang} can reach Maven Central, or the mirror in {@code MVNW_REPOURL}; if not,
 * whether JBang has everything that the lessons need in its cache.
 */
public final class DownloadsCheck {
  private static final String TOPIC = "downloads";
  private static final String CENTRAL = "https://repo1.maven.org/maven2";
  private static final String TOO_LATE = "timed out";
  private static final int MILLIS = 3000;
  private static final Pattern BOM = Pattern.compile("([^:]+):([^:]+):([^:]+)@pom");

  private DownloadsCheck() {}

  /**
   * @param repository its URL, without a password
   * @param mirror whether {@code MVNW_REPOURL} names it
   * @param proxy the proxy used, host and port
   * @param failure why it cannot be reached; empty if it can
   * @param uncached if it cannot be reached: the lessons that cannot run without it
   */
  public record Seen(
      String repository,
      boolean mirror,
      Optional<String> proxy,
      Optional<String> failure,
      List<String> uncached) {}

  /**
   * @param lessons the lessons' sources by their names
   */
  public static Seen look(Map<String, String> environment, Path folder, Map<String, String> lessons)
      throws InterruptedException, ExecutionException {
    String named = environment.getOrDefault("MVNW_REPOURL", "").strip();
    String repository = (named.isEmpty() ? CENTRAL : named).replaceFirst("/+$", "");
    Optional<Proxy> proxy = Optional.empty();
    Optional<String> failure;
    try {
      URI file = URI.create(repository + file(lessons));
      proxy = proxy(file, environment);
      failure = ask(file.toURL(), proxy.orElse(Proxy.NO_PROXY));
    } catch (IllegalArgumentException | MalformedURLException e) {
      // Also for HTTPS_PROXY: the message says which.
      failure = Optional.of("not a valid URL: " + harmless(e));
    }
    return new Seen(
        harmless(repository),
        !named.isEmpty(),
        proxy.map(DownloadsCheck::shown),
        failure,
        failure.isPresent() ? LessonCache.missing(folder, lessons) : List.of());
  }

  public static Diagnosis judge(Seen seen, Os os) {
    String asked =
        seen.repository() + seen.proxy().map(proxy -> " through the proxy " + proxy).orElse("");
    if (seen.failure().isEmpty()) {
      return Diagnosis.ok(TOPIC, asked + " is reachable");
    }
    String found = asked + ": " + seen.failure().get();
    if (seen.uncached().isEmpty()) {
      return Diagnosis.warning(
          TOPIC,
          found + ". Everything the lessons need is cached.",
          "Nothing to do, unless you change a //DEPS line.");
    }
    List<String> advice = new ArrayList<>();
    advice.add("Check the network. Behind a proxy, first type");
    advice.add(TYPE + os.set("HTTPS_PROXY", "http://HOST:PORT"));
    if (seen.mirror()) {
      advice.add("or, to use Maven Central itself,");
      advice.add(TYPE + os.unset("MVNW_REPOURL"));
    } else {
      advice.add("or, to use a mirror of Maven Central,");
      advice.add(TYPE + os.set("MVNW_REPOURL", "https://HOST/PATH"));
    }
    return new Diagnosis(
        Diagnosis.Level.PROBLEM,
        TOPIC,
        found + ". Not cached: " + String.join(", ", seen.uncached()) + ".",
        advice);
  }

  /**
   * The proxy that {@code ./jbang} uses: that of Java's properties, else of the variables that most
   * tools read, unless {@code NO_PROXY} contains the host or its domain.
   *
   * @throws IllegalArgumentException if the URI or the variable's value is not a valid URL
   */
  static Optional<Proxy> proxy(URI uri, Map<String, String> environment) {
    if (uri.getHost() == null) {
      return Optional.empty(); // a mirror in a folder
    }
    Proxy javas = ProxySelector.getDefault().select(uri).get(0);
    if (javas.type() != Proxy.Type.DIRECT) {
      return Optional.of(javas);
    }
    String value = either(environment, uri.getScheme().toUpperCase(Locale.ROOT) + "_PROXY");
    String host = uri.getHost();
    boolean direct =
        Stream.of(("localhost,127.0.0.1," + either(environment, "NO_PROXY")).split(","))
            .map(entry -> entry.strip().replaceFirst("^\\.", ""))
            .anyMatch(entry -> host.equals(entry) || host.endsWith("." + entry));
    if (direct || value.isEmpty()) {
      return Optional.empty();
    }
    URI proxy = URI.create(value.contains("://") ? value : "http://" + value);
    int standard = uri.getScheme().equals("https") ? 443 : 80;
    int port = proxy.getPort() < 0 ? standard : proxy.getPort();
    return Optional.of(
        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port)));
  }

  private static String either(Map<String, String> environment, String name) {
    String upper = environment.getOrDefault(name, "");
    return upper.isEmpty() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "") : upper;
  }

  private static String harmless(Exception problem) {
    return harmless(String.valueOf(problem.getMessage()));
  }

  /** Without passwords and without control characters. */
  private static String harmless(String text) {
    return Text.safe(text.replaceAll("//[^/@\\s]*@", "//"), 200);
  }

  private static String shown(Proxy proxy) {
    InetSocketAddress address = (InetSocketAddress) proxy.address();
    return Text.safe(address.getHostString(), 100) + ":" + address.getPort();
  }

  /** The path of a small file that the lessons need. */
  private static String file(Map<String, String> lessons) {
    return lessons.values().stream()
        .flatMap(source -> Dependencies.in(source).stream())
        .map(BOM::matcher)
        .filter(Matcher::matches)
        .map(
            bom ->
                "/%s/%s/%s/%2$s-%3$s.pom"
                    .formatted(bom.group(1).replace('.', '/'), bom.group(2), bom.group(3)))
        .findFirst()
        .orElse("/");
  }

  /** Why a URL cannot be fetched, empty if it can. Bounded in time, name lookups included. */
  private static Optional<String> ask(URL url, Proxy proxy)
      throws InterruptedException, ExecutionException {
    FutureTask<Optional<String>> asking = new FutureTask<>(() -> fetch(url, proxy));
    Daemons.start("ask the repository", asking);
    try {
      return asking.get(MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return Optional.of(TOO_LATE);
    }
  }

  private static Optional<String> fetch(URL url, Proxy proxy) {
    try {
      URLConnection connection = url.openConnection(proxy);
      connection.setConnectTimeout(MILLIS);
      connection.setReadTimeout(MILLIS);
      if (connection instanceof HttpURLConnection http && http.getResponseCode() != 200) {
        return Optional.of("HTTP status " + http.getResponseCode());
      }
      connection.getInputStream().close();
      return Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.of("unknown host " + Text.safe(e.getMessage(), 100));
    } catch (ConnectException e) {
      boolean refused = harmless(e).contains("refused");
      return Optional.of(refused ? "nothing listens there" : harmless(e));
    } catch (SocketTimeoutException e) {
      return Optional.of(TOO_LATE);
    } catch (IOException e) {
      return Optional.of(harmless(e));
    }
  }
}
