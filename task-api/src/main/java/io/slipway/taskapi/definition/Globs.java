package io.slipway.taskapi.definition;

import com.google.re2j.Pattern;
import java.util.Collection;
import java.util.List;

/**
 * Patterns for branches, tags and paths: {@code *} stands for anything but a slash, {@code **} for
 * anything, {@code ?} for one character but a slash. One that begins with {@code !} takes out what
 * those before it let in; if all do, everything else is in. Pure, and linear in what it reads.
 */
public final class Globs {
  /** Patterns of one filter. */
  public static final int MOST = 50;

  /** Characters of a pattern. */
  public static final int LONGEST = 200;

  private static final String NOT = "!";

  private Globs() {}

  /** Whether a name is let in. */
  public static boolean match(List<String> globs, String name) {
    boolean in = globs.stream().allMatch(glob -> glob.startsWith(NOT));
    for (String glob : globs) {
      boolean out = glob.startsWith(NOT);
      if (in == out && pattern(out ? glob.substring(1) : glob).matcher(name).matches()) {
        in = !out;
      }
    }
    return in;
  }

  /** Whether one of the names is let in. */
  public static boolean matchAny(List<String> globs, Collection<String> names) {
    return names.stream().anyMatch(name -> match(globs, name));
  }

  private static Pattern pattern(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char letter = glob.charAt(i);
      if (letter == '*' && glob.startsWith("**/", i)) {
        regex.append("(?:.*/)?");
        i += 2;
      } else if (letter == '*' && glob.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else if (letter == '*') {
        regex.append("[^/]*");
      } else if (letter == '?') {
        regex.append("[^/]");
      } else {
        regex.append(Pattern.quote(String.valueOf(letter)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
