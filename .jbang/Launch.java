import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What jbang.cmd leaves to Java: asks JBang for the command that starts a program, keeps the
 * answer, and starts the program. On Linux and macOS, jbang and ask.sh do the same.
 *
 * <p>It needs the variable {@code WORKSHOP_DIR}, and is one class without others inside, because it
 * keeps its own compiled file: jbang.cmd runs that instead of this source.
 */
class Launch {
  private static final Map<String, String> VARIABLES = System.getenv();
  private static final Path WORKSHOP = Path.of(System.getenv("WORKSHOP_DIR"));
  private static final Path OWN = WORKSHOP.resolve(".jbang");
  private static final Path SOURCE = OWN.resolve("Launch.java");
  private static final Path JDK = Path.of(System.getProperty("java.home"));
  private static final String JAVA = JDK.resolve("bin").resolve("java").toString();
  private static final String JAVA_VERSION = VARIABLES.get("WORKSHOP_JAVA");

  /** JBang's exit code if it prints a command. */
  private static final int RUN_THIS = 255;

  /** No exit code of JBang. */
  private static final int FAILED_TO_FETCH = 3;

  private static final String USE_PROXY = "-Daether.connector.http.useSystemProperties=true";
  private static final String ONE_COLLECTOR = "-Daether.dependencyCollector.bf.threads=1";

  private static final String HELP =
      """
      In this checkout:
        .\\jbang workshop run           run all lessons, and see what arrived
        .\\jbang backend                receive OTLP and show it
        .\\jbang 02-grpc-export.java    run one lesson
        .\\jbang test fast              run the tests that start no other program
      All else is JBang's own:
      """;

  public static void main(String[] args) throws Exception {
    // This JVM outlasts Ctrl-C until the program has ended, and has its exit code.
    int status = 1;
    try {
      status = isStale() ? run(command(List.of(JAVA, SOURCE.toString()), args)) : launch(args);
    } catch (IOException e) {
      System.err.println("jbang: " + e);
    }
    System.exit(status);
  }

  private static int launch(String[] args) throws Exception {
    String first = args.length == 0 ? "" : args[0];
    if (List.of("", "-h", "--help").contains(first)) {
      System.err.println(HELP);
    }
    String[] rest = Arrays.copyOfRange(args, Math.min(1, args.length), args.length);
    // As in jbang-catalog.json, which JBang itself finds only from the workshop's folder.
    return switch (first) {
      case "workshop" -> script(WORKSHOP.resolve("workshop.java"), rest);
      case "backend", "bench" -> script(WORKSHOP.resolve("workshop.java"), args);
      case "test" -> script(WORKSHOP.resolve("tests/RunTests.java"), rest);
      default -> first.endsWith(".java") ? script(Path.of(first), rest) : pass(args);
    };
  }

