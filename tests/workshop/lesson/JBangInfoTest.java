package workshop.lesson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.Await;
import support.Slow;

/** Questions to a JBang that does not answer, as when the network is down. */
@Slow
class JBangInfoTest {
  @TempDir Path folder;

  @Test
  void endsJBangAfterTheLimit() throws Exception {
    assumeFalse(Launcher.isWindows(), "the launcher here is a shell script");
    Path late = folder.resolve("late");
    Path launcher = folder.resolve("jbang");
    Files.writeString(launcher, "#!/bin/sh\nsleep 19.765\ntouch '" + late + "'\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();

    assertThatThrownBy(
            () ->
                JBangInfo.ask(
                    folder,
                    folder.resolve("02-mine.java"),
                    ProcessBuilder.Redirect.DISCARD,
                    Duration.ofSeconds(2)))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "JBang did not find the libraries of 02-mine.java in 2 s. To see why, type"
                + " ./jbang 02-mine.java");
    assertThat(late).as("written by a launcher that was left to end").doesNotExist();
    Await.until(
        "its processes to end",
        () ->
            ProcessHandle.allProcesses()
                .noneMatch(each -> each.info().commandLine().orElse("").contains("19.765")));
  }
}
