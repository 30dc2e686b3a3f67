package workshop.page;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import support.Await;
import support.RealProcess;

/**
 * The page's address as the terminal prints it.
 *
 * @param origin for example {@code http://127.0.0.1:4319}
 */
public record PageAddress(String origin, String token) {
  private static final Pattern ADDRESS =
      Pattern.compile("(http://[\\w.:\\[\\]-]+)/#token=([\\w-]{22})(?=\\s)");

  public static PageAddress of(Page page) {
    return in(page.addressWithToken() + "\n");
  }

  /** Null if it is not printed, or not printed yet. */
  public static PageAddress in(String printed) {
    Matcher found = ADDRESS.matcher(printed);
    return found.find() ? new PageAddress(found.group(1), found.group(2)) : null;
  }

  /** Waits until a process has printed it. */
  public static PageAddress of(RealProcess process) throws Exception {
    Await.until("the page's address", () -> in(process.printed()) != null);
    return in(process.printed());
  }

  /**
   * What a browser opens.
   *
   * @param view the fragment of a view, such as {@code wire/3}; may be empty
   */
  String at(String view) {
    return origin + "/#token=" + token + (view.isEmpty() ? "" : "&" + view);
  }

  /** The header that each request needs, as a line. */
  String header() {
    return "Authorization: Bearer " + token;
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(origin + path))
        .header("Authorization", "Bearer " + token);
  }
}
