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
//RUNTIME_OPTIONS -XX:MaxDirectMemorySize=1g -Dsun.net.httpserver.nodelay=true
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.api=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.code=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.parser=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.tree=ALL-UNNAMED
//RUNTIME_OPTIONS --add-exports=jdk.compiler/com.sun.tools.javac.util=ALL-UNNAMED
//SOURCES **.java
//SOURCES ../workshop.java

package tests;

import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.launcher.TagFilter.excludeTags;

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
import support.RealProcess;
import support.Slow;

/**
 * Runs the tests, a line each, and closes with the ten slowest, the time all of them took, and the
 * line {@code N passed, N failed, N skipped}.
 */
class RunTests implements TestExecutionListener {
  private static final List<String> PACKAGES = List.of("workshop", "checkout");
  private static final String FAST = "fast";

  private int passed;
  private int skipped;
  private final List<String> failed = new ArrayList<>();
  private final Map<String, Double> seconds = new HashMap<>();
  private long startNanos;

  /**
   * @param arguments {@code fast} for the tests that need no other process, or names of classes
   *     without their packages; none for all tests
   */
  public static void main(String[] arguments) {
    boolean fast = List.of(arguments).equals(List.of(FAST));
    LauncherDiscoveryRequestBuilder request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(PACKAGES.stream().map(DiscoverySelectors::selectPackage).toList())
            .configurationParameter(
                "junit.jupiter.execution.timeout.testable.method.default", "5 m");
    if (fast) {
      System.setProperty(RealProcess.FORBIDDEN, "true");
      request.filters(includeClassNamePatterns(".*Test"), excludeTags(Slow.TAG));
    } else {
      request.filters(
          includeClassNamePatterns(
              arguments.length == 0 ? ".*Test" : ".*\\.(" + String.join("|", arguments) + ")"));
    }
    System.exit(run(request.build(), fast ? List.of() : List.of(arguments)));
  }

  /** The exit code: 0 if tests ran and none failed, 2 if there is no class of such a name, or 1. */
  private static int run(LauncherDiscoveryRequest request, List<String> names) {
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
    launcher.execute(plan, results);
    results.end((System.nanoTime() - start) / 1e9);
    return results.failed.isEmpty() && results.passed > 0 ? 0 : 1;
  }

  private void end(double wallSeconds) {
    if (seconds.size() > 10) {
      System.out.println("The slowest:");
      seconds.entrySet().stream()
          .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
          .limit(10)
          .forEach(
              test ->
                  System.out.printf("%7.1f s  %s%n", test.getValue(), first(100, test.getKey())));
    }
    failed.forEach(name -> System.out.println("failed: " + name));
    System.out.printf(
        "%d passed, %d failed, %d skipped in %.0f s%n",
        passed, failed.size(), skipped, wallSeconds);
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    if (test.isTest()) {
      startNanos = System.nanoTime();
    }
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    skipped++;
    System.out.println("skip  " + name(test) + ": " + reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    switch (result.getStatus()) {
      case SUCCESSFUL -> {
        if (test.isTest()) {
          passed++;
          this.seconds.put(name(test), seconds);
          System.out.printf("ok    %s  %.1f s%n", name(test), seconds);
        }
      }
      case ABORTED ->
          executionSkipped(
              test, result.getThrowable().map(Throwable::getMessage).orElse("no reason given"));
      case FAILED -> {
        failed.add(name(test));
        System.out.printf("FAIL  %s  %.1f s%n", name(test), seconds);
        result.getThrowable().ifPresent(RunTests::print);
      }
    }
  }

  /** What went wrong and where in the tests; the frames of JUnit and the JDK say nothing. */
  private static void print(Throwable problem) {
    System.out.println(problem.toString().indent(6).stripTrailing());
    Stream.of(problem.getStackTrace())
        .filter(frame -> frame.getClassName().matches("(workshop|checkout|support)\\..*"))
        .forEach(frame -> System.out.println("        at " + frame));
    if (problem.getCause() != null) {
      System.out.println("      caused by");
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
