package tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import workshop.guide.Arrived;
import workshop.guide.Finding;
import workshop.guide.Guide;
import workshop.guide.LessonCheck;
import workshop.guide.Runs;
import workshop.guide.Shipped;
import workshop.guide.Task;
import workshop.guide.Tasks;
import workshop.lesson.Lesson;
import workshop.lesson.LessonProcess;
import workshop.wire.Backend;
import workshop.wire.Exchange;
import workshop.wire.FaultScript;

/** The tasks and their checks, by real runs of the lessons. */
@DisabledOnOs(
    value = OS.WINDOWS,
    disabledReason = "the stand-in for the launcher is a shell script")
class GuideChecksTest {
  private static final String NEW_SPAN = "tracer.spanBuilder(\"again\").startSpan().end();";

  @TempDir static Path temp;
  private static Path folder;
  private static Backend backend;

  /** What a run sent, and what was found. */
  private record Judged(List<Exchange> exchanges, Map<Task, Finding> findings) {}

  /** One replacement in a lesson as shipped. */
  private record Edit(String before, String after) {}

  /**
   * Answers that a learner is likely to give and that are wrong, one for each task or so.
   *
   * @param expected what is found of each task, by its number
   */
  private record Wrong(
      String name, String lesson, List<Edit> edits, Map<Integer, String> expected) {
    @Override
    public String toString() {
      return lesson + ", " + name;
    }
  }

  /**
   * A run of lesson 02 that meets faults, and what is found of their task.
   *
   * @param expected as a regular expression
   */
  private record Refusal(
      String name, String fault, List<Edit> edits, String expected, boolean done) {
    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    folder = GuideFolder.in(temp);
    backend = Backend.start(Backend.Options.onFreePorts());
  }

  @AfterAll
  static void stop() {
    backend.close();
  }

