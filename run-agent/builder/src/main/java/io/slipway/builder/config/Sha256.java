package io.slipway.builder.config;

import com.google.re2j.Pattern;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests as registries write them: {@code sha256:} and 64 hexadecimal digits in lower case. */
public final class Sha256 {
  private static final String PREFIX = "sha256:";
  private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

  private Sha256() {}

  /** A fresh digest to feed. */
  public static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  /** Ends a digest and writes it in the registries' form. */
  public static String finish(MessageDigest digest) {
    return PREFIX + HexFormat.of().formatHex(digest.digest());
  }

  public static String of(byte[] bytes) {
    MessageDigest digest = start();
    digest.update(bytes);
    return finish(digest);
  }

  /** Digest of a text in UTF-8. */
  public static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Digest of all that is left to read. */
  public static String of(InputStream in) throws IOException {
    MessageDigest digest = start();
    byte[] buffer = new byte[1 << 15];
    for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
      digest.update(buffer, 0, count);
    }
    return finish(digest);
  }

  /** Whether a text is such a digest. */
  public static boolean isDigest(String text) {
    return FORM.matcher(text).matches();
  }

  /**
   * The 64 digits alone, fit for a file name.
   *
   * @throws IllegalArgumentException if the text is not a SHA-256 digest
   */
  public static String hex(String digest) {
    if (!isDigest(digest)) {
      throw new IllegalArgumentException(
          "'"
              + digest
              + "' is not a SHA-256 digest; expected sha256: and 64 lower-case hex digits");
    }
    return digest.substring(PREFIX.length());
  }

  /** The first twelve digits, as Docker shows them. */
  public static String brief(String digest) {
    return hex(digest).substring(0, 12);
  }
}
