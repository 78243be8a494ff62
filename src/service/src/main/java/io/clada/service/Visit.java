package io.clada.service;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a request tell of a web page that may have had a browser make it. A page's
 * author can lead a name of his own to this computer (DNS rebinding): then the browser takes what
 * is served here to be his, and names him as host. And a page may post to another server without
 * asking first: then the browser names the page's origin.
 *
 * @param host the header {@code Host}, or the name in it
 * @param origin the header {@code Origin}
 */
public record Visit(@Nullable String host, @Nullable String origin) {
  private static final Pattern THIS_COMPUTER =
      Pattern.compile("localhost|\\d{1,3}(\\.\\d{1,3}){3}|\\[.+]");

  private static final Pattern NO_SITE =
      Pattern.compile("[^.:\\[\\]]+|.+\\.(local|internal|localhost|svc)");

  private static final Pattern SCHEME = Pattern.compile("^https?://");

  /**
   * Whether it was sent to {@code localhost} or a bare address, which no name server leads here.
   */
  public boolean isToThisComputer() {
    return THIS_COMPUTER.matcher(name()).matches();
  }

  /** Whether it was sent there, or to a name that no site on the Internet can have. */
  public boolean isToNoSite() {
    return isToThisComputer() || NO_SITE.matcher(name()).matches();
  }

  /** Whether no page made it, or one that was served under the name that it was sent to. */
  public boolean isFromOwnPage() {
    return origin == null || SCHEME.matcher(origin).replaceFirst("").equalsIgnoreCase(host);
  }

  private String name() {
    return host == null ? "" : host.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
  }
}