  static List<String> lessons() {
    return GuideFolder.LESSONS.stream().map(Lesson::name).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lessons")
  void theTasksAreWordedAsInTheLesson(String lesson) throws Exception {
    String source = Files.readString(Checkout.FOLDER.resolve(lesson + ".java"));
    String turn = source.substring(source.indexOf("// %% Your turn")).replaceAll("\n +// +", " ");
    List<String> worded = new ArrayList<>();
    Matcher task = Pattern.compile("\\d\\. (.*?)(?= \\d\\. |\n| What each)").matcher(turn);
    while (task.find()) {
      worded.add(task.group(1));
    }
    assertThat(Tasks.of(lesson).stream().map(Task::text)).isEqualTo(worded).isNotEmpty();
  }

  /** With the variable UPDATE_SOLUTIONS set, the solutions are written anew. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("lessons")
  void theSolutionIsTheLessonWithTheEditsOfItsTasks(String lesson) throws Exception {
    String shipped = Files.readString(Checkout.FOLDER.resolve(lesson + ".java"));
    String solved = shipped;
    for (Task task : Tasks.of(lesson)) {
      for (Task.Edit edit : task.edits()) {
        assertThat(solved.split(Pattern.quote(edit.shipped()), -1)).as(task.id()).hasSize(2);
        solved = solved.replace(edit.shipped(), edit.solved());
      }
    }
    Path solution = Shipped.solution(Checkout.FOLDER, lesson);
    if (System.getenv("UPDATE_SOLUTIONS") != null) {
      Files.writeString(solution, solved);
    }
    assertThat(Files.readAllLines(solution))
        .as("To write the solutions anew: UPDATE_SOLUTIONS=1 ./jbang test GuideChecksTest")
        .isEqualTo(solved.lines().toList());
    assertThat(Shipped.text(Checkout.FOLDER, lesson)).isEqualTo(shipped);
  }

  @Test
  void everyTaskHasTwoNudgesAndTheAnswer() {
    for (Task task : Tasks.ALL) {
      assertThat(task.hints()).as(task.id()).hasSize(3);
      String answer = task.hints().get(2);
      assertThat(answer).as(task.id()).startsWith("The answer:\n").contains("\n+ ");
      assertThat(task.nudges()).as(task.id()).noneMatch(answer::contains);
    }
  }

  /** What a learner types without the guide is what the guide asks for. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("lessons")
  void oneTaskOfALessonMayHaveFaultsAndNamesThem(String lesson) {
    List<Task> withFault = Tasks.of(lesson).stream().filter(task -> task.fault() != null).toList();

    assertThat(withFault).hasSizeLessThanOrEqualTo(1);
    assertThat(withFault)
        .allSatisfy(task -> FaultScript.parse(task.fault()))
        .allMatch(task -> task.text().contains("`./jbang backend --fault '" + task.fault() + "'`"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lessons")
  void asShippedNoTaskIsDone(String lesson) throws Exception {
    Judged judged = run(lesson, Shipped.text(Checkout.FOLDER, lesson));

    assertThat(judged.findings()).containsOnlyKeys(Tasks.of(lesson)).noneSatisfy(this::done);
    sameByHand(lesson, judged);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lessons")
  void theSolutionHasAllTasksDone(String lesson) throws Exception {
    String solution = Files.readString(Shipped.solution(Checkout.FOLDER, lesson));
    Judged judged = run(lesson, solution);

    assertThat(judged.findings())
        .containsOnlyKeys(Tasks.of(lesson))
        .allSatisfy(
            (task, finding) -> {
              if (task.fault() == null) {
                done(task, finding);
              } else {
                assertThat(finding.text())
                    .isEqualTo("3 spans arrived, but no fault was asked for.");
              }
            });
    sameByHand(lesson, judged);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void aRunThatIsRefusedTellsOfTheTaskWithFaults(Refusal refusal) throws Exception {
    String lesson = "02-grpc-export";
    String source = edited(Shipped.text(Checkout.FOLDER, lesson), refusal.edits());
    Judged judged;
    try {
      backend.faults().add(FaultScript.parse(refusal.fault()));
      judged = run(lesson, source);
    } finally {
      backend.faults().clear();
    }

    assertThat(judged.findings()).containsOnlyKeys(Tasks.of(lesson).get(3));
    Finding finding = judged.findings().values().iterator().next();
    assertThat(finding.text()).matches(refusal.expected());
    assertThat(finding.done()).isEqualTo(refusal.done());
    sameByHand(lesson, judged);
  }

  /** The waits before a second, third and fourth attempt are 1, 1.5 and 2.25 s, or 20 % less. */
  static Stream<Refusal> refusals() {
    String fault = Tasks.of("02-grpc-export").get(3).fault();
    Edit attempts = new Edit("setMaxAttempts(3)", "setMaxAttempts(4)");
    Edit timeout = new Edit("timeout = Duration.ofSeconds(5)", "timeout = Duration.ofSeconds(9)");
    Edit batches = new Edit("setMaxExportBatchSize(512)", "setMaxExportBatchSize(2)");
    // A slow machine may not come to the third within 5 s.
    String lost = "0 of 3 spans arrived\\. Refused: [23] attempts within \\d\\.\\d s\\.";
    return Stream.of(
        new Refusal("as shipped", fault, List.of(), lost, false),
        new Refusal("no time for a fourth attempt", fault, List.of(attempts), lost, false),
        new Refusal("time, but no fourth attempt", fault, List.of(timeout), lost, false),
        new Refusal(
            "one batch of two is lost",
            fault,
            List.of(batches),
            "1 of 3 spans arrived\\. Refused: 3 attempts within \\d\\.\\d s\\.",
            false),
        new Refusal(
            "too few are refused",
            "UNAVAILABLE",
            List.of(attempts, timeout),
            "3 spans arrived; it took 2 attempts, not 4\\.",
            false),
        new Refusal(
            "the solution",
            fault,
            List.of(attempts, timeout, batches),
            "3 spans arrived; it took 4 attempts\\.",
            true));
  }

  @Test
  void aRunByHandThatIsRefusedIsJudged() throws Exception {
    Path here = GuideFolder.in(temp.resolve("by hand"));
    Files.writeString(
        here.resolve(".workshop-progress.json"),
        "{\"current\": \"02-grpc-export\", \"done\": [], \"hints\": {}}");
    Task task = Tasks.of("02-grpc-export").get(3);
    try (Backend own = Backend.start(Backend.Options.onFreePorts());
        Guide guide = new Guide(here, own)) {
      own.faults().add(FaultScript.parse(task.fault()));
      LessonProcess.run(here, lesson("02-grpc-export"), own, LessonRun.LIMIT, line -> {});
      Await.until("the loss is found", () -> guide.json().contains("0 of 3 spans arrived."));
      assertThat(guide.json()).doesNotContain("arrived in 1 request", "\"done\":true");

      Files.copy(
          Shipped.solution(here, "02-grpc-export"),
          here.resolve("02-grpc-export.java"),
          StandardCopyOption.REPLACE_EXISTING);
      own.faults().add(FaultScript.parse(task.fault()));
      LessonProcess.run(here, lesson("02-grpc-export"), own, LessonRun.LIMIT, line -> {});
      Await.until("the task is done", () -> guide.json().contains("it took 4 attempts."));
      assertThat(guide.json().split("\"done\":true", -1)).hasSize(2);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongAnswers")
  void aWrongAnswerIsToldWhatArrived(Wrong wrong) throws Exception {
    Judged judged =
        run(wrong.lesson(), edited(Shipped.text(Checkout.FOLDER, wrong.lesson()), wrong.edits()));

    judged
        .findings()
        .forEach(
            (task, finding) -> {
              if (wrong.expected().containsKey(task.number())) {
                assertThat(finding.text()).startsWith(wrong.expected().get(task.number()));
                assertThat(finding.done()).isFalse();
              }
            });
  }

  static Stream<Wrong> wrongAnswers() {
    return Stream.of(
        new Wrong(
            "in a wrong place",
            "01-setup",
            List.of(
                new Edit(
                    "order.setAttribute(\"http.request.method\", \"POST\")",
                    "order.setAttribute(\"service.version\", \"1.0.0\")"),
                new Edit(
                    "stock.addEvent(", "stock.addEvent(\"retry.scheduled\");\n stock.addEvent("),
                new Edit("sdk.close();", "sdk.close();\n forgotten.end();")),
            Map.of(
                1,
                "service.version is an attribute of a span, not of the resource.",
                2,
                "The event retry.scheduled is on the span reserve stock, not on charge card.",
                3,
                "The verdict says 3 ended and 3 logged; none of them is forgotten.")),
        new Wrong(
            "other values, and too late",
            "01-setup",
            List.of(
                new Edit(
                    "put(\"service.name\", \"shop\")",
                    "put(\"service.name\", \"shop\").put(\"service.version\", \"1.0\")"),
                new Edit("card.end();", "card.end();\n card.addEvent(\"retry.scheduled\");"),
                new Edit("sdk.close();", "forgotten.end();\n" + NEW_SPAN + "\nsdk.close();")),
            Map.of(
                1,
                "The resource has service.version = 1.0, not 1.0.0.",
                2,
                "charge card was exported with the events: exception. An event after end() is",
                3,
                "forgotten was exported; the verdict says 5 and 5, not 4 and 4.")),
        new Wrong(
            "other values",
            "02-grpc-export",
            List.of(
                new Edit("grpc.setCompression(\"gzip\");", "grpc.addHeader(\"x-team\", \"red\");"),
                new Edit("setMaxExportBatchSize(512)", "setMaxExportBatchSize(1)")),
            Map.of(
                1,
                "The header x-team arrived as red, not as blue.",
                2,
                "3 spans arrived in 3 requests: 1, then 1, then 1. With batches of 2 they are 2,")),
        new Wrong(
            "one header instead of two",
            "02-grpc-export",
            List.of(new Edit("\"authorization\", \"Bearer \" + token", "\"x-team\", \"blue\"")),
            Map.of(
                1,
                "The header x-team arrived, but authorization did not: send both.",
                2,
                "3 spans arrived in 1 request: 3.",
                3,
                "1 request came with gzip, the first with ")),
        new Wrong(
            "an attribute for a header",
            "02-grpc-export",
            List.of(
                new Edit("var scope = ", "order.setAttribute(\"x-team\", \"blue\"); var scope = ")),
            Map.of(1, "x-team is an attribute of the span POST /orders, not a header")),
        new Wrong(
            "the header has another name",
            "02-grpc-export",
            List.of(
                new Edit("grpc.addHeader(", "grpc.addHeader(\"team\", \"blue\"); grpc.addHeader(")),
            Map.of(1, "A request arrived without the header x-team. It has: ")),
        new Wrong(
            "no such compression",
            "02-grpc-export",
            List.of(new Edit("\"gzip\"", "\"plain\"")),
            Map.of(
                3, "It ended with an exception: IllegalArgumentException: Unsupported compress")),
        new Wrong(
            "it does not compile",
            "02-grpc-export",
            List.of(new Edit("grpc.setCompression(\"gzip\");", "grpc.setCompression(\"none\")")),
            Map.of(3, "It does not compile, 02-grpc-export.java:")),
        new Wrong(
            "in a wrong place",
            "03-http-export",
            List.of(
                new Edit(
                    "put(\"service.name\", \"shop\")",
                    "put(\"service.name\", \"shop\").put(\"x-team\", \"blue\")"),
                new Edit(
                    "order.setAttribute(\"http.request.method\", \"POST\")",
                    "order.setAttribute(\"deployment.environment.name\", \"room\")")),
            Map.of(
                1,
                "x-team is a resource attribute, not a header of the request.",
                2,
                "deployment.environment.name is an attribute of the span POST /orders, not of the",
                3,
                "1 request came with gzip, the first with ")),
        new Wrong(
            "other names and values",
            "03-http-export",
            List.of(
                new Edit(
                    "Map.of(\"authorization\", \"Bearer \" + token)",
                    "Map.of(\"x-team\", \"Blue\", \"authorization\", \"Bearer \" + token)"),
                new Edit(
                    "put(\"service.name\", \"shop\")",
                    "put(\"service.name\", \"shop\").put(\"deployment.environment\", \"room\")")),
            Map.of(
                1,
                "The header x-team arrived as Blue, not as blue.",
                2,
                "The resource of shop has no deployment.environment.name. It has: deployment.env")),
        new Wrong(
            "in a wrong place",
            "04-baggage",
            List.of(
                new Edit(
                    "card.setAttribute(\"http.request.method\", \"POST\")",
                    "card.setAttribute(\"customer.city\", \"New York, NY\")"),
                new Edit(
                    ".put(\"customer.city\"", ".put(\"tier\", \"gold\").put(\"customer.city\""),
                new Edit(
                    "tracer.spanBuilder(\"receipt, lost\")",
                    "tracer.spanBuilder(\"receipt, lost\").setParent(Context.root()"
                        + ".with(spans.stream().skip(1).findFirst().orElseThrow()))")),
            Map.of(
                1,
                "customer.city is on the span charge card; POST /charges has not got it.",
                2,
                "tier = gold crossed in the baggage; nobody copied it to the span POST",
                3,
                "The parent of receipt, lost is reserve stock, not POST /orders.")),
        new Wrong(
            "made up instead of carried",
            "04-baggage",
            List.of(
                new Edit(
                    "charge.setAttribute(\"http.request.method\", \"POST\");",
                    "charge.setAttribute(\"tier\", \"gold\");"
                        + "charge.setAttribute(\"customer.city\", \"New York\");")),
            Map.of(
                1,
                "POST /charges has customer.city = New York, not New York, NY.",
                2,
                "POST /charges has tier = gold, but it did not cross in the baggage",
                3,
                "receipt, lost has no parent: it is the root of a trace of its own.")),
        new Wrong(
            "another type",
            "04-baggage",
            List.of(
                new Edit(
                    "charge.setAttribute(\"http.request.method\", \"POST\");",
                    "charge.setAttribute(\"tier\", true);")),
            Map.of(2, "POST /charges has tier = true (boolean), not gold.")),
        new Wrong(
            "too little",
            "05-errors-and-retry",
            List.of(
                new Edit("\"bad-request\", quick, \"400\"", "\"bad-request\", quick, \"429\""),
                new Edit("setMaxQueueSize(8)", "setMaxQueueSize(16)"),
                new Edit(
                    "\"bad-token\", quick, \"401\"", "\"bad gateway\", quick, \"502\", backend")),
            Map.of(
                1,
                "No span of bad-request arrived; its receiver answered: 429, 429, 429.",
                2,
                "24 spans of queue-full arrived, not 28.",
                3,
                "No span of bad-gateway arrived; those that did: retried; own-policy; retry-after;"
                    + " bad gateway; queue-full.")),
        new Wrong(
            "other answers",
            "05-errors-and-retry",
            List.of(
                new Edit(
                    "\"bad-request\", quick, \"400\"", "\"bad-request\", quick, \"503\", backend"),
                new Edit(
                    "new Case(\"bad-token\", quick, \"401\").orders(3)",
                    "new Case(\"bad-gateway\", quick, \"502\", backend).orders(2)")),
            Map.of(
                1,
                "The spans of bad-request arrived, but its first answer was 503, not 429.",
                2,
                "16 spans of queue-full arrived, not 28.",
                3,
                "2 spans of bad-gateway arrived, not 3.")),
        new Wrong(
            "another name",
            "06-shutdown",
            List.of(
                new Edit(
                    "case \"SIGTERM\", \"SIGTERM, hook\" -> {",
                    "case \"System.exit hook\" -> { Runtime.getRuntime().addShutdownHook("
                        + "new Thread(sdk::close)); order(sdk, way); System.exit(0); }"
                        + "case \"SIGTERM\", \"SIGTERM, hook\" -> {"),
                new Edit(
                    "leave(\"SIGTERM\", endpoint, 0);",
                    "leave(\"System.exit hook\", endpoint, 3);")),
            Map.of(
                1,
                "No span of shutdown() arrived; those that did: try (sdk); ",
                2,
                "No span of main returns arrived; those that did: try (sdk); ",
                3,
                "No span of System.exit, hook arrived; those that did: try (sdk); "
                    + "try (sdk), exception; System.exit hook; SIGTERM, hook.")));
  }

  private static String edited(String source, List<Edit> edits) {
    for (Edit edit : edits) {
      assertThat(source.split(Pattern.quote(edit.before()), -1)).as(edit.before()).hasSize(2);
      source = source.replace(edit.before(), edit.after());
    }
    return source;
  }

  private void done(Task task, Finding finding) {
    assertThat(finding.done()).as(finding.text()).isTrue();
  }

  /** By hand nobody reads the output, and the lesson has to be told from what else arrived. */
  private static void sameByHand(String name, Judged judged) {
    if (judged.exchanges().isEmpty()) {
      return;
    }
    Arrived arrived = new Arrived(judged.exchanges(), List.of());
    List<Exchange> all = backend.inbox().exchanges();
    List<Exchange> run =
        arrived.exchanges().isEmpty() ? Runs.lost(all) : Runs.newest(all).get(name.substring(0, 2));
    Map<Task, Finding> byHand = LessonCheck.judge(lesson(name), new Arrived(run, List.of()));
    assertThat(run).containsExactlyElementsOf(arrived.requests());
    judged
        .findings()
        .forEach(
            (task, finding) ->
                assertThat(byHand.get(task).done()).as(task.id()).isEqualTo(finding.done()));
  }

  private static Judged run(String name, String source) throws Exception {
    Files.writeString(folder.resolve(name + ".java"), source);
    Lesson lesson = lesson(name);
    long before = backend.inbox().total();
    LessonProcess.Result result =
        LessonProcess.run(folder, lesson, backend, LessonRun.LIMIT, line -> {});
    List<Exchange> exchanges =
        backend.inbox().exchanges().stream().filter(each -> each.number() > before).toList();
    return new Judged(
        exchanges, LessonCheck.judge(lesson, new Arrived(exchanges, result.output()), result));
  }

  private static Lesson lesson(String name) {
    return Lesson.in(folder).stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
