package workshop.lesson;

import com.google.gson.FormattingStyle;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A lesson as a Jupyter notebook for the JJava kernel, in nbformat 4.5 and laid out as Jupyter
 * itself saves one. The same lesson always gives the same text, and a changed step changes only its
 * own cells: a cell's id is made of the lesson's number and the step's title.
 */
public final class JupyterFile {
  private static final Gson GSON =
      new GsonBuilder()
          .disableHtmlEscaping()
          .serializeNulls()
          .setFormattingStyle(FormattingStyle.PRETTY.withIndent(" "))
          .create();

  /** A block, a declaration or a call of {@code println}: what leaves no value. */
  private static final Pattern NO_VALUE =
      Pattern.compile(
          "\\}$|^(final )?[\\w.<>\\[\\], ?]+ \\w+ = |^System\\.(out|err)\\.println\\(|^throw ");

  private static final Pattern ITEM = Pattern.compile("(\\d+\\. |  ).*");

  private JupyterFile() {}

  /** The notebook's file name. */
  public static String name(Lesson lesson) {
    return lesson.name() + ".ipynb";
  }

  /** The notebook's text, with a line feed at its end. */
  public static String text(Lesson lesson, Steps steps) {
    String prefix = lesson.name().substring(0, 2) + "-";
    JsonArray cells = new JsonArray();
    cells.add(markdown(prefix + "lesson", opening(lesson, steps)));
    cells.add(code(prefix + "dependencies", dependencies(steps), true));
    cells.add(code(prefix + "imports", steps.imports(), true));
    for (Steps.Step helper : steps.steps().stream().filter(Steps.Step::declares).toList()) {
      cells.add(code(prefix + helper.id(), helper(helper), true));
    }
    for (Steps.Step step : steps.steps().stream().filter(each -> !each.declares()).toList()) {
      cells.add(markdown(prefix + step.id(), "## " + step.title() + "\n\n" + prose(step)));
      if (!step.code().isEmpty()) {
        cells.add(code(prefix + step.id() + "-code", withoutValue(step.sessionCode()), false));
      }
    }
    JsonObject notebook = new JsonObject();
    notebook.add("cells", cells);
    notebook.add("metadata", metadata());
    notebook.addProperty("nbformat", 4);
    notebook.addProperty("nbformat_minor", 5);
    return GSON.toJson(notebook) + "\n";
  }

  private static String opening(Lesson lesson, Steps steps) {
    return """
    # %s

    %s.

    This notebook is for the JJava kernel. Start `./jbang backend` in a terminal first: it shows \
    what arrives. `./jbang workshop notebooks` writes this file from `%s`, so edit the lesson and not the \
    notebook.\
    """
        .formatted(lesson.name(), steps.description(), lesson.fileName());
  }

  private static String helper(Steps.Step helper) {
    StringBuilder text = new StringBuilder("// " + helper.title() + "\n");
    helper.prose().forEach(line -> text.append("// ").append(line).append('\n'));
    return text + helper.sessionCode();
  }

  /**
   * Adds an empty statement to code that ends with an expression: Jupyter prints the value of a
   * cell's last expression, for example {@code java.io.PrintStream@159eb46d} for a {@code printf}.
   */
  private static String withoutValue(String code) {
    String lines = StatementLines.of(code);
    String last = lines.substring(lines.lastIndexOf('\n') + 1);
    return NO_VALUE.matcher(last).find() ? code : code + "\n;";
  }

  private static String dependencies(Steps steps) {
    return "%maven " + String.join("\n%maven ", steps.dependencies());
  }

  /** Comment lines as Markdown; a sentence after a numbered list must not become part of it. */
  private static String prose(Steps.Step step) {
    StringBuilder text = new StringBuilder();
    String before = "";
    for (String line : step.prose()) {
      boolean leavesList = ITEM.matcher(before).matches() && !ITEM.matcher(line).matches();
      text.append(leavesList ? "\n" : "").append(line).append('\n');
      before = line;
    }
    return text.toString().strip();
  }

  private static JsonObject markdown(String id, String source) {
    return cell("markdown", id, source, false);
  }

  /**
   * @param folded whether JupyterLab shows the cell folded
   */
  private static JsonObject code(String id, String source, boolean folded) {
    return cell("code", id, source, folded);
  }

  /** The names in alphabetical order, as Jupyter writes them. */
  private static JsonObject cell(String type, String id, String source, boolean folded) {
    boolean code = type.equals("code");
    JsonObject cell = new JsonObject();
    cell.addProperty("cell_type", type);
    if (code) {
      cell.add("execution_count", JsonNull.INSTANCE);
    }
    cell.addProperty("id", id);
    JsonObject metadata = new JsonObject();
    if (folded) {
      JsonObject jupyter = new JsonObject();
      jupyter.addProperty("source_hidden", true);
      metadata.add("jupyter", jupyter);
    }
    cell.add("metadata", metadata);
    if (code) {
      cell.add("outputs", new JsonArray());
    }
    JsonArray lines = new JsonArray();
    List<String> all = source.lines().toList();
    for (int i = 0; i < all.size(); i++) {
      lines.add(all.get(i) + (i < all.size() - 1 ? "\n" : ""));
    }
    cell.add("source", lines);
    return cell;
  }

  private static JsonObject metadata() {
    JsonObject kernel = new JsonObject();
    kernel.addProperty("display_name", "Java (jjava)");
    kernel.addProperty("language", "java");
    kernel.addProperty("name", "java");
    JsonObject language = new JsonObject();
    language.addProperty("file_extension", ".java");
    language.addProperty("mimetype", "text/x-java-source");
    language.addProperty("name", "java");
    JsonObject metadata = new JsonObject();
    metadata.add("kernelspec", kernel);
    metadata.add("language_info", language);
    return metadata;
  }
}
