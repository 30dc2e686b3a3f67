///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Prints the log lines of each mistake, word for word: see wordings.sh
//JAVA 17+
//DEPS io.opentelemetry:opentelemetry-bom:1.68.0@pom
//DEPS io.opentelemetry:opentelemetry-sdk
//DEPS io.opentelemetry:opentelemetry-exporter-otlp
//DEPS io.opentelemetry:opentelemetry-sdk-extension-autoconfigure
//SOURCES Certificate.java
//SOURCES Lab.java
//SOURCES Mistakes.java
//SOURCES Peer.java
//SOURCES SetUp.java
//SOURCES ../workshop.java

import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.opentelemetry.sdk.resources.Resource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Prints what the SDK logs for each mistake and why, for the SDK and the sender that it runs with.
 * wordings.sh runs it with several.
 */
class Wordings {
  private static final int AT_ONCE = 8; // the programs mostly wait

  public static void main(String[] sender) throws Exception {
    Lab.catchLogs();
    String version = Resource.getDefault().getAttribute(stringKey("telemetry.sdk.version"));
    ExecutorService programs = Executors.newFixedThreadPool(AT_ONCE);
    List<Mistakes.Mistake> mistakes =
        Mistakes.all().stream().flatMap(section -> section.mistakes().stream()).toList();
    List<Future<Lab.Seen>> seen =
        mistakes.stream()
            .map(mistake -> programs.submit(() -> Lab.run(mistake.program())))
            .toList();
    for (int i = 0; i < seen.size(); i++) {
      Set<String> lines = new LinkedHashSet<>();
      try {
        Lab.Seen one = seen.get(i).get();
        String logged = String.join("\n", one.logged());
        // This sender supports one protocol only, or the program removes another sender's jars.
        boolean impossible =
            logged.contains("SenderProvider found") || logged.contains(" printed [");
        if (!one.isQuote() && (!impossible || mistakes.get(i).why().contains(" sender"))) {
          lines.addAll(one.logged());
        }
      } catch (ExecutionException e) {
        System.err.println(version + " cannot: " + mistakes.get(i).why() + " " + e.getCause());
      }
      if (!lines.isEmpty()) {
        String why = mistakes.get(i).why().replace("`", "");
        System.out.printf("%n%s %s: %s%n", version, sender[0], why);
        lines.forEach(line -> System.out.println("  " + line.replaceAll("[^ -~]+", " ")));
      }
    }
    System.exit(0);
  }
}
