package workshop.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import support.Await;
import support.GuideFolder;
import support.Slow;
import workshop.wire.Backend;

/** The ports of this process and of a session of cells. Any other test may open one. */
@Slow
@Isolated
class CellPortTest {
  private static final Path PROC = Path.of("/proc");

  @TempDir Path temp;

  @Test
  void aSessionOpensNoPortToWhichAnotherUserCouldConnect() throws Exception {
    assumeTrue(Files.exists(PROC.resolve("net/tcp")), "there is no /proc/net/tcp");
    try (Backend backend = Backend.start(Backend.Options.onFreePorts());
        Notebooks notebooks = new Notebooks(GuideFolder.in(temp), backend)) {
      Notebook notebook = notebooks.find("02-grpc-export");
      Set<String> before = listening();
      NotebookView.CellView first = notebook.view().cells().get(1);
      notebook.edit(first.id(), "1 + 1", first.fileCode());
      notebooks.run(notebook, List.of(first.id()), false);
      Await.until(
          "the value",
          Duration.ofSeconds(90),
          () -> {
            assertThat(listening()).isEqualTo(before);
            return notebook.view().cells().get(1).output().stream()
                .anyMatch(piece -> piece.text().equals("2"));
          });
      assertThat(listening()).isEqualTo(before);
      List<ProcessHandle> sessions =
          ProcessHandle.current()
              .descendants()
              .filter(each -> each.info().commandLine().orElse("").contains("CellAgent"))
              .toList();
      assertThat(sessions).hasSize(1).allMatch(each -> sockets(each).isEmpty());
    }
  }

  /** The sockets of this process and its descendants that accept connections, by their inode. */
  private static Set<String> listening() throws IOException {
    Set<String> own =
        Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.current().descendants())
            .flatMap(each -> sockets(each).stream())
            .collect(Collectors.toSet());
    Set<String> found = new HashSet<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      for (String line : Files.readAllLines(PROC.resolve(table))) {
        String[] columns = line.strip().split("\\s+");
        if (columns[3].equals("0A") && own.contains("socket:[" + columns[9] + "]")) {
          found.add(columns[1]);
        }
      }
    }
    return found;
  }

  private static List<String> sockets(ProcessHandle process) {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> open =
        Files.newDirectoryStream(PROC.resolve(process.pid() + "/fd"))) {
      for (Path each : open) {
        try {
          found.add(Files.readSymbolicLink(each).toString());
        } catch (IOException e) {
          // It is closed.
        }
      }
    } catch (IOException e) {
      // The process has ended.
    }
    found.removeIf(each -> !each.startsWith("socket:"));
    return found;
  }
}
