///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Runs all tests, or those of the classes named: ./jbang test LessonTest
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
//SOURCES *.java
//SOURCES ../workshop.java

package tests;

import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the tests, a line each, and closes with the line {@code N passed, N failed, N skipped}. */
class RunTests implements TestExecutionListener {
  private int passed;
  private int skipped;
  private final List<String> failed = new ArrayList<>();
  private long startNanos;

  /** Exits 0 if tests ran and none failed, 2 if a class named does not exist, else 1. */
  public static void main(String[] classes) {
    List<DiscoverySelector> selectors = new ArrayList<>();
    for (String name : classes) {
      try {
        selectors.add(DiscoverySelectors.selectClass(Class.forName("tests." + name)));
      } catch (ClassNotFoundException e) {
        System.err.println("There is no test class " + name + " in tests/.");
        System.exit(2);
      }
    }
    if (selectors.isEmpty()) {
      selectors.add(DiscoverySelectors.selectPackage("tests"));
    }
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectors)
            .filters(includeClassNamePatterns(".*Test"))
            .configurationParameter(
                "junit.jupiter.execution.timeout.testable.method.default", "5 m")
            .build();
    RunTests results = new RunTests();
    LauncherFactory.create().execute(request, results);
    results.failed.forEach(name -> System.out.println("failed: " + name));
    System.out.printf(
        "%d passed, %d failed, %d skipped%n",
        results.passed, results.failed.size(), results.skipped);
    System.exit(results.failed.isEmpty() && results.passed > 0 ? 0 : 1);
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
        .filter(frame -> frame.getClassName().matches("(tests|workshop)\\..*"))
        .forEach(frame -> System.out.println("        at " + frame));
    if (problem.getCause() != null) {
      System.out.println("      caused by");
      print(problem.getCause());
    }
  }

  /** {@code LessonTest.setup} or, for a test with parameters, {@code LessonTest.setup [1] …}. */
  private static String name(TestIdentifier test) {
    String id = test.getUniqueId();
    String name = segment(id, "class").replaceFirst("^tests\\.", "");
    if (!test.isTest()) {
      return name.isEmpty() ? test.getDisplayName() : name;
    }
    String template = segment(id, "test-template");
    return template.isEmpty()
        ? name + "." + segment(id, "method").replaceFirst("\\(.*", "")
        : name + "." + template.replaceFirst("\\(.*", "") + " " + test.getDisplayName();
  }

  private static String segment(String uniqueId, String type) {
    int from = uniqueId.indexOf("[" + type + ":");
    return from < 0
        ? ""
        : uniqueId.substring(from + type.length() + 2, uniqueId.indexOf(']', from));
  }
}
