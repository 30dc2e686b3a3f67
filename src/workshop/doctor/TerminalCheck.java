package workshop.doctor;

import static workshop.doctor.Diagnosis.TYPE;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;

/** Whether the terminal is wide enough, and can show all characters. */
public final class TerminalCheck {
  private static final int LEAST = 80;

  private TerminalCheck() {}

  /**
   * @param columns empty if there is no terminal, or if it is unknown
   * @param encoding the one that Java uses for standard output
   */
  public record Seen(OptionalInt columns, String encoding) {}

  public static Seen look(Map<String, String> environment, Properties system, Path folder, Os os)
      throws IOException, InterruptedException {
    OptionalInt columns = number(environment.getOrDefault("COLUMNS", ""));
    if (columns.isEmpty() && os != Os.WINDOWS) {
      // "24 80", or "0 0" if it is unknown.
      String size =
          Bounded.ask(folder, new File("/dev/tty"), Duration.ofSeconds(2), List.of("stty", "size"))
              .map(Bounded.Answer::out)
              .orElse("");
      columns = number(size.replaceFirst("^\\d+ ", ""));
    }
    return new Seen(columns, encoding(system));
  }

  public static List<Diagnosis> judge(Seen seen, Os os) {
    return List.of(width(seen.columns()), encoding(seen.encoding(), os));
  }

  private static Diagnosis width(OptionalInt columns) {
    if (columns.isEmpty()) {
      return Diagnosis.ok("width", "unknown; " + LEAST + " columns are enough");
    }
    String found = columns.getAsInt() + " columns";
    return columns.getAsInt() < LEAST
        ? Diagnosis.warning("width", found, "Lines have up to 80 columns. Make the window wider.")
        : Diagnosis.ok("width", found);
  }

  private static Diagnosis encoding(String encoding, Os os) {
    return encoding.equalsIgnoreCase("UTF-8")
        ? Diagnosis.ok("encoding", encoding)
        : Diagnosis.warning(
            "encoding",
            encoding + ": some characters will be shown as question marks.",
            "For this terminal, type",
            TYPE
                + switch (os) {
                  case LINUX -> "export LC_ALL=C.UTF-8";
                  case MAC -> "export LC_ALL=en_US.UTF-8";
                  case WINDOWS -> "chcp 65001";
                });
  }

  /** What System.out uses; Java 17 sets the property only for a terminal, else uses the default. */
  private static String encoding(Properties system) {
    String name =
        system.getProperty(
            "stdout.encoding",
            system.getProperty("sun.stdout.encoding", Charset.defaultCharset().name()));
    return Charset.isSupported(name) ? Charset.forName(name).name() : name;
  }

  private static OptionalInt number(String text) {
    return text.matches("[1-9]\\d{0,5}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }
}
