package workshop.notebook;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.SourceCodeAnalysis.QualifiedNames;
import jdk.jshell.SourceCodeAnalysis.Suggestion;

/**
 * What JShell knows about a place in a cell: what can come next there, and what it means.
 *
 * @param text the code up to the cursor, as far as JShell needs it to know the names in it
 * @param cursor the cursor in the cell, counted in characters from 0
 */
record Completion(String text, int cursor) {
  private static final int MOST_SUGGESTIONS = 100;
  private static final int MOST_IMPORTS = 10;
  private static final int MOST_SIGNATURES = 6;
  private static final int LONGEST_SIGNATURE = 300;

  /** A member of a class or an import: not a statement, which could use the variables above it. */
  private static final Pattern DECLARATION =
      Pattern.compile(
          "(?:\\s|//.*|@\\w+)*"
              + "(?:(?:public|protected|private|static|abstract|import|class|interface|enum)\\b"
              + "|final\\s+class\\b|record\\s+\\w+\\s*\\()");

  private static final Pattern COMMENT_OR_STRING =
      Pattern.compile(
          "//.*\\R|/\\*(?s:.*?)\\*/|\"\"\"(?s:.*?)\"\"\"|\"(?:[^\"\\\\\n]++|\\\\.)*+\"|'[^'\n]++'");

  private static final Pattern VARIABLE =
      Pattern.compile("[\\w$>\\]]\\s+([a-z_]\\w*)\\s*(?=[=;:,)])");

  private static final Pattern NAME = Pattern.compile("(?<![\\w$.])[a-zA-Z_]\\w*$");

  private static final Pattern AFTER_DOT = Pattern.compile("\\.\\s*\\w*$");

  /** Of a method only the class matters, and its line must fit. */
  private static final Pattern PACKAGE = Pattern.compile("\\b(?:[a-z]\\w*\\.)+(?=[A-Z])");

  private static final Pattern NO_ARGUMENTS = Pattern.compile("\\(\\)$");

  /**
   * A place in a cell.
   *
   * @param before the code of the cells above that did not run, for their variables
   * @param code of the cell
   * @throws IllegalArgumentException if the code has no such place
   */
  static Completion at(SourceCodeAnalysis analysis, String before, String code, int cursor) {
    if (cursor < 0 || cursor > code.length()) {
      throw new IllegalArgumentException("the cell has no place " + cursor);
    }
    String all = before + "\n" + code.substring(0, cursor);
    List<Snippets.Part> parts = Snippets.of(all, analysis);
    if (parts.isEmpty()) {
      return new Completion(all, cursor);
    }
    Snippets.Part last = parts.get(parts.size() - 1);
    int end = last.start() + last.source().length();
    boolean inside = !last.whole() || all.substring(Math.min(end, all.length())).isEmpty();
    if (inside && isDeclaration(last)) {
      return new Completion(all.substring(last.start()), cursor);
    }
    String statements =
        parts.stream()
            .filter(part -> !isDeclaration(part))
            .map(part -> all.substring(part.start(), Math.min(all.length(), end(part))))
            .collect(Collectors.joining("\n"));
    String rest = all.substring(Math.min(end, all.length()));
    return new Completion(statements + rest, cursor);
  }

  private static int end(Snippets.Part part) {
    return part.start() + part.source().length();
  }

  private static boolean isDeclaration(Snippets.Part part) {
    return DECLARATION.matcher(part.source()).lookingAt();
  }

  /** What can come next: first what has the type that is expected there, then variables. */
  NotebookView.Completions suggestions(SourceCodeAnalysis analysis) {
    int[] anchor = {text.length()};
    List<Suggestion> found = analysis.completionSuggestions(text, text.length(), anchor);
    List<String> suggestions =
        Stream.of(
                found.stream().filter(Suggestion::matchesType).map(Suggestion::continuation),
                variables().stream(),
                found.stream().map(Suggestion::continuation))
            .flatMap(each -> each)
            .filter(each -> !each.isEmpty())
            .distinct()
            .limit(MOST_SUGGESTIONS)
            .toList();
    int typed = found.isEmpty() ? name().length() : text.length() - anchor[0];
    return new NotebookView.Completions(
        Math.max(0, cursor - typed), suggestions, imports(analysis));
  }

  /** The variables declared above with the beginning of a name here: JShell knows few of them. */
  private List<String> variables() {
    String code = COMMENT_OR_STRING.matcher(text).replaceAll(" ");
    boolean inside = code.contains("\"") || code.contains("//") || code.contains("/*");
    return inside || AFTER_DOT.matcher(text).find()
        ? List.of()
        : VARIABLE
            .matcher(code)
            .results()
            .map(declared -> declared.group(1))
            .filter(each -> each.startsWith(name()) && !each.equals(name()))
            .toList();
  }

  /** What is typed of a name here. */
  private String name() {
    Matcher name = NAME.matcher(text);
    return name.find() ? name.group() : "";
  }

  /** The classes with the name that ends here, if it is the name of none that is imported. */
  List<String> imports(SourceCodeAnalysis analysis) {
    QualifiedNames names = analysis.listQualifiedNames(text, text.length());
    return names.isResolvable()
        ? List.of()
        : names.getNames().stream()
            .filter(name -> name.indexOf('.') > 0)
            .sorted(Comparator.comparing(name -> !name.startsWith("java.")))
            .limit(MOST_IMPORTS)
            .toList();
  }

  /**
   * What the name that ends here is: a class, a variable or a method with all its signatures. The
   * sentences are there only if the JDK has its sources, the file {@code lib/src.zip}.
   */
  List<NotebookView.Described> described(SourceCodeAnalysis analysis) {
    String called = NO_ARGUMENTS.matcher(text).replaceFirst("(");
    return analysis.documentation(called, called.length(), true).stream()
        .limit(MOST_SIGNATURES)
        .map(Completion::described)
        .toList();
  }

  private static NotebookView.Described described(Documentation documentation) {
    String signature = documentation.signature();
    if (signature.contains("(")) {
      signature = PACKAGE.matcher(signature).replaceAll("");
    }
    return new NotebookView.Described(
        signature.length() <= LONGEST_SIGNATURE
            ? signature
            : signature.substring(0, LONGEST_SIGNATURE) + "…",
        Javadoc.firstSentence(documentation.javadoc()));
  }
}
