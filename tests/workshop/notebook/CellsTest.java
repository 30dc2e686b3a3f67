package workshop.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import support.Await;
import support.Checkout;
import support.GuideFolder;
import support.LessonRun;
import support.RealProcess;
import support.Slow;
import support.Tool;
import workshop.lesson.Steps;
import workshop.page.PageAddress;
import workshop.wire.Backend;

/** The cells of a lesson: how they run, what becomes of what is typed, and what they do no harm. */
@Slow
class CellsTest {
  private static final String LESSON = "02-grpc-export";

  /** The first two cells with statements; neither of the two needs what stands in the other. */
  private static final String ONE = "the-exporter";

  private static final String TWO = "the-verdict";

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Path PROC = Path.of("/proc");

  /** What JBang answered about each lesson, for all tests. */
  @TempDir static Path answers;

  @TempDir Path temp;

  private Path folder;
  private Backend backend;
  private Notebooks notebooks;
  private Notebook notebook;

  @BeforeEach
  void start() throws Exception {
    folder = GuideFolder.in(temp);
    keepAnswers(folder.resolve("jbang"));
    backend = Backend.start(Backend.Options.onFreePorts());
    notebooks = new Notebooks(folder, backend);
    notebook = notebooks.find(LESSON);
  }

  /** JBang says the same of each test's copy of a lesson, so the first one asks for all. */
  private static void keepAnswers(Path launcher) throws IOException {
    Files.writeString(
        launcher,
        """
        #!/bin/sh
        kept='%s'/${3##*/}
        [ -f "$kept" ] || { '%s' "$@" >"$kept.$$" && mv "$kept.$$" "$kept"; } || exit
        cat "$kept"
        """
            .formatted(answers, Checkout.FOLDER.resolve("jbang")));
  }

  @AfterEach
  void stop() {
    notebooks.close();
    backend.close();
    assertThat(ProcessHandle.current().descendants()).noneMatch(this::isSession);
  }

  /** Whether it is a session of this test: those of others may run beside it. */
  private boolean isSession(ProcessHandle process) {
    try {
      return process.info().commandLine().orElse("").contains("CellAgent")
          && (Files.notExists(PROC)
              || Files.readSymbolicLink(PROC.resolve(process.pid() + "/cwd"))
                  .startsWith(folder.toRealPath()));
    } catch (IOException e) {
      return false; // The process has ended.
    }
  }

  @Test
  void completionNeedsNoRunAndKnowsTheLessonsLibraries() throws Exception {
    String code = "var builder = OtlpGrpcSpanExporter.builder();\nbuilder.setEndp";
    NotebookView.Completions found = complete(ONE, code);
    assertThat(found.suggestions()).containsExactly("setEndpoint(");
    assertThat(found.from()).isEqualTo(code.length() - "setEndp".length());
    assertThat(notebook.describe(ONE, code + "oint(", code.length() + 5))
        .extracting(NotebookView.Described::signature)
        .singleElement()
        .asString()
        .matches(
            "OtlpGrpcSpanExporterBuilder OtlpGrpcSpanExporterBuilder.setEndpoint\\(String \\w+\\)");
    assertThat(notebook.view().session()).isEqualTo(Notebook.State.IDLE);
    assertThat(complete(TWO, "exporter.getCl").suggestions())
        .as("a variable of a cell above, which did not run")
        .containsExactly("getClass()");

    assertThatThrownBy(() -> notebook.complete(ONE, "a", 2)).hasMessageContaining("no place 2");
    assertThatThrownBy(() -> notebook.complete("none", "a", 1))
        .hasMessage("this lesson has no cell none");
    assertThatThrownBy(() -> notebook.complete(ONE, "a".repeat(100_001), 1))
        .hasMessageContaining("at most 100000");
  }

  @Test
  void completionWaitsForNoCellThatRuns() throws Exception {
    edit(ONE, "Thread.sleep(100_000);");
    notebooks.run(notebook, List.of(ONE), false);
    Await.until("the run", LIMIT, () -> cell(ONE).state() == Cell.State.RUNNING);
    assertThatThrownBy(() -> notebook.complete(TWO, "Str", 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Completion works again when the cell has ended.");
    notebook.stop();
    ended();
  }

  @Test
  void aNameThatIsNotImportedIsOffered() throws Exception {
    complete(ONE, "Math.");
    Await.until(
        "JShell's index",
        LIMIT,
        () -> notebook.complete(ONE, "Deque", 5).imports().contains("java.util.Deque"));
    edit(ONE, "var names = new ArrayDeque<String>();");
    notebooks.run(notebook, List.of(ONE), false);
    ended();
    assertThat(cell(ONE).problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.message()).contains("cannot find symbol");
              assertThat(problem.imports()).contains("java.util.ArrayDeque");
            });
  }

  /** Asks at the code's end; again if a slow machine is late. */
  private NotebookView.Completions complete(String cell, String code) throws Exception {
    List<NotebookView.Completions> found = new ArrayList<>();
    Await.until(
        "the completion",
        LIMIT,
        () -> {
          try {
            return found.add(notebook.complete(cell, code, code.length()));
          } catch (IllegalStateException late) {
            return false;
          }
        });
    return found.get(0);
  }

