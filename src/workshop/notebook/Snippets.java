package workshop.notebook;

import java.util.ArrayList;
import java.util.List;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/** Code as JShell takes it: one declaration, statement or expression at a time. */
final class Snippets {
  private Snippets() {}

  /**
   * A part of some code.
   *
   * @param start where it begins in that code, counted in characters from 0
   * @param whole false for the last part if the code ends in the middle of it
   */
  public record Part(String source, int start, boolean whole) {}

  /** Splits code; comments alone make no part. */
  public static List<Part> of(String code, SourceCodeAnalysis analysis) {
    List<Part> parts = new ArrayList<>();
    String rest = code;
    while (!rest.isBlank()) {
      CompletionInfo info = analysis.analyzeCompletion(rest);
      if (info.completeness() == Completeness.EMPTY) {
        break;
      }
      int start = code.length() - rest.length();
      if (!info.completeness().isComplete() && info.completeness() != Completeness.UNKNOWN) {
        parts.add(new Part(rest, start, false));
        break;
      }
      // Of code with an error JShell does not know the end. It says what the error is if it is run.
      parts.add(new Part(info.source() == null ? rest : info.source(), start, true));
      rest = info.remaining() == null || info.source() == null ? "" : info.remaining();
    }
    return parts;
  }
}
