package io.slipway.taskapi.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 over texts, for links that open one thing until they expire. Pure. */
public final class Signature {
  private Signature() {}

  /** Signature of the parts, which must not hold line breaks, as base64url. */
  public static String of(byte[] key, String... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] signed = mac.doFinal(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("HmacSHA256 is missing", impossible);
    }
  }

  /** Whether two signatures are the same; takes as long for every pair. */
  public static boolean isSame(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
