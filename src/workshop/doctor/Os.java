package workshop.doctor;

import java.util.Locale;

/** The operating system, because commands differ. */
public enum Os {
  LINUX,
  MAC,
  WINDOWS;

  public static Os detect() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (name.startsWith("windows")) {
      return WINDOWS;
    }
    return name.startsWith("mac") ? MAC : LINUX;
  }

  /** The command that sets a variable of the environment. */
  String set(String variable, String value) {
    return (this == WINDOWS ? "set " : "export ") + variable + "=" + value;
  }

  /** The command that removes a variable of the environment. */
  String unset(String variable) {
    return this == WINDOWS ? "set " + variable + "=" : "unset " + variable;
  }

  /** The command that shows which process listens on a port. */
  String whoListens(int port) {
    return switch (this) {
      case LINUX -> "sudo ss -ltnp 'sport = :" + port + "'";
      case MAC -> "sudo lsof -nP -iTCP:" + port + " -sTCP:LISTEN";
      case WINDOWS -> "netstat -ano | findstr :" + port;
    };
  }
}
