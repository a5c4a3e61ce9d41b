package io.slipway.identity.client.jwt;

import java.security.PublicKey;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The issuer's public keys. */
public interface KeySource {

  /** The key of this name, if it verifies now. */
  Optional<PublicKey> key(String keyId);

  /**
   * Reads the keys again for a name that is not known, unless that was done a moment ago. Fails if
   * they can't be read and none is known.
   */
  CompletionStage<Void> lookAgain();
}
