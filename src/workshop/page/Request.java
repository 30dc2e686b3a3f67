package workshop.page;

import io.netty.handler.codec.http.HttpRequest;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/**
 * A request to the page's server.
 *
 * @param from the address of the browser
 * @param to the address of this machine to which the browser connected
 * @param body empty if there is none, or if it has not arrived yet
 */
record Request(HttpRequest head, URI target, InetAddress from, InetAddress to, byte[] body) {
  private static final byte[] NOTHING = {};

  /**
   * A request whose body has not arrived yet.
   *
   * @throws HttpError if its target is not a path
   */
  static Request of(HttpRequest head, InetAddress from, InetAddress to) throws HttpError {
    try {
      URI target = new URI(head.uri());
      // A target in absolute form would override Host.
      if (!target.isAbsolute() && target.getRawAuthority() == null) {
        return new Request(head, target, from, to, NOTHING);
      }
    } catch (URISyntaxException e) {
      // As below.
    }
    throw new HttpError(400, "the request target must be a path");
  }

  Request with(byte[] arrived) {
    return new Request(head, target, from, to, arrived);
  }

  String method() {
    return head.method().name();
  }

  /** Decoded, without the query. */
  String path() {
    return target.getPath();
  }

  /** All headers of this name; often none or one. */
  List<String> headers(String name) {
    return head.headers().getAll(name);
  }
}
