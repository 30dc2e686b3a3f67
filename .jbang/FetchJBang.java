import static java.net.Proxy.NO_PROXY;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLConnection;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fetches JBang's jar: {@code java FetchJBang.java VERSION SHA256 FILE}. It comes from Maven
 * Central, or from the mirror that {@code MVNW_REPOURL} names (with {@code MVNW_USERNAME} and
 * {@code MVNW_PASSWORD} if the mirror asks), through the proxy of Java's properties. If the proxy
 * needs a user and a password, they come from {@code HTTPS_PROXY} or {@code HTTP_PROXY}.
 *
 * <p>FILE appears only when it is complete and has that checksum, even if two of these run at the
 * same time. If the download fails, the exit code is 1, and standard error says why and what to
 * type.
 */
class FetchJBang {
  private static final int CONNECT_SECONDS = 20;
  private static final int READ_SECONDS = 60;

  /** Java's own message, in newer versions; older ones throw nothing. */
  private static final String CUT_OFF = "Premature EOF";

  private static final Pattern PROXY =
      Pattern.compile("(?:\\w+://)?(?<user>[^:]*):(?<password>.*)@(?<host>[^:/]*).*");

  public static void main(String[] args) {
    String version = args[0];
    String from = environment("MVNW_REPOURL", "https://repo1.maven.org/maven2");
    String repository = from.replaceFirst("/+$", "");
    try {
      fetch(version, args[1], Path.of(args[2]), repository);
    } catch (IOException | IllegalArgumentException e) {
      String set = File.separatorChar == '\\' ? "  set " : "  export ";
      System.err.println(
          String.join(
              System.lineSeparator(),
              "jbang: cannot fetch JBang " + version + source(repository) + ": " + reason(e),
              "Check the network and try again. Behind a proxy, first type",
              set + "HTTPS_PROXY=http://HOST:PORT",
              "or, to use a mirror of Maven Central,",
              set + "MVNW_REPOURL=https://HOST/PATH"));
      System.exit(1);
    }
  }

  private static void fetch(String version, String sha256, Path file, String repository)
      throws IOException {
    URI jar =
        URI.create(
            "%s/dev/jbang/jbang-cli/%s/jbang-cli-%2$s-all.jar".formatted(repository, version));
    Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
    // A hook, because Ctrl-C skips finally blocks.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(part)));
    // By default, Java sends no password to a proxy that tunnels https.
    System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    Authenticator.setDefault(new Passwords(jar.getHost()));

    URLConnection connection = jar.toURL().openConnection();
    connection.setConnectTimeout(CONNECT_SECONDS * 1000);
    connection.setReadTimeout(READ_SECONDS * 1000);
    if (connection instanceof HttpURLConnection http && http.getResponseCode() != 200) {
      throw new IOException(
          "HTTP status " + http.getResponseCode() + " for " + jar.getPath() + ".");
    }
    long size = connection.getContentLengthLong();
    String megabytes = size < 0 ? "" : String.format(Locale.ROOT, " (%.1f MB)", size / 1e6);
    System.err.println("Fetching JBang " + version + megabytes + source(repository));
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(connection.getInputStream(), digest);
        OutputStream out = Files.newOutputStream(part)) {
      long received = in.transferTo(out);
      if (received < size) {
        throw new IOException(CUT_OFF);
      }
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(sha256)) {
      throw new IOException(
          String.join(
              System.lineSeparator(),
              "wrong SHA-256 checksum; the download was deleted.",
              "  expected " + sha256,
              "  received " + found));
    }
    Files.move(part, file, ATOMIC_MOVE, REPLACE_EXISTING);
  }

  /** Sends each password once: if Java asks again, it was wrong. */
  private static class Passwords extends Authenticator {
    private final String repositoryHost;
    private final Set<RequestorType> given = EnumSet.noneOf(RequestorType.class);

    Passwords(String repositoryHost) {
      this.repositoryHost = repositoryHost;
    }

    @Override
    protected PasswordAuthentication getPasswordAuthentication() {
      if (!given.add(getRequestorType())) {
        return null;
      }
      if (getRequestorType() == RequestorType.PROXY) {
        return forProxy();
      }
      String user = environment("MVNW_USERNAME", "");
      return user.isEmpty() || !getRequestingHost().equals(repositoryHost)
          ? null
          : new PasswordAuthentication(user, environment("MVNW_PASSWORD", "").toCharArray());
    }

    private PasswordAuthentication forProxy() {
      for (String name : new String[] {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}) {
        Matcher proxy = PROXY.matcher(environment(name, ""));
        if (proxy.matches() && proxy.group("host").equals(getRequestingHost())) {
          return new PasswordAuthentication(
              decoded(proxy.group("user")), decoded(proxy.group("password")).toCharArray());
        }
      }
      return null;
    }

    /** Percent-decoded, where it is encoded. */
    private static String decoded(String text) {
      try {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return text;
      }
    }
  }

  private static String source(String repository) {
    try {
      Proxy proxy = ProxySelector.getDefault().select(URI.create(repository)).get(0);
      return " from " + repository + (proxy == NO_PROXY ? "" : " through " + name(proxy));
    } catch (IllegalArgumentException e) {
      return " from " + repository;
    }
  }

  private static String name(Proxy proxy) {
    InetSocketAddress address = (InetSocketAddress) proxy.address();
    return "the proxy " + address.getHostString() + ":" + address.getPort();
  }

  private static String reason(Exception problem) {
    if (problem instanceof UnknownHostException) {
      return "unknown host " + problem.getMessage() + ".";
    }
    if (problem instanceof ConnectException) {
      return "cannot connect.";
    }
    if (problem instanceof SocketTimeoutException) {
      return "timed out.";
    }
    if (CUT_OFF.equals(problem.getMessage())) {
      return "the connection was closed before the download was complete.";
    }
    return problem.getMessage();
  }

  private static String environment(String name, String otherwise) {
    String value = System.getenv(name);
    return value == null || value.isBlank() ? otherwise : value;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has it", e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
