package checkout;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import support.Await;
import support.Checkout;
import support.LessonRun;
import support.Ports;
import support.RealProcess;
import support.Slow;
import workshop.lesson.JBangInfo;
import workshop.lesson.Lesson;
import workshop.trace.ReceivedSpan;
import workshop.wire.Backend;
import workshop.wire.Exchange;
import workshop.wire.FaultScript;
import workshop.wire.Header;
import workshop.wire.Protocol;
import workshop.wire.Signal;

/**
 * README.md and docs/backend.md as a newcomer reads them: each command of a block marked {@code
 * console} is run, and prints what stands below it. Numbers that differ from run to run are left
 * out of the comparison, a line {@code ...} stands for lines not shown. Blocks marked {@code sh}
 * show commands only.
 */
class ReadmeTest {
  private static final Pattern BLOCK =
      Pattern.compile("^```console(.*)\\n((?s:.*?))^```$", Pattern.MULTILINE);

  @TempDir Path temp;

  /**
   * @param backend whether a backend is running meanwhile
   */
  record Shown(String command, String output, boolean backend) {
    @Override
    public String toString() {
      return command + (backend ? "" : " (without a backend)");
    }
  }

  static List<Shown> commands() throws Exception {
    List<Shown> commands = new ArrayList<>();
    Matcher block = BLOCK.matcher(readme() + backendPage());
    while (block.find()) {
      boolean backend = !block.group(1).contains("no-backend");
      for (String part : block.group(2).split("(?m)^\\$ ")) {
        if (!part.isBlank()) {
          String[] commandAndOutput = part.split("\n", 2);
          commands.add(new Shown(commandAndOutput[0], commandAndOutput[1], backend));
        }
      }
    }
    return commands;
  }

