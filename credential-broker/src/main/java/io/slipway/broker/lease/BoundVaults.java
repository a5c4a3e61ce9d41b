package io.slipway.broker.lease;

import io.slipway.broker.binding.BindingEntity;
import io.slipway.broker.binding.BindingKind;
import io.slipway.broker.binding.BindingRepository;
import io.slipway.broker.registry.NamedVault;
import io.slipway.broker.sealing.SecretPlace;
import io.slipway.broker.sealing.StoredSecrets;
import io.slipway.broker.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.stream.Stream;

/** Key vaults that the credentials of a run name: what only the broker knows of them. */
@ApplicationScoped
class BoundVaults {
  private final Transactions transactions;
  private final BindingRepository bindings;
  private final StoredSecrets stored;

  BoundVaults(Transactions transactions, BindingRepository bindings, StoredSecrets stored) {
    this.transactions = transactions;
    this.bindings = bindings;
    this.stored = stored;
  }

  /** Whether a credential of the run lies in this vault, to be read as this identity. */
  Uni<Boolean> have(RunLease run, NamedVault vault) {
    return run.bindingOwner()
        .map(owner ->
            transactions
                .reading(session -> bindings.of(session, owner))
                .map(all -> all.stream().anyMatch(binding -> isIn(vault, binding))))
        .orElseGet(() -> Uni.createFrom().item(false));
  }

  private boolean isIn(NamedVault vault, BindingEntity binding) {
    String reader = binding.principalId == null ? null : binding.principalId.toString();
    String wanted = vault.clientId() == null ? "" : vault.clientId();
    if (binding.kind != BindingKind.VaultSecret
        || !wanted.equalsIgnoreCase(Objects.requireNonNullElse(reader, ""))) {
      return false;
    }
    return Stream.of(
            stored
                .cipher()
                .open(
                    Objects.requireNonNull(binding.userName),
                    SecretPlace.userName(binding.owner, binding.serverKey)),
            stored
                .cipher()
                .open(
                    Objects.requireNonNull(binding.password),
                    SecretPlace.password(binding.owner, binding.serverKey)))
        .anyMatch(address -> isIn(vault.vault() + "/", address));
  }

  private static boolean isIn(String vault, String address) {
    return address.regionMatches(true, 0, vault, 0, vault.length());
  }
}
