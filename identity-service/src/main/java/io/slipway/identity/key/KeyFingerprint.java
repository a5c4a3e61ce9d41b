package io.slipway.identity.key;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Arrays;

/** Name of a key as libtrust, and so every distribution registry, computes it. Pure. */
public final class KeyFingerprint {
  private static final int BYTES = 30;
  private static final int GROUP = 4;
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private KeyFingerprint() {}

  /**
   * Base32 of the first 30 bytes of the SHA-256 of the key's SubjectPublicKeyInfo, in groups of
   * four joined by colons.
   */
  public static String of(PublicKey key) {
    byte[] hash = Arrays.copyOf(sha256(key.getEncoded()), BYTES);
    String text = base32(hash);
    StringBuilder grouped = new StringBuilder();
    for (int start = 0; start < text.length(); start += GROUP) {
      grouped.append(start == 0 ? "" : ":").append(text, start, start + GROUP);
    }
    return grouped.toString();
  }

  /** 30 bytes are 48 letters of five bits, without padding. */
  private static String base32(byte[] data) {
    BigInteger bits = new BigInteger(1, data);
    char[] letters = new char[data.length * 8 / 5];
    for (int i = letters.length - 1; i >= 0; i--) {
      letters[i] = ALPHABET.charAt(bits.intValue() & 31);
      bits = bits.shiftRight(5);
    }
    return new String(letters);
  }

  private static byte[] sha256(byte[] data) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(data);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
