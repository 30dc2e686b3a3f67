package workshop.lesson;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import support.Checkout;
import support.Slow;
import workshop.wire.Backend;

/** What the guide starts for a lesson that was saved. */
class LessonCompilerTest {
  private static final String FILE = "01-setup.java";
  private static final String LESSON =
      """
      ///usr/bin/env jbang "$0" "$@" ; exit $?
      //DESCRIPTION Say it
      //JAVA 17+
      //RUNTIME_OPTIONS "-Dword=two words"

      // %% A comment
      class Setup {
        public static void main(String[] args) {
          System.out.println("said " + System.getProperty("word"));
        }
      }
      """;

  @TempDir Path temp;
  private Path folder;
  private LessonCompiler compiler;

  @BeforeEach
  void folder() throws Exception {
    folder = Files.createDirectory(temp.resolve("a folder"));
    save(LESSON);
    compiler = new LessonCompiler(folder);
  }

  @AfterEach
  void close() {
    compiler.close();
  }

  // --- What JBang is asked, and what it says -----------------------------------------------------

  @Test
  void jbangsAnswerDependsOnTheDirectivesAlone() {
    assertThat(LessonCompiler.directives(LESSON))
        .contains(List.of("//JAVA 17+", "//RUNTIME_OPTIONS \"-Dword=two words\""));
    assertThat(LessonCompiler.directives(LESSON.replace("said", "//DEPS").replace("Say", "Do")))
        .isEqualTo(LessonCompiler.directives(LESSON));
    assertThat(LessonCompiler.directives(LESSON.replace("17", "21")))
        .isNotEqualTo(LessonCompiler.directives(LESSON));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"//SOURCES b/*.java", "  //FILES a.txt", "//MAIN Other", "@Grab(\"a:b:1\")"})
  void aFileThatNeedsMoreIsLeftToJBang(String line) {
    assertThat(LessonCompiler.directives(LESSON + line + "\n")).isEmpty();
  }

  @Test
  void eachLessonOfTheWorkshopIsCovered() throws Exception {
    for (Lesson lesson : Lesson.in(Checkout.FOLDER)) {
      String text = Files.readString(Checkout.FOLDER.resolve(lesson.fileName()));
      assertThat(LessonCompiler.directives(text).orElseThrow())
          .as(lesson.name())
          .contains("//JAVA 17+")
          .allMatch(line -> line.startsWith("//JAVA ") || line.startsWith("//DEPS "));
    }
  }

  @Test
  void jbangsAnswerIsReadAndMayLeaveThingsOut() {
    JBangInfo info =
        JBangInfo.parse(
            """
            {
              "applicationJar": "/cache/01-setup.jar",
              "resolvedDependencies": ["/m2/a.jar", "/m2/b c.jar"],
              "availableJdkPath": "/jdk",
              "compileOptions": ["-g"],
              "sources": [{"originalResource": "01-setup.java"}]
            }
            """);
    assertThat(info)
        .isEqualTo(
            new JBangInfo(List.of("/m2/a.jar", "/m2/b c.jar"), List.of("-g"), List.of(), "/jdk"));
    assertThat(info.classPath()).isEqualTo("/m2/a.jar" + File.pathSeparator + "/m2/b c.jar");
    assertThat(JBangInfo.parse("No such file")).isNull();
  }

  // --- What is started ---------------------------------------------------------------------------

  @Test
  void theCommandHasTheOptionsAndTheLibraries() throws Exception {
    LessonCompiler.Program program =
        compile(info(List.of("-g"), List.of("-Dword=two words"), "lib/a.jar")).orElseThrow();

    assertThat(program.errors()).isEmpty();
    List<String> command = program.command();
    assertThat(command.get(0)).startsWith(System.getProperty("java.home"));
    assertThat(command.subList(1, 4))
        .containsExactly("-XX:TieredStopAtLevel=1", "-Dword=two words", "-cp");
    assertThat(command.get(4)).endsWith(File.pathSeparator + "lib/a.jar");
    assertThat(command.subList(5, command.size())).containsExactly("Setup");
    assertThat(classes(program).resolve("Setup.class")).exists();
  }

  @Test
  void anOptionOfTheLessonsJvmReplacesOurs() throws Exception {
    assertThat(compile(info(List.of(), List.of("-XX:+UseSerialGC"))).orElseThrow().command())
        .contains("-XX:+UseSerialGC")
        .doesNotContain("-XX:TieredStopAtLevel=1");
  }

  @Test
  void anErrorNamesFileAndLineAsJavacDoes() throws Exception {
    save(LESSON.replace("args) {", "args) { int x = ;"));

    List<String> errors = compile(info(List.of(), List.of())).orElseThrow().errors();

    assertThat(errors)
        .containsExactly(
            folder.resolve(FILE) + ":8: error: illegal start of expression",
            "  public static void main(String[] args) { int x = ;",
            "                                                   ^",
            "1 error");
  }

  @Test
  void withNoClassOrTwoClassesToStartJBangDecides() throws Exception {
    save(LESSON.replace("public static", "static"));
    assertThat(compile(info(List.of(), List.of()))).isEmpty();
    save(LESSON + LESSON.substring(LESSON.indexOf("class")).replace("Setup", "Other"));
    assertThat(compile(info(List.of(), List.of()))).isEmpty();
  }

  @Test
  void classesAreThoseOfTheLastTextAndAreDeletedInTheEnd() throws Exception {
    compile(info(List.of(), List.of()));
    save(LESSON.replace("class Setup", "class Renamed"));

    LessonCompiler.Program program = compile(info(List.of(), List.of())).orElseThrow();

    Path classes = classes(program);
    assertThat(classes.toFile().list()).containsExactly("Renamed.class");
    compiler.close();
    assertThat(classes.getParent()).doesNotExist();
  }

  /** An interrupt closes each file that is being read, also those that are kept open. */
  @Test
  void aCompilationThatIsInterruptedDoesNotBreakTheNext() throws Exception {
    Thread.currentThread().interrupt();
    try {
      compile(info(List.of(), List.of()));
      assertThat(false).as("it was interrupted").isTrue();
    } catch (InterruptedException expected) {
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    assertThat(compile(info(List.of(), List.of())).orElseThrow().errors()).isEmpty();
  }

  // --- With a launcher ---------------------------------------------------------------------------

  /** In place of the launcher stands a script that notes what it is asked. */
  @Slow
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
  @Test
  void jbangIsAskedOncePerSetOfDirectives() throws Exception {
    Path asked = temp.resolve("asked");
    launcher(
        """
        #!/bin/sh
        echo "$1" >>'%s'
        [ "$1" != info ] || echo '{"availableJdkPath": "%s", "runtimeOptions": ["-Dword=two words"]}'
        """
            .formatted(asked, System.getProperty("java.home")));

    assertThat(run()).containsExactly("said two words");
    save(LESSON.replace("said", "wrote"));
    assertThat(run()).containsExactly("wrote two words");
    assertThat(Files.readAllLines(asked)).containsExactly("info");

    save(LESSON.replace("17+", "18+"));
    run();
    assertThat(Files.readAllLines(asked)).containsExactly("info", "info");

    save(LESSON.replace("//JAVA 17+", "//SOURCES *.java"));
    run();
    assertThat(Files.readAllLines(asked)).containsExactly("info", "info", FILE);
  }

  @Slow
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
  @Test
  void whatJBangCannotResolveOrRunOnThisJdkTheLauncherRuns() throws Exception {
    launcher("#!/bin/sh\n[ \"$1\" != info ] || exit 1\necho \"ran $1\"\n");
    assertThat(run()).containsExactly("ran " + FILE);
    launcher(
        "#!/bin/sh\n[ \"$1\" != info ] || echo '{\"availableJdkPath\": \"/\"}'\necho \"ran $1\"\n");
    assertThat(run()).containsExactly("ran " + FILE);
  }

  private void launcher(String text) throws Exception {
    Path launcher = folder.resolve("jbang");
    Files.writeString(launcher, text);
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
  }

  private List<String> run() throws Exception {
    Lesson lesson = Lesson.read(folder, "01-setup");
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      LessonProcess.Result result =
          compiler.run(lesson, backend, Duration.ofMinutes(1), line -> {});
      assertThat(result.exitCode()).isZero();
      return result.output();
    }
  }

  private void save(String text) throws Exception {
    Files.writeString(folder.resolve(FILE), text);
  }

  private Optional<LessonCompiler.Program> compile(JBangInfo info) throws Exception {
    return compiler.compile(folder.resolve(FILE), info);
  }

  private static JBangInfo info(List<String> compile, List<String> run, String... libraries) {
    return new JBangInfo(List.of(libraries), compile, run, System.getProperty("java.home"));
  }

  private static Path classes(LessonCompiler.Program program) {
    List<String> command = program.command();
    return Path.of(command.get(command.indexOf("-cp") + 1).split(File.pathSeparator)[0]);
  }
}
