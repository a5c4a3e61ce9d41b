package io.slipway.broker.secret;

import io.slipway.broker.BrokerException;
import io.slipway.broker.caller.Caller;
import io.slipway.broker.sealing.SecretPlace;
import io.slipway.broker.sealing.StoredSecrets;
import io.slipway.broker.store.Lock;
import io.slipway.broker.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** {@code /internal/owners/{uuid}/secrets}: secret values of runs; they can't be read here. */
@Path("/internal/owners/{owner}/secrets")
@RolesAllowed(Caller.TASK_API)
class OwnerSecretResource {
  private static final int LONGEST_NAME = 256;

  private final Transactions transactions;
  private final RunSecretRepository secrets;
  private final StoredSecrets stored;

  OwnerSecretResource(
      Transactions transactions, RunSecretRepository secrets, StoredSecrets stored) {
    this.transactions = transactions;
    this.secrets = secrets;
    this.stored = stored;
  }

  record Wanted(@Nullable Map<String, @Nullable String> secrets) {
    @Override
    public String toString() {
      return "Wanted[***]";
    }
  }

  @PUT
  public Uni<Void> replace(@PathParam("owner") UUID owner, @Nullable Wanted wanted) {
    List<RunSecretEntity> rows = sealed(owner, needed(wanted));
    return transactions.in(session ->
        Lock.on(session, "secrets:" + owner)
            .chain(() -> secrets.deleteAll(session, owner))
            .chain(() -> insert(session, rows)));
  }

  @PATCH
  public Uni<Void> merge(@PathParam("owner") UUID owner, @Nullable Wanted wanted) {
    Map<String, @Nullable String> changes = needed(wanted);
    List<RunSecretEntity> rows = sealed(owner, changes);
    if (changes.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return transactions.in(session ->
        Lock.on(session, "secrets:" + owner)
            .chain(() -> secrets.delete(session, owner, changes.keySet()))
            .chain(() -> insert(session, rows)));
  }

  private static Uni<Void> insert(Mutiny.StatelessSession session, List<RunSecretEntity> rows) {
    return rows.isEmpty() ? Uni.createFrom().voidItem() : session.insertAll(rows.toArray());
  }

  private List<RunSecretEntity> sealed(UUID owner, Map<String, @Nullable String> values) {
    List<RunSecretEntity> rows = new ArrayList<>();
    values.forEach((name, value) -> {
      if (name.isBlank() || name.length() > LONGEST_NAME) {
        throw BrokerException.invalid(
            "InvalidSecret", "A secret has a name of 1 to " + LONGEST_NAME + " characters.");
      }
      if (value != null) {
        RunSecretEntity row = new RunSecretEntity();
        row.owner = owner;
        row.name = name;
        row.value = stored.cipher().seal(value, SecretPlace.runSecret(owner, name));
        rows.add(row);
      }
    });
    return rows;
  }

  private static Map<String, @Nullable String> needed(@Nullable Wanted wanted) {
    if (wanted == null || wanted.secrets() == null) {
      throw BrokerException.invalid("InvalidRequest", "secrets must be an object.");
    }
    return wanted.secrets();
  }
}
