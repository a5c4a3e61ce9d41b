package io.slipway.builder.dockerfile;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

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

  /**
   * Reads one; an empty text leaves nothing out.
   *
   * @throws IllegalArgumentException if it has a pattern that is none
   */
  public static Dockerignore parse(String text) {
    List<Rule> rules = new ArrayList<>();
    String clean = text.startsWith("\uFEFF") ? text.substring(1) : text; // a byte order mark
    for (String line : clean.split("\r?\n")) {
      String rule = line.strip();
      if (rule.isEmpty() || line.startsWith("#")) { // after blanks it is a name
        continue;
      }
      if (rule.equals("!")) {
        throw new IllegalArgumentException("'!' needs a pattern, that of what is taken back");
      }
      boolean excludes = !rule.startsWith("!");
      String path = clean(excludes ? rule : rule.substring(1).strip());
      if (!path.isEmpty()) {
        rules.add(new Rule(PathPattern.orBelow(path), excludes));
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
      boolean up = part.equals("..");
      if (up && !parts.isEmpty() && !parts.getLast().equals("..")) {
        parts.removeLast();
      } else if (up ? !path.startsWith("/") : !part.isEmpty() && !part.equals(".")) {
        parts.add(part); // what leads out of the context matches nothing
      }
    }
    return String.join("/", parts);
  }
}
