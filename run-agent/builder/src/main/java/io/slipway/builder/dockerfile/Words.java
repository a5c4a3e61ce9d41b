package io.slipway.builder.dockerfile;

import io.slipway.taskfile.text.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  /** A JSON list of texts; empty if the text is not one. */
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

  /**
   * The {@code --name=value} words at the beginning of an instruction, without their quotes.
   *
   * @param values last value of each
   * @param every all values of each, in order
   * @param rest what follows them
   */
  record Flags(Map<String, String> values, Map<String, List<String>> every, String rest) {

    private static final Set<String> REPEATED = Set.of("mount", "exclude", "device");
    private static final Set<String> SWITCHES = Set.of("link", "parents", "keep-git-dir", "unpack");

    /** Splits the flags off; an unknown one is an error that names the nearest. */
    static Flags take(int line, String text, Set<String> allowed) throws DockerfileException {
      Map<String, String> values = new LinkedHashMap<>();
      Map<String, List<String>> every = new LinkedHashMap<>();
      int at = 0;
      while (text.startsWith("--", at)) {
        int end = end(text, at);
        String flag = unquoted(text.substring(at + 2, end));
        at = end;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
          at++;
        }
        if (flag.isEmpty()) {
          break;
        }
        int equals = flag.indexOf('=');
        String name = equals < 0 ? flag : flag.substring(0, equals);
        if (!allowed.contains(name)) {
          Optional<String> near = Nearest.of(name, List.copyOf(allowed));
          throw new DockerfileException(
              line,
              "unknown flag --" + name + near.map(n -> "; did you mean --" + n + "?").orElse(""));
        }
        String value = value(line, name, equals < 0 ? null : flag.substring(equals + 1));
        if (values.put(name, value) != null && !REPEATED.contains(name)) {
          throw new DockerfileException(line, "--" + name + " is given twice");
        }
        every.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
      }
      return new Flags(values, every, text.substring(at));
    }

    private static String value(int line, String name, @Nullable String text)
        throws DockerfileException {
      if (SWITCHES.contains(name)) {
        String value = text == null || text.isEmpty() ? "true" : text.toLowerCase(Locale.ROOT);
        if (!value.equals("true") && !value.equals("false")) {
          throw new DockerfileException(
              line, "--" + name + "=" + text + " is neither true nor false");
        }
        return value;
      }
      if (text == null) {
        throw new DockerfileException(line, "--" + name + " needs a value, as in --" + name + "=…");
      }
      return text;
    }

    private static int end(String text, int start) {
      char quote = 0;
      for (int i = start; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '\\') {
          i++;
        } else if (quote != 0) {
          quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
          quote = c;
        } else if (Character.isWhitespace(c)) {
          return i;
        }
      }
      return text.length();
    }

    private static String unquoted(String text) {
      StringBuilder word = new StringBuilder();
      char quote = 0;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '\\' && i + 1 < text.length()) {
          word.append(text.charAt(++i));
        } else if (quote == 0 && (c == '"' || c == '\'')) {
          quote = c;
        } else if (quote != 0 && c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      }
      return word.toString();
    }

    List<String> all(String name) {
      return every.getOrDefault(name, List.of());
    }
  }
}
