package io.slipway.agent.credential;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.VaultAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Secrets as files: {@code <folder>/<vault's host>/<name>}, and {@code <name>.<version>} for a
 * version, so that a Kubernetes secret can be mounted as a vault. Every run of the agent may read
 * them; runs that must not belong in another pool.
 */
public final class FolderSecretStore implements SecretStore {
  /** As large as a Kubernetes secret may be. */
  private static final long LARGEST = 1 << 20;

  private final Path folder;

  /** Reads from a folder that only the agent's user may read. */
  public FolderSecretStore(Path folder) {
    this.folder = folder;
  }

  @Override
  public Optional<String> read(VaultAddress secret, @Nullable String clientId) throws Refusal {
    Path vault = folder.resolve(secret.host());
    if (!Files.isDirectory(vault)) {
      return Optional.empty();
    }
    String name = secret.version() == null ? secret.name() : secret.name() + "." + secret.version();
    Path file = vault.resolve(name);
    try {
      // Links are followed: Kubernetes mounts secrets as links. A name cannot lead out of the
      // folder,
      // see VaultAddress.
      if (!Files.isRegularFile(file)) {
        throw Refusal.user("the vault " + secret.host() + " has no secret '" + name + "'");
      }
      if (Files.size(file) > LARGEST) {
        throw Refusal.user(
            "the secret '" + name + "' of " + secret.host() + " is larger than 1 MiB");
      }
      return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException unreadable) {
      throw Refusal.user("the agent cannot read the secret '" + name + "' of " + secret.host());
    }
  }
}
