package support;

import com.google.gson.Gson;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import workshop.lesson.Lesson;
import workshop.task.Task;
import workshop.task.Tasks;

/**
 * A workshop's folder with two lessons that need no library but those of the tests, so that a run
 * takes a second: one prints, one sends spans over HTTP.
 */
public final class MadeUpLessons {
  public static final String PRINTS = "01-setup";
  public static final String SENDS = "02-send";

  private static final String HEAD =
      """
      ///usr/bin/env jbang "$0" "$@" ; exit $?
      //DESCRIPTION %s
      //JAVA 17+

      """;

  private MadeUpLessons() {}

  /** A folder whose path has a space. */
  public static Path in(Path temp) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("a folder"));
    Files.createDirectories(folder.resolve("tasks"));
    Files.createDirectories(folder.resolve("solutions"));
    write(folder, PRINTS, prints(), printsTasks(), prints().replace("= 3;", "= 4; // task 1"));
    write(
        folder,
        SENDS,
        sends(),
        sendsTasks(),
        sends()
            .replace("team = \"red\";", "team = \"blue\"; // task 1")
            .replace("List.of(3);", "List.of(2, 1); // task 2")
            .replace("attempts = 1;", "attempts = 3; // the rest is lost // task 3"));
    Files.writeString(
        folder.resolve("README.md"),
        """
        | lesson | you want to |
        |---|---|
        | [01-setup](01-setup.java) | print |
        | [02-send](02-send.java) | send |
        """);
    Path launcher = folder.resolve("jbang");
    String java = System.getProperty("java.home");
    String classPath = System.getProperty("java.class.path");
    String info =
        new Gson()
            .toJson(
                Map.of(
                    "availableJdkPath",
                    java,
                    "resolvedDependencies",
                    classPath.split(File.pathSeparator)));
    Files.writeString(
        launcher,
        """
        #!/bin/sh
        if [ "$1" = info ]; then
          echo '%3$s'
        else
          exec '%1$s/bin/java' -XX:TieredStopAtLevel=1 -cp '%2$s' "$@"
        fi
        """
            .formatted(java, classPath, info));
    if (!launcher.toFile().setExecutable(true)) {
      throw new IOException(launcher + " cannot be made executable");
    }
    return folder;
  }

  /** Adds a lesson to a folder: its three files, and its row in README. */
  public static void add(Path folder, String name, String lesson, String tasks, String solution)
      throws IOException {
    write(folder, name, lesson, tasks, solution);
    Path readme = folder.resolve("README.md");
    Files.writeString(
        readme, Files.readString(readme) + "| [%1$s](%1$s.java) | more |%n".formatted(name));
  }

  private static void write(Path folder, String name, String lesson, String tasks, String solution)
      throws IOException {
    Files.writeString(folder.resolve(name + ".java"), lesson);
    Files.writeString(folder.resolve("tasks/" + name + ".json"), tasks);
    Files.writeString(folder.resolve("solutions/" + name + ".java"), solution);
  }

  /** The lesson {@code 01-setup}; one like it if the text is changed. */
  public static String prints() {
    return HEAD.formatted("Print what ends")
        + """
        class Prints {
          public static void main(String[] args) throws Exception {
            // %% The spans
            // Nothing is sent here. How many spans are logged?
            var ended = 3;
            System.out.println("INFO 'a span'");

            // %% The verdict
            // It counts.
            System.out.printf("%d spans ended, %d logged%n", ended, ended);

            // %% Your turn
            // 1. End the span that is
            //    forgotten.
          }
        }
        """;
  }

  /** Its tasks file. */
  public static String printsTasks() {
    return """
    {
      "minutes": 5,
      "protocol": "none",
      "terms": {"span": "A piece of work with a start and an end."},
      "predictions": [
        {"step": "The spans", "question": "How many spans are logged?", "answer": "INFO 'a span'"}
      ],
      "tasks": [
        {
          "text": "End the span that is forgotten.",
          "step": "The spans",
          "check": {"kind": "printed", "line": "4 spans ended, 4 logged"},
          "hints": ["Look for the number.", "It is one too small."],
          "about": "A span that never ends is never exported. Nothing warns about it."
        }
      ]
    }
    """;
  }

  private static String sends() {
    return HEAD.formatted("Send three spans over HTTP")
        + """
        import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
        import java.net.URI;
        import java.net.http.HttpClient;
        import java.net.http.HttpRequest;
        import java.net.http.HttpResponse.BodyHandlers;
        import java.util.List;

        class Send {
          public static void main(String[] args) throws Exception {
            // %% The request
            // Who sends it, and how often. How many spans arrive?
            var endpoint = System.getenv("OTEL_EXPORTER_OTLP_ENDPOINT");
            var run = System.currentTimeMillis();
            var team = "red";

            var batches = List.of(3);

            var attempts = 1;

            // %% Send
            // One request for each batch.
            var acknowledged = 0;
            var client = HttpClient.newHttpClient();
            for (int size : batches) {
              var traces = ExportTraceServiceRequest.newBuilder();
              var spans = traces.addResourceSpansBuilder();
              var lesson = spans.getResourceBuilder().addAttributesBuilder();
              lesson.setKey("workshop.lesson").getValueBuilder().setStringValue("02-send/" + run);
              var scope = spans.addScopeSpansBuilder();
              for (int i = 0; i < size; i++) {
                scope.addSpansBuilder().setName("span " + i);
              }
              var request =
                  HttpRequest.newBuilder(URI.create(endpoint + "/v1/traces"))
                      .header("content-type", "application/x-protobuf")
                      .header("authorization", "Bearer secret")
                      .header("x-team", team)
                      .POST(HttpRequest.BodyPublishers.ofByteArray(traces.build().toByteArray()))
                      .build();
              for (int i = 0; i < attempts; i++) {
                if (client.send(request, BodyHandlers.discarding()).statusCode() == 200) {
                  acknowledged += size;
                  break;
                }
              }
            }

            // %% The verdict
            // It counts.
            System.out.printf("3 spans ended, %d acknowledged%n", acknowledged);
            if (acknowledged < 3) {
              System.exit(1);
            }

            // %% Your turn
            // 1. Send the header `x-team` with the value `blue`.
            // 2. Send two requests, the first with 2 spans.
            // 3. Let a third attempt arrive. For these faults, type
            //    `./jbang backend --fault "2x 503"`.
          }
        }
        """;
  }

  private static String sendsTasks() {
    return """
    {
      "minutes": 10,
      "protocol": "http",
      "terms": {},
      "predictions": [],
      "tasks": [
        {
          "text": "Send the header `x-team` with the value `blue`.",
          "step": "The request",
          "check": {"kind": "header", "name": "x-team", "value": "blue"},
          "hints": ["There is a header.", "Its value is a variable."],
          "about": "A header tells the backend who sends. It comes with each request."
        },
        {
          "text": "Send two requests, the first with 2 spans.",
          "step": "The request",
          "check": {"kind": "batches", "sizes": [2, 1]},
          "hints": ["There is a list.", "It has one number for each request."],
          "about": "A batch is a request. Small ones cost more."
        },
        {
          "text": "Let a third attempt arrive.",
          "step": "The request",
          "check": {"kind": "attempts", "attempts": 3, "spans": 3},
          "fault": "2x 503",
          "hints": ["It counts attempts.", "One is too few.", "Three are enough."],
          "about": "A 503 may be sent again. The request stays the same."
        }
      ]
    }
    """;
  }

  /**
   * A folder with one lesson: two tasks with the same check; the second one needs a fault, unless
   * that is null.
   */
  public static List<Task> tasks(Path folder, String check, String fault) throws IOException {
    Files.writeString(folder.resolve("02-send.java"), "//DESCRIPTION Send\n");
    Files.createDirectories(folder.resolve("tasks"));
    String task =
        """
        {"text": "Do it.", "step": "Send", "check": {%s}, "hints": ["a", "b"], "about": "So."%s}
        """;
    Files.writeString(
        folder.resolve("tasks/02-send.json"),
        """
        {"minutes": 5, "protocol": "http", "terms": {}, "predictions": [], "tasks": [%s, %s]}
        """
            .formatted(
                task.formatted(check.replace('\'', '"'), ""),
                task.formatted(
                    check.replace('\'', '"'),
                    fault == null ? "" : ", \"fault\": \"" + fault + "\"")));
    return Tasks.of(Lesson.read(folder, "02-send"));
  }
}