  @Test
  void aLessonsSpansStandUnderTheCellThatSentThem() throws Exception {
    List<String> all = notebook.view().cells().stream().map(NotebookView.CellView::id).toList();
    notebooks.run(notebook, all, false);
    NotebookView view = ended();
    assertThat(view.cells())
        .allMatch(cell -> Set.of(Cell.State.OK, Cell.State.NEW).contains(cell.state()));
    assertThat(view.cells())
        .allMatch(cell -> cell.outdated() == null)
        .noneMatch(NotebookView.CellView::changed);
    assertThat(view.cells())
        .filteredOn(cell -> cell.caused().spans() > 0)
        .extracting(
            NotebookView.CellView::id,
            cell -> cell.caused().spans(),
            cell -> cell.caused().rejected())
        .containsExactly(tuple("the-verdict", 3L, 0));
    NotebookView.Caused caused = cell("the-verdict").caused();
    assertThat(caused.exchanges())
        .extracting(NotebookView.Seen::carries)
        .containsExactly("3 spans");
    assertThat(caused.traces()).hasSize(1).allMatch(id -> id.matches("[0-9a-f]{32}"));
    assertThat(printed("the-order")).isEqualTo("out Acknowledged so far: 0\n");
    assertThat(printed("the-verdict")).startsWith("out 3 spans ended, 3 acknowledged by http://");
  }

  /**
   * The compiler computes a default class path for who asks before it has one. If it does so for a
   * thread of JShell while another thread compiles, the default takes the place of the libraries.
   */
  @Test
  void nobodyAsksForAClassPathBeforeTheLessonsIsSet() throws Exception {
    Properties properties = System.getProperties();
    Queue<String> asked = new ConcurrentLinkedQueue<>();
    System.setProperties(
        new Properties(properties) {
          @Override
          public String getProperty(String key) {
            if (key.equals("java.class.path") && inCompiler()) {
              asked.add(Thread.currentThread().getName());
            }
            return super.getProperty(key);
          }
        });
    try {
      run(ONE, "io.opentelemetry.api.trace.Span.getInvalid().isRecording()");
    } finally {
      System.setProperties(properties);
    }
    assertThat(printed(ONE)).isEqualTo("value false");
    assertThat(asked).isEmpty();
  }

  private static boolean inCompiler() {
    return StackWalker.getInstance()
        .walk(frames -> frames.anyMatch(each -> each.getClassName().contains("javac.file.")));
  }

  private static final String MADE_UP =
      """
      //DESCRIPTION A lesson whose helpers stand below main
      //DEPS as the lesson has

      import java.util.List;

      class MadeUp {
        public static void main(String[] args) throws Exception {
          // %% Use
          // The point first.
          System.out.println(twice(3));

          // %% Use again
          // With the same helpers.
          System.out.println(List.of(twice(4)));
        }

        // %% Twice
        // It needs what stands below.
        static Pair twice(int x) {
          return new Pair(x, add(x, x));
        }

        // %% Add
        // It needs nothing.
        record Pair(int one, int two) {}

        static int add(int a, int b) {
          return a + b;
        }
      }
      """;

  private void makeUpALesson() throws Exception {
    Path file = folder.resolve(LESSON + ".java");
    String libraries =
        Files.readString(file)
            .lines()
            .filter(line -> line.startsWith("//DEPS "))
            .collect(Collectors.joining("\n"));
    Files.writeString(file, MADE_UP.replace("//DEPS as the lesson has", libraries));
    Await.until("the made-up lesson", () -> notebook.view().description().contains("below main"));
  }

  @Test
  void helpersBelowMainAreSetUpBeforeTheFirstCell() throws Exception {
    makeUpALesson();
    notebooks.run(notebook, List.of("use"), false);
    assertThat(ended().cells())
        .extracting(
            NotebookView.CellView::id,
            NotebookView.CellView::kind,
            NotebookView.CellView::state,
            NotebookView.CellView::order)
        .containsExactly(
            tuple("imports", Cell.Kind.IMPORTS, Cell.State.OK, null),
            tuple("twice", Cell.Kind.HELPER, Cell.State.OK, null),
            tuple("add", Cell.Kind.HELPER, Cell.State.OK, null),
            tuple("use", Cell.Kind.CODE, Cell.State.OK, 1),
            tuple("use-again", Cell.Kind.CODE, Cell.State.NEW, null));
    assertThat(printed("use")).isEqualTo("out Pair[one=3, two=6]\n");

    List<String> all = notebook.view().cells().stream().map(NotebookView.CellView::id).toList();
    notebooks.run(notebook, all, true);
    assertThat(ended().cells())
        .allMatch(cell -> cell.state() == Cell.State.OK && cell.outdated() == null);
    assertThat(printed("use-again")).isEqualTo("out [Pair[one=4, two=8]]\n");
    assertThat(cell("use-again").order()).isEqualTo(2);
  }

