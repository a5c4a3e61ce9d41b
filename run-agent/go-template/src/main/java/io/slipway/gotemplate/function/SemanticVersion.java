package io.slipway.gotemplate.function;

import io.slipway.gotemplate.value.GoObject;
import io.slipway.gotemplate.value.TemplateFailure;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
      throw new TemplateFailure("Invalid Semantic Version: " + shortened(text));
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

  private static long number(@org.jspecify.annotations.Nullable String digits) {
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
      throw new TemplateFailure(name + " takes no such arguments");
    }
    return switch (name) {
      case "Major" -> major;
      case "Minor" -> minor;
      case "Patch" -> patch;
      case "Prerelease" -> prerelease;
      case "Metadata" -> metadata;
      case "Original" -> original;
      case "String" -> print();
      default ->
          throw new TemplateFailure("can't evaluate field " + name + " in type *semver.Version");
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
