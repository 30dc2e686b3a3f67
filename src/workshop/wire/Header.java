package workshop.wire;

import java.util.Locale;
import workshop.text.Secrets;

/**
 * One header line as received, its name in lower case. A credential in it is masked when the header
 * is made, so that no view and no log can show it.
 */
public record Header(String name, String value) {
  private static final int OBJECTS = 200;

  public Header {
    name = name.toLowerCase(Locale.ROOT);
    value = Secrets.inHeader(name, value);
  }

  /** The approximate memory it takes, in bytes. */
  long memory() {
    return OBJECTS + name.length() + value.length();
  }
}
