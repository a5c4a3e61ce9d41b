package io.slipway.taskapi.sourcetrigger.delivery;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a git provider posted to a hook.
 *
 * @param headers by their names in lower case
 * @param body as it was sent, which is what is signed
 */
public record Delivery(Map<String, String> headers, byte[] body) {
  /** A header by its name in lower case, or null. */
  @Nullable String header(String name) {
    return headers.get(name);
  }

  boolean has(String name) {
    return headers.containsKey(name);
  }

  /** The SHA-256 of a text. */
  static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("SHA-256 is missing", impossible);
    }
  }

  /** A text as it is signed. */
  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() { // headers hold tokens
    return "Delivery[" + body.length + " bytes]";
  }
}
