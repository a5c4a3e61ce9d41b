package io.slipway.identity.token;

import io.slipway.identity.client.jwt.InvalidTokenException;
import io.slipway.identity.client.jwt.TokenCheck;
import io.slipway.identity.client.jwt.TokenVerifier;
import io.slipway.identity.client.jwt.VerifiedToken;
import io.slipway.identity.settings.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;

/** Checks tokens that somebody shows to this service, by its own keys. */
@ApplicationScoped
public class VerifyToken {
  /** Tokens begin a minute before they are signed, so this is about their end alone. */
  private static final Duration SKEW = Duration.ofSeconds(5);

  private final TokenVerifier verifier;

  VerifyToken(SigningKeys keys, Settings settings, InstantSource clock) {
    this.verifier = new TokenVerifier(new TokenCheck(settings.issuer(), SKEW), keys, clock);
  }

  /** The claims of the token; fails with {@link InvalidTokenException}. */
  public Uni<VerifiedToken> verify(String token) {
    return Uni.createFrom().completionStage(() -> check(token));
  }

  /** The same; complete at once unless keys have to be read. */
  public CompletionStage<VerifiedToken> check(String token) {
    return verifier.verify(token);
  }
}
