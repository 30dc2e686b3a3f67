package workshop.lesson;

import java.util.ArrayList;
import java.util.List;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/** Code as JShell takes it: one declaration, statement or expression at a time. */
public final class Snippets {
  private Snippets() {}

  /**
   * Splits code; comments alone make no snippet.
   *
   * @throws IllegalArgumentException if the code ends in the middle of a statement; the message is
   *     that statement
   */
  public static List<String> of(String code, SourceCodeAnalysis analysis) {
    List<String> snippets = new ArrayList<>();
    String rest = code;
    while (!rest.isBlank()) {
      CompletionInfo info = analysis.analyzeCompletion(rest);
      if (info.completeness() == Completeness.EMPTY) {
        break;
      }
      if (!info.completeness().isComplete() && info.completeness() != Completeness.UNKNOWN) {
        throw new IllegalArgumentException(rest.strip());
      }
      // Of code with an error JShell does not know the end. It says what the error is if it is run.
      String snippet = info.source() == null ? rest : info.source();
      snippets.add(snippet);
      rest = info.remaining() == null || info.source() == null ? "" : info.remaining();
    }
    return snippets;
  }
}