  @Test
  void aHelperIsSetUpAgainAfterAChange() throws Exception {
    makeUpALesson();
    notebooks.run(notebook, List.of("use"), false);
    ended();
    edit("add", cell("add").code().replace("a + b", "a + b + 1"));
    assertThat(marks())
        .containsExactly(
            "add changed",
            "use: Depends on Pair as it was before “Add” was edited. Run this cell again.");
    notebooks.run(notebook, List.of("use-again"), false);
    ended();
    assertThat(printed("use-again")).isEqualTo("out [Pair[one=4, two=9]]\n");
    notebooks.run(notebook, List.of("use", "use-again"), false);
    ended();
    assertThat(printed("use")).isEqualTo("out Pair[one=3, two=7]\n");
    assertThat(marks()).isEmpty();
  }

  @Test
  void whatAHelperStillNeedsAfterAllOthersIsNamed() throws Exception {
    makeUpALesson();
    edit("twice", cell("twice").code().replace("add(x, x)", "nowhere(x)"));
    notebooks.run(notebook, List.of("use"), false);
    ended();
    assertThat(cell("twice").state()).isEqualTo(Cell.State.FAILED);
    assertThat(cell("twice").problems())
        .extracting("line", "message")
        .containsExactly(tuple(1, "this needs what is not there yet: method nowhere(int)"));
    assertThat(cell("add").state()).isEqualTo(Cell.State.OK);
    assertThat(cell("use").state()).isEqualTo(Cell.State.NEW);

    edit("add", cell("add").code() + "\n\nstatic int nowhere(int x) {\n  return 7;\n}");
    notebooks.run(notebook, List.of("use"), false);
    ended();
    assertThat(cell("twice").state()).isEqualTo(Cell.State.OK);
    assertThat(printed("use")).isEqualTo("out Pair[one=3, two=7]\n");
  }

  @Test
  void aCellThatHasNothingToDoIsShownAsDone() throws Exception {
    Map<String, NotebookView> told = new ConcurrentHashMap<>();
    notebooks.onChange(each -> told.put(each.view().lesson(), each.view()));
    for (int i = 0; i < 2; i++) { // the imports ran when the session began, and need not run again
      notebooks.run(notebook, List.of("imports"), false);
      Await.until(
          "the news that it is done",
          LIMIT,
          () ->
              told.containsKey(LESSON)
                  && told.get(LESSON).session() == Notebook.State.IDLE
                  && told.get(LESSON).cells().get(0).state() == Cell.State.OK);
      assertThat(told.remove(LESSON).cells().get(0).order()).isNull();
    }
  }

  @Test
  void aBatchThatLeavesBetweenTwoCellsIsSaidToHaveLeftInTheBackground() throws Exception {
    run(
        ONE,
        """
        var exporter = OtlpGrpcSpanExporter.builder().setEndpoint("http://localhost:%d").build();
        var processor = BatchSpanProcessor.builder(exporter);
        processor.setScheduleDelay(Duration.ofSeconds(6)); // counted from here
        var spans = SdkTracerProvider.builder().addSpanProcessor(processor.build()).build();
        var tracer = spans.get("shop");
        """
            .formatted(backend.grpcPort()));
    run(
        TWO,
        "tracer.spanBuilder(\"sent now\").startSpan().end();\n"
            + "spans.forceFlush().join(9, SECONDS);");
    assertThat(cell(TWO).caused().spans()).isEqualTo(1);
    assertThat(printed(TWO)).doesNotContain("background");
    run(TWO, "for (int i = 0; i < 2; i++) tracer.spanBuilder(\"sent later\").startSpan().end();");
    Await.until("the batch", () -> cell(TWO).caused().spans() == 2);
    assertThat(printed(TWO))
        .isEqualTo(
            "note Sent in the background, after this cell had ended: a batch processor exports on"
                + " its own, by default after 5 s.\n");
  }

  @Test
  void whatIsPrintedIsToldApart() throws Exception {
    run(
        ONE,
        """
        System.out.println("é");
        System.err.println("to err");
        System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s %5$s%n");
        java.util.logging.Logger.getLogger("x").warning("card declined");
        System.err.println("after");
        "a" + 1
        """);
    assertThat(printed(ONE))
        .isEqualTo("out é\n|err to err\n|log WARNING card declined\n|err after\n|value \"a1\"");
  }

  @Test
  void aCompileErrorIsNamedAtItsPlaceInTheCell() throws Exception {
    run(ONE, "int one = 1;\n\nint two = \"2\";\n");
    assertThat(cell(ONE).state()).isEqualTo(Cell.State.FAILED);
    assertThat(cell(ONE).problems())
        .extracting("line", "column", "endLine", "endColumn", "message")
        .containsExactly(
            tuple(3, 11, 3, 14, "incompatible types: java.lang.String cannot be converted to int"));
    run(ONE, "  // a comment\n  int three = (1 +\n");
    assertThat(cell(ONE).problems())
        .extracting("line", "message")
        .containsExactly(tuple(2, "the cell ends in the middle of what begins here"));
    run(ONE, "void f() {\n  nowhere();\n}\n");
    assertThat(cell(ONE).problems())
        .extracting("line", "message")
        .containsExactly(tuple(1, "this needs what is not there yet: method nowhere()"));
  }

