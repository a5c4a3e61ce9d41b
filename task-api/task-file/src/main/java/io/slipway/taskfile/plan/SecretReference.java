package io.slipway.taskfile.plan;

import io.slipway.taskfile.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A secret that a task asks for; templates read it as {@code {{.Secrets.id}}}.
 *
 * @param id its id, unique within the task, case-sensitive
 * @param keyvault address of the secret, or null
 * @param clientId client id of the identity to ask with, or null for the one of the system
 */
public record SecretReference(String id, @Nullable String keyvault, @Nullable String clientId) {
  private static final int AT_A_TIME = 5;

  /** Address of the key vault; empty if that of the secret is malformed. */
  public Optional<String> vault() {
    try {
      return Optional.of(VaultAddress.parse(keyvault == null ? "" : keyvault).vault());
    } catch (Refusal malformed) {
      return Optional.empty();
    }
  }

  /** Secrets that are resolved together, one group after the other. */
  public static List<List<SecretReference>> batches(List<SecretReference> secrets) {
    List<List<SecretReference>> batches = new ArrayList<>();
    for (int from = 0; from < secrets.size(); from += AT_A_TIME) {
      batches.add(List.copyOf(secrets.subList(from, Math.min(from + AT_A_TIME, secrets.size()))));
    }
    return batches;
  }
}
