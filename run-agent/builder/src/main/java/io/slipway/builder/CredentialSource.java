package io.slipway.builder;

import java.util.List;
import java.util.Optional;

/** Lends credentials; asked just before each pull or push, so each gets a fresh and narrow one. */
@FunctionalInterface
public interface CredentialSource {

  /**
   * A credential for a registry.
   *
   * @param loginServer the registry, as {@code 127.0.0.1:8453}
   * @param scopes what it will be used for, as {@code repository:baseimages/node:pull} or {@code
   *     repository:app:pull,push}; empty to try the log-in alone
   * @return empty if there is none for this registry; the call then goes on without
   * @throws CredentialRefusedException if one was refused: the call ends with its message
   */
  Optional<Credential> credential(String loginServer, List<String> scopes)
      throws CredentialRefusedException, InterruptedException;

  /** Never has one. */
  static CredentialSource none() {
    return (loginServer, scopes) -> Optional.empty();
  }
}
