package io.clada.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.engine.BatchEngine;
import io.clada.engine.CladaModel;
import io.clada.engine.EngineOptions;
import io.clada.engine.LoadProgress;
import io.clada.engine.ModelOptions;
import io.clada.schemas.CognitiveLoad;
import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import io.clada.topology.AggregationApp;
import io.clada.topology.TopologyConfig;
import io.clada.worker.Worker;
import io.clada.worker.WorkerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** The page in a real browser, before a real broker, worker and aggregation. */
@EnabledIf("io.clada.console.Chromium#isThere")
final class BrowserTest {
  private static final Pattern VERSION = Pattern.compile("version (\\d+)");
  private static final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private static Properties kafka;
  private static Site site;
  private static ChromeDriver browser;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    EmbeddedKafka broker = add(EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral()));
    kafka = new Properties();
    kafka.setProperty("bootstrap.servers", broker.bootstrapServers());
    kafka.setProperty("schema.registry.url", "mock://console");
    kafka.setProperty("clada.partitions", "2");
    kafka.setProperty("clada.replication.factor", "1");
    kafka.setProperty("state.dir", folder.resolve("state").toString());
    BatchEngine engine =
        add(
            new BatchEngine(
                CladaModel.load(
                    Path.of(System.getProperty("clada.home"), "src", "models", "demo-llama"),
                    new ModelOptions("cpu", "auto", false, true, LoadProgress.NONE)),
                EngineOptions.DEFAULT));
    Worker worker = add(new Worker(WorkerConfig.of(kafka), engine));
    worker.start();
    assertThat(worker.awaitRunning(Duration.ofMinutes(1))).isTrue();
    Properties quick = new Properties();
    quick.putAll(kafka);
    quick.setProperty("clada.partials.interval.ms", "100");
    quick.setProperty("clada.thresholds.interval.ms", "200");
    quick.setProperty("clada.thresholds.min.samples", "60");
    AggregationApp topology = add(new AggregationApp(TopologyConfig.of(quick)));
    topology.start();
    site = add(new Site(properties()));
    browser = Chromium.start(Files.createDirectory(folder.resolve("profile")));
    add(browser::quit);
  }

  private static <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  private static Map<String, String> properties() {
    return Map.of(
        "bootstrap.servers", kafka.getProperty("bootstrap.servers"),
        "schema.registry.url", kafka.getProperty("schema.registry.url"));
  }

  @AfterAll
  static void stop() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }

  @BeforeEach
  void open() {
    Chromium.resize(browser, 1440, 1000);
    Chromium.prefers(browser, "light");
    visit(site);
  }

  private static void visit(Site visited) {
    browser.manage().logs().get(LogType.BROWSER);
    browser.get(visited.url("/"));
    browser.executeScript("localStorage.clear()");
    browser.navigate().refresh();
  }

  private static WebElement at(String css) {
    return browser.findElement(By.cssSelector(css));
  }

  private static List<WebElement> tokens() {
    return browser.findElements(By.cssSelector(".token"));
  }

  private static void ask(String prompt) {
    at("#prompt").sendKeys(prompt, Keys.chord(Keys.CONTROL, Keys.ENTER));
  }

  private static void awaitText(String css, String wanted) {
    await()
        .atMost(Duration.ofMinutes(3))
        .untilAsserted(() -> assertThat(at(css).getText()).contains(wanted));
  }

  private static void awaitEnd() {
    await().atMost(Duration.ofMinutes(3)).until(() -> at("#go").isDisplayed());
  }

  private static Object picture(String chart) {
    return browser.executeScript(
        "return document.querySelector('#chart-' + arguments[0] + ' canvas').toDataURL()", chart);
  }

  private static boolean hasPixel(String chart, int red, int green, int blue) {
    return (boolean)
        browser.executeScript(
            """
            const canvas = document.querySelector('#chart-' + arguments[0] + ' canvas');
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            for (let i = 0; i < data.length; i += 4) {
              if ([0, 1, 2].every((c) => data[i + c] === arguments[c + 1])) return true;
            }
            return false;
            """,
            chart,
            red,
            green,
            blue);
  }

  private static void assertNoComplaint() {
    assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
        .filteredOn(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .extracting(LogEntry::getMessage)
        .isEmpty();
  }

  @Test
  void aPromptIsAnsweredTokenByTokenAndTheChartsMove() throws Exception {
    awaitText("#link-text", "Live");
    Object still = picture("speed");

    ask("once upon a time there was a brave little boat");
    await().atMost(Duration.ofMinutes(3)).until(() -> tokens().size() > 20);
    awaitEnd();

    awaitText("#facts", "Weights read");
    assertThat(at("#facts").getText()).contains("Seed", "version");
    awaitText("#chart-weights output", "%");
    awaitText("#chart-layers output", "%");
    awaitText("#model-line", "fleet’s thresholds");
    assertThat(picture("speed")).isNotEqualTo(still);
    new Actions(browser).moveToElement(tokens().get(3)).perform();
    awaitText("#tip", "Surprisal");
    assertThat(at("#tip").getText())
        .contains("threshold", "Entropy", "Load", "Neurons active", "Weights read", "attempt 0");
    keepPicture();
    assertNoComplaint();
  }

  @Test
  void aTokenTellsUnderWhichThresholdsItWasMade() {
    await()
        .atMost(Duration.ofMinutes(3))
        .until(
            () -> {
              visit(site);
              ask("the little dog");
              awaitText("#facts", "version");
              return version("#facts") > 0; // not the defaults, but what the fleet has learned
            });

    new Actions(browser).moveToElement(tokens().get(3)).perform();

    assertThat(version("#tip")).isEqualTo(version("#facts"));
  }

  private static int version(String css) {
    Matcher told = VERSION.matcher(at(css).getText());
    assertThat(told.find()).isTrue();
    return Integer.parseInt(told.group(1));
  }

  /** With {@code -Dclada.picture=true}: the README's, after some more traffic. */
  private static void keepPicture() throws Exception {
    if (!Boolean.getBoolean("clada.picture")) {
      return;
    }
    for (String prompt : List.of("tom and his dog", "one day", "a girl named lily found a box")) {
      at("#prompt").clear();
      ask(prompt);
      await().atMost(Duration.ofMinutes(3)).until(() -> at("#stop").isDisplayed());
      awaitEnd();
    }
    List<WebElement> loaded = browser.findElements(By.cssSelector(".token.high.s4"));
    new Actions(browser).moveToElement(loaded.get(0)).perform();
    Path file = Path.of(System.getProperty("clada.home"), "docs", "console.png");
    Files.write(file, browser.getScreenshotAs(OutputType.BYTES));
  }

  @Test
  void arrowKeysWalkTheTokens() {
    ask("one day");
    await().atMost(Duration.ofMinutes(3)).until(() -> tokens().size() > 20);
    awaitEnd();

    tokens().get(0).sendKeys(Keys.ARROW_RIGHT);
    browser.switchTo().activeElement().sendKeys(Keys.ARROW_RIGHT);

    assertThat(browser.switchTo().activeElement()).isEqualTo(tokens().get(2));
    assertThat(at("#tip").getText()).contains("2, attempt 0");
    assertThat(browser.switchTo().activeElement().getDomAttribute("aria-label"))
        .contains("Surprisal", "Load");

    browser.switchTo().activeElement().sendKeys(Keys.END);
    assertThat(browser.switchTo().activeElement()).isEqualTo(tokens().get(tokens().size() - 1));
    assertNoComplaint();
  }

  @Test
  void whatTheWorkerRefusesIsMarkedInTheForm() {
    at("#max_new_tokens").sendKeys("0");
    ask("once");

    awaitText("#problem-text", "max_new_tokens: 0 is too small");
    assertThat(at("#max_new_tokens").getDomAttribute("aria-invalid")).isEqualTo("true");
    assertThat(browser.switchTo().activeElement()).isEqualTo(at("#max_new_tokens"));

    at("#max_new_tokens").sendKeys(Keys.BACK_SPACE, "many", Keys.chord(Keys.CONTROL, Keys.ENTER));
    awaitText("#problem-text", "“many” is not a whole number");
    assertNoComplaint();
  }

  private static TokenEvent.Builder token(String id, int index, String text) {
    return TokenEvent.newBuilder()
        .setId(id)
        .setModel("by-hand")
        .setTokenIndex(index)
        .setTokenId(index)
        .setText(text)
        .setSurprisal(2.0)
        .setEntropy(1.0)
        .setLoad(CognitiveLoad.MEDIUM);
  }

  private static TokenEvent end(String id, int index, Finish finish, String message) {
    return TokenEvent.newBuilder()
        .setId(id)
        .setTokenIndex(index)
        .setFinish(finish)
        .setMessage(message)
        .setRetryAfterSeconds(finish == Finish.OVERLOADED ? 1.0 : null)
        .build();
  }

  @Test
  void escapeStopsTheRequestByATombstone() throws Exception {
    try (Fleet fleet = new Fleet(properties());
        Site quiet = new Site(fleet.properties())) {
      visit(quiet);
      ask("a long story");
      String id = fleet.awaitRequest();
      fleet.write(token(id, 0, "it").build());
      awaitText("#tokens", "it");

      at("#prompt").sendKeys(Keys.ESCAPE);

      assertThat(fleet.awaitTombstone()).isEqualTo(id);
      fleet.write(end(id, 1, Finish.CANCELLED, null));
      awaitText("#progress", "Stopped");
      awaitEnd();
      assertNoComplaint();
    }
  }

  @Test
  void aHigherAttemptTakesTokensBack() throws Exception {
    try (Fleet fleet = new Fleet(properties());
        Site quiet = new Site(fleet.properties())) {
      visit(quiet);
      ask("a story");
      String id = fleet.awaitRequest();
      fleet.write(token(id, 0, "the").build());
      fleet.write(token(id, 1, " old").build());
      fleet.write(token(id, 2, " dog").build());
      awaitText("#tokens", "the old dog");

      fleet.write(token(id, 1, " new").setAttempt(1).build());

      await()
          .atMost(Duration.ofMinutes(3))
          .untilAsserted(() -> assertThat(at("#tokens").getText()).isEqualTo("the new"));
      fleet.write(TokenEvent.newBuilder(end(id, 2, Finish.LENGTH, null)).setAttempt(1).build());
      awaitEnd();
    }
  }

  @Test
  void anOverloadedFleetSaysWhenToTryAgain() throws Exception {
    try (Fleet fleet = new Fleet(properties());
        Site quiet = new Site(fleet.properties())) {
      visit(quiet);
      ask("a story");
      fleet.write(end(fleet.awaitRequest(), 0, Finish.OVERLOADED, "1000 requests wait"));

      awaitText("#problem-text", "1000 requests wait");
      awaitText("#progress", "The fleet is busy");
      await().atMost(Duration.ofMinutes(3)).until(() -> at("#again").isEnabled());
      at("#again").click();

      fleet.write(end(fleet.awaitRequest(), 0, Finish.CANCELLED, null));
      awaitEnd();
      assertThat(at("#problem").isDisplayed()).isFalse();
    }
  }

  @Test
  void withoutABrokerThePageSaysSoWhereOneLooks() throws Exception {
    try (Site alone =
        new Site(
            Map.of("bootstrap.servers", "127.0.0.1:1", "schema.registry.url", "mock://console"))) {
      visit(alone);
      awaitText("#link-text", "Kafka away");
      assertThat(at("#notice").getText()).contains("no broker answers");

      ask("a story");

      awaitText("#problem-text", "no broker answered");
      awaitText("#progress", "Failed");
    }
  }

  @Test
  void itIsDarkWhereTheSystemIsAndWhereOneSaysSo() {
    String light = at("html").getCssValue("background-color");
    at("#theme").click();
    String dark = at("html").getCssValue("background-color");
    browser.navigate().refresh();

    assertThat(dark).isNotEqualTo(light);
    assertThat(at("html").getCssValue("background-color")).isEqualTo(dark);

    browser.executeScript("localStorage.clear()");
    browser.navigate().refresh();
    assertThat(at("html").getCssValue("background-color")).isEqualTo(light);
    Chromium.prefers(browser, "dark");
    await()
        .untilAsserted(
            () -> {
              assertThat(at("html").getCssValue("background-color")).isEqualTo(dark);
              assertThat(hasPixel("speed", 0x2a, 0x28, 0x26)).isTrue(); // --grid where it is dark
            });
    assertNoComplaint();
  }

  @Test
  void aNarrowScreenNeedsNoSidewaysScrolling() {
    Chromium.resize(browser, 390, 844);
    ask("once upon a time");
    await().atMost(Duration.ofMinutes(3)).until(() -> tokens().size() > 20);
    awaitEnd();

    assertThat(browser.executeScript("return document.documentElement.scrollWidth <= innerWidth"))
        .isEqualTo(true);
    assertThat(at("#go").getSize().getHeight()).isGreaterThanOrEqualTo(40);
  }
}
