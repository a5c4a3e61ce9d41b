package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.Failure;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Functions that need randomness, which the caller of the rendering gives. */
final class RandomFunctions {
  private static final String DIGITS = "0123456789";
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private RandomFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("randNumeric", 1, a -> text(a, DIGITS))
        .add("randAlpha", 1, a -> text(a, LETTERS))
        .add("randAlphaNum", 1, a -> text(a, LETTERS + DIGITS))
        .add("randAscii", 1, a -> text(a, ascii()))
        .add("shuffle", 1, RandomFunctions::shuffle)
        .add("uuidv4", 0, RandomFunctions::uuid);
  }

  private static RandomGenerator random(Arguments a) {
    return a.random()
        .orElseThrow(() -> new Failure("randomness is available only when the task is run"));
  }

  private static String text(Arguments a, String alphabet) {
    int count = a.whole(0);
    if (count < 0) {
      throw new Failure("a negative number of characters");
    }
    a.budget().text(count);
    RandomGenerator random = random(a);
    StringBuilder out = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      out.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return out.toString();
  }

  private static String ascii() {
    StringBuilder all = new StringBuilder();
    for (char c = ' '; c < 0x7F; c++) {
      all.append(c);
    }
    return all.toString();
  }

  private static String shuffle(Arguments a) {
    int[] all = a.text(0).codePoints().toArray();
    a.budget().text(all.length);
    RandomGenerator random = random(a);
    for (int i = all.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = all[i];
      all[i] = all[other];
      all[other] = kept;
    }
    return new String(all, 0, all.length);
  }

  private static String uuid(Arguments a) {
    RandomGenerator random = random(a);
    long high = random.nextLong() & ~0xF000L | 0x4000L;
    long low = random.nextLong() & ~(3L << 62) | 2L << 62;
    return new UUID(high, low).toString();
  }
}
