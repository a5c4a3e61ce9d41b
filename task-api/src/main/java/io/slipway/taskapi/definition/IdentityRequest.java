package io.slipway.taskapi.definition;

import io.slipway.taskapi.neighbour.IdentityClient.Check;
import io.slipway.taskapi.neighbour.IdentityClient.UserIdentity;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * The identities that a body asks for.
 *
 * @param system whether the task is to have one of its own
 * @param user ARM ids of those that it is to be given
 */
public record IdentityRequest(boolean system, List<String> user) {
  private static final String ASSIGN =
      "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action";

  public static final IdentityRequest NONE = new IdentityRequest(false, List.of());

  /** The identities that a resource has. */
  public static IdentityRequest of(TaskIdentity stored) {
    return new IdentityRequest(
        stored.system() != null, stored.user().stream().map(UserIdentity::id).toList());
  }

  /**
   * What a caller needs the right to: whoever gives an identity to a task can act as it.
   *
   * @param had ids of the identities that it had before, in lower case
   */
  public List<Check> checks(Collection<String> had) {
    return user.stream()
        .filter(id -> !had.contains(id.toLowerCase(Locale.ROOT)))
        .map(id -> new Check(ASSIGN, id))
        .toList();
  }
}
