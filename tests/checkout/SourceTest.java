package checkout;

import static com.google.googlejavaformat.java.ImportOrderer.reorderImports;
import static com.google.googlejavaformat.java.JavaFormatterOptions.Style.GOOGLE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.Checkout;
import support.RealProcess;
import support.Slow;

/** The sources: their format, and that the compiler has nothing to say. */
class SourceTest {
  /** Each of these names its own libraries. */
  private static final String SCRIPT = "\\d\\d-[a-z-]+\\.java|ProtocolLoad\\.java";

  @TempDir Path temp;

  @Test
  void areFormattedByGoogleJavaFormat() throws Exception {
    List<Path> unformatted = new ArrayList<>();
    for (Path file : javaFiles()) {
      String source = Files.readString(file);
      // JBang's head is no Java: the formatter would put a space after each of its slashes.
      String java = source.startsWith("//") ? source.substring(source.indexOf("\n\n") + 2) : source;
      String inOrder = RemoveUnusedImports.removeUnusedImports(reorderImports(java, GOOGLE));
      if (!new Formatter().formatSource(inOrder).equals(java)) {
        unformatted.add(Checkout.FOLDER.relativize(file));
      }
    }
    assertThat(unformatted).isEmpty();
  }

  @Slow
  @Test
  void compileWithoutAWarning() throws Exception {
    List<Path> scripts = javaFiles().stream().filter(SourceTest::isScript).toList();
    assertThat(scripts).isNotEmpty();
    Map<List<String>, String> libraries = new HashMap<>(); // JBang takes a second to tell them
    for (Path script : scripts) {
      List<String> named = Files.readAllLines(script);
      named.removeIf(line -> !line.startsWith("//DEPS "));
      if (!libraries.containsKey(named)) {
        libraries.put(named, libraries(script));
      }
      // A scope that a lesson opens is closed, and not used otherwise.
      compile(List.of(script), libraries.get(named), "-Xlint:all,-try");
    }
    String own = System.getProperty("java.class.path");
    List<Path> programs = javaFiles().stream().filter(SourceTest::isMistake).toList();
    assertThat(programs).isNotEmpty();
    Path main = Checkout.FOLDER.resolve("troubleshooting").resolve("Troubleshooting.java");
    compile(programs, libraries(main) + File.pathSeparator + own);
    compile(javaFiles().stream().filter(file -> !isScript(file) && !isMistake(file)).toList(), own);
  }

  /** Each room uses those above it in the table of docs/architecture.md, and no other. */
  @Test
  void importsPointDown() throws Exception {
    List<String> rooms = DocumentsTest.rooms();
    Path sources = Checkout.FOLDER.resolve("src").resolve("workshop");
    try (Stream<Path> folders = Files.list(sources)) {
      assertThat(folders.map(folder -> folder.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(rooms);
    }
    Pattern use = Pattern.compile("\\bworkshop\\.([a-z]+)\\.[A-Z]");
    List<String> up = new ArrayList<>();
    for (String room : rooms) {
      try (Stream<Path> files = Files.walk(sources.resolve(room))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          use.matcher(Files.readString(file))
              .results()
              .filter(used -> rooms.indexOf(used.group(1)) > rooms.indexOf(room))
              .forEach(used -> up.add(sources.relativize(file) + " uses " + used.group(1)));
        }
      }
    }
    assertThat(up).isEmpty();
  }

  /** What JBang puts on the class path of a script, beside its own classes. */
  private String libraries(Path script) throws Exception {
    try (RealProcess classPath =
        RealProcess.start(
            "class path",
            temp,
            Map.of(),
            List.of(
                Checkout.FOLDER.resolve("jbang").toString(),
                "info",
                "classpath",
                "--deps-only",
                script.toString()))) {
      return classPath.end(Duration.ofMinutes(2)).out().strip();
    }
  }

  private void compile(List<Path> files, String classPath) throws IOException {
    compile(files, classPath, "-Xlint:all");
  }

  private void compile(List<Path> files, String classPath, String lint) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  said,
                  manager,
                  null,
                  List.of(lint, "-Werror", "-proc:none", "-d", temp.toString(), "-cp", classPath),
                  null,
                  manager.getJavaFileObjectsFromPaths(files))
              .call();
      assertThat(compiled).as(files + "\n" + said).isTrue();
    }
  }

  private static boolean isScript(Path file) {
    return file.getFileName().toString().matches(SCRIPT);
  }

  /** The programs of TROUBLESHOOTING.md also need the libraries of the tool. */
  private static boolean isMistake(Path file) {
    return file.getParent().endsWith("troubleshooting");
  }

  private static List<Path> javaFiles() throws IOException {
    List<Path> all = new ArrayList<>();
    for (String folder : List.of("", "solutions", "src", "tests", "troubleshooting", ".jbang")) {
      Path start = Checkout.FOLDER.resolve(folder);
      try (Stream<Path> files = Files.walk(start, folder.isEmpty() ? 1 : 9)) {
        files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(all::add);
      }
    }
    return all;
  }
}
