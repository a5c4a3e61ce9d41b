package io.slipway.identity.token;

import java.time.Duration;
import java.time.Instant;

/**
 * A token that was just signed.
 *
 * @param token compact JWT
 * @param issuedAt its {@code iat}
 * @param expiresAt its {@code exp}
 */
public record IssuedToken(String token, Instant issuedAt, Instant expiresAt) {

  /** Whole seconds that it lives. */
  public long expiresIn() {
    return Duration.between(issuedAt, expiresAt).toSeconds();
  }

  /** Whole seconds that it still lives. */
  public long secondsLeft(Instant now) {
    return Duration.between(now, expiresAt).toSeconds();
  }

  @Override
  public String toString() {
    return "IssuedToken[expiresAt=" + expiresAt + "]";
  }
}
