package io.slipway.broker.rule;

import com.google.re2j.Pattern;
import java.util.Locale;
import java.util.Optional;

/**
 * Host name of a registry, with a port if it has one. Compared in any case.
 *
 * @param text as it was written
 * @param key the same in lower case
 */
public record LoginServer(String text, String key) {
  private static final Pattern FORM =
      Pattern.compile(
          "([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\\[[0-9A-Fa-f:]{2,39}])(:[0-9]{1,5})?");

  /** Reads a login server; empty if the text is none. */
  public static Optional<LoginServer> parse(String text) {
    return FORM.matcher(text).matches()
        ? Optional.of(new LoginServer(text, text.toLowerCase(Locale.ROOT)))
        : Optional.empty();
  }
}
