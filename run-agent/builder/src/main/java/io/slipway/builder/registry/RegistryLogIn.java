package io.slipway.builder.registry;

import io.slipway.builder.CredentialSource;
import io.slipway.builder.CredentialSource.Credential;
import io.slipway.builder.CredentialSource.CredentialRefusedException;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RegistryCallException.Reason;
import java.util.Optional;

/** Tries a credential at a registry without a word of any repository. */
final class RegistryLogIn {
  private final ConnectionPool connections;
  private final CredentialSource credentials;
  private final String registry;

  RegistryLogIn(ConnectionPool connections, CredentialSource credentials, String registry) {
    this.connections = connections;
    this.credentials = credentials;
    this.registry = registry;
  }

  /** Tries; false if there is no credential to try. */
  boolean run() throws RegistryCallException, InterruptedException {
    RegistryScope scope = RegistryScope.logIn(registry);
    Optional<Credential> credential;
    try {
      credential = credentials.credential(registry, scope.texts());
    } catch (CredentialRefusedException e) {
      throw new RegistryCallException(
          e.temporary() ? Reason.UNREACHABLE : Reason.UNAUTHORIZED,
          registry,
          "",
          String.valueOf(e.getMessage()),
          e);
    }
    if (credential.isEmpty()) {
      return false;
    }
    // Without a password the source has tried it itself: there is nothing it could lend.
    if (!credential.get().password().isEmpty()) {
      new RegistrySession(connections, (server, scopes) -> credential, scope).callBase();
    }
    return true;
  }
}
