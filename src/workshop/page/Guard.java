package workshop.page;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rejects requests from other web pages. Any page in the browser can send requests to this server,
 * because the browser can reach loopback; it must neither read nor change anything.
 *
 * <p>DNS rebinding makes a foreign name resolve to this machine. It is visible in {@code Host}:
 * only this server's own names and addresses are allowed, with any port, because {@code ssh -L} may
 * forward another port. Except for the page's own files, requests are also rejected if the browser
 * says that another origin made them.
 *
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata</a>
 */
final class Guard {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private static final Pattern HOST = Pattern.compile("(\\[[^]]*]|[^:]*)(:\\d{1,5})?");

  private final String boundName;

  /**
   * @param bind the address listened on; if it was given as a name, that name is allowed too
   */
  Guard(InetAddress bind) {
    String nameAndAddress = bind.toString();
    boundName = nameAndAddress.substring(0, nameAndAddress.indexOf('/')).toLowerCase(Locale.ROOT);
  }

  /**
   * @param file whether the request is for one of the page's own files, which contain no data
   * @throws HttpError if the request is not for this server, or not from its page
   */
  void check(Request request, boolean file) throws HttpError {
    String host = host(request);
    boolean reads = request.method().equals("GET");
    if (file && reads) {
      return;
    }
    List<String> origins = request.headers("Origin");
    boolean ours = origins.stream().allMatch(("http://" + host)::equalsIgnoreCase);
    if (!ours || (!reads && origins.isEmpty())) {
      throw new HttpError(
          403, "only the workshop's own page may send this request, not a page of another origin");
    }
    for (String site : request.headers("Sec-Fetch-Site")) {
      if (!site.equals("same-origin") && !site.equals("none")) {
        throw new HttpError(
            403, "only the workshop's own page may send this request, not a page of another site");
      }
    }
  }

  /**
   * @throws HttpError if the request comes from another machine
   */
  static void requireLocal(Request request) throws HttpError {
    if (!isLocal(request)) {
      throw new HttpError(403, "only a browser on the backend's machine may do this");
    }
  }

  static boolean isLocal(Request request) {
    return request.from().isLoopbackAddress() && request.to().isLoopbackAddress();
  }

  private String host(Request request) throws HttpError {
    List<String> hosts = request.headers("Host");
    String host = hosts.size() == 1 ? hosts.get(0).toLowerCase(Locale.ROOT) : "";
    Matcher parts = HOST.matcher(host);
    String name = parts.matches() ? parts.group(1) : "";
    if (LOOPBACK.contains(name)
        || (!name.isEmpty() && name.equals(boundName))
        || isAddress(name, request.to())) {
      return host;
    }
    throw new HttpError(403, "wrong host: open the address that the terminal printed");
  }

  /** Whether this is the numeric address that the connection came to; no name is resolved. */
  private static boolean isAddress(String name, InetAddress local) {
    if (!name.startsWith("[") || !name.endsWith("]")) {
      return name.equals(local.getHostAddress());
    }
    try {
      return local instanceof Inet6Address && InetAddress.getByName(name).equals(local);
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
