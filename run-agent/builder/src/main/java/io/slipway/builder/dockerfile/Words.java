package io.slipway.builder.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Splits texts of instructions. */
final class Words {
  private Words() {}

  /** Words at white space, quotes and escapes kept as they are. */
  static List<String> split(String text, char escape) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == 0 && Character.isWhitespace(c)) {
        if (word.length() > 0) {
          words.add(word.toString());
          word.setLength(0);
        }
        continue;
      }
      word.append(c);
      if (c == escape && quote != '\'' && i + 1 < text.length()) {
        word.append(text.charAt(++i));
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
    }
    if (word.length() > 0) {
      words.add(word.toString());
    }
    return words;
  }

  /** A JSON list of texts; empty if it is none. */
  static Optional<List<String>> json(String text) {
    String trimmed = text.strip();
    if (!trimmed.startsWith("[") || !trimmed.endsWith("]")) {
      return Optional.empty();
    }
    return new JsonTexts(trimmed).read();
  }

  /** Reads {@code ["a", "b"]} and nothing else. */
  private static final class JsonTexts {
    private final String text;
    private int at = 1;

    JsonTexts(String text) {
      this.text = text;
    }

    Optional<List<String>> read() {
      List<String> found = new ArrayList<>();
      skip();
      if (peek() == ']') {
        return at == text.length() - 1 ? Optional.of(found) : Optional.empty();
      }
      while (true) {
        skip();
        Optional<String> next = string();
        if (next.isEmpty()) {
          return Optional.empty();
        }
        found.add(next.get());
        skip();
        char c = peek();
        at++;
        if (c == ']') {
          return at == text.length() ? Optional.of(found) : Optional.empty();
        }
        if (c != ',') {
          return Optional.empty();
        }
      }
    }

    private Optional<String> string() {
      if (peek() != '"') {
        return Optional.empty();
      }
      at++;
      StringBuilder value = new StringBuilder();
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '"') {
          return Optional.of(value.toString());
        }
        if (c != '\\') {
          value.append(c);
          continue;
        }
        char escaped = peek();
        at++;
        switch (escaped) {
          case 'n' -> value.append('\n');
          case 't' -> value.append('\t');
          case 'r' -> value.append('\r');
          case 'b' -> value.append('\b');
          case 'f' -> value.append('\f');
          case '"', '\\', '/' -> value.append(escaped);
          case 'u' -> {
            if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
              return Optional.empty();
            }
            value.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
            at += 4;
          }
          default -> {
            return Optional.empty();
          }
        }
      }
      return Optional.empty();
    }

    private char peek() {
      return at < text.length() ? text.charAt(at) : 0;
    }

    private void skip() {
      while (Character.isWhitespace(peek())) {
        at++;
      }
    }
  }
}
