package io.slipway.builder.dockerfile;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a Dockerfile's text into instructions' texts: parser directives, comments, continuations
 * and here-documents.
 *
 * @see <a href="https://docs.docker.com/reference/dockerfile/">Dockerfile reference</a>
 */
final class LineReader {
  private static final Pattern DIRECTIVE =
      Pattern.compile("#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(.+?)\\s*");
  private static final Set<String> DIRECTIVES = Set.of("escape", "syntax", "check");
  private static final Set<String> WITH_HEREDOCS = Set.of("run", "copy", "add");
  private static final String ON_BUILD = "onbuild";

  private final String[] lines;
  private int at;
  private char escape = '\\';
  private @Nullable String syntax;
  private @Nullable String check;

  LineReader(String text) {
    String clean = text.startsWith("\uFEFF") ? text.substring(1) : text;
    lines = clean.split("\r?\n", -1);
  }

  char escape() {
    return escape;
  }

  @Nullable String syntax() {
    return syntax;
  }

  @Nullable String check() {
    return check;
  }

  List<LogicalLine> read() throws DockerfileException {
    directives();
    List<LogicalLine> found = new ArrayList<>();
    while (at < lines.length) {
      if (isBlankOrComment(lines[at])) {
        at++;
      } else {
        LogicalLine line = instruction();
        if (!line.text().isEmpty()) { // nothing but escapes
          found.add(line);
        }
      }
    }
    return found;
  }

  private void directives() throws DockerfileException {
    Set<String> seen = new HashSet<>();
    while (at < lines.length) {
      Matcher match = DIRECTIVE.matcher(lines[at].strip());
      if (!match.matches()) {
        return;
      }
      String name = match.group(1).toLowerCase(Locale.ROOT);
      if (DIRECTIVES.contains(name) && !seen.add(name)) {
        throw new DockerfileException(at + 1, "there can be only one directive '" + name + "'");
      }
      switch (name) {
        case "escape" -> {
          String wanted = match.group(2);
          if (!wanted.equals("\\") && !wanted.equals("`")) {
            throw new DockerfileException(at + 1, "escape must be \\ or `, not '" + wanted + "'");
          }
          escape = wanted.charAt(0);
        }
        case "syntax" -> syntax = match.group(2);
        case "check" -> check = match.group(2);
        default -> {
          return;
        }
      }
      at++;
    }
  }

  private LogicalLine instruction() throws DockerfileException {
    int first = at + 1;
    StringBuilder text = new StringBuilder();
    boolean open = true;
    for (int start = at; open && at < lines.length; ) {
      String line = lines[at];
      // Comments and blank lines within continuations are skipped.
      if (at++ > start && isBlankOrComment(line)) {
        continue;
      }
      String trimmed = line.stripTrailing();
      open = endsWithEscape(trimmed);
      text.append(open ? trimmed.substring(0, trimmed.length() - 1) : trimmed);
    }
    String joined = text.toString().strip();
    return new LogicalLine(first, joined, heredocs(joined, first));
  }

  /** Two of them are an escaped one, as in BuildKit. */
  private boolean endsWithEscape(String line) {
    int last = line.length() - 1;
    return last >= 0
        && line.charAt(last) == escape
        && (last == 0 || line.charAt(last - 1) != escape);
  }

  private List<Instruction.Heredoc> heredocs(String text, int line) throws DockerfileException {
    List<Instruction.Heredoc> found = new ArrayList<>();
    List<String> words = Words.split(text, escape);
    boolean later = words.size() > 1 && words.getFirst().equalsIgnoreCase(ON_BUILD);
    if (words.isEmpty()
        || !WITH_HEREDOCS.contains(words.get(later ? 1 : 0).toLowerCase(Locale.ROOT))) {
      return found;
    }
    for (String word : words) {
      Optional<HeredocMark> mark = HeredocMark.of(word, escape);
      if (mark.isPresent()) {
        String name = mark.get().name();
        String body = body(name, mark.get().tabs(), line);
        found.add(new Instruction.Heredoc(name, mark.get().expand(), body));
      }
    }
    return found;
  }

  private String body(String name, boolean tabs, int line) throws DockerfileException {
    StringBuilder body = new StringBuilder();
    while (at < lines.length) {
      String next = tabs ? lines[at].replaceFirst("^\t+", "") : lines[at];
      at++;
      if (next.equals(name)) {
        return body.toString();
      }
      body.append(next).append('\n');
    }
    throw new DockerfileException(
        line, "here-document <<" + name + " has no end: a line with '" + name + "' alone");
  }

  private static boolean isBlankOrComment(String line) {
    String stripped = line.strip();
    return stripped.isEmpty() || stripped.startsWith("#");
  }

  /**
   * An instruction's text with its continuations joined.
   *
   * @param line first line, counted from 1
   * @param text joined text
   * @param heredocs here-documents that followed it
   */
  record LogicalLine(int line, String text, List<Instruction.Heredoc> heredocs) {}
}
