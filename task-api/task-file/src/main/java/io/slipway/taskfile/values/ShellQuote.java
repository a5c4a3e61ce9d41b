package io.slipway.taskfile.values;

/** One word of a POSIX shell. */
public final class ShellQuote {
  private static final String SAFE = "_@=+%,:./-";

  private ShellQuote() {}

  /** The text as it is if a shell takes it for one word, else in single quotes. */
  public static String quote(String text) {
    boolean safe = text.chars().allMatch(c -> c < 0x80 && (isWordPart(c) || SAFE.indexOf(c) >= 0));
    return safe && !text.isEmpty() ? text : "'" + text.replace("'", "'\"'\"'") + "'";
  }

  private static boolean isWordPart(int c) {
    return Character.isLetterOrDigit(c) || c == '^';
  }
}
