package io.slipway.identity.managedidentity;

import io.slipway.identity.access.Scope;
import io.slipway.identity.arm.ArmException;
import io.slipway.identity.caller.Caller;
import io.slipway.identity.principal.ManagedIdentityEntity;
import io.slipway.identity.principal.ManagedIdentityRepository;
import io.slipway.identity.principal.PrincipalKind;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code POST /internal/identities/resolve}: user-assigned identities by their ARM ids. */
@Path("/internal/identities/resolve")
class ResolveIdentitiesResource {
  private static final int MOST_IDS = 1000;

  private final Transactions transactions;
  private final ManagedIdentityRepository identities;

  ResolveIdentitiesResource(Transactions transactions, ManagedIdentityRepository identities) {
    this.transactions = transactions;
    this.identities = identities;
  }

  record Question(@Nullable List<String> ids) {}

  record Identity(String id, String name, String principalId, String clientId) {}

  record Answer(List<Identity> identities, List<String> missing) {}

  @POST
  @RolesAllowed(Caller.TASK_API)
  public Uni<Answer> resolve(@Nullable Question question) {
    if (question == null || question.ids() == null || question.ids().size() > MOST_IDS) {
      throw ArmException.invalid("InvalidRequest", "ids must be a list of at most " + MOST_IDS);
    }
    List<String> ids = question.ids();
    return transactions
        .in(session -> identities.byResources(session, PrincipalKind.UserAssigned, ids))
        .map(found -> answer(ids, found));
  }

  private static Answer answer(List<String> ids, List<ManagedIdentityEntity> found) {
    Set<String> keys = found.stream().map(row -> row.resourceKey).collect(Collectors.toSet());
    return new Answer(
        found.stream().map(ResolveIdentitiesResource::identity).toList(),
        ids.stream().filter(id -> !keys.contains(Scope.key(id))).toList());
  }

  private static Identity identity(ManagedIdentityEntity row) {
    return new Identity(
        row.resourceId, row.name, row.principal.id.toString(), row.principal.clientId);
  }
}
