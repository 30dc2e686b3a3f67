package workshop.lesson;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A lesson's file taken apart: what a cell, a paste or a notebook needs of it.
 *
 * @param description the sentence after {@code //DESCRIPTION}
 * @param dependencies {@code group:artifact:version}, in the order of the {@code //DEPS} lines; one
 *     without a version has that of the BOM of its group
 * @param imports the import lines with the blank lines between them, without one at either end
 * @param steps in the order of the file
 */
public record Steps(
    String description, List<String> dependencies, String imports, List<Step> steps) {
  private static final String MAIN = "  public static void main(String[] args) throws Exception {";
  private static final Pattern CLASS = Pattern.compile("(final )?class \\w+ \\{");
  private static final Pattern TITLE = Pattern.compile("( *)// %%(.*)");
  private static final Pattern ARROW_THROW = Pattern.compile("-> (throw .*;)$", Pattern.MULTILINE);
  private static final Pattern EXIT =
      Pattern.compile("^( *)System\\.exit\\((\\d+)\\);$", Pattern.MULTILINE);

  /**
   * A step: a title, why, and code.
   *
   * @param prose the comment lines directly below the title, without {@code //}
   * @param code what follows, as if it stood at the left edge, without blank lines at either end;
   *     empty in a step that is prose alone
   * @param line the title's line in the file, counted from 1
   * @param declares whether it stands outside {@code main} and declares members of the class;
   *     otherwise it is statements of {@code main}
   */
  public record Step(String title, List<String> prose, String code, int line, boolean declares) {
    /** The title as an identifier: lower-case letters, digits and single hyphens. */
    public String id() {
      return title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }

    /**
     * The code for a session that other steps share. A lesson that lost spans ends its JVM with an
     * exit code; a session would take all variables and perhaps the last words along. So there an
     * exception with that exit code takes the place of the exit, and ends the step alone.
     */
    public String sessionCode() {
      // The jshell program of JDK 17 takes a bare "-> throw ...;" for an error, braces help.
      String pasteable = ARROW_THROW.matcher(code).replaceAll("-> { $1 }");
      return declares
          ? pasteable
          : EXIT.matcher(pasteable)
              .replaceAll("$1throw new IllegalStateException(\"exit code $2\");");
    }
  }

  /**
   * Reads a lesson.
   *
   * @throws IllegalArgumentException if it cannot be taken apart; the message names the file, the
   *     step, the line and what is wrong there
   */
  public static Steps read(Path file) throws IOException {
    return parse(file.getFileName().toString(), Files.readString(file));
  }

  /**
   * Takes a lesson's text apart.
   *
   * @param fileName for messages only
   * @throws IllegalArgumentException as {@link #read}
   */
  public static Steps parse(String fileName, String text) {
    return new Parser(fileName, text.lines().toList()).parse();
  }

  /**
   * A lesson's text with other code in some of its steps.
   *
   * @param text a lesson that can be taken apart
   * @param imports the new import lines
   * @param codes the new code by the {@link Step#id() id} of its step, as if at the left edge
   * @throws IllegalArgumentException if the new text has other steps, or none that can be told
   *     apart; the message says which
   */
  public static String rewrite(
      String fileName, String text, String imports, Map<String, String> codes) {
    Steps before = parse(fileName, text);
    List<String> lines = new ArrayList<>(text.lines().toList());
    for (int i = before.steps().size() - 1; i >= 0; i--) {
      Step step = before.steps().get(i);
      String code = codes.getOrDefault(step.id(), step.code()).strip();
      if (!code.equals(step.code())) {
        int from = step.line() + step.prose().size();
        int to = from + (int) step.code().lines().count();
        while (!step.code().isEmpty() && lines.get(from).isBlank()) {
          from++;
          to++;
        }
        String indent = step.declares() ? "  " : "    ";
        List<String> section = lines.subList(from, to);
        section.clear();
        section.addAll(code.lines().map(line -> line.isBlank() ? "" : indent + line).toList());
      }
    }
    if (!imports.strip().equals(before.imports())) {
      int from = first(lines, line -> line.startsWith("import "));
      int to = first(lines, line -> CLASS.matcher(line).matches());
      lines.subList(from, to).clear();
      lines.add(from, imports.strip() + "\n");
    }
    String after = String.join("\n", lines) + "\n";
    List<String> titles = parse(fileName, after).steps().stream().map(Step::title).toList();
    if (!titles.equals(before.steps().stream().map(Step::title).toList())) {
      throw new IllegalArgumentException("a cell cannot hold a line that begins with // %%");
    }
    return after;
  }

  private static int first(List<String> lines, Predicate<String> wanted) {
    int at = 0;
    while (at < lines.size() && !wanted.test(lines.get(at))) {
      at++;
    }
    return at;
  }

  private static final class Parser {
    private final String fileName;
    private final List<String> lines;
    private final Map<String, Integer> idLines = new LinkedHashMap<>();
    private String title = "";
    private int next;

    Parser(String fileName, List<String> lines) {
      this.fileName = fileName;
      this.lines = lines;
    }

    Steps parse() {
      int opens = indexOf(line -> CLASS.matcher(line).matches(), "class NAME {");
      int main = indexOf(MAIN::equals, MAIN.strip());
      int closes = main + first(lines.subList(main, lines.size()), "  }"::equals);
      int end = lines.size() - 1;
      if (closes >= end || !lines.get(end).equals("}")) {
        throw wrong(
            lines.size(), "main closes with } below its own line, the class with } at the end");
      }
      List<Step> steps = new ArrayList<>();
      next = opens + 1;
      while (next < main) {
        steps.add(step(2, main, true));
      }
      next = main + 1;
      while (next < closes) {
        steps.add(step(4, closes, false));
      }
      next = closes + 1;
      while (next < end) {
        if (lines.get(next).isBlank()) {
          next++;
        } else {
          steps.add(step(2, end, true));
        }
      }
      title = "";
      List<String> head = lines.subList(0, opens);
      return new Steps(description(head), dependencies(head), imports(head), List.copyOf(steps));
    }

    /** The step that begins at the next line, up to the next title or the end. */
    private Step step(int indent, int end, boolean declares) {
      int opens = next + 1;
      Matcher opening = TITLE.matcher(lines.get(next));
      if (!opening.matches()) {
        throw wrong(opens, "a step has to begin here, with: // %% Title");
      }
      title = opening.group(2).strip();
      if (title.isEmpty()) {
        throw wrong(opens, "the step has no title");
      }
      if (opening.group(1).length() != indent) {
        throw wrong(opens, "a step cannot begin here: inside another statement or declaration");
      }
      next++;
      String comment = " ".repeat(indent) + "//";
      List<String> prose = new ArrayList<>();
      for (; next < end && isProse(comment, lines.get(next)); next++) {
        prose.add(lines.get(next).substring(comment.length()).replaceFirst("^ ", ""));
      }
      if (prose.isEmpty()) {
        throw wrong(opens, "no lines that say why stand below the title");
      }
      StringBuilder code = new StringBuilder();
      for (; next < end && !TITLE.matcher(lines.get(next)).matches(); next++) {
        String line = lines.get(next);
        if (!line.isBlank() && !line.startsWith(" ".repeat(indent))) {
          throw wrong(next + 1, "the line is indented by less than " + indent + " spaces");
        }
        code.append(line.isBlank() ? "" : line.substring(indent)).append('\n');
      }
      Step step = new Step(title, List.copyOf(prose), code.toString().strip(), opens, declares);
      Integer before = idLines.putIfAbsent(step.id(), opens);
      if (before != null || step.id().isEmpty()) {
        throw wrong(
            opens,
            before == null
                ? "the title needs a letter or a digit"
                : "the title is too much like the one in line " + before);
      }
      return step;
    }

    private static boolean isProse(String comment, String line) {
      return line.startsWith(comment) && !TITLE.matcher(line).matches();
    }

    private static String description(List<String> head) {
      return head.stream()
          .filter(line -> line.startsWith("//DESCRIPTION "))
          .map(line -> line.substring("//DESCRIPTION ".length()))
          .findFirst()
          .orElse("");
    }

    private List<String> dependencies(List<String> head) {
      Map<String, String> bomVersions = new LinkedHashMap<>();
      List<String> all = new ArrayList<>();
      for (int i = 0; i < head.size(); i++) {
        for (String dependency : Dependencies.inLine(head.get(i)).toList()) {
          String[] part = dependency.split(":");
          if (dependency.endsWith("@pom")) {
            bomVersions.put(part[0], part[2].replace("@pom", ""));
          } else if (part.length > 2) {
            all.add(dependency);
          } else if (bomVersions.containsKey(part[0])) {
            all.add(dependency + ":" + bomVersions.get(part[0]));
          } else {
            throw wrong(i + 1, dependency + " has no version, and no BOM of its group gives one");
          }
        }
      }
      return List.copyOf(all);
    }

    private static String imports(List<String> head) {
      StringBuilder imports = new StringBuilder();
      for (String line : head) {
        if (line.startsWith("import ")) {
          imports.append(line).append('\n');
        } else if (line.isBlank()) {
          imports.append('\n');
        }
      }
      return imports.toString().strip();
    }

    private int indexOf(Predicate<String> wanted, String form) {
      int at = first(lines, wanted);
      if (at == lines.size()) {
        throw wrong(1, "there is no line of the form: " + form);
      }
      return at;
    }

    private IllegalArgumentException wrong(int line, String what) {
      String step = title.isEmpty() ? "" : "step \"" + title + "\", ";
      return new IllegalArgumentException(fileName + ", " + step + "line " + line + ": " + what);
    }
  }
}
