package workshop.task;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import workshop.lesson.WholeFile;

/**
 * What a learner has done, in one small file of the workshop's folder.
 *
 * @param current the lesson to go on with, empty before the first one
 * @param done the ids of the tasks that were done; they stay done until a reset
 * @param hints how many hints were shown, by the task's id
 */
public record Progress(String current, Set<String> done, Map<String, Integer> hints) {
  public static final String FILE = ".workshop-progress.json";

  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

  /** Sorted, so that the file looks the same after the same work. */
  public Progress {
    Objects.requireNonNull(current);
    done = Collections.unmodifiableSet(new TreeSet<>(done));
    hints = Collections.unmodifiableMap(new TreeMap<>(hints));
  }

  static Progress none() {
    return new Progress("", Set.of(), Map.of());
  }

  public Progress at(String lesson) {
    return new Progress(lesson, done, hints);
  }

  Progress with(String task) {
    Set<String> all = new TreeSet<>(done);
    all.add(task);
    return new Progress(current, all, hints);
  }

  /** With all tasks that were found to be done. */
  public Progress withDone(Map<Task, Finding> findings) {
    Progress after = this;
    for (Map.Entry<Task, Finding> each : findings.entrySet()) {
      after = each.getValue().done() ? after.with(each.getKey().id()) : after;
    }
    return after;
  }

  private Progress withHint(String task, int shown) {
    Map<String, Integer> all = new TreeMap<>(hints);
    all.put(task, shown);
    return new Progress(current, done, all);
  }

  /**
   * Counts one more hint in the file, for the first open task; returns that task, or nothing if all
   * tasks are done.
   */
  public static Optional<Task> nextHint(Path folder, List<Task> tasks, Consumer<String> warn)
      throws IOException {
    Progress before = load(folder, warn);
    Optional<Task> open =
        tasks.stream().filter(task -> !before.done.contains(task.id())).findFirst();
    if (open.isPresent()) {
      Task task = open.get();
      update(
          folder,
          progress ->
              progress.withHint(
                  task.id(),
                  Math.min(task.allHints(), progress.hints.getOrDefault(task.id(), 0) + 1)),
          warn);
    }
    return open;
  }

  public Progress without(String lesson) {
    Set<String> otherTasks = new TreeSet<>(done);
    otherTasks.removeIf(task -> task.startsWith(lesson + "/"));
    Map<String, Integer> otherHints = new TreeMap<>(hints);
    otherHints.keySet().removeIf(task -> task.startsWith(lesson + "/"));
    return new Progress(current, otherTasks, otherHints);
  }

  /**
   * Reads the file; without one, nothing is done. A damaged file is set aside under another name.
   *
   * @param warn gets a sentence about a damaged file
   */
  public static Progress load(Path folder, Consumer<String> warn) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      return none();
    }
    try {
      return Objects.requireNonNull(GSON.fromJson(Files.readString(file), Progress.class));
    } catch (RuntimeException | CharacterCodingException e) {
      Path aside = free(folder);
      Files.move(file, aside);
      warn.accept(
          "%s could not be read. It is kept as %s, and the progress starts again."
              .formatted(FILE, aside.getFileName()));
      return none();
    }
  }

  private static Path free(Path folder) {
    for (int i = 1; ; i++) {
      Path aside = folder.resolve(".workshop-progress.damaged-" + i + ".json");
      if (!Files.exists(aside)) {
        return aside;
      }
    }
  }

  /**
   * Reads, changes and writes the file, whole or not at all. It is read each time, because a
   * command in another terminal may have written it.
   */
  public static synchronized Progress update(
      Path folder, UnaryOperator<Progress> change, Consumer<String> warn) throws IOException {
    Progress before = load(folder, warn);
    Progress after = change.apply(before);
    if (after.equals(before)) {
      return after;
    }
    WholeFile.write(folder.resolve(FILE), GSON.toJson(after) + "\n");
    return after;
  }
}
