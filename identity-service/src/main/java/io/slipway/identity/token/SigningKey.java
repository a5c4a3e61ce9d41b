package io.slipway.identity.token;

import io.slipway.identity.client.jwt.TokenAlgorithm;
import io.slipway.identity.key.KeyTimes;
import java.security.PrivateKey;
import java.security.PublicKey;

/**
 * A signing key, ready for use.
 *
 * @param times its name and when it signs
 * @param algorithm how it signs
 * @param publicKey verifies
 * @param privateKey signs
 * @param certificate self-signed, DER
 */
public record SigningKey(
    KeyTimes times,
    TokenAlgorithm algorithm,
    PublicKey publicKey,
    PrivateKey privateKey,
    byte[] certificate) {

  @Override
  public String toString() {
    return "SigningKey[" + times + "]";
  }
}
