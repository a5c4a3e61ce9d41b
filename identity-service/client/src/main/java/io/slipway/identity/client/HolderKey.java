package io.slipway.identity.client;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The secret of one process of an agent, made at its start and kept in its memory alone. With a
 * claim goes its hash, and a run token is good for nobody but who shows the secret with it: not for
 * another agent, nor for who found the token.
 */
public final class HolderKey {
  /** Header in which the secret is shown. */
  public static final String HEADER = "Slipway-Holder-Key";

  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");

  private final String secret;

  private HolderKey(String secret) {
    this.secret = secret;
  }

  /** One that never was before. */
  public static HolderKey fresh() {
    byte[] random = new byte[BYTES];
    RANDOM.nextBytes(random);
    return new HolderKey(BASE64URL.encodeToString(random));
  }

  /** The secret, for the platform's services alone. */
  public String secret() {
    return secret;
  }

  /** Its hash, by which others know it: 43 characters, no secret. */
  public String holder() {
    return hash(secret);
  }

  /** Whether a text is formed like a hash. */
  public static boolean isHolder(@Nullable String text) {
    return text != null && FORM.matcher(text).matches();
  }

  /** Whether this is the secret of that holder; never if one of them is missing. */
  public static boolean isOf(@Nullable String secret, @Nullable String holder) {
    return secret != null
        && holder != null
        && FORM.matcher(secret).matches()
        && MessageDigest.isEqual(
            hash(secret).getBytes(StandardCharsets.US_ASCII),
            holder.getBytes(StandardCharsets.US_ASCII));
  }

  private static String hash(String secret) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return BASE64URL.encodeToString(sha256.digest(secret.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public String toString() {
    return "HolderKey[" + holder() + "]";
  }
}
