package workshop.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The token that gives access to the page's data: random, printed in the terminal as the fragment
 * of the page's address. The page's script sends it in a header. It is not a cookie, because a
 * browser sends a cookie to every other port of the same host, too.
 */
final class Token {
  private static final int BYTES = 16;

  private final String value;

  Token() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    value = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** What follows the number sign in the page's address. A browser never sends that part. */
  String fragment() {
    return "token=" + value;
  }

  /**
   * @throws HttpError if the request has no token, or another one
   */
  void require(Request request) throws HttpError {
    List<String> given = request.headers("Authorization");
    if (given.size() == 1 && same(given.get(0), "Bearer " + value)) {
      return;
    }
    throw new HttpError(
        401,
        (given.isEmpty() ? "missing token" : "invalid or expired token")
            + ": open the address that the terminal printed",
        Map.of("WWW-Authenticate", "Bearer"));
  }

  private static boolean same(String given, String wanted) {
    return MessageDigest.isEqual(given.getBytes(UTF_8), wanted.getBytes(UTF_8));
  }
}
