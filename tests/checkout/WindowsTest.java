package checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.Checkout;
import support.RealProcess;
import support.Slow;
import workshop.wire.Backend;

/**
 * {@code jbang.cmd} with a Java for Windows, in a clone whose path has a space and whose files have
 * CRLF where git allows it. The variable {@code WORKSHOP_WINDOWS} names a program that has a
 * Windows; see CONTRIBUTING.md.
 */
@Slow
class WindowsTest {
  private static final String LAB = System.getenv("WORKSHOP_WINDOWS");
  private static final String FOLDER = "C:\\work shop";
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private static final String SHOW =
      """
      class Show {
        public static void main(String[] args) {
          for (String arg : args) {
            System.out.println("[" + arg + "]");
          }
          System.exit(args.length);
        }
      }
      """;

  @TempDir static Path temp;

  @BeforeAll
  static void cloneTheCheckout() throws Exception {
    assumeTrue(LAB != null, "the variable WORKSHOP_WINDOWS is not set");
    // With what is not committed yet.
    Path clone = temp.resolve("checkout");
    end("git", "clone", "-q", Checkout.FOLDER.toString(), clone.toString());
    for (String file : List.of("jbang.cmd", ".jbang/Launch.java", ".jbang/FetchJBang.java")) {
      Files.write(clone.resolve(file), Files.readAllBytes(Checkout.FOLDER.resolve(file)));
    }
    Files.writeString(clone.resolve("Show.java"), SHOW);
    end("git", "-C", clone.toString(), "add", "-A");
    end(
        "git",
        "-C",
        clone.toString(),
        "-c",
        "user.name=test",
        "-c",
        "user.email=test@example.com",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "as it is");
    assertThat(end(LAB, "up", clone.toString(), FOLDER).exitCode()).isZero();
  }

  @AfterAll
  static void endTheWindows() throws Exception {
    if (LAB != null) {
      end(LAB, "down");
    }
  }

  @Test
  void helpNamesTheCommandsOfThisCheckout() throws Exception {
    // JBang's own help has characters in the encoding of Windows.
    assertThat(windows("jbang.cmd --help 2>&1 | findstr jbang").out())
        .contains(".\\jbang workshop run", ".\\jbang backend", "Usage: jbang");
    assertThat(windows("jbang.cmd version").exitCode()).isZero();
    assertThat(windows("jbang.cmd workshop --help").out()).contains("Usage: .\\jbang workshop");
  }

  @Test
  void argumentsArriveAsTyped() throws Exception {
    RealProcess.Ended shown =
        windows(
            "jbang.cmd Show.java \"two words\" \"\" \"2x 503 retry-after=1, hang for grpc\" a=b,c;d"
                + " \"x & y\" \"a|b\" it's \"he said \\\"hi\\\"\" \"(x) <t>\" @FILE \"C:\\a b\\\\\""
                + " \"*.md\" (y)");
    assertThat(shown.out().lines())
        .containsExactly(
            "[two words]",
            "[]",
            "[2x 503 retry-after=1, hang for grpc]",
            "[a=b,c;d]",
            "[x & y]",
            "[a|b]",
            "[it's]",
            "[he said \"hi\"]",
            "[(x) <t>]",
            "[@FILE]",
            "[C:\\a b\\]",
            "[*.md]",
            "[(y)]");
    assertThat(shown.exitCode()).isEqualTo(13);
    assertThat(windows("jbang.cmd workshop explain \"dropped 12 span(s) & <more>\"").err())
        .contains(".\\jbang workshop doctor");
  }

