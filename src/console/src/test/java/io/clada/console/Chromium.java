package io.clada.console;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * The browser of this computer, without a window. Nothing is downloaded: where there is none, the
 * tests that need one are left out, and say so. With CLADA_REQUIRE_PEERS in the environment they
 * fail instead.
 */
final class Chromium {
  private static final List<String> BROWSERS =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");
  private static final List<String> DRIVERS =
      List.of("/usr/bin/chromedriver", "/usr/lib/chromium-browser/chromedriver");

  private Chromium() {}

  static boolean isThere() {
    boolean there = find("chromium", BROWSERS).isPresent() && find("driver", DRIVERS).isPresent();
    if (!there && System.getenv("CLADA_REQUIRE_PEERS") == null) {
      System.out.println(
          "NOTE: the console's browser tests are left out: no Chromium and chromedriver here."
              + " Install them (Debian: apt-get install chromium chromium-driver), or name them"
              + " with -Dclada.chromium=FILE -Dclada.driver=FILE.");
      return false;
    }
    return true;
  }

  static ChromeDriver start(Path profile) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(find("chromium", BROWSERS).orElseThrow().toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--user-data-dir=" + profile);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    return new ChromeDriver(
        new ChromeDriverService.Builder()
            .usingDriverExecutable(find("driver", DRIVERS).orElseThrow().toFile())
            .usingAnyFreePort()
            .build(),
        options);
  }

  /** Whether the visitor's system is dark. */
  static void prefers(ChromeDriver browser, String scheme) {
    browser.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  static void resize(ChromeDriver browser, int width, int height) {
    browser.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  private static Optional<Path> find(String what, List<String> usual) {
    String given = System.getProperty("clada." + what);
    return (given == null ? usual : List.of(given))
        .stream().map(Path::of).filter(Files::isExecutable).findFirst();
  }
}
