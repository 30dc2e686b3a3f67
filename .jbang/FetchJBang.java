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
 * Fetches JBang's jar: {@code java FetchJBang.java VERSION SHA256 FILE}. {@code why SCRIPT} says
 * why a script's libraries cannot be fetched; {@code settings FOLDER} writes settings for Maven
 * with the proxy's password into {@code FOLDER/conf}. The jar comes from Maven Central, or from the
 * mirror that {@code MVNW_REPOURL} names (with {@code MVNW_USERNAME} and {@code MVNW_PASSWORD} if
 * the mirror asks), through the proxy of Java's properties. If the proxy needs a user and a
 * password, they come from {@code HTTPS_PROXY} or {@code HTTP_PROXY}.
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

  public static void main(String[] args) throws IOException {
    String from = environment("MVNW_REPOURL", "https://repo1.maven.org/maven2");
    String repository = from.replaceFirst("/+$", "");
    if (args[0].equals("settings")) {
      Path folder = Files.createDirectories(Path.of(args[1], "conf"));
      Files.writeString(folder.resolve("settings.xml"), settings(URI.create(repository)));
      return;
    }
    boolean why = args[0].equals("why");
    String what = why ? "the libraries of " + args[1] : "JBang " + args[0];
    try {
      if (why) {
        connect(URI.create(repository + "/"));
      } else {
        fetch(args[0], args[1], Path.of(args[2]), repository);
      }
    } catch (IOException | IllegalArgumentException e) {
      String set = File.separatorChar == '\\' ? "  set " : "  export ";
      System.err.println(
          String.join(
              System.lineSeparator(),
              "jbang: cannot fetch " + what + source(repository) + ": " + reason(e),
              "Check the network and try again. Behind a proxy, first type",
              set + "HTTPS_PROXY=http://" + (needsLogin(e) ? "USER:PASSWORD@" : "") + "HOST:PORT",
              "or, to use a mirror of Maven Central,",
              set + "MVNW_REPOURL=https://HOST/PATH"));
      System.exit(1);
    }
  }

  /** A connection that got a response; any other than 200 and, for a folder, 404 is a failure. */
  private static URLConnection connect(URI uri) throws IOException {
    // By default, Java sends no password to a proxy that tunnels https.
    System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    Authenticator.setDefault(new Passwords(uri.getHost()));
    URLConnection connection = uri.toURL().openConnection();
    connection.setConnectTimeout(CONNECT_SECONDS * 1000);
    connection.setReadTimeout(READ_SECONDS * 1000);
    if (connection instanceof HttpURLConnection http) {
      int status = http.getResponseCode();
      boolean folder = uri.getPath().endsWith("/");
      if (status != 200 && !(folder && (status == 403 || status == 404))) {
        throw new IOException("HTTP status " + status + " for " + uri.getPath() + ".");
      }
    }
    return connection;
  }

  /** Settings for Maven: the proxy for a repository, with its password if it has one. */
  private static String settings(URI repository) {
    InetSocketAddress proxy =
        (InetSocketAddress) ProxySelector.getDefault().select(repository).get(0).address();
    PasswordAuthentication login = proxy == null ? null : login(proxy.getHostString());
    return login == null
        ? "<settings/>"
        : """
          <settings><proxies><proxy>
            <protocol>http</protocol><host>%s</host><port>%d</port>
            <username>%s</username><password>%s</password>
          </proxy></proxies></settings>
          """
            .formatted(
                proxy.getHostString(),
                proxy.getPort(),
                escaped(login.getUserName()),
                escaped(new String(login.getPassword())));
  }

  private static String escaped(String text) {
    // $ would begin the name of a variable.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("$", "&#36;");
  }

  private static void fetch(String version, String sha256, Path file, String repository)
      throws IOException {
    URI jar =
        URI.create(
            "%s/dev/jbang/jbang-cli/%s/jbang-cli-%2$s-all.jar".formatted(repository, version));
    Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
    // A hook, because Ctrl-C skips finally blocks.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(part)));
    URLConnection connection = connect(jar);
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
        return login(getRequestingHost());
      }
      String user = environment("MVNW_USERNAME", "");
      return user.isEmpty() || !getRequestingHost().equals(repositoryHost)
          ? null
          : new PasswordAuthentication(user, environment("MVNW_PASSWORD", "").toCharArray());
    }
  }

  /** For a proxy; null if no variable has it. */
  private static PasswordAuthentication login(String proxyHost) {
    for (String name : new String[] {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}) {
      Matcher proxy = PROXY.matcher(environment(name, ""));
      if (proxy.matches() && proxy.group("host").equals(proxyHost)) {
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

  private static boolean needsLogin(Exception problem) {
    return String.valueOf(problem.getMessage()).contains(" 407");
  }

  private static String reason(Exception problem) {
    if (needsLogin(problem)) {
      return "the proxy asks for a user and a password, or rejects these (HTTP status 407).";
    }
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
