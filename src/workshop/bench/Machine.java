package workshop.bench;

/** Describes the machine, because measurements depend on it. */
final class Machine {
  private Machine() {}

  /** For example {@code Java 17.0.15+6, Linux amd64, 2 processors}. */
  static String line() {
    return "Java %s, %s %s, %d processors"
        .formatted(
            Runtime.version(),
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors());
  }
}
