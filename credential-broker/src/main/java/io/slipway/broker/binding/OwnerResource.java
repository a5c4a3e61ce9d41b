package io.slipway.broker.binding;

import io.slipway.broker.BrokerException;
import io.slipway.broker.caller.Caller;
import io.slipway.broker.secret.RunSecretRepository;
import io.slipway.broker.secret.SaveSecrets;
import io.slipway.broker.store.Lock;
import io.slipway.broker.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /internal/owners/{uuid}}: the bindings and secrets of an owner together. */
@Path("/internal/owners/{owner}")
@RolesAllowed(Caller.TASK_API)
class OwnerResource {
  private final Transactions transactions;
  private final BindingRepository bindings;
  private final RunSecretRepository secrets;
  private final SaveBindings saveBindings;
  private final SaveSecrets saveSecrets;

  OwnerResource(
      Transactions transactions,
      BindingRepository bindings,
      RunSecretRepository secrets,
      SaveBindings saveBindings,
      SaveSecrets saveSecrets) {
    this.transactions = transactions;
    this.bindings = bindings;
    this.secrets = secrets;
    this.saveBindings = saveBindings;
    this.saveSecrets = saveSecrets;
  }

  record Wanted(
      @Nullable Map<String, @Nullable BindingBody> bindings,
      @Nullable Map<String, @Nullable String> secrets) {
    @Override
    public String toString() {
      return "Wanted[***]";
    }
  }

  /** Changes all of it or, if anything is refused, nothing. */
  @PATCH
  public Uni<Void> merge(@PathParam("owner") UUID owner, @Nullable Wanted wanted) {
    if (wanted == null || (wanted.bindings() == null && wanted.secrets() == null)) {
      throw BrokerException.invalid("InvalidRequest", "bindings or secrets must be an object.");
    }
    SaveBindings.Change bound =
        saveBindings.change(owner, Objects.requireNonNullElse(wanted.bindings(), Map.of()));
    SaveSecrets.Change kept =
        saveSecrets.change(owner, Objects.requireNonNullElse(wanted.secrets(), Map.of()));
    return transactions.in(session ->
        saveBindings
            .merge(session, owner, bound)
            .chain(() -> saveSecrets.merge(session, owner, kept)));
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
