package io.slipway.identity.serviceclient;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** Secrets of service clients: 256 random bits, so that one SHA-256 keeps them. Pure. */
public final class SecretHash {
  private static final byte[] NONE = new byte[32];

  private SecretHash() {}

  /** The hash that is kept instead of a secret. */
  public static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Whether the secret is the one whose hash is kept, in a time that does not depend on either.
   *
   * @param kept null if there is none: the answer is then no, after the same work
   */
  public static boolean matches(String secret, byte @Nullable [] kept) {
    boolean same = MessageDigest.isEqual(hash(secret), kept == null ? NONE : kept);
    return same && kept != null;
  }
}
