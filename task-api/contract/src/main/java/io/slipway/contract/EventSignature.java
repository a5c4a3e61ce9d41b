package io.slipway.contract;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The proof that an event is of the process that holds the attempt: HMAC-SHA256, with the key that
 * came with the claim, over the record's key, all its CloudEvents headers by name, and its data.
 * Each is preceded by its length, so that nothing can be moved from one to the next. Pure.
 */
public final class EventSignature {
  /** Header of the signature, in base64url. Not a CloudEvents attribute: it signs those. */
  public static final String HEADER = "slipway-signature";

  private static final String ALGORITHM = "HmacSHA256";
  private static final String SIGNED = "ce_";
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private EventSignature() {}

  /**
   * The signature of a record.
   *
   * @param key key of the attempt, as bytes
   * @param recordKey key of the record
   * @param headers all headers of the record; those that are not CloudEvents attributes are left
   *     out, for others may add some on the way
   */
  public static String of(byte[] key, String recordKey, Map<String, String> headers, byte[] data) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      parts(recordKey, headers, data, mac::update);
      return BASE64URL.encodeToString(mac.doFinal());
    } catch (GeneralSecurityException impossible) { // every Java platform has it
      throw new IllegalStateException(impossible);
    }
  }

  /** All that is signed of a record, in its order. */
  static void parts(
      String recordKey, Map<String, String> headers, byte[] data, Consumer<byte[]> part) {
    add(recordKey.getBytes(StandardCharsets.UTF_8), part);
    new TreeMap<>(headers)
        .forEach((name, text) -> {
          if (name.startsWith(SIGNED)) {
            add(name.getBytes(StandardCharsets.UTF_8), part);
            add(text.getBytes(StandardCharsets.UTF_8), part);
          }
        });
    add(data, part);
  }

  private static void add(byte[] bytes, Consumer<byte[]> part) {
    part.accept(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    part.accept(bytes);
  }

  /** Whether two signatures are the same; takes as long for every pair of the same length. */
  public static boolean isSame(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
