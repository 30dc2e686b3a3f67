package workshop.notebook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import workshop.lesson.Steps;
import workshop.lesson.Steps.Step;
import workshop.lesson.WholeFile;

/**
 * The cells of a lesson: its imports, its helpers, the steps of {@code main}, and what was typed
 * over them. Guarded by its notebook's lock.
 */
final class Cells {
  /** Steps with something typed that the file has no longer are kept up to this number. */
  private static final int MOST_GONE = 200;

  private static final int MOST_SCRATCH = 50;
  private static final Pattern SCRATCH = Pattern.compile(Cell.SCRATCH + "[a-z0-9]{1,20}");

  private final Path file;
  private final Map<String, Cell> cells = new LinkedHashMap<>();
  private String description = "";
  private String text = "";
  private FileTime textTime;
  private String note = "";

  Cells(Path file) {
    this.file = file;
    readFile();
  }

  /**
   * Reads the file again if it has changed, and keeps what was typed. Returns whether it has
   * changed.
   */
  boolean readFile() {
    String before = note;
    try {
      FileTime time = Files.getLastModifiedTime(file);
      if (time.equals(textTime) && note.isEmpty()) {
        return false;
      }
      String now = Files.readString(file);
      textTime = time;
      if (now.equals(text) && note.isEmpty()) {
        return false;
      }
      take(now);
      note = "";
      return true;
    } catch (IOException e) {
      note = name() + " cannot be read: " + e.getMessage();
    } catch (IllegalArgumentException e) {
      note = "These cells are older than the file. " + e.getMessage();
    }
    return !note.equals(before);
  }

  private void take(String now) {
    Steps steps = Steps.parse(name(), now);
    Map<String, Cell> before = new LinkedHashMap<>(cells);
    cells.clear();
    List<Step> all = new ArrayList<>();
    all.add(new Step("Imports", List.of(), steps.imports(), 0, true));
    steps.steps().stream().filter(Step::declares).forEach(all::add);
    steps.steps().stream().filter(step -> !step.declares()).forEach(all::add);
    for (Step step : all) {
      Cell cell = before.getOrDefault(step.id(), new Cell(step.id()));
      cell.fileHas(step);
      cells.put(cell.id, cell);
    }
    before.values().stream()
        .filter(cell -> !cells.containsKey(cell.id) && cell.edited())
        .limit(MOST_GONE)
        .forEach(
            cell -> {
              cell.gone();
              cells.put(cell.id, cell);
            });
    Cell above = null;
    for (Cell cell : before.values()) {
      if (cell.isScratch()) {
        insert(cell, above);
      }
      above = cell;
    }
    description = steps.description();
    text = now;
  }

  private String name() {
    return file.getFileName().toString();
  }

  /**
   * Writes what was typed into the file, whole or not at all.
   *
   * @throws IllegalStateException if the file was changed as well and this is not forced, or if it
   *     cannot be taken apart
   * @throws IllegalArgumentException if what was typed makes no lesson
   */
  void save(boolean force) throws IOException {
    readFile();
    if (!note.isEmpty()) {
      throw new IllegalStateException(note);
    }
    String conflicts =
        all().stream().filter(Cell::conflict).map(Cell::title).collect(Collectors.joining(", "));
    if (!conflicts.isEmpty() && !force) {
      throw new IllegalStateException(
          name()
              + " was changed since you began to type, in: "
              + conflicts
              + ". Take the file's text or keep yours, cell by cell.");
    }
    String rewritten = rewritten();
    WholeFile.write(file, rewritten);
    textTime = Files.getLastModifiedTime(file);
    take(rewritten);
  }

  /**
   * The file's text with what was typed.
   *
   * @throws IllegalArgumentException if that makes no lesson
   */
  String rewritten() {
    Map<String, String> codes =
        all().stream()
            .filter(cell -> !cell.isGone())
            .collect(Collectors.toMap(cell -> cell.id, Cell::code));
    return Steps.rewrite(name(), text, codes.get(Cell.IMPORTS), codes);
  }

  /** Brings the file's text back: of a cell, or of all if the id is null. */
  void reset(String id) {
    (id == null ? List.copyOf(all()) : List.of(get(id)))
        .stream().filter(cell -> !cell.isScratch()).forEach(Cell::reset);
    cells.values().removeIf(cell -> cell.isGone() && !cell.edited());
  }

  /**
   * Adds a cell that belongs to no file, if it is not there yet.
   *
   * @param above the id of the cell above; behind all others if there is none
   * @throws IllegalArgumentException if the id is not that of such a cell, or if there are too many
   */
  void add(String id, String above) {
    if (!SCRATCH.matcher(id).matches()) {
      throw new IllegalArgumentException("not the id of a scratch cell: " + id);
    }
    List<String> titles = all().stream().filter(Cell::isScratch).map(Cell::title).toList();
    if (cells.containsKey(id)) {
      return;
    }
    if (titles.size() >= MOST_SCRATCH) {
      throw new IllegalArgumentException(
          "a lesson can have at most " + MOST_SCRATCH + " scratch cells");
    }
    int number = 1;
    while (titles.contains("Scratch " + number)) {
      number++;
    }
    Cell cell = new Cell(id);
    cell.fileHas(new Step("Scratch " + number, List.of(), "", 0, false));
    insert(cell, cells.get(above));
  }

  /** Puts a cell below another one; behind all others if that is not there. */
  private void insert(Cell cell, Cell above) {
    List<Cell> order = new ArrayList<>(all());
    int at = order.indexOf(above);
    order.add(at < 0 ? order.size() : at + 1, cell);
    cells.clear();
    order.forEach(each -> cells.put(each.id, each));
  }

  /**
   * Removes a cell that belongs to no file.
   *
   * @throws IllegalArgumentException if there is no such cell
   */
  void remove(String id) {
    if (!get(id).isScratch()) {
      throw new IllegalArgumentException("only a scratch cell can be removed");
    }
    cells.remove(id);
  }

  /**
   * @throws IllegalArgumentException if there is no such cell
   */
  Cell get(String id) {
    Cell cell = cells.get(id);
    if (cell == null) {
      throw new IllegalArgumentException("this lesson has no cell " + id);
    }
    return cell;
  }

  /**
   * The statements above a cell that did not run in this session.
   *
   * @throws IllegalArgumentException if there is no such cell
   */
  String unrunBefore(String id) {
    Cell wanted = get(id);
    return all().stream()
        .takeWhile(cell -> cell != wanted)
        .filter(cell -> !cell.setsUp() && !cell.isGone() && !cell.isScratch() && !cell.ranNow())
        .map(Cell::code)
        .collect(Collectors.joining("\n"));
  }

  Collection<Cell> all() {
    return cells.values();
  }

  String description() {
    return description;
  }

  /** The text of the file as it was when it could be taken apart last. */
  String text() {
    return text;
  }

  /** A sentence about the file, or empty. */
  String note() {
    return note;
  }
}
