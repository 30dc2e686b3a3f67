package workshop.wire;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which heads of requests are valid. A server and a proxy in front of it that understand a doubtful
 * head differently can be tricked into serving a hidden request, so nothing doubtful is accepted.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112</a>
 */
final class HttpHead {
  /** A name or an address, and a port; empty if the target has no host. */
  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~%!$&'()*+,;=-]*)(:[0-9]*)?");

  private static final Pattern USER = Pattern.compile("//[^/?#]*@");

  private HttpHead() {}

  /**
   * @throws HttpStatusException if it is not a valid head, or is too large
   */
  static void check(HttpRequest head) throws HttpStatusException {
    if (head.decoderResult().isFailure()) {
      throw invalid(head.decoderResult().cause());
    }
    if (head.protocolVersion().majorVersion() != 1) {
      return; // rejected as a whole later
    }
    boolean http10 = head.protocolVersion().minorVersion() == 0;
    List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
    if (!(http10 && hosts.isEmpty())) {
      checkHost(hosts);
    }
    List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!codings.isEmpty() && !(codings.size() == 1 && isChunked(codings.get(0)))) {
      throw new HttpStatusException(
          501,
          "Transfer-Encoding must be chunked or absent, not "
              + HttpStatusException.cut(String.join(", ", codings)));
    }
  }

  private static HttpStatusException invalid(Throwable cause) {
    int most = Limits.HEAD_BYTES;
    if (cause instanceof TooLongHttpLineException) {
      return new HttpStatusException(
          414, "the request line is too long: at most " + most + " bytes");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new HttpStatusException(
          431, "the headers are too large: at most " + most + " bytes together");
    }
    return HttpStatusException.invalid("the head of the request is not valid HTTP/1.1");
  }

  private static void checkHost(List<String> hosts) throws HttpStatusException {
    if (hosts.isEmpty()) {
      throw HttpStatusException.invalid("the header Host is missing");
    }
    if (hosts.size() > 1) {
      throw HttpStatusException.invalid("more than one header Host");
    }
    if (!HOST.matcher(hosts.get(0)).matches()) {
      throw HttpStatusException.invalid(
          "not a valid header Host: " + HttpStatusException.cut(hosts.get(0)));
    }
  }

  private static boolean isChunked(String coding) {
    return coding.strip().equalsIgnoreCase("chunked");
  }

  /** The path that a request target names, decoded; "" if the target is not valid. */
  static String path(String target) {
    try {
      URI uri = new URI(target.startsWith("/") ? "http://host" + target : target);
      boolean valid =
          uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawFragment() == null;
      return valid && uri.getPath().isEmpty() ? "/" : valid ? uri.getPath() : "";
    } catch (URISyntaxException e) {
      return "";
    }
  }

  /** A request target as it came, but without what may be a secret: query and user. */
  static String shown(String target) {
    String masked = USER.matcher(target).replaceFirst("//****@");
    int query = masked.indexOf('?');
    return query < 0 ? masked : masked.substring(0, query) + "?****";
  }
}
