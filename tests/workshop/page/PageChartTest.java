package workshop.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import support.Browser;
import support.RealProcess;
import support.Slow;
import support.Tool;

/** The page shows what {@code ./jbang bench protocol} found, once it has. */
@Slow
class PageChartTest {
  @TempDir Path temp;

  @Test
  void aLinkLeadsToTheChartOnceThereAreNumbers() throws Exception {
    Files.createFile(temp.resolve("01-setup.java"));
    Files.createDirectory(temp.resolve(".jbang"));
    try (Browser browser = Browser.openOrSkip();
        RealProcess backend =
            RealProcess.start(
                "backend",
                temp,
                Map.of("WORKSHOP_DIR", temp.toString()),
                Tool.command("backend", "--grpc-port=0", "--http-port=0", "--page-port=0"))) {
      PageAddress page = PageAddress.of(backend);
      browser.load(page.at("protocols"));
      browser.untilText("#views", "There are no measurements yet.");
      assertThat(browser.text("nav a")).doesNotContain("Protocols");

      Files.writeString(
          temp.resolve(".jbang/bench-protocol.json"),
          """
          {"at": "2026-01-02T03:04:05Z", "machine": "Java 17, <b>two</b>", "rounds": 5, "rows": [
            {"spans": 1, "protocol": "gRPC", "compression": "none", "bytesASpan": 500,
             "spansASecond": 1000, "clientCpuMicros": 1.5, "serverCpuMicros": 2.25,
             "millisABatch": 1},
            {"spans": 1, "protocol": "HTTP", "compression": "gzip", "bytesASpan": 250,
             "spansASecond": 2000, "clientCpuMicros": 1, "serverCpuMicros": 2, "millisABatch": 0.5},
            {"spans": 512, "protocol": "HTTP", "compression": "none", "bytesASpan": 270,
             "spansASecond": 9000, "clientCpuMicros": 1, "serverCpuMicros": 2, "millisABatch": 44}]}
          """);
      for (String scheme : List.of("light", "dark")) {
        browser.colours(scheme);
        browser.load(page.origin());
        browser.untilText("nav a", "Protocols");
        browser.click("nav a[data-view=protocols]");
        browser.untilText(".chart", "512 spans per batch");
        assertThat(browser.text(".chart")).contains("Medians of 5 rounds", "Java 17, <b>two</b>");
        assertThat(browser.text(".chart tbody tr").replaceAll("\\n?\\t", " "))
            .isEqualTo(
                """
                gRPC 500 1,000 1.5 2.25 1
                HTTP gzip 250 2,000 1 2 0.5
                HTTP 270 9,000 1 2 44\
                """);
        assertThat(
                browser.script(
                    "return [...document.querySelectorAll('.chart tr:nth-child(2) td span')]"
                        + ".map(bar => bar.style.width).join(' ')"))
            .isEqualTo("50% 100% 66.6667% 88.8889% 50%");
      }
      assertThat(browser.complaints()).isEmpty();
    }
  }
}