  /** Runs a script. */
  private static int script(Path script, String[] args) throws Exception {
    Path answer = answer(script.toAbsolutePath().normalize());
    List<String> command = kept(answer);
    if (command.isEmpty()) {
      // JBang fails if another JBang that uses the same cache builds at the same time.
      Path cache = cache();
      Files.createDirectories(cache);
      try (FileChannel file =
          FileChannel.open(
              cache.resolve("windows-builds"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE)) {
        file.lock();
        TreeSet<Path> inputs = answer == null ? null : inputs(script.toAbsolutePath().normalize());
        List<String> before = inputs == null ? null : state(inputs);
        List<String> question = new ArrayList<>(List.of("run"));
        mirror().forEach(question::add);
        question.add(script.toString());
        StringBuilder printed = new StringBuilder();
        int status = ask(question, printed);
        if (status != RUN_THIS) {
          System.out.print(printed);
          explain(script, status);
          return status;
        }
        command = words(printed.toString());
        if (inputs != null && before.equals(state(inputs))) {
          keep(answer, command, inputs);
        }
      }
    }
    List<String> all = new ArrayList<>(command);
    // A lesson and most of the tool's commands end soon: compiled quickly rather than well.
    boolean serves = args.length > 0 && args[0].equals("backend");
    if (!serves
        && script.getFileName().toString().matches("\\d.*|workshop\\.java")
        && command.stream().noneMatch(word -> word.startsWith("-XX:Tiered"))) {
      all.add(1, "-XX:TieredStopAtLevel=1");
    }
    return run(command(all, args));
  }

  /** Anything but a script goes to JBang as it is. */
  private static int pass(String[] args) throws Exception {
    StringBuilder printed = new StringBuilder();
    int status = ask(List.of(args), printed);
    if (status == RUN_THIS) {
      return run(words(printed.toString()));
    }
    // A console has its own encoding.
    if (System.console() == null) {
      System.out.writeBytes(printed.toString().getBytes(UTF_8));
    } else {
      System.out.print(printed);
    }
    return status;
  }

  // --- The answers of JBang that are kept --------------------------------------------------------

  /** Where the answer for a script is kept; null for one that is not in this checkout. */
  private static Path answer(Path script) {
    if (!script.startsWith(WORKSHOP) || !Files.exists(script)) {
      return null;
    }
    String name = WORKSHOP.relativize(script).toString().replaceAll("[\\\\/]", "-");
    return OWN.resolve(name + "-java-" + JAVA_VERSION + ".answer");
  }

  /** The command, if nothing that it depends on has changed, or else nothing. */
  private static List<String> kept(Path answer) throws IOException {
    if (answer == null || !Files.exists(answer)) {
      return List.of();
    }
    List<String> lines = Files.readAllLines(answer);
    int space = lines.indexOf("");
    List<String> command = lines.subList(0, space);
    List<String> state = lines.subList(space + 1, lines.size());
    TreeSet<Path> inputs = new TreeSet<>();
    state.stream()
        .filter(line -> line.startsWith("input "))
        .forEach(line -> inputs.add(Path.of(line.substring("input ".length()))));
    return state.equals(state(inputs)) ? command : List.of();
  }

  private static void keep(Path answer, List<String> command, TreeSet<Path> inputs)
      throws IOException {
    // Also what JBang built, and the libraries.
    for (String word : command) {
      for (String file : word.split(File.pathSeparator)) {
        if (file.endsWith(".jar") && Files.exists(Path.of(file))) {
          inputs.add(Path.of(file));
        }
      }
    }
    List<String> lines = new ArrayList<>(command);
    lines.add("");
    lines.addAll(state(inputs));
    replace(answer, String.join("\n", lines).getBytes(UTF_8), null);
  }

  /** All that decides what JBang answers: files with their sizes and times, variables, settings. */
  private static List<String> state(TreeSet<Path> inputs) throws IOException {
    List<String> state = new ArrayList<>(List.of(JAVA, JAVA_VERSION));
    new TreeMap<>(VARIABLES)
        .forEach(
            (name, value) -> {
              if (name.toUpperCase().startsWith("JBANG_")) {
                state.add(name + "=" + value.replace('\n', ' '));
              }
            });
    List<Path> settings = new ArrayList<>(List.of(OWN.resolve("jbang-version")));
    settings.add(cache().resolveSibling("jbang.properties"));
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      settings.add(folder.resolve("jbang.properties"));
      settings.add(folder.resolve(".jbang").resolve("jbang.properties"));
    }
    for (Path file : settings) {
      if (Files.exists(file)) {
        state.add(seen(file));
      }
    }
    for (Path input : inputs) {
      state.add("input " + input);
      if (Files.exists(input)) {
        try (Stream<Path> files = Files.walk(input)) {
          files.filter(Files::isRegularFile).sorted().map(Launch::seen).forEach(state::add);
        }
      }
    }
    return state;
  }

  private static String seen(Path file) {
    File found = file.toFile();
    return file + " " + found.length() + " " + found.lastModified();
  }

