package io.slipway.identity.filter;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Optional;

/** The {@code $filter}s that clients send to the two lists. Pure. */
public final class RoleFilter {
  private static final Pattern ROLE_NAME =
      Pattern.compile("\\s*roleName\\s+eq\\s+'((?:[^']|'')*)'\\s*", Pattern.CASE_INSENSITIVE);
  private static final Pattern TYPE =
      Pattern.compile("\\s*type\\s+eq\\s+'([^']*)'\\s*", Pattern.CASE_INSENSITIVE);
  private static final Pattern PRINCIPAL =
      Pattern.compile(
          "(?:principalId\\s+eq\\s+'([^']*)'|assignedTo\\(\\s*'([^']*)'\\s*\\))",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern AT_SCOPE =
      Pattern.compile("atScope\\(\\s*\\)", Pattern.CASE_INSENSITIVE);
  private static final Pattern AND = Pattern.compile("\\s+and\\s+", Pattern.CASE_INSENSITIVE);

  /** Longer ones are not of any client. */
  private static final int LONGEST = 1000;

  private RoleFilter() {}

  /**
   * Which assignments are wanted.
   *
   * @param atScope only those at the scope and above, none below
   * @param principalId only those of this principal
   */
  public record Assignments(boolean atScope, Optional<String> principalId) {}

  /** The role name that is asked for; empty if the text is another filter. */
  public static Optional<String> roleName(String filter) {
    Matcher matcher = ROLE_NAME.matcher(filter);
    return filter.length() <= LONGEST && matcher.matches()
        ? Optional.of(matcher.group(1).replace("''", "'"))
        : Optional.empty();
  }

  /** The kind of roles that is asked for, {@code BuiltInRole} or {@code CustomRole}. */
  public static Optional<String> type(String filter) {
    Matcher matcher = TYPE.matcher(filter);
    return filter.length() <= LONGEST && matcher.matches()
        ? Optional.of(matcher.group(1))
        : Optional.empty();
  }

  /** Reads a filter of assignments; empty if a part of it is not known. */
  public static Optional<Assignments> assignments(String filter) {
    boolean atScope = false;
    Optional<String> principal = Optional.empty();
    if (filter.isBlank()) {
      return Optional.of(new Assignments(false, principal));
    }
    if (filter.length() > LONGEST) {
      return Optional.empty();
    }
    for (String part : AND.split(filter.strip())) {
      Matcher who = PRINCIPAL.matcher(part.strip());
      if (AT_SCOPE.matcher(part.strip()).matches()) {
        atScope = true;
      } else if (who.matches()) {
        principal = Optional.of(who.group(1) != null ? who.group(1) : who.group(2));
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(new Assignments(atScope, principal));
  }
}
