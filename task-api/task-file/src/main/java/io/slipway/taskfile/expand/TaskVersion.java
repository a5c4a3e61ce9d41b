package io.slipway.taskfile.expand;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.text.CommentLines;
import io.slipway.taskfile.text.MappedText;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The version of a task file, which is found by its text before anything is parsed. */
public final class TaskVersion {
  /** The version of a file that names none. */
  public static final String CURRENT = "v1.0.0";

  private static final Set<String> ACCEPTED = Set.of("1.0-preview-1", "v1.0.0", "v1.1.0");
  private static final String WITH_ALIASES = "v1.1.0";

  private TaskVersion() {}

  /** What stands behind the first {@code version:} that begins a line; not checked. */
  public static Optional<String> find(String text) {
    return text.lines().flatMap(line -> inLine(line).stream()).findFirst();
  }

  /** The version of a text, or the current one if it names none. */
  public static String of(MappedText text) throws Refusal {
    int offset = 0;
    for (String line : text.text().split("\n", -1)) {
      Optional<String> found = inLine(line);
      if (found.isPresent()) {
        if (!isAccepted(found.get())) {
          throw text.problem(offset, refusal(found.get()));
        }
        return found.get();
      }
      offset += line.length() + 1;
    }
    return CURRENT;
  }

  /** Whether a task file may name it. */
  public static boolean isAccepted(String version) {
    return ACCEPTED.contains(version.toLowerCase(Locale.ROOT));
  }

  /** Why a version is refused. */
  public static String refusal(String version) {
    return "invalid version specified: \""
        + version
        + "\", the current version is \""
        + CURRENT
        + "\"; there are 1.0-preview-1, v1.0.0 and v1.1.0";
  }

  /** Whether aliases are replaced; a capital {@code V1.1.0} counts as older, as in the original. */
  public static boolean hasAliases(String version) {
    return version.compareTo(WITH_ALIASES) >= 0;
  }

  private static Optional<String> inLine(String line) {
    if (CommentLines.isComment(line)) {
      return Optional.empty();
    }
    String bare = trim(line, true, false, "\"'");
    int colon = bare.indexOf(':');
    if (colon < 0 || !trim(bare.substring(0, colon), false, true, " \t\"'").equals("version")) {
      return Optional.empty();
    }
    return Optional.of(trim(bare.substring(colon + 1), true, true, " \t\r\"'"));
  }

  private static String trim(String text, boolean front, boolean back, String characters) {
    int from = 0;
    int to = text.length();
    while (front && from < to && characters.indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    while (back && to > from && characters.indexOf(text.charAt(to - 1)) >= 0) {
      to--;
    }
    return text.substring(from, to);
  }
}
