package io.slipway.identity.access;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One thing that can be done with a resource, for example {@code
 * Microsoft.ContainerRegistry/registries/pull/read}. Compared in any case.
 *
 * @param name its name, without wildcards
 * @param onData whether it touches the data of the resource ({@code dataActions} of a role) and not
 *     the resource
 */
public record Operation(String name, boolean onData) {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9.]{1,100}(/[A-Za-z0-9._-]{1,100}){1,12}");

  /** Reads the name of an action; empty if it is not one, or holds a wildcard. */
  public static Optional<Operation> action(String name) {
    return NAME.matcher(name).matches()
        ? Optional.of(new Operation(name, false))
        : Optional.empty();
  }

  /** Reads the name of a data action; empty if it is not one, or holds a wildcard. */
  public static Optional<Operation> dataAction(String name) {
    return action(name).map(action -> new Operation(action.name(), true));
  }
}
