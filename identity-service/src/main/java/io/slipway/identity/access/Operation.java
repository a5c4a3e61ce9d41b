package io.slipway.identity.access;

import com.google.re2j.Pattern;
import java.util.Optional;

/**
 * One thing that can be done with a resource, for example {@code
 * Microsoft.ContainerRegistry/registries/pull/read}. Compared in any case.
 *
 * @param name its name, without wildcards
 * @param onData whether it touches the data of the resource ({@code dataActions} of a role) and not
 *     the resource
 */
public record Operation(String name, boolean onData) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.]+(/[A-Za-z0-9._-]+){1,12}");

  private static final int LONGEST_WORD = 100;

  /** Reads the name of an action; empty if it is not one, or holds a wildcard. */
  public static Optional<Operation> action(String name) {
    return NAME.matcher(name).matches() && hasShortWords(name)
        ? Optional.of(new Operation(name, false))
        : Optional.empty();
  }

  private static boolean hasShortWords(String name) {
    int begin = 0;
    for (int end = name.indexOf('/'); end >= 0; end = name.indexOf('/', begin)) {
      if (end - begin > LONGEST_WORD) {
        return false;
      }
      begin = end + 1;
    }
    return name.length() - begin <= LONGEST_WORD;
  }

  /** Reads the name of a data action; empty if it is not one, or holds a wildcard. */
  public static Optional<Operation> dataAction(String name) {
    return action(name).map(action -> new Operation(action.name(), true));
  }
}
