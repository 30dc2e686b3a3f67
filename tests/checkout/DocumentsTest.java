package checkout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import support.Checkout;

/** The documents for maintainers: what they name exists. */
class DocumentsTest {
  private static final Path DOCS = Checkout.FOLDER.resolve("docs");
  private static final Path ARCHITECTURE = DOCS.resolve("architecture.md");
  private static final Path DECISIONS = DOCS.resolve("decisions");

  private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`\\s]+)`");
  private static final Pattern ROOM = Pattern.compile("(?m)^\\| `(\\w+)` \\|");

  /** A file that can be looked up; {@code NN-name} stands for the name of any lesson. */
  private static final Pattern FILE =
      Pattern.compile(
          "(?!/)[\\w./-]+\\.(?:java|js|html|css|md|json|sh|py|cmd|ipynb)|(?!/)[\\w./-]+/");

  static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>(decisions());
    documents.add(ARCHITECTURE);
    documents.add(Checkout.FOLDER.resolve("CONTRIBUTING.md"));
    documents.add(Checkout.FOLDER.resolve("CHANGELOG.md"));
    return documents;
  }

  private static List<Path> decisions() throws IOException {
    try (Stream<Path> files = Files.list(DECISIONS)) {
      return files.sorted().toList();
    }
  }

  /** The rooms of the tool, from the ground floor up. */
  static List<String> rooms() throws IOException {
    String table = Files.readString(ARCHITECTURE).split("\n## Rooms\n")[1].split("\nOutside")[0];
    return ROOM.matcher(table).results().map(match -> match.group(1)).toList();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void eachFileThatIsNamedExists(Path document) throws Exception {
    String text = Files.readString(document);
    List<String> missing = new ArrayList<>();
    LINK.matcher(text)
        .results()
        .map(match -> match.group(1))
        .filter(link -> !link.startsWith("https://"))
        .filter(link -> !Files.exists(document.resolveSibling(link)))
        .forEach(missing::add);
    Set<String> names = fileNames();
    CODE.matcher(text)
        .results()
        .map(match -> match.group(1).replace("NN-name", "02-grpc-export"))
        .filter(name -> FILE.matcher(name).matches())
        .filter(
            name ->
                name.contains("/")
                    ? !Files.exists(Checkout.FOLDER.resolve(name))
                    : !names.contains(name))
        .forEach(missing::add);
    assertThat(missing).isEmpty();
  }

  /** The names of all files of the sources and of the checkout's own folder. */
  private static Set<String> fileNames() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> sources = Files.walk(Checkout.FOLDER.resolve("src"));
        Stream<Path> top = Files.list(Checkout.FOLDER)) {
      Stream.concat(sources, top).forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }

  @Test
  void aFileBesideItsRoomIsInThatRoom() throws Exception {
    List<String> misplaced =
        Pattern.compile("`(\\w+\\.java)` in `(\\w+)`")
            .matcher(Files.readString(ARCHITECTURE))
            .results()
            .map(match -> "src/workshop/" + match.group(2) + "/" + match.group(1))
            .filter(file -> !Files.exists(Checkout.FOLDER.resolve(file)))
            .toList();
    assertThat(misplaced).isEmpty();
  }

  @Test
  void eachDecisionIsListedAndHasItsThreeParts() throws Exception {
    String architecture = Files.readString(ARCHITECTURE);
    for (Path decision : decisions()) {
      String text = Files.readString(decision);
      String title = text.lines().findFirst().orElseThrow().substring("# ".length());
      assertThat(architecture)
          .contains("- [%s](decisions/%s)".formatted(title, decision.getFileName()));
      assertThat(text.lines().filter(line -> line.startsWith("## ")).toList())
          .as(title)
          .containsExactly("## Context", "## Decision", "## Consequences");
    }
  }
}
