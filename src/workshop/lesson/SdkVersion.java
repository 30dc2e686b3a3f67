package workshop.lesson;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of OpenTelemetry that the lessons use. Many files name it, each beside a library: as
 * {@code io.opentelemetry:ARTIFACT:VERSION}, or as Maven's XML does. Libraries with versions of
 * their own, for example the semantic conventions, belong to other groups.
 */
public final class SdkVersion {
  private static final Pattern RELEASE = Pattern.compile("\\d+\\.\\d+\\.\\d+");

  /** A library and the numbers of its version; {@code -alpha} may follow. */
  private static final Pattern NAMED =
      Pattern.compile(
          "(?<library>\\bio\\.opentelemetry:[\\w-]+:"
              + "|<groupId>io\\.opentelemetry</groupId>\\s*<artifactId>[\\w-]+</artifactId>"
              + "\\s*<version>)"
              + "(?<version>"
              + RELEASE
              + ")(?!\\w|[.-](?!alpha\\b)\\w)");

  /** A line of a script that names a library, with or without a version. */
  private static final Pattern LIBRARY =
      Pattern.compile("^//DEPS (io\\.opentelemetry:[\\w-]+(:\\S+)?)$", Pattern.MULTILINE);

  private static final Pattern BOM =
      Pattern.compile(
          "^//DEPS io\\.opentelemetry:opentelemetry-bom:([0-9.]+)@pom$", Pattern.MULTILINE);

  private SdkVersion() {}

  /** Whether this is the version of a release, for example {@code 1.2.3}. */
  public static boolean isRelease(String version) {
    return RELEASE.matcher(version).matches();
  }

  /** The version that a script imports the BOM with; empty if it imports none. */
  public static Optional<String> of(String script) {
    return BOM.matcher(script).results().map(match -> match.group(1)).findFirst();
  }

  /** Whether a text names this version of a library. */
  static boolean isNamed(String text, String version) {
    return NAMED.matcher(text).results().anyMatch(match -> isVersion(match, version));
  }

  /** The text with the version {@code to} at each library that had the version {@code from}. */
  public static String change(String text, String from, String to) {
    return NAMED
        .matcher(text)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    isVersion(match, from) ? match.group(1) + to : match.group()));
  }

  private static boolean isVersion(MatchResult named, String version) {
    return named.group(2).equals(version);
  }

  /**
   * The files below a folder that name this version of a library, and their texts; hidden folders
   * are left out.
   */
  public static Map<Path, String> files(Path folder, String version) throws IOException {
    Map<Path, String> found = new TreeMap<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path inner, BasicFileAttributes attributes) {
            return !inner.equals(folder) && inner.getFileName().toString().startsWith(".")
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              String text = read(file);
              if (isNamed(text, version)) {
                found.put(file, text);
              }
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  /** One character for each byte, so that {@link #write} changes nothing else. */
  private static String read(Path file) throws IOException {
    return Files.readString(file, ISO_8859_1);
  }

  /** Writes a text that {@link #files} returned, with another version. */
  public static void write(Path file, String text) throws IOException {
    WholeFile.write(file, text, ISO_8859_1);
  }

  /** A script with each library of the SDK that scripts name, and nothing to run. */
  public static String script(Iterable<String> scripts, String version) {
    TreeSet<String> libraries = new TreeSet<>();
    for (String script : scripts) {
      LIBRARY
          .matcher(script)
          .results()
          .filter(match -> match.group(2) == null || isNamed(match.group(1), version))
          .forEach(match -> libraries.add(match.group(1)));
    }
    return "//DEPS "
        + String.join("\n//DEPS ", libraries)
        + "\n\nclass Version {\n  public static void main(String[] args) {}\n}\n";
  }
}
