package io.slipway.builder.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a {@code .dockerignore} leaves out: one pattern a line, {@code !} takes back, the last that
 * matches counts; a pattern covers what lies below it.
 *
 * @see <a
 *     href="https://docs.docker.com/build/concepts/context/#dockerignore-files">.dockerignore</a>
 */
public final class Dockerignore {
  private record Rule(Pattern pattern, boolean excludes) {}

  private final List<Rule> rules;

  private Dockerignore(List<Rule> rules) {
    this.rules = rules;
  }

  /** Reads one; an empty text leaves nothing out. */
  public static Dockerignore parse(String text) {
    List<Rule> rules = new ArrayList<>();
    for (String line : text.split("\r?\n")) {
      String rule = line.strip();
      if (rule.isEmpty() || rule.startsWith("#")) {
        continue;
      }
      boolean excludes = !rule.startsWith("!");
      String path = clean(excludes ? rule : rule.substring(1).strip());
      if (!path.isEmpty()) {
        rules.add(new Rule(Pattern.compile(regex(path) + "(/.*)?", Pattern.DOTALL), excludes));
      }
    }
    return new Dockerignore(rules);
  }

  /** Whether a path, relative to the context and with slashes, is left out. */
  public boolean excludes(String path) {
    boolean excluded = false;
    for (Rule rule : rules) {
      if (rule.excludes() != excluded && rule.pattern().matcher(path).matches()) {
        excluded = rule.excludes();
      }
    }
    return excluded;
  }

  /** Whether any pattern re-includes paths, so that an excluded folder may still hold files. */
  public boolean takesBack() {
    return rules.stream().anyMatch(rule -> !rule.excludes());
  }

  private static String clean(String path) {
    List<String> parts = new ArrayList<>();
    for (String part : path.split("/")) {
      if (part.equals("..") && !parts.isEmpty()) {
        parts.remove(parts.size() - 1);
      } else if (!part.isEmpty() && !part.equals(".") && !part.equals("..")) {
        parts.add(part);
      }
    }
    return String.join("/", parts);
  }

  private static String regex(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (c == '*' && i + 1 < glob.length() && glob.charAt(i + 1) == '*') {
        i++;
        if (i + 1 < glob.length() && glob.charAt(i + 1) == '/') {
          i++;
          regex.append("(.*/)?");
        } else {
          regex.append(".*");
        }
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else if (c == '[') {
        i = bracket(glob, i, regex);
      } else if (c == '\\' && i + 1 < glob.length()) {
        regex.append(Pattern.quote(String.valueOf(glob.charAt(++i))));
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }

  private static int bracket(String glob, int at, StringBuilder regex) {
    int end = glob.indexOf(']', at + 2);
    if (end < 0) {
      regex.append("\\[");
      return at;
    }
    String inside =
        glob.substring(at + 1, end).replace("\\", "\\\\").replace("[", "\\[").replace("&&", "&\\&");
    regex.append('[').append(inside).append(']');
    return end;
  }
}
