package workshop.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import workshop.doctor.DownloadsCheck;
import workshop.doctor.Os;
import workshop.explain.ChangedRows;
import workshop.lesson.Launcher;
import workshop.lesson.Lesson;
import workshop.lesson.SdkVersion;
import workshop.lesson.TemporaryFolder;
import workshop.lesson.WholeFile;
import workshop.lesson.WorkshopFolder;
import workshop.text.ProgressLine;
import workshop.text.Style;
import workshop.text.Text;
import workshop.text.Words;

/** {@code version}: another version of OpenTelemetry in every file that names it. */
@Command(
    name = "version",
    description = {
      "For maintainers: changes the version of OpenTelemetry in every file that names it, writes"
          + " the notebooks and TROUBLESHOOTING.md again, and prints which of its rows changed."
          + " Before that, it checks that JBang finds the libraries of this version.",
      "Exit code 0; 1: nothing was changed, or TROUBLESHOOTING.md could not be written; 2: invalid"
          + " version."
    },
    footer = {"", "Example:", "  ./jbang workshop version 1.2.3"})
final class VersionCommand implements Callable<Integer> {
  private static final String DOCUMENT = "TROUBLESHOOTING.md";
  private static final String PROGRAMS = "troubleshooting/Troubleshooting.java";

  private static final String VERSIONS =
      "https://repo1.maven.org/maven2/io/opentelemetry/opentelemetry-bom/";
  private static final String ERROR = "[ERROR] ";

  @Parameters(paramLabel = "VERSION", description = "A release, for example 1.2.3.")
  private String version;

  @Spec private CommandSpec spec;

  private final ProgressLine progress = new ProgressLine(Style.detect());

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    if (!SdkVersion.isRelease(version)) {
      throw new ParameterException(
          spec.commandLine(),
          "A version has three numbers, for example 1.2.3. This is not a version: "
              + Text.safe(version, 40));
    }
    Path folder = WorkshopFolder.find();
    String before = version(folder);
    Map<Path, String> files = SdkVersion.files(folder, before);
    Optional<String> problem = problem(folder, before, files);
    if (problem.isPresent()) {
      Words.wrap("", "Nothing was changed. " + problem.get(), Words.WIDTH)
          .forEach(System.err::println);
      return 1;
    }
    for (Map.Entry<Path, String> file : files.entrySet()) {
      SdkVersion.write(file.getKey(), SdkVersion.change(file.getValue(), before, version));
    }
    System.out.printf("%d files name %s. Before: %s.%n", files.size(), version, before);
    new NotebooksCommand().call();
    return writeDocument(folder, before);
  }

  private static String version(Path folder) throws IOException {
    String lesson = Lesson.names(folder).get(0) + ".java";
    return SdkVersion.of(Files.readString(folder.resolve(lesson)))
        .orElseThrow(
            () ->
                new IOException(
                    "Nothing was changed. " + lesson + " imports no opentelemetry-bom."));
  }

  /** Why the files must stay as they are; empty if they can be changed. */
  private Optional<String> problem(Path folder, String before, Map<Path, String> files)
      throws IOException, InterruptedException, ExecutionException {
    if (Os.detect() == Os.WINDOWS) {
      return Optional.of(
          DOCUMENT + " shows what Linux does on a signal. Use Linux, for example WSL.");
    }
    if (!version.equals(before)) {
      for (Path file : SdkVersion.files(folder, version).keySet()) {
        return Optional.of(
            folder.relativize(file)
                + " names "
                + version
                + " as another version than that of the lessons. After the change, the two could"
                + " not be told apart. Choose another version.");
      }
    }
    progress.show("looking for the libraries");
    try {
      return notFound(
          folder, SdkVersion.change(SdkVersion.script(files.values(), before), before, version));
    } finally {
      progress.clear();
    }
  }

  /** What to do if JBang does not find a script's libraries; empty if it does. */
  private Optional<String> notFound(Path folder, String script)
      throws IOException, InterruptedException, ExecutionException {
    List<String> said;
    try (TemporaryFolder temporary = new TemporaryFolder("version")) {
      Path file = Files.writeString(temporary.path().resolve("Version.java"), script);
      Process jbang =
          new ProcessBuilder(Launcher.path(folder), "build", file.toString())
              .redirectInput(Launcher.nullDevice())
              .redirectErrorStream(true)
              .start();
      said = jbang.inputReader(UTF_8).lines().toList();
      if (jbang.waitFor() == 0) {
        return Optional.empty();
      }
    }
    DownloadsCheck.Seen seen =
        DownloadsCheck.look(System.getenv(), folder, Map.of("Version", script));
    String why =
        seen.failure()
            .map(failure -> seen.repository() + ": " + failure + ".")
            .orElseGet(() -> "JBang says: " + error(said));
    return Optional.of(
        "JBang does not find the libraries of OpenTelemetry "
            + version
            + ". "
            + why
            + " To check the network, type ./jbang workshop doctor. The versions that exist: "
            + VERSIONS);
  }

  /** The line of JBang's that says what failed. */
  private static String error(List<String> said) {
    return said.stream()
        .filter(line -> line.contains(ERROR))
        .map(line -> line.substring(line.indexOf(ERROR) + ERROR.length()))
        .findFirst()
        .orElse(String.join(" ", said));
  }

  /** Writes TROUBLESHOOTING.md again, and prints what changed and what to do next. */
  private int writeDocument(Path folder, String before) throws IOException, InterruptedException {
    Path document = folder.resolve(DOCUMENT);
    String old = Files.readString(document);
    progress.show("running the programs of " + DOCUMENT + ", for a minute or two");
    try (TemporaryFolder temporary = new TemporaryFolder("version")) {
      Path printed = temporary.path().resolve(DOCUMENT);
      Path log = temporary.path().resolve("log");
      int exitCode =
          new ProcessBuilder(Launcher.path(folder), folder.resolve(PROGRAMS).toString())
              .redirectInput(Launcher.nullDevice())
              .redirectOutput(printed.toFile())
              .redirectError(log.toFile())
              .start()
              .waitFor();
      progress.clear();
      if (exitCode != 0) {
        System.err.print(Files.readString(log));
        System.err.printf(
            "%s failed, so %s is as it was.%n"
                + "Correct what fails and repeat this command, or go back: ./jbang workshop version"
                + " %s%n",
            PROGRAMS, DOCUMENT, before);
        return 1;
      }
      WholeFile.write(document, Files.readString(printed));
    }
    List<String> changed = ChangedRows.of(old, Files.readString(document));
    System.out.println(
        changed.isEmpty()
            ? "No row of " + DOCUMENT + " changed."
            : "Changed rows of " + DOCUMENT + ", by what one sees now:");
    changed.forEach(row -> Words.wrap("  ", row, Words.WIDTH).forEach(System.out::println));
    System.out.println("Next, type ./jbang test, then git diff");
    return 0;
  }
}
