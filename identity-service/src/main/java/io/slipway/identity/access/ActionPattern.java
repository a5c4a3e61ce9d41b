package io.slipway.identity.access;

/**
 * A name of actions in a role, where {@code *} stands for any text, slashes too: {@code
 * Microsoft.Authorization/*}{@code /write}. Compared in any case.
 *
 * @param text the pattern
 */
public record ActionPattern(String text) {

  /** Whether the pattern names the action. */
  public boolean matches(String action) {
    // The greedy walk with one step back: time is at most the product of the lengths, no recursion.
    int p = 0;
    int a = 0;
    int star = -1;
    int retry = 0;
    while (a < action.length()) {
      if (p < text.length() && text.charAt(p) == '*') {
        star = p++;
        retry = a;
      } else if (p < text.length() && same(text.charAt(p), action.charAt(a))) {
        p++;
        a++;
      } else if (star >= 0) {
        p = star + 1;
        a = ++retry;
      } else {
        return false;
      }
    }
    while (p < text.length() && text.charAt(p) == '*') {
      p++;
    }
    return p == text.length();
  }

  private static boolean same(char one, char other) {
    return Character.toLowerCase(one) == Character.toLowerCase(other);
  }
}
