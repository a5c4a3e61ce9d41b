package io.slipway.taskfile.build;

import io.slipway.taskfile.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Splits a command as a shell would, without a shell: blanks, quotes, backslashes, and {@code
 * $NAME} or {@code ${NAME}} of the step's environment. A name that the environment does not have
 * stays as it is written, for a shell within the container. A shell's operators are plain text.
 */
public final class CommandWords {
  private static final String OPERATORS = "<>|&;";

  private final String text;
  private final Map<String, String> env;
  private final List<String> words = new ArrayList<>();
  private final Set<String> operators = new LinkedHashSet<>();
  private final StringBuilder word = new StringBuilder();
  private boolean open;
  private int at;

  /**
   * A command in words.
   *
   * @param words the words
   * @param operators operators of a shell that stand outside of quotes, and are plain text here
   */
  public record Split(List<String> words, Set<String> operators) {}

  private CommandWords(String text, Map<String, String> env) {
    this.text = text;
    this.env = env;
  }

  /**
   * Splits a command.
   *
   * @throws Refusal if a quote is not closed
   */
  public static Split split(String text, Map<String, String> env) throws Refusal {
    return new CommandWords(text, env).split();
  }

  private Split split() throws Refusal {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\'') {
        singleQuoted();
      } else if (c == '"') {
        doubleQuoted();
      } else if (c == '\\' && at + 1 < text.length()) {
        append(text.charAt(at + 1));
        at += 2;
      } else if (c == '$') {
        unquotedVariable();
      } else if (Character.isWhitespace(c)) {
        endWord();
        at++;
      } else {
        if (OPERATORS.indexOf(c) >= 0) {
          operators.add(String.valueOf(c));
        }
        append(c);
        at++;
      }
    }
    endWord();
    return new Split(List.copyOf(words), operators);
  }

  private void singleQuoted() throws Refusal {
    int end = text.indexOf('\'', at + 1);
    if (end < 0) {
      throw notClosed('\'');
    }
    word.append(text, at + 1, end);
    open = true;
    at = end + 1;
  }

  private void doubleQuoted() throws Refusal {
    open = true;
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at);
      if (c == '\\' && at + 1 < text.length() && "\"\\$`\n".indexOf(text.charAt(at + 1)) >= 0) {
        if (text.charAt(at + 1) != '\n') {
          word.append(text.charAt(at + 1));
        }
        at += 2;
      } else if (c == '$') {
        word.append(variable());
      } else {
        word.append(c);
        at++;
      }
    }
    if (at >= text.length()) {
      throw notClosed('"');
    }
    at++;
  }

  /** The value of a name outside of quotes is split at blanks, as a shell does. */
  private void unquotedVariable() {
    for (char c : variable().toCharArray()) {
      if (Character.isWhitespace(c)) {
        endWord();
      } else {
        append(c);
      }
    }
  }

  /** Reads a dollar sign and what belongs to it; answers what stands for it. */
  private String variable() {
    int from = at++;
    boolean braced = at < text.length() && text.charAt(at) == '{';
    int start = braced ? at + 1 : at;
    int end = start;
    while (end < text.length() && isNamePart(text.charAt(end), end == start)) {
      end++;
    }
    String value = env.get(text.substring(start, end));
    boolean complete = end > start && (!braced || end < text.length() && text.charAt(end) == '}');
    if (!complete || value == null) {
      return text.substring(from, at);
    }
    at = braced ? end + 1 : end;
    return value;
  }

  private static boolean isNamePart(char c, boolean first) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c == '_'
        || !first && c >= '0' && c <= '9';
  }

  private void append(char c) {
    word.append(c);
    open = true;
  }

  private void endWord() {
    if (open) {
      words.add(word.toString());
      word.setLength(0);
      open = false;
    }
  }

  private Refusal notClosed(char quote) {
    return Refusal.user("a quote (" + quote + ") is not closed");
  }
}
