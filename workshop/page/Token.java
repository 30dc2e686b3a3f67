package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/**
 * The right to run code, and to change anything: a random token, printed with the page's address in
 * the terminal. A browser that opens that address gets it as a cookie. Only somebody at this
 * machine may use it, whatever address the page listens on.
 */
final class Token {
  private static final int BYTES = 16;

  private final String value;
  private final String cookie;

  /**
   * @param port of the page: a browser sends one cookie to all ports of a host
   */
  Token(int port) {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    value = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    cookie = "otlp-workshop-" + port;
  }

  /** What follows the question mark in the address. */
  String query() {
    return "token=" + value;
  }

  /**
   * Whether the address asked for has a token; then the answer sets the cookie.
   *
   * @throws Refused if it is another token
   */
  boolean given(HttpExchange http) throws Refused {
    String query = http.getRequestURI().getRawQuery();
    if (query == null || !query.startsWith("token=")) {
      return false;
    }
    if (!same(query, query())) {
      throw new Refused(
          403, "this token is not, or no longer, good: open the address that the terminal printed");
    }
    http.getResponseHeaders()
        .set("Set-Cookie", cookie + "=" + value + "; Path=/; HttpOnly; SameSite=Strict");
    return true;
  }

  /**
   * @throws Refused if the request comes without the token, or from another machine
   */
  void require(HttpExchange http) throws Refused {
    if (!isLocal(http)) {
      throw new Refused(403, "only somebody at this machine may do that");
    }
    if (!isWith(http)) {
      throw new Refused(
          401, "for that, open the address with its token, as the terminal printed it");
    }
  }

  /** Whether a request from this machine has the cookie. */
  boolean isWith(HttpExchange http) {
    return isLocal(http)
        && http.getRequestHeaders().getOrDefault("Cookie", List.of()).stream()
            .flatMap(header -> List.of(header.split("; *")).stream())
            .anyMatch(each -> same(each, cookie + "=" + value));
  }

  private static boolean isLocal(HttpExchange http) {
    return http.getRemoteAddress().getAddress().isLoopbackAddress()
        && http.getLocalAddress().getAddress().isLoopbackAddress();
  }

  private static boolean same(String given, String wanted) {
    return MessageDigest.isEqual(given.getBytes(UTF_8), wanted.getBytes(UTF_8));
  }
}
