package workshop.lesson;

/**
 * Writes each statement or declaration of some Java code on one line. The jshell program reads a
 * file line by line and takes a statement for complete as soon as it can be: of
 *
 * <pre>
 * var names =
 *     list.stream()
 *         .toList();
 * </pre>
 *
 * it would run the first two lines, and then fail at the line that begins with a dot.
 */
public final class StatementLines {
  private final String code;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private int depth;

  private StatementLines(String code) {
    this.code = code;
  }

  /**
   * The same code, without comments inside statements.
   *
   * @param code whole statements and declarations, formatted as google-java-format does: a line
   *     that ends a statement ends with a semicolon or a closing brace
   */
  public static String of(String code) {
    return new StatementLines(code).write();
  }

  private String write() {
    while (at < code.length()) {
      char next = code.charAt(at);
      if (code.startsWith("//", at)) {
        comment();
      } else if (code.startsWith("/*", at)) {
        at = code.indexOf("*/", at) + 2;
      } else if (code.startsWith("\"\"\"", at)) {
        textBlock();
      } else if (next == '"' || next == '\'') {
        literal(next);
      } else if (next == '\n') {
        lineEnd();
      } else {
        depth += "({[".indexOf(next) >= 0 ? 1 : ")}]".indexOf(next) >= 0 ? -1 : 0;
        out.append(next);
        at++;
      }
    }
    return out.toString().strip();
  }

  /** Keeps a comment between statements, which has a line of its own. */
  private void comment() {
    int end = code.indexOf('\n', at);
    end = end < 0 ? code.length() : end;
    if (betweenStatements() && endsLine()) {
      out.append(code, at, end);
      out.append(end < code.length() ? "\n" : "");
      at = end + 1;
    } else {
      at = end;
    }
  }

  private void textBlock() {
    int start = code.indexOf('\n', at) + 1;
    int end = start;
    while (!code.startsWith("\"\"\"", end)) {
      end += code.charAt(end) == '\\' ? 2 : 1;
    }
    String text = code.substring(start, end).stripIndent().translateEscapes();
    out.append('"');
    for (char each : text.toCharArray()) {
      switch (each) {
        case '\n' -> out.append("\\n");
        case '"', '\\' -> out.append('\\').append(each);
        default -> out.append(each);
      }
    }
    out.append('"');
    at = end + 3;
  }

  private void literal(char quote) {
    int end = at + 1;
    while (code.charAt(end) != quote) {
      end += code.charAt(end) == '\\' ? 2 : 1;
    }
    out.append(code, at, end + 1);
    at = end + 1;
  }

  private void lineEnd() {
    stripSpaces();
    if (betweenStatements()) {
      out.append('\n');
    } else {
      int word = at;
      while (word < code.length() && Character.isWhitespace(code.charAt(word))) {
        word++;
      }
      out.append(code.startsWith(".", word) || endsWith("(") ? "" : " ");
    }
    while (at < code.length() && Character.isWhitespace(code.charAt(at))) {
      at++;
    }
  }

  private boolean betweenStatements() {
    stripSpaces();
    return depth == 0 && (out.isEmpty() || endsLine() || endsWith(";") || endsWith("}"));
  }

  private boolean endsLine() {
    return out.isEmpty() || endsWith("\n");
  }

  private boolean endsWith(String text) {
    return out.length() > 0 && out.substring(out.length() - 1).equals(text);
  }

  private void stripSpaces() {
    while (endsWith(" ")) {
      out.setLength(out.length() - 1);
    }
  }
}
