package workshop.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import workshop.lesson.JupyterFile;
import workshop.lesson.Lesson;
import workshop.lesson.Steps;
import workshop.lesson.WholeFile;
import workshop.lesson.WorkshopFolder;

/** {@code notebooks}: the lessons as files for Jupyter. */
@Command(
    name = "notebooks",
    description = {
      "Writes notebooks/*.ipynb, made from the lessons, for Jupyter with the JJava kernel.",
      "Exit code 0; 1: a lesson cannot be taken apart, or --check found a difference."
    },
    footer = {
      "",
      "Examples:",
      "  ./jbang workshop notebooks            after a lesson was changed",
      "  ./jbang workshop notebooks --check    do they match their lessons?"
    })
final class NotebooksCommand implements Callable<Integer> {
  @Option(names = "--check", description = "Write nothing; name the files that differ.")
  private boolean check;

  @Override
  public Integer call() throws IOException {
    Path folder = WorkshopFolder.find().resolve("notebooks");
    Map<String, String> wanted = new TreeMap<>();
    for (Lesson lesson : Lesson.in(folder.getParent())) {
      Steps steps = Steps.read(folder.resolveSibling(lesson.fileName()));
      wanted.put(JupyterFile.name(lesson), JupyterFile.text(lesson, steps));
    }
    Map<String, String> present = present(folder);
    TreeSet<String> names = new TreeSet<>(wanted.keySet());
    names.addAll(present.keySet());
    names.removeIf(name -> present.getOrDefault(name, "").equals(wanted.getOrDefault(name, "")));
    for (String name : names) {
      String text = wanted.get(name);
      System.out.println(
          "notebooks/"
              + name
              + (check
                  ? text == null ? " belongs to no lesson" : " differs from its lesson"
                  : text == null ? " deleted: no such lesson" : " written"));
      if (!check) {
        write(folder.resolve(name), text);
      }
    }
    if (names.isEmpty()) {
      System.out.println("All " + wanted.size() + " notebooks match their lessons.");
    } else if (check) {
      System.err.println("Type ./jbang workshop notebooks to write them again.");
    }
    return check && !names.isEmpty() ? 1 : 0;
  }

  private static void write(Path file, String text) throws IOException {
    if (text == null) {
      Files.delete(file);
    } else {
      Files.createDirectories(file.getParent());
      WholeFile.write(file, text);
    }
  }

  private static Map<String, String> present(Path folder) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(each -> each.toString().endsWith(".ipynb")).toList()) {
          texts.put(file.getFileName().toString(), Files.readString(file));
        }
      }
    }
    return texts;
  }
}
