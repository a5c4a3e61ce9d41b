package io.slipway.taskapi.agent;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Run tokens: random values that say nothing. Whoever shows one holds the lease of the run that has
 * its hash, for as long as that lease lasts; nothing is signed, and the ledger keeps no token.
 */
final class RunToken {
  private static final String PREFIX = "srt_";
  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private RunToken() {}

  /** A token that never was before. */
  static String fresh() {
    byte[] random = new byte[BYTES];
    RANDOM.nextBytes(random);
    return PREFIX + BASE64URL.encodeToString(random);
  }

  /** What the ledger keeps of a token. */
  static String hash(String token) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return BASE64URL.encodeToString(sha256.digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
      throw new IllegalStateException(impossible);
    }
  }
}
