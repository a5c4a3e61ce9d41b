package io.slipway.taskapi.task;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.IdentityRequest;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.neighbour.IdentityClient;
import io.slipway.taskapi.neighbour.IdentityClient.UserIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Makes or finds the identities that a resource is to have. The caller was checked before. */
@ApplicationScoped
public class AssignIdentities {
  private final IdentityClient identity;

  AssignIdentities(IdentityClient identity) {
    this.identity = identity;
  }

  /**
   * The identities; fails with 400 for one that does not exist.
   *
   * @param id ARM id of the resource
   */
  public Uni<TaskIdentity> assign(String id, String displayName, IdentityRequest wanted) {
    Uni<List<UserIdentity>> user =
        wanted.user().isEmpty()
            ? Uni.createFrom().item(List.of())
            : identity.resolve(wanted.user()).map(AssignIdentities::allThere);
    return user.chain(found ->
        wanted.system()
            ? identity
                .ensureSystemIdentity(id, displayName)
                .map(own ->
                    new TaskIdentity(
                        new TaskIdentity.SystemAssigned(
                            own.principalId(), own.clientId(), own.tenantId()),
                        found))
            : Uni.createFrom().item(new TaskIdentity(null, found)));
  }

  private static List<UserIdentity> allThere(IdentityClient.Resolved resolved) {
    if (!resolved.missing().isEmpty()) {
      throw ArmException.of(
          400,
          "FailedIdentityOperation",
          "There is no user-assigned identity "
              + String.join(", ", resolved.missing())
              + "; identity.userAssignedIdentities takes resource ids (az identity show --query"
              + " id).");
    }
    return resolved.identities();
  }
}