  @Test
  void theAnswerOfJBangIsKeptUntilTheScriptChanges() throws Exception {
    windows("jbang.cmd Show.java");
    assertThat(windows("jbang.cmd Show.java x").err()).isEmpty();
    // Without JBang, which would be fetched from nowhere.
    String withoutJBang = "set \"MVNW_REPOURL=http://127.0.0.1:1\" && ren .jbang\\*.jar *.away && ";
    String back = " & ren .jbang\\*.away *.jar";
    assertThat(windows(withoutJBang + "jbang.cmd Show.java x" + back).out()).contains("[x]");
    RealProcess.Ended edited =
        windows(withoutJBang + "echo // edited>>Show.java & jbang.cmd Show.java x" + back);
    assertThat(edited.err())
        .contains("jbang: cannot fetch JBang", "  set HTTPS_PROXY=http://HOST:PORT");
    assertThat(windows("jbang.cmd Show.java x").out()).contains("[x]");
  }

  @Test
  void lessonsRunWithABackendAndWithout() throws Exception {
    try (Backend backend = Backend.start(Backend.Options.onFreePorts())) {
      RealProcess.Ended with =
          windows(
              "set \"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:"
                  + backend.grpcPort()
                  + "\" && jbang.cmd 02-grpc-export.java");
      assertThat(with.out()).contains("3 spans ended, 3 acknowledged");
      assertThat(with.exitCode()).isZero();
      assertThat(backend.inbox().exchanges()).isNotEmpty();
    }
    RealProcess.Ended without =
        windows(
            "set \"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1\" && jbang.cmd 03-http-export.java");
    assertThat(without.out()).contains("0 acknowledged");
    assertThat(without.err()).contains("jbang backend");
    assertThat(without.exitCode()).isEqualTo(1);
  }

  @Test
  void notebooksMatchTheirLessonsInAClone() throws Exception {
    assertThat(windows("jbang.cmd workshop notebooks --check").exitCode()).isZero();
    assertThat(windows("jbang.cmd workshop check 99").exitCode()).isEqualTo(2);
  }

  @Test
  void aJavaThatWillNotDoIsNamed() throws Exception {
    assertThat(windows("set \"JAVA_HOME=C:\\no (where) & more\" && jbang.cmd version").err())
        .contains("JAVA_HOME is \"C:\\no (where) & more\", but there is no bin\\java.exe in it.");
    // In quotes, as many people set it.
    RealProcess.Ended quoted =
        windows(
            "set JAVA_HOME=\"C:\\Program Files\\Eclipse Adoptium\\jdk-25\"&& jbang.cmd version");
    assertThat(quoted.exitCode()).as(quoted.err()).isZero();
  }

  @Test
  void twoAtOnceDoNotHarmEachOther() throws Exception {
    windows("jbang.cmd Show.java");
    try (RealProcess one =
            RealProcess.start("one", temp, Map.of(), command("jbang.cmd Show.java x"));
        RealProcess two =
            RealProcess.start("two", temp, Map.of(), command("jbang.cmd Show.java x"))) {
      for (RealProcess process : List.of(one, two)) {
        RealProcess.Ended ended = process.end(LIMIT);
        assertThat(ended.out()).as(ended.err()).contains("[x]");
      }
    }
  }

  @Test
  void aUserWhoseNameIsNotAsciiCanRunALesson() throws Exception {
    RealProcess.Ended ended =
        windows(
            "set \"JBANG_DIR=C:\\J\u00f6rg\\.jbang\" && set \"JBANG_REPO=C:\\J\u00f6rg\\.m2\""
                + " && jbang.cmd 01-setup.java");
    assertThat(ended.out()).as(ended.err()).contains("4 spans ended, 4 logged");
    assertThat(ended.exitCode()).isZero();
  }

  private static RealProcess.Ended windows(String line) throws Exception {
    return end(command(line).toArray(String[]::new));
  }

  private static List<String> command(String line) {
    return List.of(LAB, "run", "-C", FOLDER, line);
  }

  private static RealProcess.Ended end(String... command) throws IOException, InterruptedException {
    try (RealProcess process = RealProcess.start("windows", temp, Map.of(), List.of(command))) {
      return process.end(LIMIT);
    }
  }
}
