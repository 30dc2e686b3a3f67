package workshop.guide;

import static workshop.guide.Checks.arriveAtAttempt;
import static workshop.guide.Checks.baggageEntry;
import static workshop.guide.Checks.caseArrives;
import static workshop.guide.Checks.childOf;
import static workshop.guide.Checks.header;
import static workshop.guide.Checks.printedEvent;
import static workshop.guide.Checks.printedResource;
import static workshop.guide.Checks.printedSpan;
import static workshop.guide.Checks.resourceAttribute;
import static workshop.guide.Checks.retried;
import static workshop.guide.Checks.spanAttribute;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import workshop.guide.Task.Edit;

/** All tasks, in the order of the lessons. */
public final class Tasks {
  /** Every task of the workshop. */
  public static final List<Task> ALL = all();

  private Tasks() {}

  /** The tasks of the lesson with this name; none for a lesson that the workshop did not bring. */
  public static List<Task> of(String lesson) {
    return ALL.stream().filter(task -> task.lesson().equals(lesson)).toList();
  }

  /** The task of the lesson whose run is to meet faults. */
  static Optional<Task> withFault(String lesson) {
    return of(lesson).stream().filter(task -> task.fault() != null).findFirst();
  }

  private static List<Task> all() {
    List<Task> tasks = new ArrayList<>();
    tasks.addAll(setup());
    tasks.addAll(grpcExport());
    tasks.addAll(httpExport());
    tasks.addAll(baggage());
    tasks.addAll(errorsAndRetry());
    tasks.addAll(shutdown());
    return List.copyOf(tasks);
  }

  private static List<Task> setup() {
    String lesson = "01-setup";
    return List.of(
        new Task(
            lesson,
            1,
            "Add `service.version` with the value `1.0.0` to the resource.",
            printedResource("service.version", "1.0.0"),
            List.of(
                "The resource says who speaks. It is built in the step \"The SDK\".",
                "Its builder has put(), which can be called more than once."),
            List.of(
                new Edit(
                    "spans.addResource(Resource.builder().put(\"service.name\","
                        + " \"shop\").build());",
                    "var resource = Resource.builder().put(\"service.name\", \"shop\");\n"
                        + "    spans.addResource(resource.put(\"service.version\","
                        + " \"1.0.0\").build());"))),
        new Task(
            lesson,
            2,
            "Add an event named `retry.scheduled` to the span `charge card`.",
            printedEvent("charge card", "retry.scheduled"),
            List.of(
                "`reserve stock` has an event: look how it got it.",
                "What is recorded after end() is dropped. Add it beside setStatus()."),
            List.of(
                new Edit(
                    "card.setStatus(StatusCode.ERROR, e.getMessage());",
                    "card.addEvent(\"retry.scheduled\");\n"
                        + "        card.setStatus(StatusCode.ERROR, e.getMessage());"))),
        new Task(
            lesson,
            3,
            "End the span `forgotten` before close(): the verdict then says 4 and 4.",
            printedSpan("forgotten", 4),
            List.of(
                "Only end() hands a span to the processor.",
                "It must come before sdk.close(), in the step \"Silent mistake 1\"."),
            List.of(
                new Edit(
                    "var forgotten = tracer.spanBuilder(\"forgotten\").startSpan();",
                    "var forgotten = tracer.spanBuilder(\"forgotten\").startSpan();\n"
                        + "    forgotten.end();"))));
  }

  private static List<Task> grpcExport() {
    String lesson = "02-grpc-export";
    return List.of(
        new Task(
            lesson,
            1,
            "Send a second header, `x-team` with the value `blue`.",
            header("x-team", "blue"),
            List.of(
                "The first header is set in the step \"The exporter\".",
                "addHeader() can be called more than once."),
            List.of(
                new Edit(
                    "grpc.addHeader(\"authorization\", \"Bearer \" + token);",
                    "grpc.addHeader(\"x-team\", \"blue\");\n"
                        + "    grpc.addHeader(\"authorization\", \"Bearer \" + token);"))),
        new Task(
            lesson,
            2,
            "Set the batch size to 2, so that the three spans arrive in two calls.",
            Checks::twoThenOne,
            List.of(
                "One of the four numbers in the step \"The processors\" says how many spans one"
                    + " call has.",
                "It is not the size of the queue."),
            List.of(
                new Edit(
                    "batches.setMaxExportBatchSize(512);", "batches.setMaxExportBatchSize(2);"))),
        new Task(
            lesson,
            3,
            "Send uncompressed: the name of the compression is `none`.",
            Checks::uncompressed,
            List.of(
                "The step \"The exporter\" chooses a compression.",
                "setCompression() takes a name."),
            List.of(new Edit("grpc.setCompression(\"gzip\");", "grpc.setCompression(\"none\");"))),
        new Task(
            lesson,
            4,
            "`./jbang backend --fault '3x UNAVAILABLE delay=500ms'` refuses 3 attempts. Let"
                + " the exporter try a fourth time: all 3 spans arrive.",
            "3x UNAVAILABLE delay=500ms",
            arriveAtAttempt(4, 3),
            List.of(
                "Two lines of the step \"The exporter\" count: how often it tries, and how long all"
                    + " attempts may take.",
                "Between four attempts lie about 1, 1.5 and 2.25 s, each 20 % more or less, and"
                    + " each refusal takes 0.5 s. close() waits no longer than 10 s."),
            List.of(
                new Edit(
                    "var timeout = Duration.ofSeconds(5);", "var timeout = Duration.ofSeconds(9);"),
                new Edit(
                    "grpc.setRetryPolicy(RetryPolicy.builder().setMaxAttempts(3).build());",
                    "grpc.setRetryPolicy(RetryPolicy.builder().setMaxAttempts(4).build());"))));
  }