  @Test
  void anExceptionNamesTheLinesOfTheCells() throws Exception {
    run(TWO, "int divide(int by) {\n  return 1 / by;\n}\n");
    run(ONE, "int x = 0;\n\n// here\ndivide(x);\n");
    assertThat(cell(ONE).state()).isEqualTo(Cell.State.FAILED);
    assertThat(cell(ONE).exception())
        .extracting("text")
        .isEqualTo("java.lang.ArithmeticException: / by zero");
    assertThat(cell(ONE).exception())
        .extracting("frames")
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .extracting("text", "cell", "line")
        .containsExactly(
            tuple("\"The verdict\", line 2, in divide()", TWO, 2),
            tuple("\"The exporter\", line 4", ONE, 4));
  }

  @Test
  void whatDoesNotEndIsStoppedAndTheSessionStays() throws Exception {
    run(ONE, "int kept = 7;\nvoid begun() { System.out.println(\"begun\"); }");
    for (String code :
        List.of(
            "{ begun(); while (true) {} }",
            "{ begun();"
                + " while (true) try { Thread.sleep(999); } catch (InterruptedException e) {} }",
            "{ begun(); new java.util.concurrent.CompletableFuture<String>().get(); }",
            "{ begun();"
                + " java.util.stream.Stream.iterate(1, x -> x + 1).filter(x -> false).findAny(); }",
            "var x = new Object() { public String toString() { begun(); while (true) {} } };")) {
      begin(TWO, code);
      notebook.stop();
      ended();
      assertThat(cell(TWO).state()).as(code).isEqualTo(Cell.State.STOPPED);
      assertThat(cell(TWO).exception()).as(code).isNull();
      run(TWO, "Thread.sleep(1);\nkept");
      assertThat(printed(TWO)).as(code).isEqualTo("value 7");
    }
  }

  @Test
  void whatCannotBeStoppedEndsWithItsSession() throws Exception {
    begin(
        ONE,
        """
        while (true) {
          try { // JDK 17 can stop the wait, and later JDKs the loop
            System.out.println("begun");
            new java.util.concurrent.Semaphore(0).acquireUninterruptibly();
          } catch (Throwable t) {
          }
        }
        """);
    notebook.stop();
    assertThat(ended().session()).isEqualTo(Notebook.State.ENDED);
    assertThat(cell(ONE).state()).isEqualTo(Cell.State.STOPPED);
    assertThat(printed(ONE))
        .startsWith("out begun\n")
        .endsWith("|note It did not stop within 4 s.\n");
    run(ONE, "1 + 1");
    assertThat(printed(ONE)).isEqualTo("value 2");
  }

  @Test
  void whatIsCurrentInACellIsCurrentInTheNext() throws Exception {
    run(ONE, "var local = new ThreadLocal<String>();\nlocal.set(\"current\");");
    run(TWO, "local.get()");
    assertThat(printed(TWO)).isEqualTo("value \"current\"");
  }

  @Test
  void whatItsProcessesPrintIsShownAndTheyReadNoCommands() throws Exception {
    run(
        ONE,
        """
        System.out.println("here");
        new java.io.FileOutputStream(java.io.FileDescriptor.out).write("past System.out\\n".getBytes());
        new ProcessBuilder("sh", "-c", "echo in a child; cat 2>/dev/null").inheritIO().start().waitFor();
        new ProcessBuilder("sh", "-c", "cat 2>/dev/null").inheritIO().start();
        """);
    assertThat(printed(ONE)).isEqualTo("out here\npast System.out\nin a child\n");
    run(TWO, "1 + 1");
    assertThat(printed(TWO)).isEqualTo("value 2");
  }

  /** Something that must not come to life here, in the workshop's own process. */
  private static final class Evil implements Serializable {
    private static final long serialVersionUID = 1;
    private static volatile boolean alive;

    private void readObject(ObjectInputStream in) {
      alive = true;
    }
  }

  @Test
  void aSessionCannotMakeTheWorkshopReadAnyObject() throws Exception {
    assumeTrue(Files.exists(PROC.resolve("self/cmdline")), "there is no /proc/self/cmdline");
    run(
        ONE,
        """
        var bytes = new java.io.ByteArrayOutputStream();
        var answer = new java.io.ObjectOutputStream(bytes);
        bytes.reset(); // the head of the stream was sent before
        answer.writeInt(104); // an exception
        answer.writeUTF("its message");
        answer.writeUTF("java.lang.Exception");
        var evil = Class.forName("workshop.notebook.CellsTest$Evil").getDeclaredConstructor();
        evil.setAccessible(true);
        answer.writeObject(evil.newInstance()); // in place of its stack trace
        answer.flush();
        var command = java.nio.file.Files.readString(java.nio.file.Path.of("/proc/self/cmdline"));
        var arguments = command.split("\\0");
        var frame = new java.io.ByteArrayOutputStream();
        var out = new java.io.DataOutputStream(frame);
        out.writeByte(0);
        out.writeBytes(arguments[arguments.length - 1]);
        out.writeByte(0);
        out.writeShort(bytes.size());
        out.write(bytes.toByteArray());
        new java.io.FileOutputStream(java.io.FileDescriptor.out).write(frame.toByteArray());
        """);
    assertThat(Evil.alive).isFalse();
    assertThat(cell(ONE).state()).isEqualTo(Cell.State.FAILED);
    assertThat(notebook.view().session()).isEqualTo(Notebook.State.ENDED);
    run(TWO, "1 + 1");
    assertThat(printed(TWO)).isEqualTo("value 2");
  }

