///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Runs all tests, those that need no other process (./jbang test fast), or those of some classes (./jbang test LessonTest)
//JAVA 17+
//DEPS org.junit.jupiter:junit-jupiter:6.1.3
//DEPS org.junit.platform:junit-platform-launcher:6.1.3
//DEPS org.assertj:assertj-core:3.27.7
//DEPS com.google.googlejavaformat:google-java-format:1.28.0
//DEPS org.seleniumhq.selenium:selenium-chrome-driver:4.52.0
//DEPS com.deque.html.axe-core:selenium:4.11.1@fatjar
//DEPS com.google.auto.service:auto-service-annotations:1.1.1
//COMPILE_OPTIONS -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC
//RUNTIME_OPTIONS -XX:TieredStopAtLevel=1 -XX:MaxDirectMemorySize=1g -Dsun.net.httpserver.nodelay=true
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.api=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.code=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.parser=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.tree=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.util=ALL-UNNAMED
//SOURCES ../workshop.java
//SOURCES **.java

package tests;

import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.launcher.TagFilter.excludeTags;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import support.Slow;
import support.StartedProcesses;

/**
 * Runs the tests, a line each, and closes with the ten slowest and the line {@code N passed, N
 * failed, N skipped in N s, N processes started}. Classes run beside each other, the methods of a
 * class one after another; a class that measures or changes what others see is {@code @Isolated}.
 */
class RunTests implements TestExecutionListener {
  private static final List<String> PACKAGES = List.of("workshop", "checkout");
  private static final String FAST = "fast";

  /** Many tests wait for another process or a time limit, so one more than there are processors. */
  private static final int AT_ONCE = Runtime.getRuntime().availableProcessors() + 1;

  private final PrintStream out = System.out; // a test may replace it
  private int passed;
  private int skipped;
  private final List<String> failed = new ArrayList<>();
  private final Map<String, Double> seconds = new HashMap<>();
  private final Map<String, Long> startNanos = new HashMap<>();

  /**
   * @param arguments {@code fast} for the tests that need no other process, or names of classes
   *     without their packages; none for all tests
   */
  public static void main(String[] arguments) throws Exception {
    boolean fast = List.of(arguments).equals(List.of(FAST));
    LauncherDiscoveryRequestBuilder request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(PACKAGES.stream().map(DiscoverySelectors::selectPackage).toList())
            .configurationParameters(
                Map.of(
                    "junit.jupiter.execution.timeout.testable.method.default", "5 m",
                    "junit.jupiter.execution.parallel.enabled", "true",
                    "junit.jupiter.execution.parallel.mode.default", "same_thread",
                    "junit.jupiter.execution.parallel.mode.classes.default", "concurrent",
                    "junit.jupiter.execution.parallel.config.executor-service",
                        "WORKER_THREAD_POOL",
                    "junit.jupiter.execution.parallel.config.strategy", "fixed",
                    "junit.jupiter.execution.parallel.config.fixed.parallelism", "" + AT_ONCE));
    if (fast) {
      request.filters(includeClassNamePatterns(".*Test"), excludeTags(Slow.TAG));
    } else {
      request.filters(
          includeClassNamePatterns(
              arguments.length == 0 ? ".*Test" : ".*\\.(" + String.join("|", arguments) + ")"));
    }
    System.exit(run(request.build(), fast, fast ? List.of() : List.of(arguments)));
  }

  /** The exit code: 0 if tests ran and none failed, 2 if there is no class of such a name, or 1. */
  private static int run(LauncherDiscoveryRequest request, boolean fast, List<String> names)
      throws IOException {
    Launcher launcher = LauncherFactory.create();
    TestPlan plan = launcher.discover(request);
    for (String name : names) {
      if (plan.getChildren(UniqueId.parse("[engine:junit-jupiter]")).stream()
          .noneMatch(test -> test.getLegacyReportingName().endsWith("." + name))) {
        System.err.println("There is no test class " + name + " in tests/.");
        return 2;
      }
    }
    RunTests results = new RunTests();
    long start = System.nanoTime();
    List<String> processes;
    try (StartedProcesses started = new StartedProcesses()) {
      launcher.execute(plan, results);
      processes = started.end();
    }
    if (fast && !processes.isEmpty()) {
      results.failed.add("fast: a test that starts a process is @Slow");
      processes.forEach(process -> results.out.println("FAIL  fast: started " + process));
    }
    results.end((System.nanoTime() - start) / 1e9, processes.size());
    return results.failed.isEmpty() && results.passed > 0 ? 0 : 1;
  }

  private void end(double wallSeconds, int processes) {
    if (seconds.size() > 10) {
      out.println("The slowest:");
      seconds.entrySet().stream()
          .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
          .limit(10)
          .forEach(test -> out.printf("%7.1f s  %s%n", test.getValue(), first(100, test.getKey())));
    }
    failed.forEach(name -> out.println("failed: " + name));
    out.printf(
        "%d passed, %d failed, %d skipped in %.0f s, %d processes started%n",
        passed, failed.size(), skipped, wallSeconds, processes);
  }

  @Override
  public synchronized void executionStarted(TestIdentifier test) {
    startNanos.put(test.getUniqueId(), System.nanoTime());
  }

  @Override
  public synchronized void executionSkipped(TestIdentifier test, String reason) {
    skipped++;
    out.println("skip  " + name(test) + ": " + reason);
  }

  @Override
  public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
    double seconds = (System.nanoTime() - startNanos.remove(test.getUniqueId())) / 1e9;
    switch (result.getStatus()) {
      case SUCCESSFUL -> {
        if (test.isTest()) {
          passed++;
          this.seconds.put(name(test), seconds);
          out.printf("ok    %s  %.1f s%n", name(test), seconds);
        }
      }
      case ABORTED ->
          executionSkipped(
              test, result.getThrowable().map(Throwable::getMessage).orElse("no reason given"));
      case FAILED -> {
        failed.add(name(test));
        out.printf("FAIL  %s  %.1f s%n", name(test), seconds);
        result.getThrowable().ifPresent(this::print);
      }
    }
  }

  /** What went wrong and where in the tests; the frames of JUnit and the JDK say nothing. */
  private void print(Throwable problem) {
    out.println(problem.toString().indent(6).stripTrailing());
    Stream.of(problem.getStackTrace())
        .filter(frame -> frame.getClassName().matches("(workshop|checkout|support)\\..*"))
        .forEach(frame -> out.println("        at " + frame));
    if (problem.getCause() != null) {
      out.println("      caused by");
      print(problem.getCause());
    }
  }

  /** {@code LessonTest.setup} or, for a test with parameters, {@code LessonTest.setup [1] …}. */
  private static String name(TestIdentifier test) {
    String id = test.getUniqueId();
    String name = segment(id, "class").replaceFirst(".*\\.", "");
    if (!test.isTest()) {
      return name.isEmpty() ? test.getDisplayName() : name;
    }
    String template = segment(id, "test-template");
    return template.isEmpty()
        ? name + "." + segment(id, "method").replaceFirst("\\(.*", "")
        : name + "." + template.replaceFirst("\\(.*", "") + " " + test.getDisplayName();
  }

  private static String first(int characters, String text) {
    return text.substring(0, Math.min(characters, text.length()));
  }

  private static String segment(String uniqueId, String type) {
    int from = uniqueId.indexOf("[" + type + ":");
    return from < 0
        ? ""
        : uniqueId.substring(from + type.length() + 2, uniqueId.indexOf(']', from));
  }
}
