package io.slipway.agent.log;

import java.util.Comparator;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;

/** Replaces known secrets by {@code ***}. Many threads may teach and use it at once. */
public final class SecretMasker {
  static final String MASK = "***";
  private static final int LONGEST_REASON = 4_000;

  /** Those whose forms no text was long enough for: to make them costs more than many lines. */
  private final Queue<Unused> unused = new ConcurrentLinkedQueue<>();

  /** Longest first: a form that contains another one must be replaced before it. */
  private final Set<String> forms =
      new ConcurrentSkipListSet<>(
          Comparator.comparingInt(String::length)
              .reversed()
              .thenComparing(Comparator.naturalOrder()));

  private record Unused(String secret, int shortest) {
    @Override
    public String toString() {
      return MASK;
    }
  }

  /** Learns a secret; very short ones would mask ordinary words. */
  public void learn(String secret) {
    if (secret.strip().length() >= SecretForms.SHORTEST) {
      unused.add(new Unused(secret, SecretForms.shortest(secret)));
    }
  }

  /** The text with {@code ***} in place of each known secret. */
  public String mask(String text) {
    use(text.length());
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
    use(Integer.MAX_VALUE);
    return forms;
  }

  /**
   * Makes the forms that a text of that length may hold. A secret leaves the queue only once its
   * forms are in the set, so that a thread that does not find it there finds them here; two threads
   * may both make them.
   */
  private void use(int length) {
    for (Unused each : unused) {
      if (each.shortest() <= length) {
        forms.addAll(SecretForms.of(each.secret()));
        unused.remove(each);
      }
    }
  }
}
