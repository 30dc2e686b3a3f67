package workshop.lesson;

import java.util.List;
import java.util.stream.Stream;

/** The libraries that a source names for JBang. */
public final class Dependencies {
  private static final String DIRECTIVE = "//DEPS ";

  private Dependencies() {}

  /**
   * Each {@code group:artifact}, {@code group:artifact:version} or, for a BOM, {@code
   * group:artifact:version@pom} of the {@code //DEPS} lines, in order.
   */
  public static List<String> in(String source) {
    return source.lines().flatMap(Dependencies::inLine).toList();
  }

  /** The same for one line. */
  static Stream<String> inLine(String line) {
    return line.startsWith(DIRECTIVE)
        ? Stream.of(line.substring(DIRECTIVE.length()).strip().split("\\s+"))
        : Stream.empty();
  }
}
