package io.slipway.taskfile.build;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command as a shell would, without a shell: blanks, quotes and backslashes, nothing else.
 */
public final class ShellWords {
  private ShellWords() {}

  /**
   * Words of a command.
   *
   * @throws IllegalArgumentException if a quote is not closed
   */
  public static List<String> split(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean open = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == '\'') {
        if (c == '\'') {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\\'
          && i + 1 < text.length()
          && (quote == 0 || "\"\\$`".indexOf(text.charAt(i + 1)) >= 0)) {
        word.append(text.charAt(++i));
        open = true;
      } else if (quote == '"') {
        if (c == '"') {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        open = true;
      } else if (Character.isWhitespace(c)) {
        if (open) {
          words.add(word.toString());
          word.setLength(0);
          open = false;
        }
      } else {
        word.append(c);
        open = true;
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("a quote (" + quote + ") is not closed in: " + text);
    }
    if (open) {
      words.add(word.toString());
    }
    return words;
  }
}
