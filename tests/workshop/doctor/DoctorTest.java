package workshop.doctor;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import support.Await;
import support.Checkout;
import support.LessonRun;
import support.Ports;
import support.RealProcess;
import support.Slow;
import support.Tool;
import workshop.command.DoctorCommand;
import workshop.doctor.Diagnosis.Level;
import workshop.doctor.PortCheck.Use;
import workshop.terminal.PortHolder;
import workshop.text.Style;
import workshop.wire.Backend;
import workshop.wire.Signal;

/**
 * {@code ./jbang workshop doctor}: what it makes of what it sees, and as a process in an
 * environment that is not as it should be. What the standard ports hold does not matter here.
 */
class DoctorTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SH_NEEDED = "the stand-in for a program is a shell script";
  private static final String ONLY_COMPOSE = "; only docker-compose.yml needs it";
  private static final String LESSON =
      """
      //DESCRIPTION A lesson
      //DEPS org.example:a-bom:1.2@pom
      class Lesson { String endpoint = System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT"); }
      """;

  /** A port on which nothing listens: that of a Unix service which is long gone. */
  private static final String NOWHERE = "http://127.0.0.1:1/maven";

  @TempDir Path temp;

  // --- As a process ------------------------------------------------------------------------------

  @Slow
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = SH_NEEDED)
  void saysWhatTheEnvironmentDoesAndKeepsItsSecrets() throws Exception {
    Map<String, String> environment =
        Map.of(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "https://me:hunter2@collector.example:4318/hunter2?key=hunter2",
            "OTEL_EXPORTER_OTLP_HEADERS",
            "api-key=hunter2",
            "HTTP_PROXY",
            "http://me:hunter2@proxy.example:3128",
            "MVNW_REPOURL",
            NOWHERE.replace("//", "//me:hunter2@"),
            "COLUMNS",
            "60",
            "LC_ALL",
            "C");
    RealProcess.Ended ended = doctor(folder("exit 0"), environment);

    assertThat(ended.out())
        .contains(
            """
            warning  variables    OTEL_EXPORTER_OTLP_ENDPOINT is
                                  https://collector.example:4318/...: lesson 01 will send
                                  there.
                                  To send to this machine instead, type
                                    unset OTEL_EXPORTER_OTLP_ENDPOINT
            """)
        .contains(
            """
            warning  downloads    http://127.0.0.1:1/maven: nothing listens there.
                                  Everything the lessons need is cached.
            """)
        .contains("warning  width        60 columns\n")
        .contains("warning  encoding     US-ASCII: some characters");
    assertThat(unwrap(ended.out()))
        .containsPattern("OTEL_EXPORTER_OTLP_HEADERS[^;]* set, but no lesson reads it")
        .containsPattern("HTTP_PROXY[^;]* set: Java does not read it; ./jbang");
    assertThat(ended.out()).doesNotContain("hunter2", "\u001b");
    assertThat(ended.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(ended.out()).containsPattern("\n\nNo problems, [4-9] warnings\\.\n$");
    assertThat(ended.exitCode()).isZero();
  }

  @Slow
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = SH_NEEDED)
  void aMissingJarWithoutANetworkIsAProblem() throws Exception {
    RealProcess.Ended ended = doctor(folder("exit 4"), Map.of("MVNW_REPOURL", NOWHERE));

    assertThat(ended.out())
        .contains(
            """
            problem  downloads    http://127.0.0.1:1/maven: nothing listens there. Not
                                  cached: 01-setup.
                                  Check the network. Behind a proxy, first type
                                    export HTTPS_PROXY=http://HOST:PORT
                                  or, to use Maven Central itself,
                                    unset MVNW_REPOURL
            """)
        .contains("\n\n1 problem");
    assertThat(ended.exitCode()).isEqualTo(1);
  }

  @Slow
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = SH_NEEDED)
  void asksTheMirrorForWhatALessonNeeds() throws Exception {
    List<String> asked = new ArrayList<>();
    HttpServer mirror = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    mirror.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().toString());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    mirror.start();
    try {
      String url = "http://127.0.0.1:" + mirror.getAddress().getPort() + "/maven";
      // A proxy is not for this machine, whatever the variables say.
      Map<String, String> environment = Map.of("MVNW_REPOURL", url, "HTTP_PROXY", NOWHERE);
      RealProcess.Ended ended = doctor(folder("exit 4"), environment);

      assertThat(ended.out()).contains("ok       downloads    " + url + " is reachable\n");
      assertThat(asked).containsExactly("/maven/org/example/a-bom/1.2/a-bom-1.2.pom");
    } finally {
      mirror.stop(0);
    }
  }

  @Slow
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = SH_NEEDED)
  void whatHangsIsEndedAndReported() throws Exception {
    Path folder = folder(hanging("jbang"));
    Path programs = Files.createDirectory(temp.resolve("programs"));
    script(programs.resolve("docker"), hanging("docker"));
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      RealProcess.Ended ended =
          doctor(
              folder,
              Map.of(
                  "MVNW_REPOURL",
                  "http://127.0.0.1:" + silent.getLocalPort(),
                  "PATH",
                  programs + ":" + System.getenv("PATH")));

      assertThat(unwrap(ended.out()))
          .contains(": timed out. Not cached: 01-setup.")
          .contains("Docker the engine is not running" + ONLY_COMPOSE);
      assertThat(ended.exitCode()).isEqualTo(1);
    }
    for (String program : List.of("jbang", "docker")) {
      long pid = Long.parseLong(Files.readString(temp.resolve(program + ".pid")).strip());
      Optional<ProcessHandle> process = ProcessHandle.of(pid);
      try {
        Await.until(program + " is gone", () -> !process.map(ProcessHandle::isAlive).orElse(false));
      } finally {
        process.ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  @Slow
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "a network of one's own needs Linux's unshare")
  void worksWithoutANetwork() throws Exception {
    List<String> alone =
        List.of("unshare", "-rn", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh");
    List<String> tried = new ArrayList<>(alone);
    tried.add("true");
    assumeTrue(succeeds(tried), "`unshare -rn` or `ip` does not work on this machine");
    List<String> command = new ArrayList<>(alone);
    command.addAll(Tool.command("doctor"));
    Map<String, String> environment =
        Map.of("MVNW_REPOURL", "https://repo.invalid/maven", "HTTPS_PROXY", "", "https_proxy", "");
    RealProcess.Ended ended = run(command, folder("exit 0"), environment);

    assertThat(ended.out())
        .contains("warning  downloads    https://repo.invalid/maven: unknown host")
        .contains("ok       localhost    127.0.0.1")
        // A network of its own has ports of its own, which nobody else takes.
        .contains("ok       port 4317    free, for OTLP/gRPC\n")
        .contains("ok       port 4318    free, for OTLP/HTTP\n")
        .contains("ok       port 4319    free, for the page\n");
    assertThat(ended.exitCode()).isZero();
  }

  @Slow
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "a network of one's own needs Linux's unshare")
  void withoutALoopbackThereIsAProblem() throws Exception {
    assumeTrue(
        succeeds(List.of("unshare", "-rn", "true")), "`unshare -rn` does not work on this machine");
    List<String> command = new ArrayList<>(List.of("unshare", "-rn"));
    command.addAll(Tool.command("doctor"));
    RealProcess.Ended ended = run(command, folder("exit 0"), Map.of());

    assertThat(ended.out())
        .contains(
            """
            problem  localhost    this machine cannot connect to 127.0.0.1.
                                  Enable the loopback interface:
                                    sudo ip link set lo up
            """);
    assertThat(ended.exitCode()).isEqualTo(1);
  }

  @Slow
  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher under test is a shell script")
  void asksTheRealLauncherForWhatIsCached() throws Exception {
    fillTheCaches();
    Path folder = folder("exec '" + Checkout.FOLDER.resolve("jbang") + "' \"$@\"");
    Path lesson = folder.resolve("01-setup.java");
    Files.copy(Checkout.FOLDER.resolve("02-grpc-export.java"), lesson, REPLACE_EXISTING);

    RealProcess.Ended warm = doctor(folder, Map.of("MVNW_REPOURL", NOWHERE));
    Path empty = temp.resolve("empty");
    RealProcess.Ended cold =
        doctor(
            folder,
            Map.of(
                "MVNW_REPOURL",
                NOWHERE,
                "JBANG_DIR",
                empty.toString(),
                "JBANG_REPO",
                empty.resolve("repository").toString()));

    assertThat(warm.out()).contains("warning  downloads    " + NOWHERE);
    assertThat(warm.exitCode()).isZero();
    assertThat(unwrap(cold.out()))
        .contains("problem downloads " + NOWHERE)
        .contains("cached: 01-setup.");
    assertThat(cold.exitCode()).isEqualTo(1);
  }

  /** Each line is what a lesson's Java is told; the lesson is run, and the doctor has to agree. */
  @ParameterizedTest(name = "proxy: {0}")
  @CsvSource({
    "'', false",
    "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=PORT, false",
    "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=PORT -Dhttp.nonProxyHosts=*.example, false",
    "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=PORT -Dhttp.nonProxyHosts=, true",
    "-DsocksProxyHost=127.0.0.1 -DsocksProxyPort=PORT, false",
    "-DsocksProxyHost=127.0.0.1 -DsocksProxyPort=PORT -DsocksNonProxyHosts=, true",
  })
  @Slow
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
  void knowsWhichProxyWouldCatchALesson(String options, boolean caught) throws Exception {
    fillTheCaches();
    try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      List<String> advice = checkAgainstALesson(options, proxy, caught);
      if (caught) {
        assertThat(advice).hasSize(1);
        checkAgainstALesson(options + " " + advice.get(0), proxy, false);
      }
    }
  }

  /** What the doctor says to add, if it sees a problem. */
  private List<String> checkAgainstALesson(String options, ServerSocket proxy, boolean caught)
      throws Exception {
    String address = "127.0.0.1:" + proxy.getLocalPort();
    Map<String, String> environment = new HashMap<>();
    environment.put(
        "JAVA_TOOL_OPTIONS", options.replace("PORT", String.valueOf(proxy.getLocalPort())));
    for (String name : List.of("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")) {
      environment.put(name, "http://" + address);
      environment.put(name.toLowerCase(Locale.ROOT), "http://" + address);
    }
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      // Else it would wait for this proxy, too: a mirror in a folder needs none.
      environment.put("MVNW_REPOURL", temp.toUri().toString());
      RealProcess.Ended doctor = doctor(folder("exit 0"), environment);
      environment.remove("MVNW_REPOURL");
      environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:" + backend.grpcPort());
      RealProcess.Ended lesson =
          LessonRun.run("02-grpc-export.java", LessonRun.Place.CHECKOUT, temp, environment);

      assertThat(backend.inbox().received(Signal.TRACES)).isEqualTo(caught ? 0 : 3);
      assertThat(lesson.exitCode()).isEqualTo(caught ? 1 : 0);
      assertThat(doctor.out()).contains(caught ? "problem  proxy  " : "ok       proxy  ");
      assertThat(doctor.exitCode()).isEqualTo(caught ? 1 : 0);
      return doctor
          .out()
          .lines()
          .dropWhile(line -> !line.endsWith("Add to JAVA_TOOL_OPTIONS:"))
          .skip(1)
          .limit(1)
          .map(String::strip)
          .toList();
    }
  }

  // --- The ports ---------------------------------------------------------------------------------

  @Test
  void aFreePortIsOk() throws Exception {
    int port = Ports.unused();
    PortCheck.Seen seen = PortCheck.look(port, Use.HTTP, Os.LINUX);

    assertThat(seen.address()).isEmpty();
    assertThat(print(PortCheck.judge(seen, Os.LINUX)))
        .isEqualTo("ok       port %d   free, for OTLP/HTTP\n".formatted(port));
  }

  @Test
  void tellsAnOtlpReceiverFromOthers() throws Exception {
    HttpServer other = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    other.start();
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      int otherPort = other.getAddress().getPort();

      assertThat(look(backend.httpPort(), Use.HTTP).says()).contains("OTLP/HTTP");
      assertThat(look(backend.grpcPort(), Use.GRPC).says()).contains("HTTP/2, like gRPC");
      assertThat(look(otherPort, Use.HTTP).says()).isEmpty();
      assertThat(look(otherPort, Use.GRPC).says()).isEmpty();
      assertThat(look(otherPort, Use.HTTP).address()).contains("127.0.0.1");
    } finally {
      other.stop(0);
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux says who listens, in /proc")
  void namesWhoListens() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
      assertThat(look(taken.getLocalPort(), Use.PAGE).holder())
          .contains(new PortHolder(ProcessHandle.current().pid(), "java"));
    }
  }

  @Test
  void findsWhatListensInTheKernelsTable() {
    List<String> table =
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:10DD 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 2 0
           1: 0100007F:10DD 0100007F:9A83 01 00000000:00000000 00:00000000 00000000     0        0 78 1 0
           2: 00000000000000000000000001000000:10DE 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 79 1 0
        """
            .lines()
            .toList();

    assertThat(PortHolder.sockets(table, 4317)).containsExactly("socket:[77]");
    assertThat(PortHolder.sockets(table, 4318)).containsExactly("socket:[79]");
    assertThat(PortHolder.sockets(table, 4319)).isEmpty();
  }

  @Test
  void namesAProgramAsAPersonWould() {
    List<String> tool = List.of("-cp", "/x/workshop.jar", "Workshop", "backend", "--keep", "9");

    assertThat(PortHolder.name("/usr/bin/otelcol", List.of("--config", "x"))).isEqualTo("otelcol");
    assertThat(PortHolder.name("/jdk/bin/java", tool))
        .isEqualTo("./jbang workshop backend --keep 9");
    assertThat(PortHolder.name("/tmp/a\u001b[2Jb", List.of())).isEqualTo("a\\u001B[2Jb");
  }

  @Test
  void saysWhatToTypeForAPortInUse() {
    Optional<PortHolder> collector = Optional.of(new PortHolder(42, "otelcol"));

    assertThat(print(PortCheck.judge(taken(4317, Use.GRPC, collector, "HTTP/2"), Os.LINUX)))
        .isEqualTo(
            """
            warning  port 4317    in use by otelcol (pid 42); it speaks HTTP/2
                                  The lessons send to it. For the workshop's backend, type
                                    ./jbang backend --grpc-port 0
            """);
    assertThat(print(PortCheck.judge(taken(4318, Use.HTTP, Optional.empty(), null), Os.MAC)))
        .isEqualTo(
            """
            warning  port 4318    in use
                                  Stop that program, or type
                                    ./jbang backend --http-port 0
                                  To see which program it is, type
                                    sudo lsof -nP -iTCP:4318 -sTCP:LISTEN
            """);
    assertThat(print(PortCheck.judge(taken(4319, Use.PAGE, collector, null), Os.WINDOWS)))
        .contains("  .\\jbang backend --page-port 0\n");
  }

  @Test
  void ourOwnBackendIsNoSurprise() {
    PortHolder ours = new PortHolder(42, "./jbang workshop backend");

    assertThat(print(PortCheck.judge(taken(4318, Use.HTTP, Optional.of(ours), null), Os.LINUX)))
        .isEqualTo("ok       port 4318    in use by ./jbang workshop backend (pid 42)\n");
  }

  @Test
  void aPortThatOnlyIpv6HasOrThatIsRefusedIsAWarning() {
    PortCheck.Seen six =
        new PortCheck.Seen(
            4317,
            Use.GRPC,
            Optional.of("::1"),
            Optional.empty(),
            Optional.of(new PortHolder(42, "node")),
            Optional.empty());
    PortCheck.Seen refused =
        new PortCheck.Seen(
            4317,
            Use.GRPC,
            Optional.empty(),
            Optional.of("Permission denied"),
            Optional.empty(),
            Optional.empty());

    assertThat(print(PortCheck.judge(six, Os.LINUX)))
        .startsWith("warning  port 4317    in use on ::1 by node (pid 42)\n");
    assertThat(print(PortCheck.judge(refused, Os.WINDOWS)))
        .startsWith("warning  port 4317    cannot be used: Permission denied\n")
        .contains("  .\\jbang backend --grpc-port 0\n");
  }

  // --- What it makes of the rest -----------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "11, true, PROBLEM, too old",
    "16, true, PROBLEM, too old",
    "17, true, OK, 17.0.1",
    "25, true, OK, 25.0.1",
    "26, true, WARNING, newer than",
    "21, false, PROBLEM, without a compiler",
  })
  void judgesTheJdk(int feature, boolean compiler, Level level, String found) {
    JavaCheck.Seen seen = new JavaCheck.Seen(feature, feature + ".0.1", "Vendor", "/jdk", compiler);
    Diagnosis diagnosis = JavaCheck.judge(seen, Os.LINUX);

    assertThat(diagnosis.level()).isEqualTo(level);
    assertThat(print(diagnosis)).contains(found);
    assertThat(diagnosis.advice().contains("  export JAVA_HOME=/path/to/jdk"))
        .isEqualTo(level != Level.OK);
  }

  @Test
  void judgesLocalhost() {
    assertThat(print(localhost(List.of("127.0.0.1", "::1"), List.of(), true, true)))
        .isEqualTo("ok       localhost    127.0.0.1 and ::1, IPv6 works too\n");
    assertThat(print(localhost(List.of("127.0.0.1"), List.of(), true, false)))
        .startsWith("ok       localhost    127.0.0.1, no IPv6");
    assertThat(print(localhost(List.of("::1"), List.of(), true, true)))
        .startsWith("warning  localhost    resolves to ::1 only")
        .endsWith("  ./jbang backend --bind localhost\n");
    assertThat(print(localhost(List.of("10.1.2.3"), List.of("10.1.2.3"), true, true)))
        .startsWith("problem  localhost    resolves to 10.1.2.3, not to this machine.")
        .endsWith("  127.0.0.1 localhost\n");
    assertThat(localhost(List.of(), List.of(), true, true).level()).isEqualTo(Level.PROBLEM);
    assertThat(localhost(List.of("127.0.0.1"), List.of(), false, true).level())
        .isEqualTo(Level.PROBLEM);
  }

  @Test
  void judgesProxies() {
    ProxyCheck.Seen none =
        new ProxyCheck.Seen(Optional.empty(), Optional.empty(), List.of(), List.of(), List.of());
    ProxyCheck.Seen harmless =
        new ProxyCheck.Seen(
            Optional.empty(),
            Optional.empty(),
            List.of("http.proxyHost"),
            List.of("HTTPS_PROXY"),
            List.of());
    ProxyCheck.Seen elsewhere =
        new ProxyCheck.Seen(
            Optional.of("proxy:80"), Optional.empty(), List.of(), List.of(), List.of());

    assertThat(print(ProxyCheck.judge(none))).isEqualTo("ok       proxy        none set\n");
    assertThat(unwrap(ProxyCheck.judge(harmless)))
        .isEqualTo(
            "ok proxy http.proxyHost set, but not for localhost; HTTPS_PROXY set: Java does not"
                + " read it; ./jbang uses it for its downloads");
    assertThat(unwrap(ProxyCheck.judge(elsewhere)))
        .startsWith("problem proxy Java sends requests to localhost through proxy:80")
        .endsWith("where its proxy is set: -Dhttp.nonProxyHosts=localhost");
  }

  @Test
  void findsTheProxyForDownloads() {
    URI central = URI.create("https://repo.example/maven2");
    URI plain = URI.create("http://repo.example/maven2");
    Map<String, String> both =
        Map.of(
            "HTTPS_PROXY", "http://me:secret@secure.example:3129", "http_proxy", "plain.example");

    assertThat(DownloadsCheck.proxy(central, Map.of())).isEmpty();
    assertThat(DownloadsCheck.proxy(central, both))
        .map(DoctorTest::text)
        .contains("secure.example:3129");
    assertThat(DownloadsCheck.proxy(plain, both))
        .map(DoctorTest::text)
        .contains("plain.example:80");
    for (String direct : List.of("repo.example", ".example", "a.b, example", "x,repo.example")) {
      Map<String, String> environment = new HashMap<>(both);
      environment.put("NO_PROXY", direct);
      assertThat(DownloadsCheck.proxy(central, environment)).as(direct).isEmpty();
    }
    for (String other : List.of("", "other.example", "po.example", "ample")) {
      Map<String, String> environment = new HashMap<>(both);
      environment.put("NO_PROXY", other);
      assertThat(DownloadsCheck.proxy(central, environment)).as(other).isPresent();
    }
    assertThat(DownloadsCheck.proxy(URI.create("https://localhost/m"), both)).isEmpty();
  }

  @Test
  void saysWhichVariablesALessonReads() {
    Map<String, String> lessons =
        Map.of(
            "01-setup", "no variable",
            "02-grpc", "getenv(\"OTEL_EXPORTER_OTLP_ENDPOINT\") getenv(\"WORKSHOP_TOKEN\")",
            "03-http", "getenv(\"OTEL_EXPORTER_OTLP_ENDPOINT\") getenv(\"WORKSHOP_PROXY\")");

    assertThat(variables(lessons, "PATH=/bin")).containsExactly("ok variables no OTEL_* is set");
    assertThat(variables(lessons, "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:14317"))
        .containsExactly(
            "ok variables OTEL_EXPORTER_OTLP_ENDPOINT is http://localhost:14317, read by lessons 02"
                + " and 03");
    assertThat(variables(lessons, "OTEL_SERVICE_NAME=secret", "WORKSHOP_TOKEN=secret"))
        .containsExactly(
            "ok variables WORKSHOP_TOKEN: set, read by lesson 02",
            "ok variables OTEL_SERVICE_NAME set, but no lesson reads it: the SDK's builders"
                + " ignore OTEL_*");
    assertThat(variables(lessons, "WORKSHOP_PROXY=http://localhost"))
        .containsExactly(
            "problem variables WORKSHOP_PROXY is not of the form http://HOST:PORT. It is read by"
                + " lesson 03. Correct it, or type unset WORKSHOP_PROXY");
    for (String wrong :
        List.of(
            "localhost:4317", "grpc://localhost:4317", "http://a b", "http://a:b@c@d", "http:/")) {
      assertThat(variables(lessons, "OTEL_EXPORTER_OTLP_ENDPOINT=" + wrong))
          .singleElement()
          .asString()
          .startsWith(
              "problem variables OTEL_EXPORTER_OTLP_ENDPOINT is not an http:// or https:// URL")
          .endsWith("unset OTEL_EXPORTER_OTLP_ENDPOINT");
    }
    for (String here : List.of("http://127.0.0.1:1", "http://[::1]:1", "https://localhost")) {
      assertThat(variables(lessons, "OTEL_EXPORTER_OTLP_ENDPOINT=" + here))
          .singleElement()
          .asString()
          .startsWith("ok ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://otel_collector:4317 | warning variables E is http://otel_collector:4317: lesson 02"
            + " will send there. To send to this machine instead, type unset E",
        "https://me:secret@a.2-b_c/ | warning variables E is https://a.2-b_c/ (some exporters turn"
            + " the / at its end into //v1/traces): lesson 02 will send there. To send to this"
            + " machine instead, type unset E",
        "http://localhost:4318/ | ok variables E is http://localhost:4318/ (some exporters turn the"
            + " / at its end into //v1/traces), read by lesson 02",
        "http://localhost:4318/v1/traces | warning variables E is http://localhost:4318/..., which"
            + " ends in the path of a signal. The path is added to it once more. Remove the path"
            + " from it, or type unset E",
        "'' | warning variables E is set but empty. The lessons ignore it, but the SDK's"
            + " autoconfigure and the agent reject it. To remove it, type unset E",
      })
  void remarksOnAnEndpoint(String value, String remark) {
    String name = "OTEL_EXPORTER_OTLP_ENDPOINT";
    Map<String, String> lessons = Map.of("02-grpc", "getenv(\"" + name + "\")");

    assertThat(variables(lessons, name + "=" + value))
        .containsExactly(remark.replaceAll("\\bE\\b", name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TRACES | http://otel_collector:4317 | ''",
        "TRACES | http://otel_collector:4318/v1/traces | ''",
        "LOGS | https://localhost:4318/v1/logs | ''",
        "METRICS | '' | is set but empty.",
        "METRICS | localhost:4317 | is not an http:// or https:// URL.",
        "TRACES | http://localhost:4318/"
            + " | is http://localhost:4318/. Over HTTP, its path must be /v1/traces.",
        "LOGS | http://me:secret@localhost:4318/v1/traces"
            + " | is http://localhost:4318/.... Over HTTP, its path must be /v1/logs.",
      })
  void remarksOnTheEndpointOfASignal(String signal, String value, String remark) {
    String name = "OTEL_EXPORTER_OTLP_" + signal + "_ENDPOINT";

    assertThat(variables(Map.of(), name + "=" + value))
        .containsExactly(
            remark.isEmpty()
                ? "ok variables "
                    + name
                    + " set, but no lesson reads it: the SDK's builders ignore OTEL_*"
                : "warning variables "
                    + name
                    + " "
                    + remark
                    + " No lesson reads it, but the SDK's autoconfigure and the agent do. Correct"
                    + " it, or type unset "
                    + name);
  }

  @Test
  void showsNoCredentialOfAVariable() {
    Map<String, String> lessons = Map.of("02-grpc", "\"OTEL_EXPORTER_OTLP_HEADERS\"");
    for (Map<String, String> readers : List.of(lessons, Map.<String, String>of())) {
      assertThat(variables(readers, "OTEL_EXPORTER_OTLP_HEADERS=x-class=hunter,api-key=hunter"))
          .singleElement()
          .asString()
          .contains("OTEL_EXPORTER_OTLP_HEADERS")
          .doesNotContain("hunter");
    }
  }

  @Test
  void aLongListOfIgnoredVariablesIsCut() {
    String[] many =
        Stream.iterate(1, i -> i + 1)
            .limit(30)
            .map(i -> "OTEL_X_" + i + "=1")
            .toArray(String[]::new);

    assertThat(variables(Map.of(), many))
        .singleElement()
        .asString()
        .contains("OTEL_X_1, ", " and 22 more set, but no lesson reads");
  }

  @Test
  void anAgentInJavasOptionsIsAWarning() {
    assertThat(variables(Map.of(), "JAVA_TOOL_OPTIONS=-Xmx1g -javaagent:/opt/otel/agent.jar=x"))
        .singleElement()
        .asString()
        .startsWith("warning variables JAVA_TOOL_OPTIONS puts agent.jar into each lesson")
        .endsWith("unset JAVA_TOOL_OPTIONS");
    assertThat(variables(Map.of(), "JDK_JAVA_OPTIONS=-Dpassword=secret"))
        .containsExactly("ok variables JDK_JAVA_OPTIONS set: it also applies to the lessons' Java");
  }

  @Test
  void judgesDocker() {
    Optional<String> none = Optional.empty();

    assertThat(docker(false, none, none)).isEqualTo("not installed" + ONLY_COMPOSE);
    assertThat(docker(true, none, none)).isEqualTo("the engine is not running" + ONLY_COMPOSE);
    assertThat(docker(true, Optional.of("28.2.2"), none))
        .isEqualTo("28.2.2, without compose" + ONLY_COMPOSE);
    assertThat(docker(true, Optional.of("28.2.2"), Optional.of("2.36.0")))
        .isEqualTo("28.2.2, compose 2.36.0");
  }

  @Test
  void judgesTheDisk() {
    Path place = Path.of("/cache");

    assertThat(print(DiskCheck.judge(new DiskCheck.Seen(place, 299_000_000))))
        .startsWith("warning  disk         299 MB free for " + place + "\n");
    assertThat(print(DiskCheck.judge(new DiskCheck.Seen(place, 12_340_000_000L))))
        .isEqualTo("ok       disk         12.3 GB free for " + place + "\n");
  }

  @Test
  void judgesTheTerminal() {
    assertThat(terminal(OptionalInt.of(79), "UTF-8", Os.LINUX))
        .containsExactly(
            "warning width 79 columns Lines have up to 80 columns. Make the window wider.",
            "ok encoding UTF-8");
    assertThat(terminal(OptionalInt.of(80), "Cp1252", Os.WINDOWS))
        .containsExactly(
            "ok width 80 columns",
            "warning encoding Cp1252: some characters will be shown as question marks. For this"
                + " terminal, type chcp 65001");
    assertThat(terminal(OptionalInt.empty(), "US-ASCII", Os.MAC).get(1))
        .endsWith("export LC_ALL=en_US.UTF-8");
  }

  @Test
  void sumsUp() {
    assertThat(DoctorCommand.summary(List.of(Level.OK))).isEqualTo("No problems.");
    assertThat(DoctorCommand.summary(List.of(Level.WARNING, Level.OK, Level.WARNING)))
        .isEqualTo("No problems, 2 warnings.");
    assertThat(DoctorCommand.summary(List.of(Level.PROBLEM, Level.WARNING)))
        .isEqualTo("1 problem, 1 warning.");
    assertThat(DoctorCommand.summary(List.of(Level.PROBLEM, Level.PROBLEM)))
        .isEqualTo("2 problems.");
  }

  @Test
  void colourOnlyRepeatsTheWords() {
    Diagnosis diagnosis =
        new Diagnosis(Level.PROBLEM, "topic", "a word ".repeat(20).strip(), List.of("  type this"));

    assertThat(diagnosis.lines(new Style(true)))
        .first()
        .asString()
        .startsWith("\u001b[31mproblem  \u001b[0mtopic        a word");
    assertThat(print(diagnosis))
        .isEqualTo(
            """
            problem  topic        a word a word a word a word a word a word a word a word a
                                  word a word a word a word a word a word a word a word a
                                  word a word a word a word
                                    type this
            """);
    assertThat(new Diagnosis(Level.OK, "topic", "x".repeat(100), List.of()).lines(new Style(false)))
        .allMatch(line -> line.length() <= 80);
  }

  // --- Helpers -----------------------------------------------------------------------------------

  /** A folder whose name has a space, with a lesson, and a script in the launcher's place. */
  private Path folder(String launcher) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("a folder"));
    Files.writeString(folder.resolve("01-setup.java"), LESSON);
    script(folder.resolve("jbang"), launcher);
    return folder;
  }

  private static void script(Path file, String content) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + content + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** A script that never ends, and leaves its process id in {@code NAME.pid}. */
  private String hanging(String name) {
    return "echo $$ > '" + temp.resolve(name + ".pid") + "'; exec sleep 600";
  }

  private RealProcess.Ended doctor(Path folder, Map<String, String> environment) throws Exception {
    return run(Tool.command("doctor"), folder, environment);
  }

  private RealProcess.Ended run(List<String> command, Path folder, Map<String, String> environment)
      throws Exception {
    Map<String, String> all = new HashMap<>(environment);
    all.put("WORKSHOP_DIR", folder.toString());
    try (RealProcess process = RealProcess.start("doctor", temp, all, command)) {
      return process.end(LIMIT);
    }
  }

  /** With what lesson 02 needs. */
  private void fillTheCaches() throws Exception {
    assertThat(
            succeeds(
                List.of(
                    Checkout.FOLDER.resolve("jbang").toString(),
                    "info",
                    "classpath",
                    "--deps-only",
                    Checkout.FOLDER.resolve("02-grpc-export.java").toString())))
        .isTrue();
  }

  private boolean succeeds(List<String> command) throws Exception {
    try (RealProcess process = RealProcess.start("tried", temp, Map.of(), command)) {
      return process.end(LIMIT).exitCode() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  private static PortCheck.Seen look(int port, Use use) {
    return PortCheck.look(port, use, Os.LINUX);
  }

  private static PortCheck.Seen taken(int port, Use use, Optional<PortHolder> holder, String says) {
    return new PortCheck.Seen(
        port, use, Optional.of("127.0.0.1"), Optional.empty(), holder, Optional.ofNullable(says));
  }

  private static Diagnosis localhost(
      List<String> addresses, List<String> elsewhere, boolean four, boolean six) {
    return LocalhostCheck.judge(new LocalhostCheck.Seen(addresses, elsewhere, four, six), Os.LINUX);
  }

  private static List<String> variables(Map<String, String> lessons, String... environment) {
    Map<String, String> all =
        Stream.of(environment)
            .map(entry -> entry.split("=", 2))
            .collect(Collectors.toMap(entry -> entry[0], entry -> entry[1]));
    return VariablesCheck.judge(all, lessons, Os.LINUX).stream().map(DoctorTest::unwrap).toList();
  }

  private static String docker(
      boolean installed, Optional<String> engine, Optional<String> compose) {
    return DockerCheck.judge(new DockerCheck.Seen(installed, engine, compose)).found();
  }

  private static List<String> terminal(OptionalInt columns, String encoding, Os os) {
    return TerminalCheck.judge(new TerminalCheck.Seen(columns, encoding), os).stream()
        .map(DoctorTest::unwrap)
        .toList();
  }

  private static String print(Diagnosis diagnosis) {
    return String.join("\n", diagnosis.lines(new Style(false))) + "\n";
  }

  private static String unwrap(Diagnosis diagnosis) {
    return unwrap(print(diagnosis)).strip();
  }

  private static String unwrap(String printed) {
    return printed.replaceAll("\\s+", " ");
  }

  private static String text(Proxy proxy) {
    InetSocketAddress address = (InetSocketAddress) proxy.address();
    return address.getHostString() + ":" + address.getPort();
  }
}
