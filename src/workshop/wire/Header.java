package workshop.wire;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One header line as received, its name in lower case. The value of a header that carries a secret
 * is masked when the header is made, so that no view and no log can show it.
 */
public record Header(String name, String value) {
  private static final Pattern SECRET =
      Pattern.compile("auth|token|api-?key|secret|cookie|password|credential");

  private static final int OBJECTS = 200;

  public Header {
    name = name.toLowerCase(Locale.ROOT);
    if (SECRET.matcher(name).find()) {
      value = mask(value);
    }
  }

  /** The approximate memory it takes, in bytes. */
  long memory() {
    return OBJECTS + 2L * (name.length() + value.length());
  }

  /** Keeps an authentication scheme such as {@code Bearer}, hides the rest. */
  private static String mask(String value) {
    int space = value.indexOf(' ');
    return space > 0 && space < 20 ? value.substring(0, space) + " ****" : "****";
  }
}
