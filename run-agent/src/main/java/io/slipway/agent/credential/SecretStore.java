package io.slipway.agent.credential;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.VaultAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the values of vault references are. */
public interface SecretStore {
  /**
   * Reads a secret.
   *
   * @param clientId client id of the identity to ask with, or null for the run's own
   * @return empty if this store does not have the vault at all
   * @throws Refusal if this store has the vault, and not the secret or not for this run
   */
  Optional<String> read(VaultAddress secret, @Nullable String clientId)
      throws Refusal, InterruptedException;
}
