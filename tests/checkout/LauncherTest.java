package checkout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import support.Await;
import support.Checkout;
import support.LessonRun;
import support.RealProcess;
import support.Slow;

/**
 * The launcher, in a copy of its files in a folder whose path has a space, with empty caches.
 * JBang's jar comes from a mirror inside the test, so that nothing is fetched from outside.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "jbang is a shell script")
@Slow
class LauncherTest {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String JAVA_HOME = System.getProperty("java.home");
  private static final String NOWHERE = "http://127.0.0.1:1";

  private static String version;
  private static byte[] jar;
  private static String jarPath;
  private static String sha256;

  @TempDir Path temp;
  private Path checkout;
  private Path elsewhere;
  private Mirror mirror;

  @BeforeAll
  static void readJar() throws Exception {
    Path own = Checkout.FOLDER.resolve(".jbang");
    String[] words = Files.readString(own.resolve("jbang-version")).strip().split(" ");
    version = words[0];
    sha256 = words[1];
    jarPath = "/dev/jbang/jbang-cli/%1$s/jbang-cli-%1$s-all.jar".formatted(version);
    Path file = own.resolve("jbang-" + version + ".jar");
    if (!Files.exists(file)) {
      // The tests were started by another JBang.
      new ProcessBuilder(Checkout.FOLDER.resolve("jbang").toString(), "--version")
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    }
    jar = Files.readAllBytes(file);
  }

  @BeforeEach
  void copyTheLauncher() throws IOException {
    checkout = copyTheLauncherTo(temp.resolve("a work shop"));
    elsewhere = Files.createDirectories(temp.resolve("else where"));
    mirror = new Mirror();
    mirror.files.put("/maven2" + jarPath, jar);
  }

  private static Path copyTheLauncherTo(Path folder) throws IOException {
    for (String file :
        List.of(
            "jbang",
            "jbang-catalog.json",
            ".jbang/FetchJBang.java",
            ".jbang/ask.sh",
            ".jbang/inputs.awk",
            ".jbang/jbang-version")) {
      Path copy = folder.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(Checkout.FOLDER.resolve(file), copy);
    }
    return folder;
  }

  @AfterEach
  void stopTheMirror() {
    mirror.close();
  }

  @Test
  void theFirstRunFetchesJBangAndTheSecondIsSilent() throws Exception {
    write("Show.java", SHOW);
    RealProcess.Ended first = run(elsewhere, Map.of(), checkout.resolve("Show.java").toString());
    assertThat(first.err())
        .contains("Fetching JBang " + version + " (9.5 MB) from " + mirror.address() + "\n");
    assertThat(first.out()).isEqualTo(shown(elsewhere));
    assertThat(first.exitCode()).isZero();
    assertThat(mirror.requests).containsExactly("GET /maven2" + jarPath);

    RealProcess.Ended second = run(elsewhere, Map.of(), checkout.resolve("Show.java").toString());
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).isEqualTo(shown(elsewhere));
    assertThat(mirror.requests).hasSize(1);
    assertNothingElseInTheCheckout();
  }

  @Test
  void argumentsArriveAsTyped() throws Exception {
    warm();
    write("Show.java", SHOW);
    Files.writeString(elsewhere.resolve("file"), "not an argument");
    String[] arguments = {
      "plain",
      "two words",
      "",
      "it's",
      "\"quoted\"",
      "$HOME",
      "`date`",
      "*",
      "a\\b\\",
      "~",
      "a;b&c|d",
      "(x)",
      "%1",
      "%{https://example.invalid/x}",
      "@file",
      "--help",
      "-Dx=y",
      "",
      "line\nbreak",
      "ü€",
      " "
    };
    assertThat(run(elsewhere, Map.of(), with(checkout.resolve("Show.java"), arguments)).out())
        .isEqualTo(shown(elsewhere, arguments));
  }

  @Test
  void theExitCodeAndStandardInputAreTheProgramsOwn() throws Exception {
    warm();
    write(
        "Copy.java",
        """
        class Copy {
          public static void main(String[] args) throws Exception {
            System.in.transferTo(System.out);
            System.exit(Integer.parseInt(args[0]));
          }
        }
        """);
    RealProcess.Ended ended =
        end(
            elsewhere,
            environment(Map.of()),
            "sh",
            "-c",
            "printf 'from a pipe' | \"$0\" \"$1\" 42",
            checkout.resolve("jbang").toString(),
            checkout.resolve("Copy.java").toString());
    assertThat(ended.out()).isEqualTo("from a pipe");
    assertThat(ended.exitCode()).isEqualTo(42);
    assertThat(run(elsewhere, Map.of(), checkout.resolve("Copy.java").toString(), "255").exitCode())
        .isEqualTo(255);
  }

  @Test
  void aSignalReachesTheProgram() throws Exception {
    warm();
    write(
        "Wait.java",
        """
        class Wait {
          public static void main(String[] args) throws Exception {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("goodbye")));
            System.out.println("ready");
            Thread.currentThread().join();
          }
        }
        """);
    Path out = elsewhere.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(
                clean(Map.of(), checkout.resolve("jbang").toString(), "../a work shop/Wait.java"))
            .directory(elsewhere.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().putAll(environment(Map.of()));
    Process process = builder.start();
    try {
      Await.until("the program is ready", () -> Files.readString(out).contains("ready"));
      process.destroy();
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(out)).endsWith("ready\ngoodbye\n");
      assertThat(process.exitValue()).isEqualTo(128 + 15);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  @Test
  void theShortNamesWorkFromAnyFolderAndAreThoseOfTheCatalog() throws Exception {
    warm();
    write("workshop.java", SHOW.replace("Show", "Workshop").replace("ran", "workshop.java"));
    write("tests/RunTests.java", SHOW.replace("Show", "RunTests").replace("ran", "RunTests.java"));
    // A folder or a file of that name is no match for the short name.
    Files.createDirectories(elsewhere.resolve("workshop"));
    Files.writeString(elsewhere.resolve("test"), "no program");
    JsonObject aliases =
        JsonParser.parseString(Files.readString(checkout.resolve("jbang-catalog.json")))
            .getAsJsonObject()
            .getAsJsonObject("aliases");
    assertThat(aliases.keySet()).containsExactlyInAnyOrder("workshop", "backend", "test", "bench");
    for (String name : aliases.keySet()) {
      JsonObject alias = aliases.getAsJsonObject(name);
      List<String> arguments = new ArrayList<>();
      if (alias.has("arguments")) {
        alias.getAsJsonArray("arguments").forEach(value -> arguments.add(value.getAsString()));
      }
      arguments.addAll(List.of("--port", "a b"));
      String script = alias.get("script-ref").getAsString();
      assertThat(run(elsewhere, Map.of(), name, "--port", "a b").out())
          .as(name)
          .isEqualTo(
              shown(elsewhere, arguments.toArray(String[]::new))
                  .replace("ran", Path.of(script).getFileName().toString()));
    }
  }

  @Test
  void allElseGoesToJBangAsItIs() throws Exception {
    warm();
    write("Show.java", SHOW);
    assertIsJBang(run(checkout, Map.of(), "--version"));
    assertThat(run(checkout, Map.of(), "info", "classpath", "Show.java").out())
        .contains("Show.jar");
    assertThat(run(checkout, Map.of(), "--quiet", "Show.java", "x y").out())
        .isEqualTo(shown(checkout, "x y"));
    assertThat(run(checkout, Map.of()).err())
        .contains("./jbang workshop run", "./jbang 02-grpc-export.java", "Usage: jbang");
    RealProcess.Ended unknown = run(checkout, Map.of(), "absent.java");
    assertThat(unknown.err())
        .contains("could not be found or read: 'absent.java'")
        .doesNotContain("find:");
    assertThat(unknown.exitCode()).isEqualTo(2);
  }

  @Test
  void aSymbolicLinkFindsItsCheckout() throws Exception {
    warm();
    write("Show.java", SHOW);
    Path bin = Files.createDirectories(temp.resolve("bin"));
    Path link = Files.createSymbolicLink(bin.resolve("jbang"), Path.of("../a work shop/jbang"));
    RealProcess.Ended ended =
        end(bin, environment(Map.of()), link.toString(), "../a work shop/Show.java");
    assertThat(ended.out()).contains("\nWORKSHOP_DIR=" + temp + "/").contains("a work shop\n");
    assertThat(ended.exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void laterRunsUseArchivesOfClassesWithoutAWord(boolean jdk25) throws Exception {
    warm();
    // A proxy's class does not go into an archive, and Java by itself says so.
    String proxy =
        "java.lang.reflect.Proxy.newProxyInstance(Show.class.getClassLoader(),"
            + " new Class<?>[] {Runnable.class}, (object, method, values) -> null);";
    write("01-show.java", SHOW.replace("StringBuilder all", proxy + "StringBuilder all"));
    Map<String, String> jdk =
        jdk25 ? Map.of("JAVA_HOME", LessonRun.jdk25OrSkip().toString()) : Map.of();
    for (int i = 0; i < 4; i++) {
      RealProcess.Ended ended = run(checkout, jdk, "01-show.java", "run " + i);
      assertThat(ended.out()).isEqualTo(shown(checkout, "run " + i));
      assertThat(ended.err()).isEqualTo(i == 0 ? "[jbang] Building jar for 01-show.java...\n" : "");
    }
    assertThat(archives("jbang-" + version)).hasSize(1).allMatch(size -> size > 0);
    assertThat(archives("01-show.java")).hasSize(1).allMatch(size -> size > 0);

    // Edited, it is another program: its old archive goes.
    write("01-show.java", SHOW.replace("ran", "did run"));
    assertThat(run(checkout, jdk, "01-show.java").out()).startsWith("did run");
    assertThat(archives("01-show.java")).isEmpty();
    assertNothingElseInTheCheckout("01-show.java");
  }

  /** With a library, a source and a file, each of which prints a word. */
  private void writeProgram() throws IOException {
    publishDependency();
    write(
        "Parts.java",
        """
        //DEPS demo:greeting:1.0
        //SOURCES more/**.java
        //FILES data/

        class Parts {
          public static void main(String[] args) throws Exception {
            for (String name : new String[] {"/greeting.txt", "/word.txt"}) {
              System.out.println(
                  new String(Parts.class.getResourceAsStream(name).readAllBytes()));
            }
            System.out.println("script " + More.word());
          }
        }
        """);
    write("more/deep/More.java", "class More { static String word() { return \"source\"; } }");
    write("data/word.txt", "file");
  }

  private static final String PARTS = "hello from the mirror\nfile\nscript source\n";

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theSecondRunDoesWithoutJBang(boolean jdk25) throws Exception {
    warm();
    writeProgram();
    Map<String, String> jdk =
        jdk25 ? Map.of("JAVA_HOME", LessonRun.jdk25OrSkip().toString()) : Map.of();
    assertThat(run(checkout, jdk, "Parts.java").out()).isEqualTo(PARTS);
    breakJBang();
    for (int i = 0; i < 3; i++) {
      RealProcess.Ended ended = run(checkout, jdk, "Parts.java");
      assertThat(ended.err()).isEmpty();
      assertThat(ended.out()).isEqualTo(PARTS);
    }
    // What is sent to where does not change what JBang answers, nor does the current folder.
    Map<String, String> other = new HashMap<>(jdk);
    other.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:1");
    assertThat(run(elsewhere, other, checkout + "/more/../Parts.java").out()).isEqualTo(PARTS);
  }

  @Test
  void whateverTheAnswerDependsOnIsAskedAgainWhenItChanges() throws Exception {
    warm();
    writeProgram();
    assertThat(run(checkout, Map.of(), "Parts.java").out()).isEqualTo(PARTS);
    breakJBang();
    Answer answer = new Answer();
    answer.assertAsksAfter(
        "JBANG_DIR", () -> {}, Map.of("JBANG_DIR", temp.resolve("d").toString()));
    answer.assertAsksAfter("an option", () -> {}, Map.of("JBANG_APP_RUNTIME_OPTIONS", "-ea"));
    Path sameJdk = temp.resolve("same jdk");
    fakeJava(sameJdk.resolve("bin/java"), "exec '" + JAVA_HOME + "/bin/java' \"$@\"");
    answer.assertAsksAfter("Java's path", () -> {}, Map.of("JAVA_HOME", sameJdk.toString()));
    for (String file : List.of("Parts.java", "more/deep/More.java", "data/word.txt")) {
      Path path = checkout.resolve(file);
      byte[] before = Files.readAllBytes(path);
      answer.assertAsksAfter(
          "an edit of " + file,
          () -> Files.writeString(path, "\n", StandardOpenOption.APPEND),
          Map.of());
      Files.write(path, before);
    }
    for (String file :
        List.of(
            "more/Another.java",
            "data/deep/another.txt",
            "jbang.properties",
            ".jbang/jbang.properties",
            "../jbang.properties",
            "../jbang dir/jbang.properties")) {
      Path path = checkout.resolve(file);
      answer.assertAsksAfter("a new file " + file, () -> write(file, "x=y"), Map.of());
      Files.delete(path);
    }
    for (String name : List.of("Parts.jar", "greeting-1.0.jar")) {
      Path path = find(temp, name);
      byte[] before = Files.readAllBytes(path);
      answer.assertAsksAfter("the loss of " + name, () -> Files.delete(path), Map.of());
      Files.write(path, before);
    }
    Path built = find(temp, "Parts.jar");
    byte[] before = Files.readAllBytes(built);
    answer.assertAsksAfter(
        "a build by another JDK",
        () -> Files.writeString(built, "other bytes", StandardOpenOption.APPEND),
        Map.of());
    Files.write(built, before);
    // All changes are undone, so the answer is good again.
    assertThat(run(checkout, Map.of(), "Parts.java").out()).isEqualTo(PARTS);
  }

  /** The answer that is kept for Parts.java, with a JBang that fails. */
  private final class Answer {
    private final Path file = find(checkout, "Parts.java-java-.*\\.answer");
    private final byte[] content = Files.readAllBytes(file);

    Answer() throws IOException {}

    void assertAsksAfter(String what, Change change, Map<String, String> environment)
        throws Exception {
      change.make();
      RealProcess.Ended ended = run(checkout, environment, "Parts.java");
      assertThat(ended.err()).as(what).contains("dev.jbang.Main");
      assertThat(ended.exitCode()).as(what).isEqualTo(1);
      assertThat(file).doesNotExist();
      Files.write(file, content);
    }
  }

  private interface Change {
    void make() throws IOException;
  }

  @Test
  void anEditedSourceIsBuiltAgain() throws Exception {
    warm();
    writeProgram();
    assertThat(run(checkout, Map.of(), "Parts.java").out()).isEqualTo(PARTS);
    write("more/deep/More.java", "class More { static String word() { return \"edited\"; } }");
    assertThat(run(checkout, Map.of(), "Parts.java").out())
        .isEqualTo(PARTS.replace("source", "edited"));
    Files.delete(find(temp, "greeting-1.0.jar"));
    assertThat(run(checkout, Map.of(), "Parts.java").out())
        .isEqualTo(PARTS.replace("source", "edited"));
  }

  @Test
  void whatOneJdkBuiltIsNotGivenToAnother() throws Exception {
    Map<String, String> jdk25 = Map.of("JAVA_HOME", LessonRun.jdk25OrSkip().toString());
    warm();
    write("Show.java", SHOW.replace("\"ran\\n\"", "\"ran\\n\" + Runtime.version().feature()"));
    assertThat(run(checkout, Map.of(), "Show.java").out()).startsWith("ran\n");
    Files.delete(find(temp, "Show.jar"));
    assertThat(run(checkout, jdk25, "Show.java").out()).startsWith("ran\n25");
    // JBang built it for 25 in the same place.
    assertThat(run(checkout, Map.of(), "Show.java").out()).startsWith("ran\n");
  }

  @Test
  void anAnswerIsNotKeptIfTheScriptChangesMeanwhile() throws Exception {
    warm();
    publishDependency();
    Path script = checkout.resolve(write("Depends.java", DEPENDS));
    mirror.meanwhile = () -> Files.writeString(script, "\n", StandardOpenOption.APPEND);
    assertThat(run(checkout, Map.of(), "Depends.java").out()).isEqualTo("hello from the mirror\n");
    assertThat(Files.readString(script)).startsWith(DEPENDS + "\n");
    assertThat(answers()).isEmpty();
  }

  @Test
  void noAnswerIsKeptForAScriptOutsideTheCheckoutOrAVersionThatMoves() throws Exception {
    warm();
    publishDependency();
    mirror.files.forEach(
        (path, content) -> mirror.files.put(path.replace("1.0", "1.0-SNAPSHOT"), content));
    Files.writeString(elsewhere.resolve("Show.java"), SHOW);
    assertThat(run(elsewhere, Map.of(), "Show.java").out()).isEqualTo(shown(elsewhere));
    write("Depends.java", DEPENDS.replace(":1.0", ":1.0-SNAPSHOT"));
    assertThat(run(checkout, Map.of(), "Depends.java").out()).isEqualTo("hello from the mirror\n");
    assertThat(answers()).isEmpty();
    write("Depends.java", DEPENDS);
    assertThat(run(checkout, Map.of(), "Depends.java").out()).isEqualTo("hello from the mirror\n");
    assertThat(answers()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//DEPS g:a:1.0-SNAPSHOT",
        "//DEPS g:a:[1.0,2.0)",
        "//DEPS \"g:a:[1.0,2.0)\"",
        "//DEPS g:a:1.+",
        "//DEPS g:a:LATEST",
        "//DEPS g:a:RELEASE",
        "//DEPS g:a:${version}",
        "//DEPS g:a:1.0 g:b:2-SNAPSHOT@jar",
        "//DEPS Other.java",
        "//SOURCES https://example.invalid/Other.java",
        "//SOURCES other@example",
        "//FILES a.txt=https://example.invalid/a.txt",
        "//FILES {a,b}.txt",
        "//JAVAAGENT",
        "//CDS",
        "//PROPS a=b",
        "@Grab(\"g:a:1.0\")"
      })
  void whatOnlyJBangKnowsIsNotGuessed(String line) throws Exception {
    assertThat(inputs(line)).contains("ask");
  }

  @Test
  void theFilesAndFoldersOfAProgramAreFound() throws Exception {
    assertThat(
            inputs(
                """
                ///usr/bin/env jbang "$0" "$@" ; exit $?
                //DESCRIPTION a:b, https://example.invalid/
                //JAVA 17+
                //DEPS g:b:1.0@pom g:a, g.h:a-b_c:1.0.2-alpha:linux
                //RUNTIME_OPTIONS -Dx="y z"
                //SOURCES One.java, two/Two.java // a comment: two files
                //SOURCES ../src/**/*.java
                //FILES page/=web/page/ a.txt=b.txt;pictures/*.png
                // SOURCES no.java
                class Script {}
                """))
        .containsExactly(
            checkout + "/scripts/One.java",
            checkout + "/scripts/two/Two.java",
            checkout + "/src/",
            checkout + "/scripts/web/page/",
            checkout + "/scripts/b.txt",
            checkout + "/scripts/pictures/");
  }

  private List<String> inputs(String script) throws Exception {
    write("scripts/Script.java", script);
    return end(
            checkout,
            Map.of(),
            "awk",
            "-f",
            ".jbang/inputs.awk",
            checkout.resolve("scripts/Script.java").toString())
        .out()
        .lines()
        .toList();
  }

  @Test
  void checkoutsThatShareJBangsCacheTakeTurns() throws Exception {
    List<RealProcess> processes = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        Path folder = copyTheLauncherTo(temp.resolve("checkout " + i));
        Files.write(folder.resolve(".jbang/jbang-" + version + ".jar"), jar);
        Files.writeString(folder.resolve("Show.java"), SHOW);
        Map<String, String> environment = environment(Map.of());
        processes.add(
            RealProcess.start(
                "show", folder, environment, clean(environment, "./jbang", "Show.java")));
      }
      for (RealProcess process : processes) {
        RealProcess.Ended ended = process.end(LIMIT);
        assertThat(ended.out()).as(ended.err()).startsWith("ran\n");
        assertThat(ended.exitCode()).isZero();
      }
    } finally {
      processes.forEach(RealProcess::close);
    }
  }

  @Test
  void dependenciesComeFromTheMirrorToo() throws Exception {
    publishDependency();
    RealProcess.Ended ended = run(checkout, Map.of(), write("Depends.java", DEPENDS));
    assertThat(ended.out()).isEqualTo("hello from the mirror\n");
    assertThat(mirror.requests)
        .contains("GET /maven2/demo/greeting/1.0/greeting-1.0.jar", "GET /maven2" + jarPath);
  }

  @Test
  void worksWithoutANetworkOnceItWasWarmedUp() throws Exception {
    publishDependency();
    write("Depends.java", DEPENDS);
    assertThat(run(checkout, Map.of(), "Depends.java").exitCode()).isZero();
    mirror.close();
    Map<String, String> cutOff = Map.of("MVNW_REPOURL", NOWHERE, "HTTPS_PROXY", NOWHERE);
    RealProcess.Ended offline = run(checkout, cutOff, "Depends.java");
    assertThat(offline.out()).isEqualTo("hello from the mirror\n");
    assertThat(offline.err()).isEmpty();
    assertThat(offline.exitCode()).isZero();
  }

  @Test
  void worksInANetworkNamespaceOfItsOwnOnceItWasWarmedUp() throws Exception {
    assumeTrue(
        canUnshare(), "the program unshare is missing, or may not make a network namespace here");
    publishDependency();
    write("Depends.java", DEPENDS);
    assertThat(run(checkout, Map.of(), "Depends.java").exitCode()).isZero();
    RealProcess.Ended offline =
        end(checkout, environment(Map.of()), "unshare", "-rn", "./jbang", "Depends.java");
    assertThat(offline.out()).isEqualTo("hello from the mirror\n");
    assertThat(offline.err()).isEmpty();
  }

  @Test
  void theMirrorsPasswordIsGivenWhenItAsks() throws Exception {
    mirror.user = "me";
    mirror.password = "se:cret";
    Map<String, String> right = Map.of("MVNW_USERNAME", "me", "MVNW_PASSWORD", "se:cret");
    assertIsJBang(run(checkout, right, "--version"));

    Files.delete(checkout.resolve(".jbang/jbang-" + version + ".jar"));
    Map<String, String> wrong = Map.of("MVNW_USERNAME", "me", "MVNW_PASSWORD", "guess");
    assertCannotFetch(run(checkout, wrong, "--version"), "HTTP status 401 for ");
  }

  @Test
  void aProxyInJavasPropertiesIsUsed() throws Exception {
    publishDependency();
    write("Depends.java", DEPENDS);
    URI proxy = URI.create(mirror.address());
    RealProcess.Ended ended =
        run(
            checkout,
            Map.of(
                "MVNW_REPOURL",
                "http://central.invalid/maven2",
                "JAVA_TOOL_OPTIONS",
                "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=" + proxy.getPort()),
            "Depends.java");
    assertThat(ended.out()).isEqualTo("hello from the mirror\n");
    assertThat(ended.err()).contains("through the proxy 127.0.0.1:" + proxy.getPort());
    assertThat(mirror.requests)
        .contains(
            "GET http://central.invalid/maven2" + jarPath,
            "GET http://central.invalid/maven2/demo/greeting/1.0/greeting-1.0.jar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP_PROXY", "http_proxy"})
  void aProxyInTheEnvironmentIsUsed(String variable) throws Exception {
    publishDependency();
    write("Depends.java", DEPENDS);
    RealProcess.Ended ended =
        run(
            checkout,
            Map.of("MVNW_REPOURL", "http://central.invalid/maven2", variable, mirror.root() + "/"),
            "Depends.java");
    assertThat(ended.out()).isEqualTo("hello from the mirror\n");
    assertThat(mirror.requests)
        .contains(
            "GET http://central.invalid/maven2" + jarPath,
            "GET http://central.invalid/maven2/demo/greeting/1.0/greeting-1.0.jar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTPS_PROXY", "https_proxy"})
  void centralIsAskedThroughTheHttpsProxyWithItsPassword(String variable) throws Exception {
    try (TunnelProxy proxy = new TunnelProxy()) {
      RealProcess.Ended ended =
          run(
              checkout,
              Map.of("MVNW_REPOURL", "", variable, "http://me:p%40ss+1@127.0.0.1:" + proxy.port()),
              "--version");
      assertCannotFetch(ended, "Unable to tunnel through proxy. Proxy returns \"HTTP/1.1 502");
      assertThat(ended.err())
          .contains("https://repo1.maven.org/maven2 through the proxy 127.0.0.1:" + proxy.port())
          .doesNotContain("p@ss", "p%40ss");
      String credentials = Base64.getEncoder().encodeToString("me:p@ss+1".getBytes(UTF_8));
      assertThat(proxy.requests)
          .first()
          .asString()
          .startsWith("CONNECT repo1.maven.org:443 HTTP/1.1\r\n");
      assertThat(proxy.requests).last().asString().contains("Basic " + credentials + "\r\n");
    }
  }

  @Test
  void theProxysPasswordIsUsedForTheLibrariesToo() throws Exception {
    publishDependency();
    write("Depends.java", DEPENDS);
    mirror.proxyLogin = "me:p@ss&1";
    String repository = "http://central.invalid/maven2";
    String host = "127.0.0.1:" + URI.create(mirror.address()).getPort();
    RealProcess.Ended ended =
        run(
            checkout,
            Map.of("MVNW_REPOURL", repository, "HTTP_PROXY", "http://me:p%40ss&1@" + host),
            "Depends.java");
    assertThat(ended.out()).as(ended.err()).isEqualTo("hello from the mirror\n");

    Files.delete(find(temp, "greeting-1.0.jar"));
    RealProcess.Ended wrong =
        run(
            checkout,
            Map.of("MVNW_REPOURL", repository, "HTTP_PROXY", "http://me:guess@" + host),
            "Depends.java");
    assertThat(wrong.err())
        .contains(
            "jbang: cannot fetch the libraries of Depends.java from " + repository,
            "the proxy asks for a user and a password, or rejects these (HTTP status 407).",
            "export HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT");
    assertThat(wrong.exitCode()).isEqualTo(1);
  }

  @Test
  void aLibraryThatIsNotCachedAndCannotBeFetchedIsExplained() throws Exception {
    warm();
    write("Depends.java", DEPENDS);
    RealProcess.Ended ended = run(checkout, Map.of("MVNW_REPOURL", NOWHERE), "Depends.java");
    assertThat(ended.err())
        .contains(
            "jbang: cannot fetch the libraries of Depends.java from "
                + NOWHERE
                + ": cannot connect",
            "export MVNW_REPOURL=https://HOST/PATH");
    assertThat(ended.exitCode()).isEqualTo(1);
    // An error in the source is not the network's.
    write("Show.java", "class Show { int wrong = true; }");
    assertThat(run(checkout, Map.of("MVNW_REPOURL", NOWHERE), "Show.java").err())
        .contains("incompatible types")
        .doesNotContain("cannot fetch");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "C", "POSIX"})
  void sourcesAreUtf8WithoutALocale(String locale) throws Exception {
    warm();
    String folder = "gr\u00fc\u00dfe";
    write(folder + "/Show.java", SHOW.replace("\"ran\\n\"", "\"\u2026\\n\""));
    Map<String, String> none = Map.of("LC_ALL", locale, "LC_CTYPE", "", "LANG", "");
    RealProcess.Ended ended = run(checkout, none, folder + "/Show.java");
    assertThat(ended.out()).as(ended.err()).startsWith("\u2026\n");
  }

  @Test
  void aFolderThatTheLocaleCannotNameIsExplained() throws Exception {
    Path folder = copyTheLauncherTo(temp.resolve("gr\u00fc\u00dfe"));
    Map<String, String> latin = environment(Map.of("LC_ALL", "xx_XX.ISO-8859-1"));
    assertFails(
        end(folder, latin, folder.resolve("jbang").toString(), "version"),
        "jbang: Java cannot open " + folder + ", because names of files are",
        "  export LC_ALL=C.UTF-8");
  }

  @Test
  void noProxyIsObeyed() throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("MVNW_REPOURL", "http://central.invalid/maven2");
    environment.put("HTTP_PROXY", mirror.root());
    environment.put("NO_PROXY", "example.com, .invalid");
    assertCannotFetch(
        run(checkout, environment, "--version"),
        "from http://central.invalid/maven2: unknown host central.invalid.");
    environment.put("NO_PROXY", "example.com");
    assertIsJBang(run(checkout, environment, "--version"));
  }

  @Test
  void aWrongChecksumIsRefused() throws Exception {
    mirror.files.put("/maven2" + jarPath, "not JBang".getBytes(UTF_8));
    RealProcess.Ended ended = run(checkout, Map.of(), "--version");
    assertCannotFetch(ended, "wrong SHA-256 checksum");
    assertThat(ended.err())
        .contains("  expected " + sha256 + "\n", "  received " + digest("not JBang") + "\n");
    mirror.files.put("/maven2" + jarPath, jar);
    assertIsJBang(run(checkout, Map.of(), "--version"));
  }

  @Test
  void aFileThatIsCutOffIsRefused() throws Exception {
    mirror.cutOffAfter = 100_000;
    assertCannotFetch(
        run(checkout, Map.of(), "--version"),
        "the connection was closed before the download was complete.");
  }

  @Test
  void aMirrorWithoutJBangOrOutOfReachIsNamed() throws Exception {
    mirror.files.clear();
    assertCannotFetch(
        run(checkout, Map.of(), "--version"),
        "from " + mirror.address() + ": HTTP status 404 for /maven2" + jarPath);
    assertCannotFetch(
        run(checkout, Map.of("MVNW_REPOURL", NOWHERE), "--version"),
        "from " + NOWHERE + ": cannot connect");
    assertCannotFetch(
        run(checkout, Map.of("MVNW_REPOURL", "http://mirror.invalid/maven2"), "--version"),
        "unknown host mirror.invalid");
  }

  @Test
  void twoFirstRunsAtOnceTakeTurns() throws Exception {
    write("Show.java", SHOW);
    String script = checkout.resolve("Show.java").toString();
    for (RealProcess.Ended ended : twice(script)) {
      assertThat(ended.out()).as(ended.err()).isEqualTo(shown(elsewhere));
      assertThat(ended.exitCode()).isZero();
    }
    assertThat(mirror.requests).containsExactly("GET /maven2" + jarPath);
    assertNothingElseInTheCheckout();
  }

  @Test
  void twoFetchesAtOnceDoNotHarmEachOther() throws Exception {
    mirror.together = new CountDownLatch(2);
    for (RealProcess.Ended ended : twice("--version")) {
      assertIsJBang(ended);
    }
    assertThat(mirror.requests).hasSize(2);
    assertThat(checkout.resolve(".jbang/jbang-" + version + ".jar")).hasBinaryContent(jar);
    assertNothingElseInTheCheckout();
  }

  @Test
  void theTurnOfADeadProcessIsNotWaitedFor() throws Exception {
    warm();
    write("Show.java", SHOW);
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Path lock = temp.resolve("jbang dir/cache/one-build-at-a-time");
    Files.createDirectories(lock.getParent());
    Files.writeString(lock, Long.toString(dead.pid()));
    assertThat(run(checkout, Map.of(), "Show.java").out()).isEqualTo(shown(checkout));
    assertThat(lock).doesNotExist();
    assertNothingElseInTheCheckout();
  }

  private List<RealProcess.Ended> twice(String argument) throws Exception {
    Map<String, String> environment = environment(Map.of());
    List<String> command = clean(environment, checkout.resolve("jbang").toString(), argument);
    try (RealProcess one = RealProcess.start("one", elsewhere, environment, command);
        RealProcess two = RealProcess.start("two", elsewhere, environment, command)) {
      return List.of(one.end(LIMIT), two.end(LIMIT));
    }
  }

  @Test
  void aMissingJavaIsNamed() throws Exception {
    assertFails(
        run(checkout, Map.of("JAVA_HOME", "", "PATH", elsewhere.toString()), "--version"),
        "jbang: there is no java on the PATH.",
        "Install a JDK 17 or newer (https://adoptium.net).");
    assertFails(
        run(checkout, Map.of("JAVA_HOME", "/no where"), "--version"),
        "jbang: JAVA_HOME is /no where, but there is no /no where/bin/java.",
        "unset JAVA_HOME");
  }

  @Test
  void aJavaThatWillNotDoIsNamed() throws Exception {
    Path java = elsewhere.resolve("java");
    Map<String, String> onlyThat = Map.of("JAVA_HOME", "", "PATH", elsewhere + ":/usr/bin:/bin");
    fakeJava(java, "echo 'openjdk full version \"11.0.22+7-LTS\"' >&2");
    assertFails(
        run(checkout, onlyThat, "--version"),
        "jbang: " + java + " is too old: Java 11.0.22+7-LTS.",
        "Install a JDK 17 or newer");
    fakeJava(java, "echo 'java version \"1.8.0_401\"' >&2");
    assertFails(run(checkout, onlyThat, "--version"), "is too old: Java 1.8.0_401.");
    fakeJava(java, "echo 'Unable to locate a Java Runtime.' >&2; exit 1");
    assertFails(
        run(checkout, onlyThat, "--version"),
        "jbang: " + java + " does not work: Unable to locate a Java Runtime.");
    fakeJava(java, "[ \"$1\" = -fullversion ] && echo 'openjdk full version \"21\"' >&2");
    assertFails(
        run(checkout, onlyThat, "--version"),
        "jbang: " + java + " has no compiler: it belongs to a JRE, not to a JDK.");
  }

  /** Prints what it was called with. */
  private static final String SHOW =
      """
      class Show {
        public static void main(String[] args) {
          StringBuilder all = new StringBuilder("ran\\n");
          all.append("WORKSHOP_DIR=").append(System.getenv("WORKSHOP_DIR")).append("\\n");
          all.append("in ").append(System.getProperty("user.dir")).append("\\n");
          for (String arg : args) {
            all.append("[").append(arg).append("]\\n");
          }
          System.out.writeBytes(all.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
      }
      """;

  private String shown(Path folder, String... arguments) {
    StringBuilder all = new StringBuilder("ran\n");
    all.append("WORKSHOP_DIR=").append(checkout).append("\nin ").append(folder).append("\n");
    for (String argument : arguments) {
      all.append("[").append(argument).append("]\n");
    }
    return all.toString();
  }

  private static final String DEPENDS =
      """
      //DEPS demo:greeting:1.0

      class Depends {
        public static void main(String[] args) throws Exception {
          System.out.println(
              new String(Depends.class.getResourceAsStream("/greeting.txt").readAllBytes()));
        }
      }
      """;

  /** Puts demo:greeting:1.0, which holds one text, on the mirror. */
  private void publishDependency() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream greeting = new JarOutputStream(bytes)) {
      greeting.putNextEntry(new JarEntry("greeting.txt"));
      greeting.write("hello from the mirror".getBytes(UTF_8));
    }
    String path = "/maven2/demo/greeting/1.0/greeting-1.0";
    mirror.files.put(path + ".jar", bytes.toByteArray());
    String pom =
        "<project><modelVersion>4.0.0</modelVersion><groupId>demo</groupId>"
            + "<artifactId>greeting</artifactId><version>1.0</version></project>";
    mirror.files.put(path + ".pom", pom.getBytes(UTF_8));
  }

  /** Spares a test the fetching. */
  private void warm() throws IOException {
    Files.write(checkout.resolve(".jbang/jbang-" + version + ".jar"), jar);
  }

  /** From now on it fails when it is asked. */
  private void breakJBang() throws IOException {
    Files.writeString(checkout.resolve(".jbang/jbang-" + version + ".jar"), "not JBang");
  }

  private String write(String name, String content) throws IOException {
    Path file = checkout.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return name;
  }

  private static void fakeJava(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private RealProcess.Ended run(Path folder, Map<String, String> environment, String... arguments)
      throws Exception {
    return end(folder, environment(environment), with(checkout.resolve("jbang"), arguments));
  }

  private static RealProcess.Ended end(
      Path folder, Map<String, String> environment, String... command) throws Exception {
    try (RealProcess process =
        RealProcess.start("process", folder, environment, clean(environment, command))) {
      return process.end(LIMIT);
    } finally {
      Files.deleteIfExists(folder.resolve("process.out"));
      Files.deleteIfExists(folder.resolve("process.err"));
    }
  }

  private static String[] with(Path first, String... rest) {
    return Stream.concat(Stream.of(first.toString()), Arrays.stream(rest)).toArray(String[]::new);
  }

  /** Empty caches, this JDK, the mirror. */
  private Map<String, String> environment(Map<String, String> changes) {
    Map<String, String> all = new HashMap<>();
    all.put("LC_ALL", "C.UTF-8");
    all.put("JAVA_HOME", JAVA_HOME);
    all.put("JBANG_DIR", temp.resolve("jbang dir").toString());
    all.put("JBANG_REPO", temp.resolve("maven repository").toString());
    all.put("MVNW_REPOURL", mirror.address());
    all.putAll(changes);
    return all;
  }

  /** The command without what this machine says of proxies and options, unless the test says so. */
  private static List<String> clean(Map<String, String> environment, String... command) {
    List<String> all = new ArrayList<>(List.of("/usr/bin/env"));
    Stream.of("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy")
        .filter(name -> !environment.containsKey(name))
        .forEach(name -> all.addAll(List.of("-u", name)));
    Stream.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JBANG_JAVA_OPTIONS", "WORKSHOP_DIR")
        .filter(name -> !environment.containsKey(name))
        .forEach(name -> all.addAll(List.of("-u", name)));
    all.addAll(List.of(command));
    return all;
  }

  private void assertCannotFetch(RealProcess.Ended ended, String reason) throws IOException {
    assertFails(
        ended,
        "jbang: cannot fetch JBang " + version + " from ",
        reason,
        "type",
        "HTTPS_PROXY=http");
    assertNothingElseInTheCheckout();
    assertThat(checkout.resolve(".jbang/jbang-" + version + ".jar")).doesNotExist();
  }

  /** JBang prints its version on standard error. */
  private static void assertIsJBang(RealProcess.Ended ended) {
    assertThat(ended.err()).endsWith(version + "\n");
    assertThat(ended.exitCode()).isZero();
  }

  private static void assertFails(RealProcess.Ended ended, String... said) {
    assertThat(ended.err()).contains(said).doesNotContain("Exception", "\tat ");
    assertThat(ended.out()).isEmpty();
    assertThat(ended.exitCode()).isEqualTo(1);
  }

  /** Neither a half file nor a crash report: only what is known to belong there. */
  private void assertNothingElseInTheCheckout(String... scripts) throws IOException {
    try (Stream<Path> files = Files.walk(checkout)) {
      assertThat(files.filter(Files::isRegularFile).map(checkout::relativize).map(Path::toString))
          .allMatch(
              name ->
                  Arrays.asList(scripts).contains(name)
                      || name.matches(
                          "jbang|jbang-catalog\\.json|Show\\.java"
                              + "|\\.jbang/(FetchJBang\\.java|ask\\.sh|inputs\\.awk|jbang-version"
                              + "|jbang-[0-9.]+\\.jar|.*-java-[^/]+\\.(answer|jsa))"));
    }
  }

  /** The sizes of the class archives of a program. */
  private List<Long> archives(String name) throws IOException {
    List<Long> sizes = new ArrayList<>();
    try (var files = Files.newDirectoryStream(checkout.resolve(".jbang"), name + "-java-*.jsa")) {
      for (Path file : files) {
        sizes.add(Files.size(file));
      }
    }
    return sizes;
  }

  /** The scripts that an answer of JBang is kept for. */
  private List<String> answers() throws IOException {
    try (Stream<Path> files = Files.list(checkout.resolve(".jbang"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".answer"))
          .toList();
    }
  }

  /** The only file below a folder whose name matches. */
  private static Path find(Path folder, String name) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> found = files.filter(file -> file.getFileName().toString().matches(name)).toList();
      assertThat(found).as(name).hasSize(1);
      return found.get(0);
    }
  }

  private static boolean canUnshare() throws InterruptedException {
    try {
      return new ProcessBuilder("unshare", "-rn", "true").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String digest(String text) throws NoSuchAlgorithmException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }

  /** A mirror of Maven Central, and, asked for another host's address, an HTTP proxy. */
  private static final class Mirror implements AutoCloseable {
    final Map<String, byte[]> files = new ConcurrentHashMap<>();
    final List<String> requests = new CopyOnWriteArrayList<>();
    volatile String user;
    volatile String password;
    volatile String proxyLogin;
    volatile int cutOffAfter = Integer.MAX_VALUE;
    volatile CountDownLatch together = new CountDownLatch(0);
    volatile Change meanwhile = () -> {};
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    Mirror() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      server.createContext("/", this::answer);
      server.start();
    }

    String root() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    String address() {
      return root() + "/maven2";
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        byte[] file = files.get(exchange.getRequestURI().getPath());
        if (proxyLogin != null && !throughProxy(exchange)) {
          exchange.getResponseHeaders().add("Proxy-Authenticate", "Basic realm=\"proxy\"");
          exchange.sendResponseHeaders(407, -1);
        } else if (user != null && !authorised(exchange)) {
          exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"mirror\"");
          exchange.sendResponseHeaders(401, -1);
        } else if (file == null) {
          exchange.sendResponseHeaders(404, -1);
        } else {
          meanwhile.make();
          together.countDown();
          together.await(20, TimeUnit.SECONDS);
          exchange.sendResponseHeaders(200, file.length);
          exchange.getResponseBody().write(file, 0, Math.min(file.length, cutOffAfter));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private boolean throughProxy(HttpExchange exchange) {
      String expected = Base64.getEncoder().encodeToString(proxyLogin.getBytes(UTF_8));
      return ("Basic " + expected)
          .equals(exchange.getRequestHeaders().getFirst("Proxy-Authorization"));
    }

    private boolean authorised(HttpExchange exchange) {
      String expected = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
      return ("Basic " + expected).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    @Override
    public void close() {
      server.stop(0);
      threads.shutdownNow();
    }
  }

  /** An HTTP proxy that wants a password, and then reaches nobody. */
  private static final class TunnelProxy implements AutoCloseable {
    final List<String> requests = new CopyOnWriteArrayList<>();
    private final ServerSocket server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());

    TunnelProxy() throws IOException {
      new Thread(this::serve).start();
    }

    int port() {
      return server.getLocalPort();
    }

    private void serve() {
      while (true) {
        try (Socket socket = server.accept()) {
          String head = head(socket.getInputStream());
          requests.add(head);
          String answer =
              head.toLowerCase(Locale.ROOT).contains("proxy-authorization:")
                  ? "502 Bad Gateway\r\n"
                  : "407 Proxy Authentication Required\r\n"
                      + "Proxy-Authenticate: Basic realm=\"p\"\r\n";
          socket
              .getOutputStream()
              .write(("HTTP/1.1 " + answer + "Content-Length: 0\r\n\r\n").getBytes(UTF_8));
        } catch (IOException e) {
          if (server.isClosed()) {
            return;
          }
        }
      }
    }

    private static String head(InputStream in) throws IOException {
      StringBuilder head = new StringBuilder();
      for (int c = in.read(); c >= 0; c = in.read()) {
        head.append((char) c);
        if (head.toString().endsWith("\r\n\r\n")) {
          break;
        }
      }
      return head.toString();
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
