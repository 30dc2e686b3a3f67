package checkout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import support.Checkout;
import support.RealProcess;
import support.Slow;

/**
 * The launchers of Linux and Windows read the same directives and variables alike: {@code
 * inputs.awk} and {@code ask.sh} do, and {@code Launch.java} does. One for both would cost a JVM
 * more where only a shell is needed.
 */
@Slow
@DisabledOnOs(OS.WINDOWS)
class TwoLaunchersTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** In the package of Launch, whose methods it shows. */
  private static final String SHOW =
      """
      import java.nio.file.*;
      import java.util.*;

      class Show {
        public static void main(String[] args) throws Exception {
          if (args.length == 0) {
            Launch.proxy().forEach(System.out::println);
            return;
          }
          for (String line : Files.readAllLines(Path.of(args[0]))) {
            TreeSet<Path> inputs = new TreeSet<>();
            boolean known = Launch.addInputs(line, Path.of(args[0]).getParent(), inputs);
            System.out.println(line + " -> " + (known ? inputs : "ask"));
          }
        }
      }
      """;

  /** What the machine itself may have set. */
  private static final String NONE = "HTTPS_PROXY=;HTTP_PROXY=;NO_PROXY=;JBANG_JAVA_OPTIONS=;";

  @TempDir static Path temp;
  private static String java;

  @BeforeAll
  static void compile() throws Exception {
    Path bin = Path.of(System.getProperty("java.home"), "bin");
    java = bin.resolve("java").toString();
    Path show = Files.writeString(temp.resolve("Show.java"), SHOW);
    Path launch = Checkout.FOLDER.resolve(".jbang/Launch.java");
    run(Map.of(), bin.resolve("javac").toString(), "-d", temp + "", launch + "", show + "");
  }

  @Test
  void findTheSameInputs() throws Exception {
    List<String> lines =
        List.of(
            "//SOURCES A.java b/B.java",
            "//SOURCES src/**/*.java",
            "//SOURCES ../other/x*.java,Y.java;Z.java",
            "//SOURCES dir",
            "//FILES a.txt=files/b.txt c.txt",
            "//FILES ../d/../e?.txt // why",
            "//FILES http://host/a.txt",
            "//FILES {a,b}.txt",
            "//FILES 'a b.txt'",
            "//SOURCES ${home}/A.java",
            "//DEPS a.b:c-d:1.2 e:f:1@pom g:h",
            "//DEPS a:b:1.2:linux@jar",
            "//DEPS a:b:[1,2)",
            "//DEPS a:b:1-SNAPSHOT",
            "//DEPS a:b:LATEST",
            "//DEPS https://github.com/a/b",
            "//COMPILE:DEPS a:b:1",
            "//JAVA 17+",
            "//JAVAC_OPTIONS -Xlint",
            "//RUNTIME_OPTIONS -Da=${b}",
            "//DESCRIPTION a: b, c",
            "//REPOS central",
            "//MODULE a",
            "//SOMETHING_NEW a",
            "//not a directive",
            "// SOURCES A.java",
            "import a.B; @Grab(\"a:b:1\")",
            "class A {} // SOURCES",
            "");
    Path folder = Files.createDirectories(temp.resolve("in/folder"));
    List<String> shell = new ArrayList<>();
    for (String line : lines) {
      Path script = Files.writeString(folder.resolve("Script.java"), line + "\n");
      TreeSet<Path> inputs = new TreeSet<>();
      List<String> printed =
          run(Map.of(), "awk", "-f", Checkout.FOLDER + "/.jbang/inputs.awk", script + "");
      printed.forEach(each -> inputs.add(Path.of(each)));
      shell.add(line + " -> " + (printed.contains("ask") ? "ask" : inputs));
    }
    Path all = Files.write(folder.resolve("All.java"), lines);

    assertThat(run(Map.of(), java, "-cp", temp + "", "Show", all + "")).isEqualTo(shell);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTPS_PROXY=http://host:3128",
        "https_proxy=host:3128",
        "HTTP_PROXY=host",
        "HTTPS_PROXY=http://me:p@ss@host:3128/path;http_proxy=https://other:1",
        "HTTPS_PROXY=host:1;NO_PROXY=.a.com, b.org,localhost",
        "HTTPS_PROXY=host:1;NO_PROXY=a.com",
        "NO_PROXY=a.com",
        "HTTPS_PROXY=host:1;JAVA_TOOL_OPTIONS=-Dhttps.proxyHost=mine",
        "HTTPS_PROXY=host:1;JBANG_JAVA_OPTIONS=-Dhttp.proxyHost=mine",
      })
  void findTheSameProxy(String variables) throws Exception {
    Map<String, String> environment = new HashMap<>();
    // Names have no case on Windows, so here both have the same value.
    for (String variable : (NONE + variables).split(";")) {
      String[] parts = variable.split("=", 2);
      environment.put(parts[0].toUpperCase(Locale.ROOT), parts[1]);
      if (parts[0].toLowerCase(Locale.ROOT).endsWith("_proxy")) {
        environment.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
      }
    }
    String section =
        "eval \"$(sed -n '/^proxy=$/,/^mirror=/p' \"$0\")\"; set -f; printf '%s\\n' $proxy";

    List<String> shell = run(environment, "sh", "-c", section, Checkout.FOLDER + "/.jbang/ask.sh");

    List<String> launch = run(environment, java, "-cp", temp + "", "Show");
    assertThat(launch.stream().filter(each -> !each.equals("-Djava.net.useSystemProxies=true")))
        .containsExactlyElementsOf(shell.stream().filter(each -> !each.isEmpty()).toList());
  }

  private static List<String> run(Map<String, String> more, String... command)
      throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("WORKSHOP_DIR", temp.toString());
    try (RealProcess process = RealProcess.start("launcher", temp, environment, List.of(command))) {
      RealProcess.Ended ended = process.end(LIMIT);
      assertThat(ended.exitCode()).as(ended.err()).isZero();
      return ended.out().lines().toList();
    }
  }
}
