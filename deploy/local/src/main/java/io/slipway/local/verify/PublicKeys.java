package io.slipway.local.verify;

import io.slipway.local.state.LocalException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Keys in PEM. */
public final class PublicKeys {
  private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
  private static final String END = "-----END PUBLIC KEY-----";

  private PublicKeys() {}

  /**
   * All elliptic keys of a text.
   *
   * @throws LocalException if there is none, or one cannot be read
   */
  public static List<PublicKey> read(String pem) {
    List<PublicKey> keys = new ArrayList<>();
    int at = pem.indexOf(BEGIN);
    while (at >= 0) {
      int end = pem.indexOf(END, at);
      if (end < 0) {
        throw new LocalException("A public key in PEM has no line " + END);
      }
      keys.add(key(pem.substring(at + BEGIN.length(), end)));
      at = pem.indexOf(BEGIN, end);
    }
    if (keys.isEmpty()) {
      throw new LocalException("There is no public key: it begins with the line " + BEGIN);
    }
    return keys;
  }

  private static PublicKey key(String base64) {
    try {
      return KeyFactory.getInstance("EC")
          .generatePublic(new X509EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
    } catch (GeneralSecurityException | IllegalArgumentException other) {
      throw new LocalException("A public key is not one on an elliptic curve, in PEM", other);
    }
  }
}
