package workshop.notebook;

import java.util.List;

/**
 * What to show of a notebook now. The names of the components are those of the page's JSON.
 *
 * @param version grows with each change
 * @param note a sentence about the session, or empty
 * @param fileNote a sentence about the lesson's file, or empty
 * @param edited how many cells differ from the file
 * @param conflicts how many cells were changed both here and in the file
 */
public record NotebookView(
    String lesson,
    String file,
    String description,
    long version,
    Notebook.State session,
    String note,
    String fileNote,
    int edited,
    int conflicts,
    List<CellView> cells) {

  /**
   * A cell.
   *
   * @param code the code in the notebook
   * @param fileCode the code in the file
   * @param gone whether the file no longer has this step
   * @param order which run of its session this was, counted from 1; null if it did not run, or ran
   *     while the session started
   * @param earlier whether it ran in an earlier session
   * @param changed whether its code was changed after it ran
   * @param outdated what is outdated in its results; null if nothing is known to be
   * @param exception null if it threw none
   */
  public record CellView(
      String id,
      String title,
      List<String> prose,
      Cell.Kind kind,
      String code,
      String fileCode,
      boolean edited,
      boolean conflict,
      boolean gone,
      Cell.State state,
      Integer order,
      boolean earlier,
      boolean changed,
      Outdated outdated,
      Double tookMillis,
      List<Piece> output,
      List<Problem> problems,
      Thrown exception,
      Caused caused) {}

  /**
   * What a cell used is outdated or closed.
   *
   * @param text says what, and what to do
   * @param cells the ids of the cells to run again, the last of them is the cell itself
   */
  public record Outdated(String text, List<String> cells) {}

  /**
   * What arrived because a cell ran.
   *
   * @param exchanges the first exchanges
   * @param more how many exchanges came after those
   * @param spans how many spans were accepted in all
   * @param rejected how many requests were rejected in all
   * @param traces the ids of the first traces, in hexadecimal
   */
  public record Caused(
      List<Seen> exchanges, int more, long spans, int rejected, List<String> traces) {}

  /**
   * A summary of an exchange.
   *
   * @param carries for example {@code 3 spans}; empty if the request was rejected
   */
  public record Seen(
      long number, String protocol, boolean accepted, int code, String codeName, String carries) {}

  /** A piece of output. */
  public record Piece(CellOutput.Stream stream, String text) {}

  /**
   * An error that the compiler found, and where: lines and columns of the cell, from 1.
   *
   * @param imports the classes that have the name that was not found
   */
  public record Problem(
      int line, int column, int endLine, int endColumn, String message, List<String> imports) {}

  /** An exception with its causes and its stack trace. */
  public record Thrown(String text, List<Frame> frames) {}

  /**
   * A line of a stack trace.
   *
   * @param cell the id of the cell with this line, or null for a line of a library
   * @param line in that cell, from 1
   */
  public record Frame(String text, String cell, int line) {}

  /**
   * What can come next in a cell.
   *
   * @param from where each suggestion begins in the cell, counted in characters from 0: it takes
   *     the place of what is between there and the cursor
   * @param imports the classes with the name before the cursor, if none of them is imported
   */
  public record Completions(int from, List<String> suggestions, List<String> imports) {}

  /**
   * What a name in a cell is.
   *
   * @param sentence the first one of its Javadoc; empty if that is not known
   */
  public record Described(String signature, String sentence) {}
}
