package workshop.doctor;

import static workshop.doctor.Diagnosis.TYPE;

import javax.tools.ToolProvider;

/** The Java that runs this, and with it the lessons: its version, and whether it can compile. */
public final class JavaCheck {
  private static final int OLDEST = 17;
  private static final int NEWEST = 25;

  private JavaCheck() {}

  /**
   * @param feature the first number of the version
   * @param compiler whether it has one; JBang needs it to compile the lessons
   */
  public record Seen(int feature, String version, String vendor, String home, boolean compiler) {}

  public static Seen look() {
    return new Seen(
        Runtime.version().feature(),
        System.getProperty("java.version"),
        System.getProperty("java.vendor"),
        System.getProperty("java.home"),
        ToolProvider.getSystemJavaCompiler() != null);
  }

  public static Diagnosis judge(Seen seen, Os os) {
    String found = seen.version() + ", " + seen.vendor() + ", in " + seen.home();
    String home =
        TYPE + os.set("JAVA_HOME", os == Os.WINDOWS ? "C:\\path\\to\\jdk" : "/path/to/jdk");
    String install = "Install a JDK (https://adoptium.net), then type";
    if (seen.feature() < OLDEST) {
      return Diagnosis.problem(
          "Java", found + ": too old. The lessons need 17 or newer.", install, home);
    }
    if (!seen.compiler()) {
      return Diagnosis.problem(
          "Java", found + ": a JRE without a compiler. The lessons need a JDK.", install, home);
    }
    if (seen.feature() > NEWEST) {
      return Diagnosis.warning(
          "Java",
          found + ": newer than 17 to 25, the versions that the workshop is tested with.",
          "If something fails, use one of those:",
          home);
    }
    return Diagnosis.ok("Java", found);
  }
}
