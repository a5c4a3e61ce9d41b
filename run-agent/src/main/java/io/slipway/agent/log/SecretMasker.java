package io.slipway.agent.log;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Replaces known secrets in whole lines by {@code ***}: raw, base64, twice base64, hex and URL
 * form.
 */
public final class SecretMasker {
  private static final int SHORTEST = 4;
  private static final String MASK = "***";

  /** Longest first, so that a form within another leaves no rest. */
  private final Set<String> forms =
      new ConcurrentSkipListSet<>(
          Comparator.comparingInt(String::length)
              .reversed()
              .thenComparing(Comparator.naturalOrder()));

  /** Learns a secret; very short ones would mask ordinary words. */
  public void learn(String secret) {
    if (secret.length() < SHORTEST) {
      return;
    }
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    String once = base64(bytes);
    forms.addAll(
        List.of(
            secret,
            once,
            base64(once.getBytes(StandardCharsets.UTF_8)),
            HexFormat.of().formatHex(bytes),
            URLEncoder.encode(secret, StandardCharsets.UTF_8)));
  }

  /** A line without secrets. */
  public String mask(String line) {
    String masked = line;
    for (String form : forms) {
      masked = masked.replace(form, MASK);
    }
    return masked;
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }
}
