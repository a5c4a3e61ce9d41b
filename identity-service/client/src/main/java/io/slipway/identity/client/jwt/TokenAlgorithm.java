package io.slipway.identity.client.jwt;

import java.util.Locale;

/**
 * How a token is signed, which follows from whom it is for. Tokens that clients of Azure hand on
 * are RS256, as Azure's are. What the platform shows to itself is ES256, which costs an eighth. A
 * receiver takes a token with the one algorithm of its audience and with no other.
 */
public enum TokenAlgorithm {
  /** For ARM, for the exchange of registries, for key vaults. */
  RS256,
  /** For the platform's services and for registries. */
  ES256;

  /** That of tokens for an audience: those of Azure's are addresses, the platform's are not. */
  public static TokenAlgorithm of(String audience) {
    String start = audience.toLowerCase(Locale.ROOT);
    return start.startsWith("https://") || start.startsWith("http://") ? RS256 : ES256;
  }
}
