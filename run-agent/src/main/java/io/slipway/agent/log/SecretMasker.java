package io.slipway.agent.log;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Replaces known secrets by {@code ***}. Many threads may teach and use it at once. */
public final class SecretMasker {
  static final String MASK = "***";
  private static final int LONGEST_REASON = 4_000;

  /** Those whose forms no text was long enough for: to make them costs more than many lines. */
  private final Queue<Unused> unused = new ConcurrentLinkedQueue<>();

  private final SecretIndex forms = new SecretIndex();

  private record Unused(String secret, int shortest) {
    @Override
    public String toString() {
      return MASK;
    }
  }

  /**
   * Learns a secret, and the values in it if it is JSON or YAML; very short ones would mask
   * ordinary words.
   */
  public void learn(String secret) {
    learnWhole(secret);
    StructuredSecret.values(secret).forEach(this::learnWhole);
  }

  private void learnWhole(String secret) {
    if (secret.strip().length() >= SecretForms.SHORTEST) {
      unused.add(new Unused(secret, SecretForms.shortest(secret)));
    }
  }

  /** The text with {@code ***} in place of each known secret. */
  public String mask(String text) {
    use(text.length());
    List<SecretIndex.Span> found = forms.find(text);
    return found.isEmpty() ? text : without(text, 0, found);
  }

  /**
   * A part of a longer text with {@code ***} in place of what was found there.
   *
   * @param from where the part begins in the longer text
   */
  static String without(String part, int from, List<SecretIndex.Span> found) {
    StringBuilder shown = new StringBuilder();
    int at = 0;
    for (SecretIndex.Span span : found) {
      int begin = Math.max(span.begin() - from, 0);
      int end = Math.min(span.end() - from, part.length());
      if (begin < end) {
        shown.append(part, at, begin).append(MASK);
        at = end;
      }
    }
    return shown.append(part, at, part.length()).toString();
  }

  /**
   * The reason of a failure for an event: without secrets, on one line, at most 4,000 characters.
   */
  public String reason(String text) {
    String line = mask(text).replaceAll("[\\n\\x0b\\f\\r\\x85\\u2028\\u2029]+", " ").strip();
    return line.length() > LONGEST_REASON ? line.substring(0, LONGEST_REASON) + "…" : line;
  }

  /** What a secret may look like, whatever the length of a text is. */
  SecretIndex forms() {
    use(Integer.MAX_VALUE);
    return forms;
  }

  /**
   * Makes the forms that a text of that length may hold. A secret leaves the queue only once its
   * forms are in the index, so that a thread that does not find it there finds them here; two
   * threads may both make them.
   */
  private void use(int length) {
    for (Unused each : unused) {
      if (each.shortest() <= length) {
        SecretForms.of(each.secret()).forEach(forms::add);
        unused.remove(each);
      }
    }
  }
}