  private static List<Task> httpExport() {
    String lesson = "03-http-export";
    return List.of(
        new Task(
            lesson,
            1,
            "Send a second header, `x-team` with the value `blue`.",
            header("x-team", "blue"),
            List.of(
                "The headers come from a function, in the step \"The exporter\".",
                "Map.of() takes more than one pair of a key and a value."),
            List.of(
                new Edit(
                    "http.setHeaders(() -> Map.of(\"authorization\", \"Bearer \" + token));",
                    "http.setHeaders(() -> Map.of(\"authorization\", \"Bearer \" + token,"
                        + " \"x-team\", \"blue\"));"))),
        new Task(
            lesson,
            2,
            "Add the resource attribute `deployment.environment.name` with the value `room`.",
            resourceAttribute("deployment.environment.name", "room"),
            List.of(
                "The resource holds for all spans of an SDK. It is built in the step \"The SDK\".",
                "Its builder has put(), which can be called more than once."),
            List.of(
                new Edit(
                    "spans.addResource(Resource.builder().put(\"service.name\","
                        + " \"shop\").build());",
                    "var resource = Resource.builder().put(\"service.name\", \"shop\");\n"
                        + "    spans.addResource(resource.put(\"deployment.environment.name\","
                        + " \"room\").build());"))),
        new Task(
            lesson,
            3,
            "Send uncompressed: the name of the compression is `none`.",
            Checks::uncompressed,
            List.of(
                "The step \"The exporter\" chooses a compression.",
                "setCompression() takes a name."),
            List.of(new Edit("http.setCompression(\"gzip\");", "http.setCompression(\"none\");"))));
  }

  private static List<Task> baggage() {
    String lesson = "04-baggage";
    return List.of(
        new Task(
            lesson,
            1,
            "Copy `customer.city` to the span `POST /charges` as well.",
            spanAttribute("POST /charges", "customer.city", "New York, NY"),
            List.of(
                "Baggage is on no span by itself. The step \"The payment service\" copies the"
                    + " name.",
                "received.getEntryValue() reads an entry, setAttribute() puts it on the span."),
            List.of(
                new Edit(
                    "charge.setAttribute(\"customer.name\","
                        + " received.getEntryValue(\"customer.name\"));",
                    "charge.setAttribute(\"customer.name\","
                        + " received.getEntryValue(\"customer.name\"));\n"
                        + "          charge.setAttribute(\"customer.city\","
                        + " received.getEntryValue(\"customer.city\"));"))),
        new Task(
            lesson,
            2,
            "Put a third entry, `tier` with the value `gold`, into the baggage, and copy"
                + " it to the span `POST /charges`.",
            baggageEntry("POST /charges", "tier", "gold"),
            List.of(
                "Two places: where the shop builds its baggage, and where payment reads it.",
                "Baggage.builder() has put(); the copy is as for customer.name."),
            List.of(
                new Edit(
                    ".put(\"customer.city\", \"New York, NY\")",
                    ".put(\"tier\", \"gold\")\n"
                        + "            .put(\"customer.city\", \"New York, NY\")"),
                new Edit(
                    "charge.setAttribute(\"http.request.method\", \"POST\");",
                    "charge.setAttribute(\"tier\","
                        + " received.getEntryValue(\"tier\"));\n"
                        + "          charge.setAttribute(\"http.request.method\", \"POST\");"))),
        new Task(
            lesson,
            3,
            "Make `receipt, lost` a child of `POST /orders`, as `receipt, kept` is.",
            childOf("receipt, lost", "POST /orders"),
            List.of(
                "A task in a pool starts without the context of the thread that gave it.",
                "Context.current().wrap() takes the context along."),
            List.of(
                new Edit(
                    "for (var receipt : pool.invokeAll(List.of(without,"
                        + " Context.current().wrap(with)))) {",
                    "var here = Context.current();\n"
                        + "      for (var receipt : pool.invokeAll(List.of(here.wrap(without),"
                        + " here.wrap(with)))) {"))));
  }

