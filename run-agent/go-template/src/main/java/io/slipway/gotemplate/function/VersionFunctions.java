package io.slipway.gotemplate.function;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.gotemplate.value.Failure;
import io.slipway.gotemplate.value.Values.GoObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Semantic versions, and conditions on them: {@code >=1.2, <2 || ~3.1}, {@code ^1.2}, {@code 1.x},
 * {@code 1 - 2}.
 */
final class VersionFunctions {
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

  private VersionFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("semver", 1, a -> SemanticVersion.parse(a.text(0)))
        .add("semverCompare", 2, a -> contains(a.text(0), SemanticVersion.parse(a.text(1))));
  }

  /** One condition; {@code given} is the number of parts that are not wildcards. */
  private record Condition(String operator, SemanticVersion version, int given) {}

  private static boolean contains(String range, SemanticVersion version) {
    if (range.length() > LONGEST) {
      throw new Failure("a version range has more than " + LONGEST + " characters");
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
        throw new Failure("improper constraint: " + text.strip());
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

  /** A version of semver.org; minor and patch may be left out, and a v may stand before it. */
  record SemanticVersion(
      String original, long major, long minor, long patch, String prerelease, String metadata)
      implements GoObject, Comparable<SemanticVersion> {
    private static final Pattern FORM =
        Pattern.compile(
            "v?([0-9]{1,18})(?:\\.([0-9]{1,18}))?(?:\\.([0-9]{1,18}))?"
                + "(?:-([0-9A-Za-z.-]+))?(?:\\+([0-9A-Za-z.-]+))?");
    private static final int LONGEST = 256;

    static SemanticVersion parse(String text) {
      Matcher form = FORM.matcher(text);
      if (text.length() > LONGEST || !form.matches()) {
        throw new Failure("Invalid Semantic Version: " + shortened(text));
      }
      return new SemanticVersion(
          text,
          Long.parseLong(form.group(1)),
          number(form.group(2)),
          number(form.group(3)),
          form.group(4) == null ? "" : form.group(4),
          form.group(5) == null ? "" : form.group(5));
    }

    private static String shortened(String text) {
      return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }

    private static long number(@Nullable String digits) {
      return digits == null ? 0 : Long.parseLong(digits);
    }

    @Override
    public String print() {
      return major
          + "."
          + minor
          + "."
          + patch
          + (prerelease.isEmpty() ? "" : "-" + prerelease)
          + (metadata.isEmpty() ? "" : "+" + metadata);
    }

    @Override
    public String type() {
      return "*semver.Version";
    }

    @Override
    public Object member(String name, List<Object> arguments) {
      if (name.equals("Compare")
          && arguments.size() == 1
          && arguments.get(0) instanceof SemanticVersion other) {
        return (long) compareTo(other);
      }
      if (!arguments.isEmpty()) {
        throw new Failure(name + " takes no such arguments");
      }
      return switch (name) {
        case "Major" -> major;
        case "Minor" -> minor;
        case "Patch" -> patch;
        case "Prerelease" -> prerelease;
        case "Metadata" -> metadata;
        case "Original" -> original;
        case "String" -> print();
        default -> throw new Failure("can't evaluate field " + name + " in type *semver.Version");
      };
    }

    /** -1, 0 or 1 by the rules of semver.org; metadata does not count. */
    @Override
    public int compareTo(SemanticVersion other) {
      int numbers = Long.compare(major, other.major);
      numbers = numbers == 0 ? Long.compare(minor, other.minor) : numbers;
      numbers = numbers == 0 ? Long.compare(patch, other.patch) : numbers;
      if (numbers != 0 || prerelease.equals(other.prerelease)) {
        return numbers;
      }
      if (prerelease.isEmpty() || other.prerelease.isEmpty()) {
        return prerelease.isEmpty() ? 1 : -1;
      }
      return comparePrereleases(prerelease.split("\\."), other.prerelease.split("\\."));
    }

    private static int comparePrereleases(String[] ours, String[] theirs) {
      for (int i = 0; i < Math.min(ours.length, theirs.length); i++) {
        boolean weCount = ours[i].matches("[0-9]{1,18}");
        boolean theyCount = theirs[i].matches("[0-9]{1,18}");
        int part =
            weCount && theyCount
                ? Long.compare(Long.parseLong(ours[i]), Long.parseLong(theirs[i]))
                : weCount != theyCount ? (weCount ? -1 : 1) : ours[i].compareTo(theirs[i]);
        if (part != 0) {
          return Integer.signum(part);
        }
      }
      return Integer.compare(ours.length, theirs.length);
    }
  }
}