  @Test
  void aCellThatEndsTheJvmEndsItsSessionOnly() throws Exception {
    run(ONE, "void leave() {\n  System.exit(2 + 2);\n}\nleave();");
    NotebookView view = notebook.view();
    assertThat(view.session()).isEqualTo(Notebook.State.ENDED);
    assertThat(view.note())
        .isEqualTo(
            "The cells' JVM has ended, with exit code 4. Its variables are gone; the next cell"
                + " begins a new session.");
    assertThat(cell(ONE).state()).isEqualTo(Cell.State.FAILED);
    run(
        ONE,
        "var all = new java.util.ArrayList<byte[]>();\nwhile (true) all.add(new byte[9999999]);");
    assertThat(notebook.view().note()).startsWith("The cells' JVM ran out of memory: it has 256m.");
    run(
        ONE,
        "new Thread(() -> { while (true) java.util.concurrent.locks.LockSupport.park();"
            + " }).start();");
    assertThat(cell(ONE).state()).isEqualTo(Cell.State.OK);
    assertThat(notebook.view().session()).isEqualTo(Notebook.State.IDLE);
  }

  @Test
  void outputWithoutEndIsHeldBackAndBounded() throws Exception {
    run(ONE, "for (int i = 0; i < 60_000; i++) System.out.println(\"line \" + i);");
    String printed = printed(ONE);
    assertThat(printed).startsWith("out line 0\nline 1\n").endsWith("line 59999\n");
    assertThat(printed).containsPattern("\\|note \n… \\d+ characters left out …\n\\|");
    assertThat(printed.length()).isLessThan(70_000);
  }

  @Test
  void aCellIsOutdatedAfterWhatItUsedRanAgainOrWasEdited() throws Exception {
    run(ONE, "int a = 1;");
    run(TWO, "int b = a;");
    assertThat(marks()).isEmpty();
    run(ONE, "int a = 1;");
    assertThat(marks())
        .containsExactly(
            TWO + ": Depends on a as it was before “The exporter” ran again. Run this cell again.");
    run(TWO, "int b = a;");
    assertThat(marks()).isEmpty();
    edit(ONE, "int a = 2;");
    assertThat(marks())
        .containsExactly(
            ONE + " changed",
            TWO
                + ": Depends on a as it was before “The exporter” was edited. Run “The exporter”"
                + " again, then this cell.");
    assertThat(cell(TWO).outdated().cells()).containsExactly(ONE, TWO);
    assertThat(cell(ONE).order()).isEqualTo(3);
    notebook.restart();
    Await.until("a new session", LIMIT, () -> session(Notebook.State.IDLE) && cell(TWO).earlier());
    assertThat(marks()).containsExactly(ONE + " changed");
  }

  @Test
  void aCellThatUsesAClosedSdkIsMarked() throws Exception {
    String sdk =
        "var sdk = OpenTelemetrySdk.builder().build();\nvar tracer = sdk.getTracer(\"t\");";
    String span = "tracer.spanBuilder(\"s\").startSpan().end();";
    run(ONE, sdk);
    run(TWO, span);
    notebook.add("scratch_1", TWO, "sdk.close();");
    run("scratch_1", "sdk.close();");
    assertThat(marks()).as("it ran before").isEmpty();
    run(TWO, span);
    assertThat(marks())
        .containsExactly(
            TWO
                + ": Depends on sdk, which “Scratch 1” had closed. Run “The exporter” again, then"
                + " this cell.");
    notebooks.run(notebook, cell(TWO).outdated().cells(), false);
    ended();
    assertThat(marks()).isEmpty();
  }

