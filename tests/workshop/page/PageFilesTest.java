package workshop.page;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.Await;
import support.Browser;
import support.Orders;
import support.Slow;
import workshop.wire.Exchange;
import workshop.wire.Signal;

/** What is kept is saved as a file, and a file is opened, in a real browser and without one. */
@Slow
class PageFilesTest {
  @TempDir Path temp;
  private PageUnderTest server;

  @BeforeEach
  void start() throws Exception {
    server = PageUnderTest.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whatOnePageSavedAnotherOneOpens() throws Exception {
    server.send(Orders.request());
    server.post("/v1/traces", "text/plain", new byte[0]); // rejected, so it is not saved
    server.sendGrpc(PageUnderTest.order("store"));
    try (Browser browser = Browser.openOrSkip();
        PageUnderTest other = PageUnderTest.start()) {
      browser.downloadsTo(temp);
      browser.load(PageAddress.of(server.page).at(""));
      browser.untilRows("wire", 3);
      browser.click("#save");
      Path file = temp.resolve("otlp.jsonl");
      Await.until("the file is saved", () -> Files.exists(file));
      assertThat(browser.complaints()).isEmpty();

      browser.load(PageAddress.of(other.page).at("traces"));
      browser.untilText(".empty", "No span has arrived yet.");
      drop(browser, "<b>of &amp; a friend.jsonl", Files.readString(file));
      browser.untilText("#files", "Loaded 2 requests from <b>of &amp; a friend.jsonl.");
      browser.untilRows("traces", 1);
      browser.fragment("wire");
      browser.untilRows("wire", 2);
      assertThat(browser.rows("wire").get(0)).contains("file", "<b>of &amp;", "loaded");
      browser.clickRow("wire", "loaded");
      browser.untilText(".panel", "line 2");
      assertThat(other.backend.inbox().exchanges())
          .extracting(Exchange::request)
          .containsExactly(Orders.request(), PageUnderTest.order("store"));

      drop(browser, "bad.jsonl", Files.readString(file) + "{\"spans\":[]}\n");
      browser.untilText("#files", "Loaded 2 requests from bad.jsonl. Stopped: line 3: not an");
      drop(browser, "long.jsonl", "x".repeat(1_000_001));
      browser.untilText(
          "#files",
          "Loaded 0 requests from long.jsonl. Stopped: line 1 is too long;"
              + " type ./jbang backend --load FILE.");
      assertThat(other.backend.inbox().exchanges()).hasSize(4);
      assertThat(other.backend.inbox().received(Signal.TRACES)).isZero();
      assertThat(browser.complaints()).as("the rejected line").hasSize(1);
      browser.load("about:blank"); // else the page would go on asking a server that is gone
    }
  }

  private static void drop(Browser browser, String name, String text) {
    browser.script(
        """
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([arguments[1]], arguments[0]));
        const drop = (name) => new DragEvent(name, {dataTransfer, bubbles: true, cancelable: true});
        const over = drop('dragover');
        document.body.dispatchEvent(over);
        if (!over.defaultPrevented) throw new Error('a file may not be dropped here');
        document.body.dispatchEvent(drop('drop'));
        """,
        name,
        text);
  }

  @Test
  void aBrowserThatLeavesMidwayLeavesNoFile() throws Exception {
    String name = "x".repeat(1 << 20);
    for (int i = 0; i < 20; i++) { // more than the buffers of a connection hold
      server.send(
          Orders.request("shop", Orders.span(name, Orders.ROOT, ByteString.EMPTY, 0, 1).build()));
    }
    PageAddress page = PageAddress.of(server.page);
    try (Socket leaves = new Socket()) {
      leaves.setReceiveBufferSize(8 << 10);
      leaves.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.page.port()));
      String ask = "GET /api/otlp.jsonl HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n";
      leaves.getOutputStream().write(ask.formatted(page.header()).getBytes(ISO_8859_1));
      assertThat(leaves.getInputStream().read()).isEqualTo('H');
      assertThat(server.get("/api/traces").statusCode()).as("meanwhile").isEqualTo(200);
    }
    Await.until("no file is left", () -> !temporaryFiles().findAny().isPresent());
    assertThat(server.get("/api/otlp.jsonl").body().lines()).hasSize(20);
    Await.until("no file is left", () -> !temporaryFiles().findAny().isPresent());
  }

  /** Those in the folder for temporary files, and those that this process has open. */
  private static Stream<Path> temporaryFiles() throws IOException {
    List<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir"))).toList();
    Path open = Path.of("/proc/self/fd");
    Stream<Path> opened =
        Files.isDirectory(open) ? Files.list(open).flatMap(PageFilesTest::target) : Stream.of();
    return Stream.concat(all.stream(), opened)
        .filter(each -> each.getFileName().toString().matches("otlp\\d+\\.jsonl.*"));
  }

  private static Stream<Path> target(Path link) {
    try {
      Path target = Files.readSymbolicLink(link);
      return Stream.ofNullable(target.getFileName() == null ? null : target);
    } catch (IOException e) {
      return Stream.of(); // closed meanwhile
    }
  }

  @Test
  void whatIsNoLineOfOtlpIsRejectedWithTheReason() throws Exception {
    assertThat(post("line=7&name=a", "\n{\"resourceSpans\":[{\"scopeSpans\":1}]}").body())
        .startsWith("{\"error\":\"line 8: not an export request in OTLP/JSON: ");
    for (String query : List.of("", "line=1", "name=a", "line=x&name=a")) {
      assertThat(post(query, "").statusCode()).as(query).isEqualTo(400);
    }
    assertThat(post("line=1&name=a", " ".repeat((1 << 20) + 1)).statusCode()).isEqualTo(413);
    assertThat(server.backend.inbox().total()).isZero();
  }

  private HttpResponse<String> post(String query, String lines) throws Exception {
    PageAddress page = PageAddress.of(server.page);
    HttpRequest request =
        page.request("/api/files" + (query.isEmpty() ? "" : "?" + query))
            .header("Origin", page.origin())
            .POST(BodyPublishers.ofByteArray(lines.getBytes(UTF_8)))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }
}