  /**
   * The files and folders that a script is built from, as inputs.awk finds them; null if only JBang
   * can tell what a line stands for, or if that may change although no file does.
   */
  private static TreeSet<Path> inputs(Path script) throws IOException {
    TreeSet<Path> inputs = new TreeSet<>(List.of(script));
    // A file that is found may name more files.
    for (int before = 0; before != inputs.size(); ) {
      before = inputs.size();
      for (Path input : List.copyOf(inputs)) {
        if (!input.startsWith(WORKSHOP)) {
          return null;
        }
        if (!Files.exists(input)) {
          continue;
        }
        try (Stream<Path> files = Files.walk(input)) {
          for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
            for (String line : Files.readAllLines(file)) {
              if (!addInputs(line, file.getParent(), inputs)) {
                return null;
              }
            }
          }
        }
      }
    }
    return inputs;
  }

  private static final Pattern DIRECTIVE =
      Pattern.compile("//((?:[A-Z]+:)?[A-Z_]+)(?:\\s+(.*?))?(?:[ \\t]//[ \\t].*)?");
  private static final Pattern FIXED =
      Pattern.compile("[\\w.-]+:[\\w.-]+(:\\d[\\w.-]*(:[\\w.-]+)?)?(@[a-z]+)?");

  /** Whether the line is understood. */
  static boolean addInputs(String line, Path folder, TreeSet<Path> inputs) {
    Matcher directive = DIRECTIVE.matcher(line);
    if (!directive.matches()) {
      return !line.contains("@Grab(");
    }
    String value = directive.group(2) == null ? "" : directive.group(2);
    if (value.contains("${")) {
      return false;
    }
    List<String> words = Stream.of(value.split("[\\s;,]+")).filter(w -> !w.isEmpty()).toList();
    switch (directive.group(1)) {
      case "DESCRIPTION", "DOCS", "GAV", "JAVA", "MAIN", "MANIFEST", "NOINTEGRATIONS", "PREVIEW":
      case "REPOS", "COMPILE_OPTIONS", "JAVA_OPTIONS", "JAVAC_OPTIONS", "RUNTIME_OPTIONS":
        return true;
      case "DEPS":
        return words.stream()
            .allMatch(word -> FIXED.matcher(word).matches() && !word.contains("SNAPSHOT"));
      case "SOURCES", "FILES":
        for (String word : words) {
          String file =
              directive.group(1).equals("FILES") ? word.replaceFirst("^[^=]*=", "") : word;
          if (file.matches(".*[\\[\\]\"'{}:@\\\\].*")) {
            return false;
          }
          if (file.matches(".*[*?].*")) {
            file = file.replaceFirst("[*?].*", "").replaceFirst("[^/]*$", "");
          }
          inputs.add(folder.resolve(file).normalize());
        }
        return true;
      default:
        return false;
    }
  }

  // --- JBang -------------------------------------------------------------------------------------

  /** Asks JBang; appends what it prints on standard output. */
  private static int ask(List<String> question, StringBuilder printed) throws Exception {
    return ask(question, printed, ProcessBuilder.Redirect.INHERIT);
  }

  private static int ask(
      List<String> question, StringBuilder printed, ProcessBuilder.Redirect messages)
      throws Exception {
    String[] version = Files.readString(OWN.resolve("jbang-version")).strip().split(" ");
    Path jar = OWN.resolve("jbang-" + version[0] + ".jar");
    if (!Files.exists(jar) && fetchJBang(version[0], version[1], jar.toString()) != 0) {
      return FAILED_TO_FETCH;
    }
    List<String> java = java();
    Path login = null;
    if (Stream.of("https_proxy", "http_proxy").anyMatch(name -> variable(name).contains("@"))) {
      // The library that fetches the scripts' libraries takes a password from Maven's settings
      // only, and sends it on one connection only.
      login = Files.createTempDirectory("jbang");
      fetchJBang("settings", login.toString());
      java.add("-Dmaven.home=" + login);
      java.addAll(List.of("-Dmaven.artifact.threads=1", ONE_COLLECTOR));
    }
    java.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8"));
    java.addAll(List.of("-Dstdout.encoding=UTF-8", USE_PROXY));
    java.addAll(List.of("-cp", jar.toString(), "dev.jbang.Main"));
    java.addAll(question);
    ProcessBuilder builder =
        builder(java).redirectOutput(ProcessBuilder.Redirect.PIPE).redirectError(messages);
    Map<String, String> environment = builder.environment();
    environment.put("JBANG_RUNTIME_SHELL", "bash");
    environment.putIfAbsent("JBANG_NO_VERSION_CHECK", "true");
    environment.merge("JDK_JAVAC_OPTIONS", "-encoding UTF-8", (own, utf8) -> utf8 + " " + own);
    try {
      Process jbang = builder.start();
      printed.append(new String(jbang.getInputStream().readAllBytes(), UTF_8));
      return jbang.waitFor();
    } finally {
      delete(login);
    }
  }

  private static void delete(Path login) throws IOException {
    if (login != null) {
      Files.deleteIfExists(login.resolve("conf/settings.xml"));
      Files.deleteIfExists(login.resolve("conf"));
      Files.deleteIfExists(login);
    }
  }

  private static int fetchJBang(String... arguments) throws Exception {
    List<String> java = java();
    java.add(OWN.resolve("FetchJBang.java").toString());
    return run(command(java, arguments));
  }

  /** Java with the proxy, and with JBang's options. */
  private static List<String> java() {
    List<String> java = new ArrayList<>(List.of(JAVA));
    java.addAll(proxy());
    Stream.of(variable("JBANG_JAVA_OPTIONS").split("\\s+"))
        .filter(option -> !option.isEmpty())
        .forEach(java::add);
    return java;
  }

  private static final Pattern QUOTED = Pattern.compile("'([^']*)'|\\\\(.)|([^\\s'\\\\]+)|\\s+");

  /** The words of a command as JBang writes it for a POSIX shell. */
  private static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    StringBuilder word = null;
    Matcher parts = QUOTED.matcher(command.strip());
    while (parts.find()) {
      if (parts.group().isBlank()) {
        words.add(word.toString());
        word = null;
        continue;
      }
      word = word == null ? new StringBuilder() : word;
      for (int i = 1; i <= 3; i++) {
        word.append(parts.group(i) == null ? "" : parts.group(i));
      }
    }
    words.add(word.toString());
    return words;
  }

  private static Path cache() {
    String cache = VARIABLES.get("JBANG_CACHE_DIR");
    String folder = VARIABLES.get("JBANG_DIR");
    Path own = Path.of(System.getProperty("user.home"), ".jbang");
    return cache != null
        ? Path.of(cache)
        : (folder == null ? own : Path.of(folder)).resolve("cache");
  }

  private static Stream<String> mirror() {
    String mirror = variable("MVNW_REPOURL");
    return mirror.isEmpty() ? Stream.of() : Stream.of("--repos=central=" + mirror);
  }

  /** Says why the libraries cannot be fetched, if some are missing: JBang does not. */
  private static void explain(Path script, int status) throws Exception {
    if (status == 1 && Files.exists(script)) {
      List<String> offline = new ArrayList<>(List.of("--offline", "--quiet", "info", "classpath"));
      mirror().forEach(offline::add);
      offline.addAll(List.of("--deps-only", script.toString()));
      if (ask(offline, new StringBuilder(), ProcessBuilder.Redirect.DISCARD) != 0) {
        fetchJBang("why", script.getFileName().toString());
      }
    }
  }

  private static final Pattern PROXY =
      Pattern.compile("(?:\\w+://)?(?:.*@)?([^:/]+)(?::(\\d+))?(?:/.*)?");

  /**
   * The variables for a proxy that most tools read, as Java's properties. Those set by hand win.
   */
  static List<String> proxy() {
    String options = "";
    for (String name : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JBANG_JAVA_OPTIONS")) {
      options += variable(name);
    }
    List<String> proxy = new ArrayList<>();
    for (String scheme : List.of("https", "http")) {
      Matcher url = PROXY.matcher(variable(scheme + "_proxy"));
      if (url.matches() && !options.contains("proxyHost")) {
        proxy.add("-D" + scheme + ".proxyHost=" + url.group(1));
        if (url.group(2) != null) {
          proxy.add("-D" + scheme + ".proxyPort=" + url.group(2));
        }
      }
    }
    String direct = variable("no_proxy").replaceAll("\\s", "").replaceAll("(^|,)\\.", "$1");
    if (!proxy.isEmpty() && !direct.isEmpty()) {
      String hosts = direct.replaceAll("([^,]+)", "$1|*.$1").replace(',', '|');
      proxy.add("-Dhttp.nonProxyHosts=localhost|127.*|" + hosts);
    }
    return proxy.isEmpty() ? List.of("-Djava.net.useSystemProxies=true") : proxy;
  }

  /** The names of Windows' variables have no case; a missing one is empty. */
  private static String variable(String name) {
    return VARIABLES.entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(name))
        .map(entry -> entry.getValue().strip())
        .findFirst()
        .orElse("");
  }

  // --- Processes ---------------------------------------------------------------------------------

  /** Runs a program in this console until it ends; returns its exit code. */
  private static int run(List<String> command) throws Exception {
    Process process = builder(command).start();
    Thread hook = new Thread(() -> Runtime.getRuntime().halt(process.onExit().join().exitValue()));
    Runtime.getRuntime().addShutdownHook(hook);
    int status = process.waitFor();
    Runtime.getRuntime().removeShutdownHook(hook);
    return status;
  }

  private static ProcessBuilder builder(List<String> command) {
    return new ProcessBuilder(command.stream().map(Launch::quoted).toList()).inheritIO();
  }

  private static List<String> command(List<String> first, String[] rest) {
    return Stream.concat(first.stream(), Stream.of(rest)).toList();
  }

  /**
   * As programs on Windows take their command line apart. ProcessBuilder leaves alone what is in
   * quotes; by itself it loses empty arguments and quotes, and java.exe expands a bare {@code *}.
   */
  private static String quoted(String argument) {
    boolean safe = argument.matches("[^\\s\"*?]+") || argument.endsWith("\\");
    return safe ? argument : '"' + argument.replaceAll("(\\\\*)\"", "$1$1\\\\\"") + '"';
  }

  // --- This program ------------------------------------------------------------------------------

  /**
   * Whether this is the compiled file of another source. If it is the source that runs, its
   * compiled file is kept, with the same time.
   */
  private static boolean isStale() throws IOException {
    Path compiled = OWN.resolve("launch-java-" + JAVA_VERSION + "/Launch.class");
    FileTime time = Files.getLastModifiedTime(SOURCE);
    if (!Launch.class.getResource("Launch.class").getProtocol().equals("file")) {
      try (InputStream in = Launch.class.getResourceAsStream("Launch.class")) {
        Files.createDirectories(compiled.getParent());
        replace(compiled, in.readAllBytes(), time);
      }
      return false;
    }
    return !Files.getLastModifiedTime(compiled).equals(time);
  }

  private static void replace(Path file, byte[] content, FileTime time) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.write(part, content);
      if (time != null) {
        Files.setLastModifiedTime(part, time);
      }
      Files.move(part, file, ATOMIC_MOVE, REPLACE_EXISTING);
    } catch (IOException e) {
      // A folder that cannot be written, or a file that is in use: the next run tries it again.
      Files.deleteIfExists(part);
    }
  }
}