  @Slow
  @ParameterizedTest
  @MethodSource("commands")
  void printsWhatItShows(Shown shown) throws Exception {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      int nobody = Ports.unused();
      String grpc = "http://localhost:" + (shown.backend() ? backend.grpcPort() : nobody);
      String http = "http://localhost:" + (shown.backend() ? backend.httpPort() : nobody);
      Map<String, String> environment = new LinkedHashMap<>();
      environment.put(
          "OTEL_EXPORTER_OTLP_ENDPOINT", shown.command().matches(".* 0[24].*") ? grpc : http);
      environment.put("WORKSHOP_GRPC_ENDPOINT", grpc);
      String printed = runShown(shown.command(), environment);
      assertThat(normalise(printed))
          .matches(asPattern(shown.output().replace("localhost:4317", "localhost:PORT")));
    }
  }

  private String runShown(String command, Map<String, String> environment) throws Exception {
    boolean server = command.startsWith("./jbang backend") && !command.contains("--expect");
    String line = server ? command + " --grpc-port 0 --http-port 0 --page-port 0" : command;
    try (RealProcess process =
        RealProcess.start(
            "readme",
            temp,
            environment,
            List.of(
                "sh",
                "-c",
                "cd '%s' && exec %s 2>&1 < /dev/null".formatted(Checkout.FOLDER, line)))) {
      if (!server) {
        return process.end(Duration.ofMinutes(5)).out();
      }
      Matcher port = Pattern.compile("gRPC  http://localhost:(\\d+)").matcher("");
      Await.until("the port is printed", () -> port.reset(process.printed()).find());
      Await.until("greeted", () -> process.printed().contains("In another terminal"));
      LessonRun.run(
          "02-grpc-export.java",
          LessonRun.Place.CHECKOUT,
          temp,
          Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:" + port.group(1)));
      Await.until("the trace is shown", () -> process.printed().contains("charge card"));
      return process.printed();
    }
  }

  @Test
  void theTestCommandIsTheOneThatContinuousIntegrationCalls() throws Exception {
    assertThat(Files.readString(Checkout.FOLDER.resolve(".ci/run"))).contains(" ./jbang test ");
    assertThat(readme()).contains("\n./jbang test\n");
  }

  @Test
  void namesEachLessonWithItsDescription() throws Exception {
    for (Lesson lesson : Lesson.in(Checkout.FOLDER)) {
      assertThat(readme())
          .contains(
              "| [%s](%s) | %s |"
                  .formatted(lesson.name(), lesson.fileName(), lesson.description()));
    }
  }

  /** The messages of the table are what lessons print: those in backquotes, each as it stands. */
  @Slow
  @Test
  void explainsMessagesThatLessonsPrint() throws Exception {
    StringBuilder printed = new StringBuilder();
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      Map<String, String> here =
          Map.of(
              "OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:" + backend.httpPort(),
              "WORKSHOP_GRPC_ENDPOINT", "http://localhost:" + backend.grpcPort());
      String nobody = "http://localhost:" + Ports.unused();
      for (RealProcess.Ended ended :
          List.of(
              run("03-http-export.java", here),
              run("05-errors-and-retry.java", here),
              run("02-grpc-export.java", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", nobody)))) {
        printed.append(ended.out()).append(ended.err());
      }
    }
    String table = readme().split("## Common messages")[1].split("\n## ")[0];
    List<String> messages =
        table
            .lines()
            .filter(row -> row.startsWith("| `"))
            .map(row -> row.split(" \\| ")[0])
            .flatMap(cell -> Pattern.compile("`(.+?)`").matcher(cell).results())
            .map(match -> match.group(1))
            .toList();
    assertThat(messages).hasSizeGreaterThan(5).allMatch(message -> printed.indexOf(message) >= 0);
  }

  /** The snippets as a program of their own: with the dependencies that stand beside them. */
  @Slow
  @ParameterizedTest
  @ValueSource(strings = {"gRPC", "HTTP", "autoconfigure"})
  void codeToCopyExports(String which) throws Exception {
    String section = readme().split("## Code to copy")[1].split("\n## ")[0];
    List<String> blocks =
        Pattern.compile("```java\n((?s:.*?))```")
            .matcher(section)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(blocks).hasSize(4);
    String dependencies = blocks.get(0);
    String grpc = blocks.get(1);
    String http =
        grpc.replaceAll(
            "(?s)var exporter =.*?\\.build\\(\\);\n", Matcher.quoteReplacement(blocks.get(2)));
    boolean auto = which.equals("autoconfigure");
    String code = auto ? blocks.get(3) : which.equals("gRPC") ? grpc : http;
    assertThat(section)
        .contains("io.opentelemetry:opentelemetry-sdk-extension-autoconfigure")
        .contains("<version>" + dependencies.replaceAll("(?s).*bom:([0-9.]+)@pom.*", "$1"));
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      String program =
          dependencies
              + (auto ? "//DEPS io.opentelemetry:opentelemetry-sdk-extension-autoconfigure\n" : "")
              + imports(code)
              + "class Copied {\n  public static void main(String[] args) {\n"
              + code.replace("4317", "" + backend.grpcPort())
                  .replace("4318", "" + backend.httpPort())
              + "sdk.getTracer(\"com.example.shop\").spanBuilder(\"copied\").startSpan().end();\n}}\n";
      Files.writeString(temp.resolve("Copied.java"), program);
      RealProcess.Ended ended;
      try (RealProcess process =
          RealProcess.start(
              "copied",
              temp,
              auto ? variables(section, backend) : Map.of(),
              List.of(Checkout.FOLDER.resolve("jbang").toString(), "Copied.java"))) {
        ended = process.end(Duration.ofMinutes(2));
      }

      assertThat(ended.exitCode()).as(program + ended.err()).isZero();
      // With autoconfigure the SDK's own metrics arrive as well, before or after the span.
      Exchange exchange =
          backend.inbox().exchanges().stream()
              .filter(each -> each.signal() == Signal.TRACES)
              .findFirst()
              .orElseThrow();
      assertThat(exchange.protocol())
          .isEqualTo(which.equals("HTTP") ? Protocol.HTTP_PROTOBUF : Protocol.GRPC);
      assertThat(exchange.gzip()).isTrue();
      assertThat(exchange.headers()).extracting(Header::name).contains("authorization");
      assertThat(ReceivedSpan.in(List.of(exchange)))
          .singleElement()
          .satisfies(span -> assertThat(span.service()).isEqualTo("shop"));
    }
  }

  /** An import for each class that the code names, from those of lessons 02 and 03. */
  private static String imports(String code) throws Exception {
    StringBuilder all =
        new StringBuilder(
            "import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;\n");
    for (String lesson : List.of("02-grpc-export.java", "03-http-export.java")) {
      Files.readAllLines(Checkout.FOLDER.resolve(lesson)).stream()
          .filter(line -> line.startsWith("import "))
          .forEach(line -> all.append(line).append('\n'));
    }
    return all.toString()
        .lines()
        .distinct()
        .filter(line -> code.contains(line.replaceAll(".*\\.(\\w+);", "$1")))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** What the two lines of the shell set, with the ports of a backend. */
  private static Map<String, String> variables(String section, Backend backend) {
    return Pattern.compile("(OTEL_\\w+)=(?:\"([^\"]*)\"|(\\S+))")
        .matcher(section)
        .results()
        .collect(
            Collectors.toMap(
                match -> match.group(1),
                match ->
                    (match.group(2) == null ? match.group(3) : match.group(2))
                        .replace("4317", "" + backend.grpcPort())));
  }

  /** A path in the endpoint is ignored over gRPC: without effect on what arrives. */
  @Slow
  @Test
  void theLessonsSpansAreAsLargeAsItSays() throws Exception {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      String grpc = "http://localhost:" + backend.grpcPort() + "/a/path";
      run("02-grpc-export.java", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", grpc));
      String http = "http://localhost:" + backend.httpPort();
      run("03-http-export.java", Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", http));

      List<Exchange> orders =
          backend.inbox().exchanges().stream().filter(each -> each.items() == 3).toList();
      assertThat(orders)
          .extracting(Exchange::protocol, Exchange::decodedBytes)
          .containsExactly(tuple(Protocol.GRPC, 573L), tuple(Protocol.HTTP_PROTOBUF, 539L));
      assertThat(orders.get(0).wireBytes()).isBetween(435L, 465L);
      assertThat(orders.get(1).wireBytes()).isBetween(395L, 425L);
      assertThat(readme())
          .contains("| 573 B, about 450 B with gzip | 539 B, about 410 B with gzip |");
    }
  }

  /** A socket of OkHttp's waits with the end of a body, as nobody told it not to. */
  @Slow
  @Test
  void okHttpNeverSetsTcpNoDelay() throws Exception {
    Path lesson = Checkout.FOLDER.resolve("02-grpc-export.java");
    String classPath = JBangInfo.classPath(Checkout.FOLDER, lesson);
    int found = 0;
    for (String jar : classPath.split(File.pathSeparator)) {
      if (Path.of(jar).getFileName().toString().startsWith("okhttp")) {
        try (ZipFile classes = new ZipFile(jar)) {
          for (ZipEntry each : Collections.list(classes.entries())) {
            String names = new String(classes.getInputStream(each).readAllBytes(), ISO_8859_1);
            found += names.contains("setSoTimeout") ? 1 : 0;
            assertThat(names).as(each.getName()).doesNotContain("setTcpNoDelay", "TCP_NODELAY");
          }
        }
      }
    }
    assertThat(found).as("classes that set another option").isPositive();
  }

  @Test
  void itsFaultsAreThoseOfTheLanguage() throws Exception {
    String section = backendPage().split("## Faults on demand")[1].split("\n## ")[0];
    List<String> scripts =
        section
            .lines()
            .filter(row -> row.startsWith("| `"))
            .map(row -> row.split(" \\| ")[0])
            .flatMap(cell -> Pattern.compile("`(.+?)`").matcher(cell).results())
            .map(match -> match.group(1))
            .toList();
    assertThat(scripts).hasSize(15).allSatisfy(FaultScript::parse);
    assertThat(section).contains("10x 429 for http service=shop");
  }

  /** What it tells to install is what the tests install. */
  @Test
  void itsJupyterKernelIsTheOneThatIsTested() throws Exception {
    String script = Files.readString(Checkout.FOLDER.resolve("tests/jupyter.sh"));
    Matcher version = Pattern.compile("(?m)^JJAVA=(.+)$").matcher(script);
    assertThat(version.find()).isTrue();
    assertThat(readme()).contains("pip install jupyterlab jjava==" + version.group(1) + "`");
  }

  private RealProcess.Ended run(String lesson, Map<String, String> environment) throws Exception {
    return LessonRun.run(lesson, LessonRun.Place.CHECKOUT, temp, environment);
  }

  private static String backendPage() throws Exception {
    return Files.readString(Checkout.FOLDER.resolve("docs/backend.md"));
  }

  private static String readme() throws Exception {
    return Files.readString(Checkout.FOLDER.resolve("README.md"));
  }

  private static Pattern asPattern(String shown) {
    StringBuilder pattern = new StringBuilder();
    for (String line : normalise(shown).split("\n")) {
      pattern.append(line.equals("...") ? "(?s:.*)" : Pattern.quote(line + "\n"));
    }
    return Pattern.compile(pattern + "\\s*");
  }

  private static String normalise(String text) {
    return text.replaceAll("\\b[0-9a-f]{32}\\b", "TRACE-ID")
        .replaceAll("\\b[0-9a-f]{16}\\b", "SPAN-ID")
        .replaceAll("-- Version [0-9.]+", "-- Version N")
        .replaceAll("\\d\\d:\\d\\d:\\d\\d\\.\\d{3}", "TIME")
        .replaceAll("localhost:\\d{4,5}", "localhost:PORT")
        .replaceAll("127.0.0.1:\\d{4,5}", "127.0.0.1:PORT")
        // Only on free ports the command needs the endpoint.
        .replaceAll("OTEL_EXPORTER_OTLP_ENDPOINT=\\S+ (?=\\./jbang)", "")
        .replaceAll("token=[\\w-]+", "token=TOKEN")
        .replaceAll(" *\\d+ B gzip", " N B gzip")
        .replaceAll(" *\\d+\\.\\d KB\\b", " N KB")
        .replaceAll(" *\\d+(\\.\\d+)? (µs|ms|s)\\b", " TIME")
        .replaceAll(" *#+ *", " # ")
        .replaceAll("(?m)^\\[jbang\\].*\\n", "")
        .replaceAll("(?m) +$", "");
  }
}
