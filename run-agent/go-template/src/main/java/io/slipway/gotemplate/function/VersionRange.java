package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.TemplateFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Conditions on versions: {@code >=1.2, <2 || ~3.1}, {@code ^1.2}, {@code 1.x}, {@code 1 - 2}. */
final class VersionRange {
  private static final int LONGEST = 256;
  private static final String NUMBER = "[0-9xX*]{1,18}";
  private static final Pattern CONDITION =
      Pattern.compile(
          "\\s*(=|!=|>=|=>|<=|=<|>|<|~>|~|\\^|)\\s*v?("
              + NUMBER
              + ")(?:\\.("
              + NUMBER
              + "))?(?:\\.("
              + NUMBER
              + "))?(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?\\s*");
  private static final Pattern SPAN = Pattern.compile("\\s*(\\S+)\\s+-\\s+(\\S+)\\s*");

  private VersionRange() {}

  /** One condition; {@code given} is the number of parts that are no wildcards. */
  private record Condition(String operator, SemanticVersion version, int given) {}

  static boolean contains(String range, SemanticVersion version) {
    if (range.length() > LONGEST) {
      throw new TemplateFailure("a version range has more than " + LONGEST + " characters");
    }
    boolean any = false;
    for (String alternative : range.split("\\|\\|", -1)) {
      boolean all = true;
      for (Condition condition : conditions(alternative)) {
        all &= holds(condition, version);
      }
      any |= all;
    }
    return any;
  }

  private static List<Condition> conditions(String text) {
    Matcher span = SPAN.matcher(text);
    String plain = span.matches() ? ">=" + span.group(1) + ", <=" + span.group(2) : text;
    List<Condition> conditions = new ArrayList<>();
    for (String part : plain.split(",", -1)) {
      Matcher form = CONDITION.matcher(part);
      if (!form.matches()) {
        throw new TemplateFailure("improper constraint: " + text.strip());
      }
      int given = 0;
      long[] numbers = new long[3];
      while (given < 3 && form.group(2 + given) != null && isNumber(form.group(2 + given))) {
        numbers[given] = Long.parseLong(form.group(2 + given));
        given++;
      }
      String prerelease = form.group(5) == null ? "" : form.group(5);
      conditions.add(
          new Condition(
              form.group(1),
              new SemanticVersion("", numbers[0], numbers[1], numbers[2], prerelease, ""),
              given));
    }
    return conditions;
  }

  private static boolean isNumber(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean holds(Condition condition, SemanticVersion version) {
    SemanticVersion bound = condition.version();
    if (!version.prerelease().isEmpty()
        && bound.prerelease().isEmpty()
        && !condition.operator().equals("!=")) {
      return false;
    }
    int order = version.compareTo(bound);
    return switch (condition.operator()) {
      case "!=" -> !isWithin(condition, version);
      case ">" -> condition.given() == 3 ? order > 0 : order > 0 && !isWithin(condition, version);
      case "<" -> order < 0;
      case ">=", "=>" -> order >= 0;
      case "<=", "=<" -> order <= 0 || condition.given() < 3 && isWithin(condition, version);
      case "^" -> order >= 0 && (condition.given() == 0 || version.major() == bound.major());
      case "~", "~>" -> order >= 0 && isWithin(cut(condition, 2), version);
      default -> isWithin(condition, version);
    };
  }

  private static Condition cut(Condition condition, int most) {
    return new Condition("", condition.version(), Math.min(most, condition.given()));
  }

  /** Whether the parts that are given are the same. */
  private static boolean isWithin(Condition condition, SemanticVersion version) {
    SemanticVersion bound = condition.version();
    return switch (condition.given()) {
      case 0 -> true;
      case 1 -> version.major() == bound.major();
      case 2 -> version.major() == bound.major() && version.minor() == bound.minor();
      default -> version.compareTo(bound) == 0;
    };
  }
}
