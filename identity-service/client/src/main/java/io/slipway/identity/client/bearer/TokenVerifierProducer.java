package io.slipway.identity.client.bearer;

import io.slipway.identity.client.ReactiveHttp;
import io.slipway.identity.client.jwt.IssuerKeys;
import io.slipway.identity.client.jwt.TokenCheck;
import io.slipway.identity.client.jwt.TokenVerifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How tokens of identity-service are verified, once per process. */
@ApplicationScoped
class TokenVerifierProducer {
  /** Tokens begin a minute before they are signed, so this is about their end alone. */
  private static final Duration SKEW = Duration.ofSeconds(10);

  @Produces
  @Singleton
  TokenVerifier verifier(
      ReactiveHttp http,
      InstantSource clock,
      @ConfigProperty(name = "slipway.issuer") String issuer,
      @ConfigProperty(name = "slipway.jwks-url") String jwksUrl,
      @ConfigProperty(name = "slipway.jwks-refresh") Duration refresh,
      @ConfigProperty(name = "slipway.jwks-retain") Duration retain) {
    return new TokenVerifier(
        new TokenCheck(issuer, SKEW),
        new IssuerKeys(() -> http.text(jwksUrl), new IssuerKeys.Times(refresh, retain), clock),
        clock);
  }
}
