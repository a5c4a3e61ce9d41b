package io.slipway.identity.oauth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * User name and password of an {@code Authorization: Basic} header (RFC 7617).
 *
 * @param userName before the first colon
 * @param password behind it
 */
public record BasicCredentials(String userName, String password) {
  private static final String SCHEME = "Basic ";

  /** Reads the header; empty if it is missing, another scheme's or broken. */
  public static Optional<BasicCredentials> read(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
      String text = new String(decoded, StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(new BasicCredentials(text.substring(0, colon), text.substring(colon + 1)));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "BasicCredentials[" + userName + "]";
  }
}
