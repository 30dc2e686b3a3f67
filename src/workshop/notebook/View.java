package workshop.notebook;

import java.util.List;

/**
 * A notebook as it stands, to be shown. The names of the components are those of the page's JSON.
 *
 * @param version grows with each change
 * @param session {@code none}, {@code starting}, {@code idle}, {@code running} or {@code ended}
 * @param note a word on the session, else empty
 * @param fileNote a word on the lesson's file, else empty
 * @param edited how many cells differ from the file
 * @param conflicts how many cells were changed both here and in the file
 */
public record View(
    String lesson,
    String file,
    String description,
    long version,
    String session,
    String note,
    String fileNote,
    int edited,
    int conflicts,
    List<Cell> cells) {

  /**
   * A cell.
   *
   * @param kind {@code imports}, {@code helper}, {@code code} or {@code prose}
   * @param code as it is here
   * @param fileCode as it is in the file
   * @param gone whether the file no longer has this step
   * @param state {@code new}, {@code queued}, {@code running}, {@code ok}, {@code failed} or {@code
   *     stopped}
   * @param order which run of its session this was, counted from 1; null if it did not run, or when
   *     the session began
   * @param earlier whether it ran in an earlier session
   * @param changed whether what ran is not what stands there now
   * @param stale whether an earlier cell was changed, or ran, since this one ran
   * @param exception null if it threw none
   */
  public record Cell(
      String id,
      String title,
      List<String> prose,
      String kind,
      String code,
      String fileCode,
      boolean edited,
      boolean conflict,
      boolean gone,
      String state,
      Integer order,
      boolean earlier,
      boolean changed,
      boolean stale,
      Double tookMillis,
      List<Piece> output,
      List<Problem> problems,
      Thrown exception,
      Caused caused) {}

  /**
   * What arrived because a cell ran.
   *
   * @param exchanges the first of them
   * @param more how many exchanges there were beyond those
   * @param spans how many were accepted, in all
   * @param refused how many exchanges were refused, in all
   * @param traces the ids of the first of them, in hex
   */
  public record Caused(
      List<Seen> exchanges, int more, long spans, int refused, List<String> traces) {}

  /**
   * An exchange in short.
   *
   * @param carries for example {@code 3 spans}; empty if it was refused
   */
  public record Seen(
      long number, String protocol, boolean accepted, int code, String codeName, String carries) {}

  /**
   * A piece of output.
   *
   * @param stream {@code out}, {@code err}, {@code log}, {@code value} or {@code note}, which is a
   *     word of the workshop's own
   */
  public record Piece(String stream, String text) {}

  /** What the compiler said: from line and column to line and column in the cell, from 1. */
  public record Problem(int line, int column, int endLine, int endColumn, String message) {}

  /** An exception, and those that caused it, with its stack trace. */
  public record Thrown(String text, List<Frame> frames) {}

  /**
   * A line of a stack trace.
   *
   * @param cell the id of the cell in which it lies, or null if it is in a library
   * @param line in that cell, from 1
   */
  public record Frame(String text, String cell, int line) {}
}
