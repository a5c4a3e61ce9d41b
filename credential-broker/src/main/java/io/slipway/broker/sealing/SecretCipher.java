package io.slipway.broker.sealing;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/**
 * Encrypts values that must not lie in clear: each with a key of its own, which is encrypted by the
 * keyset. A value opens only in the place it was sealed for, so that rows can't be swapped.
 */
public final class SecretCipher {
  private final Aead envelope;

  /** Encrypts under a key that encrypts keys. */
  SecretCipher(Aead keyset) {
    try {
      this.envelope = KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, keyset);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Encrypts a value for a place. */
  public byte[] seal(String value, SecretPlace place) {
    try {
      return envelope.encrypt(value.getBytes(StandardCharsets.UTF_8), place.bytes());
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException("a secret could not be encrypted", failed);
    }
  }

  /**
   * Decrypts the value of a place.
   *
   * @throws IllegalStateException if it was sealed for another, by another keyset, or changed
   */
  public String open(byte[] sealed, SecretPlace place) {
    try {
      return new String(envelope.decrypt(sealed, place.bytes()), StandardCharsets.UTF_8);
    } catch (GeneralSecurityException failed) {
      throw new IllegalStateException(
          "the secret of "
              + place.text()
              + " can't be decrypted: is slipway.broker.keyset-file the one it was encrypted with?",
          failed);
    }
  }
}
