package support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;

/** A Chromium without a window, as the tests of the page use it. */
public final class Browser implements AutoCloseable {
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static {
    // It warns that it does not know the newest Chromium's own protocol, which is not used.
    SELENIUM.setLevel(Level.SEVERE);
    // For a test run that is itself ended from outside.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () ->
                    ProcessHandle.current()
                        .descendants()
                        .filter(process -> process.info().command().orElse("").contains("chrom"))
                        .forEach(ProcessHandle::destroyForcibly)));
  }

  private final Path profile;
  private final ChromeDriverService service;
  private final ChromeDriver driver;

  private Browser(Path profile, ChromeDriverService service, ChromeDriver driver) {
    this.profile = profile;
    this.service = service;
    this.driver = driver;
  }

  /** Starts Chromium. Where there is none, the calling test is skipped. */
  public static Browser openOrSkip() throws IOException {
    File chromium = onPath("chromium", "chromium-browser", "google-chrome");
    File chromedriver = onPath("chromedriver");
    assumeTrue(
        chromium != null && chromedriver != null,
        "there is no chromium with its chromedriver; Debian's packages are chromium and"
            + " chromium-driver");
    Path profile = Files.createTempDirectory("workshop page");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--disable-sync",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
        "--user-data-dir=" + profile);
    // Given the driver, Selenium does not ask the network for one.
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver)
            .usingAnyFreePort()
            .build();
    try {
      Browser browser = new Browser(profile, service, new ChromeDriver(service, options));
      browser.size(1440, 900);
      return browser;
    } catch (RuntimeException e) {
      service.stop();
      remove(profile);
      throw e;
    }
  }

  private static File onPath(String... names) {
    for (String name : names) {
      for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
        File file = new File(folder, name);
        if (file.canExecute()) {
          return file;
        }
      }
    }
    return null;
  }

  /** Loads an address anew, even where only its fragment differs from the one shown. */
  public void load(String address) {
    driver.get("about:blank");
    driver.get(address);
  }

  /** Goes to an address within the page that is shown. */
  public void fragment(String fragment) {
    script("location.hash = arguments[0]", fragment);
  }

  public void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** Where files that the page offers are saved, without a question. */
  public void downloadsTo(Path folder) {
    driver.executeCdpCommand(
        "Browser.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", folder.toString()));
  }

  /**
   * @param scheme {@code light} or {@code dark}
   */
  public void colours(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  public Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Runs a script until it calls the function that is its last argument. */
  public Object asyncScript(String script, Object... arguments) {
    return driver.executeAsyncScript(script, arguments);
  }

  /** Types at what has the focus, as a person does. */
  public void type(CharSequence... keys) {
    driver.switchTo().activeElement().sendKeys(keys);
  }

  public void click(String css) {
    driver.findElement(By.cssSelector(css)).click();
  }

  public void doubleClick(String css) {
    new Actions(driver).doubleClick(driver.findElement(By.cssSelector(css))).perform();
  }

  /** Drags an element sideways, by pixels. */
  public void drag(String css, int right) {
    new Actions(driver).dragAndDropBy(driver.findElement(By.cssSelector(css)), right, 0).perform();
  }

  /** What happens while another tab is looked at. */
  public interface Meanwhile {
    void happens() throws Exception;
  }

  /** Opens a tab in front of the page, and closes it again. */
  public void inAnotherTab(Meanwhile meanwhile) throws Exception {
    String page = driver.getWindowHandle();
    script(
        "document.addEventListener('visibilitychange',"
            + " () => window.seenHidden ||= document.hidden)");
    driver.switchTo().newWindow(WindowType.TAB);
    meanwhile.happens();
    driver.close();
    driver.switchTo().window(page);
    Await.until("the page was hidden", () -> Boolean.TRUE.equals(script("return seenHidden")));
  }

  /** The text that is shown of the elements, one a line. */
  public String text(String css) {
    return (String)
        script(
            "return [...document.querySelectorAll(arguments[0])]"
                + ".filter(e => e.checkVisibility()).map(e => e.innerText).join('\\n')",
            css);
  }

  /**
   * The rows that are drawn of a list, top to bottom, the cells' texts joined by {@code " | "}.
   *
   * @param list the list's class, for example {@code wire}
   */
  @SuppressWarnings("unchecked")
  public List<String> rows(String list) {
    return (List<String>)
        script(
            "return [...document.querySelectorAll('.list.' + arguments[0] + ' .row')].filter(row =>"
                + " row.checkVisibility()).sort((a, b) => a.getAttribute('aria-rowindex') -"
                + " b.getAttribute('aria-rowindex')).map(row => [...row.children].map(cell =>"
                + " cell.innerText).join(' | ').replace(/\\s+/g, ' '))",
            list);
  }

  /** Clicks the row of a list that has a text in it. */
  public void clickRow(String list, String text) throws Exception {
    until(
        "a row of " + list + " with " + text,
        () -> rows(list).stream().anyMatch(row -> row.contains(text)),
        () -> String.join("\n", rows(list)));
    script(
        "[...document.querySelectorAll('.list.' + arguments[0] + ' .row')]"
            + ".find(row => row.innerText.replace(/\\s+/g, ' ').includes(arguments[1])).click()",
        list,
        text);
  }

  public void untilText(String css, String expected) throws Exception {
    until("\"" + expected + "\" in " + css, () -> text(css).contains(expected), () -> text(css));
  }

  public void untilRows(String list, int count) throws Exception {
    until(
        count + " rows in " + list,
        () -> rows(list).size() == count,
        () -> String.join("\n", rows(list)));
  }

  private static void until(String expected, Await.Condition condition, Supplier<String> found)
      throws Exception {
    try {
      Await.until(expected, condition);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\nbut there is\n" + found.get(), e);
    }
  }

  /** What the browser itself complained about since the last call: errors of scripts, blocked. */
  public List<String> complaints() {
    return driver.manage().logs().get("browser").getAll().stream()
        .map(entry -> entry.getMessage())
        .toList();
  }

  @Override
  public void close() {
    try {
      driver.quit();
    } finally {
      service.stop();
      remove(profile);
    }
  }

  /** Again and again: some of Chromium's processes write to its profile until they end. */
  private static void remove(Path folder) {
    try {
      Await.until("Chromium's profile is removed", () -> removed(folder));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean removed(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
      return true;
    } catch (NoSuchFileException | DirectoryNotEmptyException | UncheckedIOException e) {
      return Files.notExists(folder);
    }
  }
}
