package workshop.notebook;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.ImportSnippet;
import jdk.jshell.Snippet;
import jdk.jshell.VarSnippet;

/**
 * What the cells of a session defined, used and closed when they ran last: it tells which of them
 * used something that is outdated. Safe for use by several threads.
 */
final class Definitions {
  /** Types of what works only as long as the SDK does that it comes from. */
  private static final Pattern OF_AN_SDK =
      Pattern.compile("(?:.*\\.)?(?:OpenTelemetry(?:Sdk)?|Tracer|Meter|Logger|\\w+Provider)");

  private final Map<String, Definition> byName = new HashMap<>();
  private final Map<String, Run> byCell = new HashMap<>();
  private final Map<Definition, Run> closedBy = new HashMap<>();
  private int runs;

  /** A run of a cell; not a record, because each is another one. */
  private static final class Run {
    final String cell;
    final String title;
    final int number;
    final Set<Definition> used = new LinkedHashSet<>();

    Run(String cell, String title, int number) {
      this.cell = cell;
      this.title = title;
      this.number = number;
    }
  }

  /** A variable, method, class or import; not a record, because a new run makes another one. */
  private static final class Definition {
    final String name;
    final Run run;
    final Snippet snippet;

    /** What the value of a variable was made of. */
    final Set<Definition> used;

    /** The names in a method or class: what they mean is known when a cell uses it. */
    final Set<String> names;

    Definition(String name, Run run, Snippet snippet, Set<Definition> used, Set<String> names) {
      this.name = name;
      this.run = run;
      this.snippet = snippet;
      this.used = used;
      this.names = names;
    }

    boolean isVariable() {
      return snippet instanceof VarSnippet;
    }

    boolean isOfAnSdk() {
      return snippet instanceof VarSnippet variable
          && OF_AN_SDK.matcher(variable.typeName()).matches();
    }

    boolean differs(Definition other) {
      return isVariable() || !snippet.source().equals(other.snippet.source());
    }
  }

  /**
   * Why something is outdated.
   *
   * @param again what has to run again before the cell, in this order
   */
  private record Cause(String why, Set<Run> again) {}

  synchronized void begin(String cell, String title) {
    byCell.put(cell, new Run(cell, title, ++runs));
  }

  /** Takes note of a part of a cell that has begun. */
  synchronized void add(String cell, Snippet snippet) {
    Run run = byCell.get(cell);
    Names names = Names.of(snippet);
    String name = name(snippet);
    Set<Definition> used = new LinkedHashSet<>();
    if (!name.isEmpty()) {
      names.uses().remove(name); // a method that calls itself
    }
    names.uses().forEach(each -> collect(each, used));
    if (!(snippet instanceof DeclarationSnippet) || snippet instanceof VarSnippet) {
      run.used.addAll(used);
    }
    names.closes().stream()
        .filter(byName::containsKey)
        .forEach(each -> closedBy.put(byName.get(each), run));
    if (!name.isEmpty()) {
      byName.put(name, new Definition(name, run, snippet, used, names.uses()));
    }
  }

  private static String name(Snippet snippet) {
    return snippet instanceof DeclarationSnippet declaration
        ? declaration.name()
        : snippet instanceof ImportSnippet imported ? imported.name() : "";
  }

  private void collect(String name, Set<Definition> used) {
    Definition found = byName.get(name);
    if (found != null && used.add(found) && !found.isVariable()) {
      found.names.forEach(each -> collect(each, used));
    }
  }

  /**
   * The cells whose results are outdated, by their ids.
   *
   * @param edited the cells that were edited after they ran
   * @param runnable the cells that a person runs
   */
  synchronized Map<String, NotebookView.Outdated> outdated(
      Set<String> edited, Set<String> runnable) {
    Map<Run, Cause> causes = new LinkedHashMap<>();
    byCell.values().stream()
        .sorted(Comparator.comparing(run -> run.number)) // each uses only what ran before it
        .forEach(run -> cause(run, edited, causes).ifPresent(cause -> causes.put(run, cause)));
    Map<String, NotebookView.Outdated> all = new HashMap<>();
    causes.forEach((run, cause) -> all.put(run.cell, outdated(run, cause, runnable)));
    return all;
  }

  private static NotebookView.Outdated outdated(Run run, Cause cause, Set<String> runnable) {
    List<Run> again =
        cause.again().stream().filter(each -> each != run && runnable.contains(each.cell)).toList();
    String first =
        again.stream().map(each -> quoted(each.title)).collect(Collectors.joining(" and "));
    String advice =
        first.isEmpty() ? "Run this cell again." : "Run " + first + " again, then this cell.";
    return new NotebookView.Outdated(
        cause.why() + " " + advice,
        Stream.concat(again.stream(), Stream.of(run)).map(each -> each.cell).toList());
  }

  private static String quoted(String title) {
    return "“" + title + "”";
  }

  private Optional<Cause> cause(Run run, Set<String> edited, Map<Run, Cause> before) {
    List<Cause> causes =
        run.used.stream()
            .filter(used -> used.run != run)
            .map(used -> cause(used, run, edited, before))
            .flatMap(Optional::stream)
            .toList();
    Set<Run> again = new LinkedHashSet<>();
    causes.forEach(cause -> again.addAll(cause.again()));
    return causes.stream().findFirst().map(first -> new Cause(first.why(), again));
  }

  private Optional<Cause> cause(
      Definition used, Run by, Set<String> edited, Map<Run, Cause> before) {
    if (closedBy.get(used) == by) {
      return Optional.empty(); // it did what it had to
    }
    Definition now = byName.get(used.name);
    if (now != used && now.run.cell.equals(used.run.cell) && now.differs(used)) {
      return Optional.of(new Cause(asItWas(used, "ran again"), Set.of()));
    }
    List<Definition> closed = closed(used, by, new HashSet<>());
    if (!closed.isEmpty()) {
      Definition first = closed.get(0);
      String closing = quoted(closedBy.get(first).title);
      return Optional.of(
          new Cause(
              "Depends on %s, which %s had closed.".formatted(first.name, closing),
              closed.stream()
                  .map(each -> each.run)
                  .collect(Collectors.toCollection(LinkedHashSet::new))));
    }
    if (edited.contains(used.run.cell)) {
      return Optional.of(new Cause(asItWas(used, "was edited"), Set.of(used.run)));
    }
    Cause cause = used.isVariable() ? before.get(used.run) : null;
    if (cause == null) {
      return Optional.empty();
    }
    Set<Run> again = new LinkedHashSet<>(cause.again());
    again.add(used.run);
    return Optional.of(new Cause(cause.why(), again));
  }

  private static String asItWas(Definition used, String since) {
    return "Depends on %s as it was before %s %s."
        .formatted(used.name, quoted(used.run.title), since);
  }

  /**
   * What was closed before a run, and what depends on it up to a definition that the run used, if
   * nothing has taken its place; empty if it still works.
   */
  private List<Definition> closed(Definition used, Run by, Set<Definition> seen) {
    Run closing = closedBy.get(used);
    if (closing != null && closing.number < by.number) {
      return byName.get(used.name) == used ? List.of(used) : List.of();
    }
    if (!used.isOfAnSdk() || !seen.add(used)) {
      return List.of();
    }
    return used.used.stream()
        .map(each -> closed(each, by, seen))
        .filter(path -> !path.isEmpty())
        .findFirst()
        .map(path -> Stream.concat(path.stream(), Stream.of(used)).toList())
        .orElse(List.of());
  }
}
