package io.slipway.agent.log;

import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** Replaces known secrets by {@code ***}. Many threads may teach and use it at once. */
public final class SecretMasker {
  static final String MASK = "***";
  private static final int LONGEST_REASON = 4_000;

  /** Longest first: a form that contains another one must be replaced before it. */
  private final Set<String> forms =
      new ConcurrentSkipListSet<>(
          Comparator.comparingInt(String::length)
              .reversed()
              .thenComparing(Comparator.naturalOrder()));

  /** Learns a secret; very short ones would mask ordinary words. */
  public void learn(String secret) {
    if (secret.strip().length() >= SecretForms.SHORTEST) {
      forms.addAll(SecretForms.of(secret));
    }
  }

  /** The text with {@code ***} in place of each known secret. */
  public String mask(String text) {
    String masked = text;
    for (String form : forms) {
      masked = masked.replace(form, MASK);
    }
    return masked;
  }

  /**
   * The reason of a failure for an event: without secrets, on one line, at most 4,000 characters.
   */
  public String reason(String text) {
    String line = mask(text).replaceAll("\\R+", " ").strip();
    return line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) + "…" : line;
  }

  /** What a secret may look like, the longest first. */
  Set<String> forms() {
    return forms;
  }
}
