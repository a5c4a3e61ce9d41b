package io.slipway.broker.commit;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** How a git provider wants to see a token. Pure. */
enum TokenHeader {
  BEARER("Authorization", "Bearer "),
  TOKEN("Authorization", "token "),
  PRIVATE("PRIVATE-TOKEN", ""),
  /** As a password; any user name will do. */
  BASIC("Authorization", "Basic ");

  private final String header;
  private final String scheme;

  TokenHeader(String header, String scheme) {
    this.header = header;
    this.scheme = scheme;
  }

  /** The header with the token in it. */
  Map<String, String> of(String token) {
    byte[] login = ("slipway:" + token).getBytes(StandardCharsets.UTF_8);
    String shown = this == BASIC ? Base64.getEncoder().encodeToString(login) : token;
    return Map.of(header, scheme + shown);
  }
}