  @Test
  void aScratchCellIsNeverInTheFileAndStaysUntilItIsRemoved() throws Exception {
    String before = Files.readString(folder.resolve(LESSON + ".java"));
    notebook.add("scratch_a", ONE, "1 + 2");
    notebook.add("scratch_b", "scratch_a", "");
    notebook.add("scratch_a", TWO, "3 + 3"); // a second request
    assertThat(ids()).containsSubsequence(ONE, "scratch_a", "scratch_b", "the-sdk");
    assertThat(cell("scratch_b").title()).isEqualTo("Scratch 2");
    run("scratch_a", "1 + 2");
    assertThat(printed("scratch_a")).isEqualTo("value 3");

    edit(TWO, "int b = 1;");
    notebook.save(false);
    GuideFolder.edit(folder.resolve(LESSON + ".java"), "int b = 1;", "int b = 2;");
    Await.until("the file's text", () -> cell(TWO).fileCode().equals("int b = 2;"));
    assertThat(Files.readString(folder.resolve(LESSON + ".java"))).doesNotContain("1 + 2");
    assertThat(before).doesNotContain("1 + 2");
    notebook.reset(null);
    assertThat(ids()).containsSubsequence(ONE, "scratch_a", "scratch_b", "the-sdk");
    assertThat(cell("scratch_a").code()).isEqualTo("1 + 2");
    assertThat(notebook.view().edited()).isZero();

    notebook.remove("scratch_a");
    assertThat(ids()).doesNotContain("scratch_a").contains("scratch_b");
    assertThatThrownBy(() -> notebook.remove(ONE)).hasMessage("only a scratch cell can be removed");
    assertThatThrownBy(() -> notebook.add(ONE, TWO, ""))
        .hasMessage("not the id of a scratch cell: " + ONE);
    for (int i = 1; i < 50; i++) {
      notebook.add("scratch_" + i, ONE, "");
    }
    assertThatThrownBy(() -> notebook.add("scratch_51", ONE, ""))
        .hasMessage("a lesson can have at most 50 scratch cells");
  }

