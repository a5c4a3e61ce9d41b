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

  private final List<String> texts;
  private final List<Pattern> patterns;

  /** Reads them once, for many names. */
  public Globs(List<String> texts) {
    this.texts = List.copyOf(texts);
    this.patterns =
        texts.stream()
            .map(text -> pattern(text.startsWith(NOT) ? text.substring(NOT.length()) : text))
            .toList();
  }

  /** Whether a name is let in. */
  public boolean match(String name) {
    boolean in = texts.stream().allMatch(text -> text.startsWith(NOT));
    for (int i = 0; i < patterns.size(); i++) {
      boolean out = texts.get(i).startsWith(NOT);
      if (in == out && patterns.get(i).matcher(name).matches()) {
        in = !out;
      }
    }
    return in;
  }

  /** Whether one of the names is let in. */
  public boolean matchAny(Collection<String> names) {
    return names.stream().anyMatch(this::match);
  }

  @Override
  public String toString() {
    return texts.toString();
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
