package io.slipway.identity.client.jwt;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The claims of a token whose signature, issuer and times are right. Whether its audience is, the
 * receiver decides.
 *
 * @param audience the one audience
 * @param subject whom it is about
 * @param expiresAt when it ends
 * @param keyId which key signed it
 * @param claims all claims
 */
public record VerifiedToken(
    String audience, String subject, Instant expiresAt, String keyId, Map<String, Object> claims) {

  /** A claim that is a text and not blank. */
  public Optional<String> text(String claim) {
    return claims.get(claim) instanceof String text && !text.isBlank()
        ? Optional.of(text)
        : Optional.empty();
  }

  /** A claim that is a list of texts; empty if it is missing. */
  public List<String> texts(String claim) {
    return claims.get(claim) instanceof List<?> list
        ? list.stream().filter(String.class::isInstance).map(String.class::cast).toList()
        : List.of();
  }

  @Override
  public String toString() {
    return "VerifiedToken[aud=" + audience + ", sub=" + subject + "]";
  }
}