  private List<String> ids() {
    return notebook.view().cells().stream().map(NotebookView.CellView::id).toList();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSessionThatStartsIsStopped(boolean restart) throws Exception {
    Path launcher = folder.resolve("jbang");
    String real = Files.readString(launcher);
    Path started = folder.resolve("started");
    Files.writeString(launcher, "#!/bin/sh\ntouch '" + started + "'\nexec sleep 100\n");
    if (restart) {
      notebooks.restart(notebook);
    } else {
      notebooks.run(notebook, List.of(ONE), false);
    }
    Await.until("JBang", LIMIT, () -> Files.exists(started));
    assertThat(notebook.view().session()).isEqualTo(Notebook.State.STARTING);
    notebook.stop();
    Await.until("the end", Duration.ofSeconds(10), () -> session(Notebook.State.NONE));
    assertThat(notebook.view().note())
        .isEqualTo("The session was stopped while it started. The next run starts it again.");
    assertThat(cell(ONE).state()).isEqualTo(Cell.State.NEW);
    assertThat(ProcessHandle.current().descendants())
        .noneMatch(each -> List.of(each.info().arguments().orElse(new String[0])).contains("100"));

    Files.writeString(launcher, real);
    run(ONE, "1 + 2");
    assertThat(printed(ONE)).isEqualTo("value 3");
  }

  @Test
  void whatIsTypedIsSavedIntoTheFileOnPurposeOnly() throws Exception {
    Path file = folder.resolve(LESSON + ".java");
    String shipped = Files.readString(file);
    String typed = cell(ONE).code() + "\n\n// a last line\nSystem.out.println(\"typed\");";
    edit(ONE, typed);
    edit("imports", cell("imports").code() + "\nimport java.util.List;");
    assertThat(Files.readString(file)).isEqualTo(shipped);
    assertThat(notebook.view().edited()).isEqualTo(2);
    notebook.save(false);
    assertThat(notebook.view().edited()).isZero();
    Steps steps = Steps.read(file);
    assertThat(steps.imports()).endsWith("import java.util.List;");
    assertThat(steps.steps())
        .filteredOn(step -> step.id().equals(ONE))
        .extracting(Steps.Step::code)
        .containsExactly(typed);
    assertThat(Files.readString(file).lines().toList())
        .containsAll(shipped.lines().toList())
        .contains("    System.out.println(\"typed\");");
    edit(ONE, "// %% A step of its own\nint x = 1;");
    assertThatThrownBy(() -> notebook.save(false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line");
    assertThat(cell(ONE).edited()).isTrue();
  }

  @Test
  void theFileAsItWasIsWrittenWhenNothingIsTyped() throws Exception {
    for (String lesson : List.of("01-setup", LESSON, "03-http-export", "06-shutdown")) {
      String shipped = Files.readString(folder.resolve(lesson + ".java"));
      notebooks.find(lesson).save(false);
      assertThat(Files.readString(folder.resolve(lesson + ".java"))).isEqualTo(shipped);
    }
  }

  @Test
  void aFileThatChangesShowsUpAndNothingTypedIsLost() throws Exception {
    Path file = folder.resolve(LESSON + ".java");
    edit(TWO, "int mine = 1;");
    GuideFolder.edit(file, "var token = env(", "var secret = env(");
    Await.until(
        "the file's change",
        Duration.ofSeconds(20),
        () -> cell(ONE).code().contains("var secret = env("));
    assertThat(cell(TWO).code()).isEqualTo("int mine = 1;");
    assertThat(notebook.view().conflicts()).isZero();

    GuideFolder.edit(file, "var verdict = \"%d spans", "var verdict = \"In all, %d spans");
    Await.until("the conflict", () -> notebook.view().conflicts() == 1);
    assertThat(cell(TWO).conflict()).isTrue();
    assertThat(cell(TWO).code()).isEqualTo("int mine = 1;");
    assertThatThrownBy(() -> notebook.save(false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was changed since you began to type, in: The verdict.");
    notebook.save(true);
    assertThat(Files.readString(file)).contains("    int mine = 1;\n").doesNotContain("In all");

    Files.writeString(file, "class Broken {");
    Await.until("a word on the file", () -> !notebook.view().fileNote().isEmpty());
    assertThat(notebook.view().fileNote())
        .startsWith("These cells are older than the file. " + LESSON + ".java, line 1: ");
    assertThat(cell(TWO).code()).isEqualTo("int mine = 1;");
  }

  @Test
  void aFifthSessionEndsTheOneThatIsIdleLongest() throws Exception {
    List<Notebook> five =
        notebooks.lessons().stream().limit(5).map(each -> notebooks.find(each.name())).toList();
    for (Notebook each : five) {
      String id = each.view().cells().get(1).id();
      each.edit(id, "int x = 1;", "");
      notebooks.run(each, List.of(id), false);
      ended(each);
    }
    Await.until("room", () -> five.get(0).view().session() == Notebook.State.ENDED);
    assertThat(five.get(0).view().note()).contains("made room for one of another lesson");
    assertThat(five.subList(1, 5)).allMatch(each -> each.view().session() == Notebook.State.IDLE);
  }

  /** As in several tabs whose buttons are clicked at the same time. */
  @Test
  void neverAreMoreThanFourSessionsOpen() throws Exception {
    List<Notebook> all =
        notebooks.lessons().stream().map(each -> notebooks.find(each.name())).toList();
    ExecutorService tabs = Executors.newFixedThreadPool(2 * all.size());
    List<Future<?>> clicks = new ArrayList<>();
    for (Notebook each : all) {
      String id = each.view().cells().get(1).id();
      each.edit(id, "int x = 1;", "");
      clicks.add(tabs.submit(() -> notebooks.restart(each)));
      clicks.add(tabs.submit(() -> notebooks.run(each, List.of(id), true)));
    }
    AtomicLong most = new AtomicLong();
    Await.until(
        "no lesson that runs",
        LIMIT,
        () -> {
          most.accumulateAndGet(
              ProcessHandle.current().descendants().filter(this::isSession).count(), Math::max);
          return clicks.stream().allMatch(Future::isDone)
              && all.stream().noneMatch(Notebook::isBusy);
        });
    tabs.shutdown();
    assertThat(most.get()).isBetween(1L, 4L);
    for (Future<?> click : clicks) {
      try {
        click.get();
      } catch (ExecutionException e) {
        assertThat(e.getCause()).hasMessage("4 lessons run already; stop one of them first");
      }
    }
    assertThat(all)
        .filteredOn(Notebook::hasSession)
        .hasSizeBetween(1, 4)
        .allMatch(each -> each.view().session() == Notebook.State.IDLE);
  }

  /** The time that javac takes for this doubles several times with each level. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCompilerThatDoesNotEndIsGivenUp(boolean restart) throws Exception {
    String code = "Object o = " + "(true ? List.of(".repeat(7) + "1" + ") : Set.of())".repeat(7);
    run(TWO, "import java.util.*;");
    edit(ONE, code + ";");
    notebooks.run(notebook, List.of(ONE), false);
    Await.until("the cell is compiled", LIMIT, CellsTest::infersTypes);
    if (restart) {
      notebooks.restart(notebook);
    } else {
      notebook.stop();
    }
    ended();
    assertThat(cell(ONE).state()).isEqualTo(Cell.State.STOPPED);
    assertThat(printed(ONE)).contains("Compiling it takes too long.");
    run(TWO, "1 + 1");
    assertThat(printed(TWO)).isEqualTo("value 2");
  }

  private static boolean infersTypes() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Stream::of)
        .anyMatch(frame -> frame.getClassName().equals("com.sun.tools.javac.comp.Infer"));
  }

  @Test
  void whatMakesJShellItselfFailEndsItsCellOnly() throws Exception {
    run(ONE, "int kept = 7;");
    for (String code : List.of("public", "(".repeat(5000) + 1 + ")".repeat(5000))) {
      run(TWO, code);
      assertThat(cell(TWO).state()).isEqualTo(Cell.State.FAILED);
      assertThat(
              cell(TWO).exception() == null
                  ? cell(TWO).problems().toString()
                  : cell(TWO).exception().text())
          .isNotBlank();
    }
    run(TWO, "kept");
    assertThat(printed(TWO)).isEqualTo("value 7");
  }

  /** What closes or stops the JVM's own streams and threads. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "System.out.close(); System.err.close();",
        "new java.io.FileOutputStream(java.io.FileDescriptor.out).close();",
        "new java.io.FileInputStream(java.io.FileDescriptor.in).close();",
        "for (Thread each : Thread.getAllStackTraces().keySet()) each.interrupt();",
        "Runtime.getRuntime().halt(7);",
        "ProcessHandle.current().destroyForcibly();\nThread.sleep(60_000);",
        "new ProcessBuilder(\"sh\", \"-c\", \"kill -9 $PPID\").start().waitFor();",
        "new ProcessBuilder(\"sleep\", \"600\").inheritIO().start();\nSystem.exit(0);",
        "System.out.print(\"\\0\".repeat(100_000));",
        "throw new ThreadDeath();",
        "throw new InternalError(\"mine\");",
        "Thread.currentThread().setUncaughtExceptionHandler(null); throw new Error(\"x\");"
      })
  void whatACellDoesToItsJvmEndsItself(String code) throws Exception {
    run(ONE, code);
    run(TWO, "1 + 1");
    assertThat(cell(TWO).state()).isEqualTo(Cell.State.OK);
  }

  /** The page says that it runs, and Stop ends it in any case. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "class A { static { try { Thread t = new Thread(() -> new A()); t.start(); t.join(); }"
            + " catch (InterruptedException e) { throw new Error(e); } } }\nnew A();",
        "new ProcessBuilder(\"sh\", \"-c\", \"kill -STOP $PPID\").start();\nwhile (true) {}",
        "class V { public String toString() { while (true) {} } }\nnew V()",
        "while (true) System.out.print(\"x\".repeat(1 << 20));",
        "while (true) try { Thread.sleep(1000); } catch (Throwable e) { }",
        "new ProcessBuilder(\"sleep\", \"600\").start().waitFor();",
        "Thread.currentThread().setPriority(10); synchronized (Object.class) {"
            + " Object.class.wait(); }"
      })
  void whateverRunsOnIsEndedByStop(String code) throws Exception {
    edit(ONE, code);
    notebooks.run(notebook, List.of(ONE), false);
    Await.until("the cell runs", LIMIT, () -> cell(ONE).state() == Cell.State.RUNNING);
    notebook.stop();
    ended();
    assertThat(cell(ONE).state()).isEqualTo(Cell.State.STOPPED);
    run(TWO, "1 + 1");
    assertThat(cell(TWO).state()).isEqualTo(Cell.State.OK);
  }

  @Test
  void onJdk25TheSpansArriveAsWell() throws Exception {
    List<String> command =
        new ArrayList<>(Tool.command("backend", "--grpc-port=0", "--http-port=0", "--page-port=0"));
    command.set(0, LessonRun.jdk25OrSkip().resolve("bin/java").toString());
    try (RealProcess process = RealProcess.start("backend", folder, Map.of(), command)) {
      PageAddress page = PageAddress.of(process);
      HttpClient client = HttpClient.newHttpClient();
      String all =
          notebook.view().cells().stream()
              .map(cell -> '"' + cell.id() + '"')
              .collect(Collectors.joining(",", "{\"cells\":[", "]}"));
      HttpRequest run =
          page.request("/api/notebooks/" + LESSON + "/run")
              .header("Origin", page.origin())
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(all))
              .build();
      assertThat(client.send(run, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      Await.until("the spans", LIMIT, () -> process.printed().contains("gRPC conn 1  3 spans"));
    }
  }

  private void edit(String id, String code) {
    notebook.edit(id, code, cell(id).fileCode());
  }

  private void run(String id, String code) throws Exception {
    edit(id, code);
    notebooks.run(notebook, List.of(id), false);
    ended();
  }

  /** Runs a cell that prints a line and does not end, until that line is there. */
  private void begin(String id, String code) throws Exception {
    edit(id, code);
    notebooks.run(notebook, List.of(id), false);
    Await.until(
        "the cell's first line",
        Duration.ofSeconds(60),
        () -> printed(id).contains("begun") && session(Notebook.State.RUNNING));
  }

  private boolean session(Notebook.State state) {
    return notebook.view().session() == state;
  }

  private NotebookView ended() throws Exception {
    return ended(notebook);
  }

  private static NotebookView ended(Notebook notebook) throws Exception {
    Await.until(
        "the cells' end",
        LIMIT,
        () -> {
          NotebookView view = notebook.view();
          return !Set.of(Notebook.State.STARTING, Notebook.State.RUNNING).contains(view.session())
              && view.cells().stream()
                  .noneMatch(
                      cell -> Set.of(Cell.State.QUEUED, Cell.State.RUNNING).contains(cell.state()));
        });
    return notebook.view();
  }

  private NotebookView.CellView cell(String id) {
    return notebook.view().cells().stream()
        .filter(cell -> cell.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** Each piece of a cell's output behind the name of its stream. */
  private String printed(String id) {
    return cell(id).output().stream()
        .map(piece -> piece.stream().name().toLowerCase(Locale.ROOT) + " " + piece.text())
        .collect(Collectors.joining("|"));
  }

  private List<String> marks() {
    return notebook.view().cells().stream()
        .flatMap(
            cell ->
                Arrays.asList(
                    cell.changed() ? cell.id() + " changed" : null,
                    cell.outdated() == null ? null : cell.id() + ": " + cell.outdated().text())
                    .stream())
        .filter(mark -> mark != null)
        .toList();
  }
}