  private static List<Task> errorsAndRetry() {
    String lesson = "05-errors-and-retry";
    return List.of(
        new Task(
            lesson,
            1,
            "Let `bad-request` answer \"429\", and then `backend`: its 3 spans arrive.",
            retried("bad-request", 3, "429"),
            List.of(
                "A case is given the answers of its receiver one by one, the last one stays.",
                "The case `retried` shows how: statuses first, `backend` last."),
            List.of(
                new Edit(
                    "new Case(\"bad-request\", quick, \"400\").orders(3).arrive(0);",
                    "new Case(\"bad-request\", quick, \"429\", backend).orders(3).arrive(3);"))),
        new Task(
            lesson,
            2,
            "Give the queue room for 32 spans: all 28 spans of `queue-full` arrive.",
            caseArrives("queue-full", 28),
            List.of(
                "The queue is made where a Case builds its SDK.",
                "A batch of 8 may stay; it is the queue that is too small."),
            List.of(
                new Edit("setMaxQueueSize(8)", "setMaxQueueSize(32)"),
                new Edit("full.orders(20).arrive(16);", "full.orders(20).arrive(28);"))),
        new Task(
            lesson,
            3,
            "Add a case `bad-gateway`: 3 orders, the script \"502\", `backend`.",
            retried("bad-gateway", 3, "502"),
            List.of(
                "One line, like those of `bad-request` and `retry-after`.",
                "It needs an id, an exporter such as `quick`, and the script."),
            List.of(
                new Edit(
                    "new Case(\"bad-token\", quick, \"401\").orders(3).arrive(0);",
                    "new Case(\"bad-token\", quick, \"401\").orders(3).arrive(0);\n"
                        + "    new Case(\"bad-gateway\", quick, \"502\","
                        + " backend).orders(3).arrive(3);"))));
  }

  private static List<Task> shutdown() {
    String lesson = "06-shutdown";
    return List.of(
        new Task(
            lesson,
            1,
            "In `shutdown()`, wait for the result: .join(10, SECONDS). Its 3 spans arrive.",
            caseArrives("shutdown()", 3),
            List.of(
                "shutdown() is a request, and returns a result at once.",
                "The result has join(), which waits for it."),
            List.of(
                new Edit("sdk.shutdown();", "sdk.shutdown().join(10, SECONDS);"),
                new Edit(
                    "leave(\"shutdown()\", endpoint, 0);", "leave(\"shutdown()\", endpoint, 3);"))),
        new Task(
            lesson,
            2,
            "In `main returns`, close the SDK in a shutdown hook. Its 3 spans arrive.",
            caseArrives("main returns", 3),
            List.of(
                "A hook runs when the JVM ends, for whatever reason.",
                "The way `SIGTERM, hook` puts one up."),
            List.of(
                new Edit(
                    "case \"main returns\" -> order(sdk, way);",
                    "case \"main returns\" -> {\n"
                        + "          Runtime.getRuntime().addShutdownHook(new"
                        + " Thread(sdk::close));\n"
                        + "          order(sdk, way);\n"
                        + "        }"),
                new Edit(
                    "leave(\"main returns\", endpoint, 0);",
                    "leave(\"main returns\", endpoint, 3);"))),
        new Task(
            lesson,
            3,
            "Add a way `System.exit, hook`: the hook of `SIGTERM, hook`, an order, and then"
                + " System.exit(0). Predict 3.",
            caseArrives("System.exit, hook", 3),
            List.of(
                "Two places: a case in the switch of Child, and a leave() that predicts 3.",
                "The hook must be up before the program leaves."),
            List.of(
                new Edit(
                    "case \"SIGTERM\", \"SIGTERM, hook\" -> {",
                    "case \"System.exit, hook\" -> {\n"
                        + "          Runtime.getRuntime().addShutdownHook(new"
                        + " Thread(sdk::close));\n"
                        + "          order(sdk, way);\n"
                        + "          System.exit(0);\n"
                        + "        }\n"
                        + "        case \"SIGTERM\", \"SIGTERM, hook\" -> {"),
                new Edit(
                    "leave(\"try (sdk), System.exit\", endpoint, 0);",
                    "leave(\"try (sdk), System.exit\", endpoint, 0);\n"
                        + "    leave(\"System.exit, hook\", endpoint, 3);"))));
  }
}
