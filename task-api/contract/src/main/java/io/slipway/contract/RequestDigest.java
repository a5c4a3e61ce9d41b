package io.slipway.contract;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * What an assertion about a {@link RunRequested} is good for: one record, by the SHA-256 of what
 * {@link EventSignature} signs of a record. Whoever reads the assertion on the topic can send that
 * record again with it, which is the same request, and nothing else. Pure.
 */
public final class RequestDigest {
  /** Header of the assertion, a JWT. Not a CloudEvents attribute: it vouches for those. */
  public static final String ASSERTION = "slipway-assertion";

  private RequestDigest() {}

  /**
   * The digest of a record, in base64url without padding: 43 characters.
   *
   * @param recordKey key of the record, empty if it has none
   * @param headers all headers of the record; those that are not CloudEvents attributes are left
   *     out
   */
  public static String of(String recordKey, Map<String, String> headers, byte[] data) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      EventSignature.parts(recordKey, headers, data, digest::update);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
      throw new IllegalStateException(impossible);
    }
  }
}
