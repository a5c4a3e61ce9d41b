package io.slipway.broker.binding;

import io.slipway.broker.caller.Caller;
import io.slipway.broker.secret.RunSecretRepository;
import io.slipway.broker.store.Lock;
import io.slipway.broker.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.UUID;

/** {@code DELETE /internal/owners/{uuid}}: all that an owner has goes. */
@Path("/internal/owners/{owner}")
@RolesAllowed(Caller.TASK_API)
class OwnerResource {
  private final Transactions transactions;
  private final BindingRepository bindings;
  private final RunSecretRepository secrets;

  OwnerResource(
      Transactions transactions, BindingRepository bindings, RunSecretRepository secrets) {
    this.transactions = transactions;
    this.bindings = bindings;
    this.secrets = secrets;
  }

  @DELETE
  public Uni<Void> delete(@PathParam("owner") UUID owner) {
    return transactions.in(session ->
        Lock.on(session, "bindings:" + owner)
            .chain(() -> bindings.deleteAll(session, owner))
            .chain(() -> secrets.deleteAll(session, owner))
            .replaceWithVoid());
  }
}
