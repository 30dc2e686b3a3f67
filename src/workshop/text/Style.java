package workshop.text;

import java.io.Console;
import picocli.CommandLine.Help.Ansi;

/**
 * Colour on a terminal that supports it, unless {@code NO_COLOR} is set. Colour only repeats what
 * the words say.
 *
 * @param colour whether escape sequences may be written
 */
public record Style(boolean colour) {

  /** As standard output and the environment allow. */
  public static Style detect() {
    return new Style(Ansi.AUTO.enabled() && !"dumb".equals(System.getenv("TERM")));
  }

  /** Whether standard input and output are a terminal. */
  public static boolean hasTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // Since JDK 22 a console may not be a terminal, and a method says which it is.
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  public String good(String text) {
    return paint(Ansi.Style.fg_green, text);
  }

  public String bad(String text) {
    return paint(Ansi.Style.fg_red, text);
  }

  /** Less than bad. */
  public String warn(String text) {
    return paint(Ansi.Style.fg_yellow, text);
  }

  public String quiet(String text) {
    return paint(Ansi.Style.faint, text);
  }

  public String strong(String text) {
    return paint(Ansi.Style.bold, text);
  }

  private String paint(Ansi.Style style, String text) {
    // Not style.off(): some terminals show picocli's code for the end of bold as a double
    // underline.
    return colour ? style.on() + text + Ansi.Style.reset.on() : text;
  }
}
