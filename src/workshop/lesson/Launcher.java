package workshop.lesson;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The script {@code jbang} beside the lessons, as this operating system has it. */
public final class Launcher {
  private static final boolean WINDOWS =
      System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");

  /** The encoding in which a lesson prints into a pipe. */
  static final Charset ENCODING = Charset.forName(System.getProperty("native.encoding"));

  private Launcher() {}

  public static boolean isWindows() {
    return WINDOWS;
  }

  /**
   * A sentence that suggests commands, as they are typed on this operating system.
   *
   * @param sentence with commands that start with {@code ./jbang}
   */
  public static String typed(String sentence) {
    return typed(sentence, WINDOWS);
  }

  /** The same for either kind of operating system: both shells of Windows take {@code .\jbang}. */
  public static String typed(String sentence, boolean windows) {
    return windows ? sentence.replace("./jbang", ".\\jbang") : sentence;
  }

  /**
   * A command that runs with variables of the environment, for each shell of this operating system.
   *
   * @param variables are written in the order of their names
   * @param command starts with {@code ./jbang}
   */
  public static String typedWith(Map<String, String> variables, String command) {
    StringBuilder set = new StringBuilder();
    new TreeMap<>(variables)
        .forEach(
            (name, value) ->
                set.append((WINDOWS ? "set %s=%s&& " : "%s=%s ").formatted(name, value)));
    return WINDOWS ? "cmd /c \"%s%s\"".formatted(set, typed(command)) : set + command;
  }

  /** The launcher beside the lessons, else the JBang on the PATH. */
  public static String path(Path folder) {
    Path own = folder.resolve(WINDOWS ? "jbang.cmd" : "jbang");
    return Files.isExecutable(own) ? own.toString() : "jbang";
  }

  /** What a program reads that has nothing to read. */
  public static File nullDevice() {
    return new File(WINDOWS ? "NUL" : "/dev/null");
  }
}
